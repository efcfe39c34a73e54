"""What can wait until the window is painted, waits."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LATER = {"pyqtgraph", "pydantic", "numpy.random", "numpy.ma", "bpsim.explain.explain"}
LATER |= {
    "json",
    "socket",
    "hashlib",
    "bpsim.ui.translation",
    "bpsim.storage.project_file",
    "bpsim.ui.explanation.panel",
}
# Qt's names are made known to Python when they are first asked for, and these have hundreds.
LATER |= {"QStyle", "QAccessible", "QWizard"}
IN_THE_WINDOW = {"numpy", "bpsim.session.session", "bpsim.ui.controller", "QDockWidget"}
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from bpsim.__main__ import main
from bpsim.ui.main_window import MainWindow

def tell(painted):
    paint = painted.paintEvent
    told = []

    def telling(self, event):
        paint(self, event)
        if not told:
            import PySide6.QtGui, PySide6.QtWidgets
            told.append(print(*sys.modules, *vars(PySide6.QtGui), *vars(PySide6.QtWidgets)))

    painted.paintEvent = telling

def filled(self, project):
    from bpsim.ui.network.canvas import NetworkView
    tell(NetworkView)
    self.first_painted.connect(lambda: QTimer.singleShot(0, QApplication.quit))
    fill(self, project)

tell(MainWindow)
fill, MainWindow.fill = MainWindow.fill, filled
status = main([])
import gc
print("collecting" if gc.isenabled() else "not collecting")
sys.exit(status)
"""
TOO_EARLY = """
import sys
from bpsim.__main__ import main
from bpsim.ui.main_window import MainWindow

window = MainWindow.__init__

def made(self, *given):
    window(self, *given)
    # Before what follows upon it.
    self.framed.connect(lambda: {}(self))

MainWindow.__init__ = made
print("status", main([]))
"""


def python(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=True
    )


def test_what_the_first_paint_does_not_need_is_loaded_later():
    frame, filled, collecting = python(START).stdout.splitlines()
    assert "QMainWindow" in frame.split()
    assert IN_THE_WINDOW & set(frame.split()) == set()
    assert set(filled.split()) >= IN_THE_WINDOW
    assert LATER & set(filled.split()) == set()
    assert collecting == "collecting"


def test_a_window_that_is_closed_while_it_is_empty_goes():
    done = python(TOO_EARLY.format("MainWindow.close"))
    assert done.stdout == "status 0\n"
    assert "Traceback" not in done.stderr


def test_a_part_that_cannot_be_loaded_is_told_in_one_line():
    done = python(TOO_EARLY.format('sys.modules.update({"numpy": None}) or (lambda window: None)'))
    assert done.stdout == "status 2\n"
    (line,) = (line for line in done.stderr.splitlines() if "bpsim" in line)
    assert line.startswith("bpsim: the window cannot start: ")
