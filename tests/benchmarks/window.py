"""Training at full speed in the running window, all panels open, beside training without one.

Run: ``python -m tests.benchmarks.window``. The real event loop on Qt's offscreen platform; window
and bare session take turns. A frame is a paint of the network, a gap what lies between two of
them; the event loop turns between any two. Time is this process's own: running at full speed never
sleeps, so on an idle machine that is the clock's, and on a busy one what it would be there.
"""

import gc
import os
from itertools import pairwise
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QWidget

from bpsim.session.session import Session
from bpsim.ui import controller as controller_module
from bpsim.ui.app import make_application, make_window
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.main_window import MainWindow
from tests.benchmarks.training import project

SIZES, BATCH, WARM_S, SECONDS, ROUNDS = (2, 8, 8, 1), 10, 1.0, 2.0, 9
AT_LEAST, FRAMES, GAP_MS = 0.8, 25.0, 100.0


class Paints(QObject):
    """Notes when a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.times: list[float] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.times.append(process_time())
        return False


def open_window() -> MainWindow:
    controller_module.perf_counter = process_time
    make_application()
    window = make_window()
    window.resize(1440, 900)
    window.show()
    window.proportion()
    for dock in window.docks.values():
        dock.show()
    window.docks["loss"].raise_()
    window.controller.open(Session(project(SIZES, BATCH)))
    window.controller.speed = FULL_SPEED
    gc.collect()
    gc.freeze()  # as the program does once its window stands
    return window


def wait(seconds: float) -> None:
    """Let the event loop turn for so much of the clock's time."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    loop.exec()


def in_window(window: MainWindow, paints: Paints, seconds: float) -> tuple[float, float, float]:
    """Give steps a second, frames a second and the longest gap in milliseconds."""
    controller = window.controller
    paints.times.clear()
    before, start = controller.session.position.updates, process_time()
    controller.toggle(1)
    wait(seconds)
    controller.pause()
    taken = process_time() - start
    steps = controller.session.position.updates - before
    times = [start, *paints.times, process_time()]
    gap = max(b - a for a, b in pairwise(times))
    return steps / taken, len(paints.times) / taken, 1000.0 * gap


def without(session: Session, seconds: float) -> float:
    """Give steps a second of a session without a window."""
    end, before = process_time() + seconds, session.position.updates
    session.run(10**9, lambda: process_time() > end)
    return (session.position.updates - before) / seconds


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Measure in turn; the ratio, frames and gap are the median of the rounds.

    Each round has sessions of its own: where arrays lie changes a session's speed by a tenth and
    more, in the window and without one.
    """
    window = open_window()
    paints = Paints(window.network)
    wait(1.0)
    found = []
    for _ in range(rounds):
        window.controller.open(Session(project(SIZES, BATCH)))
        bare = Session(project(SIZES, BATCH))
        in_window(window, paints, WARM_S)
        without(bare, WARM_S / 2)
        alone = without(bare, SECONDS / 2)
        steps, frames, gap = in_window(window, paints, SECONDS)
        alone = (alone + without(bare, SECONDS / 2)) / 2
        found.append((steps / alone, frames, gap))
    ratio, frames, gap = (median(row[i] for row in found) for i in range(3))
    return {"ratio": ratio, "frames": frames, "gap": gap}


def main() -> None:
    with TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        found = measure()
    print(f"speed in the window {found['ratio']:.2f} of that without, to reach {AT_LEAST}")
    print(f"frames a second     {found['frames']:.0f}, to reach {FRAMES:.0f}")
    print(f"longest gap         {found['gap']:.0f} ms, to stay below {GAP_MS:.0f}")


if __name__ == "__main__":
    main()
