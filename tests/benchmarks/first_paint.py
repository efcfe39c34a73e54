"""Time to the first paint beside that of a bare QtWidgets window.

Run: ``python -m tests.benchmarks.first_paint``. Whole processes, in turn; the ratio counts. The
window stands first, and is filled after that: the last line tells when the numbers can be seen. A
window that is bare but for NumPy and the names in Qt's namespace tells how much of it they are.
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
FRAME = """
import os
from bpsim.__main__ import main
from bpsim.ui.main_window import MainWindow
paint = MainWindow.paintEvent
def painted(self, event):
    paint(self, event)
    os._exit(0)
MainWindow.paintEvent = painted
main([])
"""
EXAMPLE = """
import os
from bpsim.__main__ import main
from bpsim.ui.main_window import MainWindow
fill = MainWindow.fill
def filled(self, project):
    from bpsim.ui.network.canvas import NetworkView
    paint = NetworkView.paintEvent
    def painted(self, event):
        paint(self, event)
        os._exit(0)
    NetworkView.paintEvent = painted
    fill(self, project)
MainWindow.fill = filled
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
    codes = {
        "a bare window": BARE,
        "bare, with NumPy and Qt's names": NEEDS,
        "bpsim's window": FRAME,
        "the example in it": EXAMPLE,
    }
    for code in codes.values():
        seconds(code)
    rounds = [[seconds(code) for code in codes.values()] for _ in range(ROUNDS)]
    for at, name in enumerate(codes):
        ratio = median(times[at] / times[0] for times in rounds)
        print(f"{name:32} {median(times[at] for times in rounds):.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
