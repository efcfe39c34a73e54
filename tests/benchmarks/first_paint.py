"""Time to the first paint beside that of a bare QtWidgets window.

Run: ``python -m tests.benchmarks.first_paint``. Whole processes, in turn; the ratio counts.
"""

import os
import subprocess
import sys
from statistics import median
from time import perf_counter

ROUNDS = 7
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
OURS = """
import os
from bpsim.ui import app as start
from bpsim.ui.network.canvas import NetworkView
paint = NetworkView.paintEvent
def painted(self, event):
    paint(self, event)
    os._exit(0)
NetworkView.paintEvent = painted
start.run_window(None, None, None, None, 0)
"""


def seconds(code: str) -> float:
    start = perf_counter()
    environment = {"QT_QPA_PLATFORM": "offscreen"} | dict(os.environ)
    # As a person has it: compiled modules are kept from one start to the next.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
    return perf_counter() - start


def main() -> None:
    seconds(BARE), seconds(OURS)
    pairs = [(seconds(BARE), seconds(OURS)) for _ in range(ROUNDS)]
    bare, ours = (median(pair[i] for pair in pairs) for i in range(2))
    ratio = median(pair[1] / pair[0] for pair in pairs)
    print(f"bare window {bare:.2f} s, bpsim {ours:.2f} s, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
