"""Time to the first paint beside that of a bare QtWidgets window.

Run: ``python -m tests.benchmarks.first_paint``. Whole processes, in turn; the ratio counts. A
window that is bare but for what ours cannot do without, NumPy and the names in Qt's namespace,
tells how much of the ratio that is.
"""

import os
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

ROUNDS = 15
BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
import os
class Window(QMainWindow):
    def paintEvent(self, event):
        os._exit(0)
app = QApplication([])
window = Window()
window.resize(1440, 900)
window.show()
app.exec()
"""
NEEDS = "import numpy\nfrom PySide6.QtCore import Qt\n" + BARE
OURS = """
import os
from PySide6.QtWidgets import QApplication
from bpsim.__main__ import main
enter = QApplication.exec
def watched(application):
    from bpsim.ui.network.canvas import NetworkView
    paint = NetworkView.paintEvent
    def painted(self, event):
        paint(self, event)
        os._exit(0)
    NetworkView.paintEvent = painted
    enter()
QApplication.exec = watched
main([])
"""


def seconds(code: str) -> float:
    with TemporaryDirectory() as folder:
        # A first start: no layout and no work is left from before.
        environment = {"QT_QPA_PLATFORM": "offscreen"} | dict(os.environ)
        environment |= {"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder}
        # As a person has it: compiled modules are kept from one start to the next.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        start = perf_counter()
        command = [sys.executable, "-c", code]
        subprocess.run(command, env=environment, capture_output=True, check=True)
        return perf_counter() - start


def main() -> None:
    codes = {"a bare window": BARE, "bare, with NumPy and Qt's names": NEEDS, "bpsim": OURS}
    for code in codes.values():
        seconds(code)
    rounds = [[seconds(code) for code in codes.values()] for _ in range(ROUNDS)]
    for at, name in enumerate(codes):
        ratio = median(times[at] / times[0] for times in rounds)
        print(f"{name:32} {median(times[at] for times in rounds):.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
