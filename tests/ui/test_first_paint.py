"""What can wait until the window is painted, waits."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LATER = {"pyqtgraph", "pydantic", "numpy.random", "numpy.ma", "bpsim.explain.explain"}
LATER |= {"json", "socket", "hashlib", "bpsim.storage.project_file", "bpsim.ui.explanation.panel"}
# Qt's names are made known to Python when they are first asked for, and these have hundreds.
LATER |= {"QStyle", "QAccessible", "QWizard"}
START = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from bpsim.__main__ import main

enter = QApplication.exec

def watched(application):
    from bpsim.ui.network.canvas import NetworkView

    paint = NetworkView.paintEvent

    def painted(self, event):
        paint(self, event)
        import PySide6.QtGui, PySide6.QtWidgets
        print(*sys.modules, *vars(PySide6.QtGui), *vars(PySide6.QtWidgets))
        QTimer.singleShot(0, application.quit)
        NetworkView.paintEvent = paint

    NetworkView.paintEvent = painted
    return enter()

QApplication.exec = watched
status = main([])
import gc
print("collecting" if gc.isenabled() else "not collecting")
sys.exit(status)
"""


def test_what_the_first_paint_does_not_need_is_loaded_later():
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded, collecting = done.stdout.splitlines()
    assert {"numpy", "QMainWindow"} <= set(loaded.split())
    assert LATER & set(loaded.split()) == set()
    assert collecting == "collecting"
