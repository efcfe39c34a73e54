"""What is slow to import waits until the window has been painted."""

import subprocess
import sys

START = """
import os, sys
from bpsim.ui import app
from bpsim.ui.plots import panel
panel.LATER_MS = 0  # as on a machine so slow that any waiting is over
from bpsim.ui.network.canvas import NetworkView
paint = NetworkView.paintEvent
def painted(self, event):
    paint(self, event)
    print("pyqtgraph" in sys.modules, flush=True)
    os._exit(0)
NetworkView.paintEvent = painted
app.run_window(None, None, None, None, 0)
"""


def test_plots_are_imported_after_the_first_paint():
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
