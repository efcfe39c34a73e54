"""From a key that is held down to all panels drawn, and what each panel takes of it.

Run: ``python -m tests.benchmarks.stepping``. Keys go to the window as a person's do; a step ends
when nothing is left to be drawn. The targets are 33 ms at the 95th percentile on 2-8-8-1 and 50 ms
on 16-16-16-4, by the clock on the wall; the processor's own time stands beside it, which counts
where others use the machine. ``--panel NAME`` brings another panel to the front first;
``--shares`` runs once more under a profiler, which is slower as a whole, and says what each
panel takes.
"""

import argparse
import os
from collections import Counter
from cProfile import Profile
from pathlib import Path
from pstats import Stats
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np

import bpsim

KEYS, WARM_UP = 240, 40
NETWORKS = {(2, 8, 8, 1): 33.0, (16, 16, 16, 4): 50.0}
TRAINED = 200


def percentile(times: tuple[float, ...], part: float) -> float:
    return float(np.percentile(times, part))


def project_of(sizes: tuple[int, ...]):
    from tests.benchmarks.training import project

    return project(sizes, 1)


class Keys:
    """A window, and a key that is pressed in it again and again."""

    def __init__(self, sizes: tuple[int, ...], panel: str) -> None:
        from PySide6.QtTest import QTest

        from bpsim.session.session import Session
        from bpsim.ui.app import make_application, make_window

        self.app = make_application()
        self.window = make_window()
        self.window.resize(1440, 900)
        self.window.show()
        self.window.proportion()
        self.window.controller.open(Session(project_of(sizes)))
        self.window.controller.do(lambda s: s.run(TRAINED))
        if panel:
            self.window.docks[panel].raise_()
        self._press = QTest.keyClick
        QTest.qWait(500)
        self.settle()

    def settle(self) -> None:
        """Draw all that is to be drawn."""
        self.app.sendPostedEvents()
        self.app.processEvents()

    def press(self, key) -> tuple[float, float]:
        """Press a key; tell how many milliseconds it took until all was drawn, by both clocks."""
        start, used = perf_counter(), process_time()
        self._press(self.window, key)
        self.settle()
        return (perf_counter() - start) * 1e3, (process_time() - used) * 1e3

    def hold(self, count: int) -> list[tuple[float, float]]:
        from PySide6.QtCore import Qt

        forwards = [self.press(Qt.Key.Key_F10) for _ in range(count)]
        return forwards + [self.press(Qt.Key.Key_F9) for _ in range(count)]

    def close(self) -> None:
        self.window.files.document.took(None, None)
        self.window.close()
        self.window.deleteLater()
        self.settle()


def room_of(file: str) -> str:
    """Name the part of the window that a file belongs to."""
    path = Path(file)
    if "bpsim" not in path.parts:
        return ""
    inside = path.parts[path.parts.index("ui") + 1 :] if "ui" in path.parts else ()
    if not inside:
        return "session"
    return inside[0] if len(inside) > 1 else path.stem


def shares(keys: Keys, count: int) -> Counter[str]:
    """Tell how many milliseconds a key each part takes, with all that it calls."""
    profile = Profile()
    profile.enable()
    keys.hold(count)
    profile.disable()
    found: Counter[str] = Counter()
    for (file, _, _), (_, _, _, _, callers) in Stats(profile).stats.items():  # type: ignore[attr-defined]
        room = room_of(file)
        for (caller, _, _), (_, _, _, whole) in callers.items():
            if room and room != room_of(caller):
                found[room] += whole / (2 * count) * 1e3
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--panel", default="")
    parser.add_argument("--shares", action="store_true")
    parser.add_argument("--keys", type=int, default=KEYS)
    chosen = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.environ["XDG_DATA_HOME"] = folder
        print(f"bpsim {bpsim.__version__}, {chosen.keys} keys each way, milliseconds a key")
        heads = ("median", "95 %", "worst", "target", "CPU", "95 %")
        print(f"{'network':>12}", *(f"{head:>7}" for head in heads))
        for sizes, target in NETWORKS.items():
            keys = Keys(sizes, chosen.panel)
            keys.hold(WARM_UP)
            times, used = zip(*keys.hold(chosen.keys), strict=True)
            name = "-".join(map(str, sizes))
            figures = (median(times), percentile(times, 95), max(times), target)
            figures += (median(used), percentile(used, 95))
            print(f"{name:>12}", *(f"{figure:>7.1f}" for figure in figures))
            if chosen.shares:
                for room, part in shares(keys, max(chosen.keys // 4, 10)).most_common(14):
                    print(f"{'':>12} {part:>7.2f}  {room}")
            keys.close()


if __name__ == "__main__":
    main()
