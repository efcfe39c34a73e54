"""Ctrl+C in the terminal closes the window, as far as there is nothing to lose."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from threading import Timer

import pytest

START = """
import sys
from PySide6.QtCore import QTimer
from bpsim.ui import app, main_window

class Window(main_window.MainWindow):
    def __init__(self, *given):
        super().__init__(*given)
        self.first_painted.connect(lambda: QTimer.singleShot(0, self.tell_ready))

    def tell_ready(self):
        for _ in sys.argv[1:]:
            self.controller.rename("Another")
        print("ready", flush=True)

    def closeEvent(self, event):
        super().closeEvent(event)
        print("closed" if event.isAccepted() else "asks", flush=True)

app.MainWindow = Window
sys.exit(app.run_window(None, None, None, None, 0))
"""


def heed_interrupts():
    """Undo what a shell does to commands in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def start(*words):
    command = [sys.executable, "-c", START, *words]
    environment = {"QT_QPA_PLATFORM": "offscreen"} | dict(os.environ)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, preexec_fn=heed_interrupts
    ) as window:
        late = Timer(60, window.kill)  # one that does not listen would stay for ever
        late.start()
        yield window
        window.wait()
        late.cancel()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends it to all of a console")
def test_the_window_closes():
    with start() as window:
        assert window.stdout.readline() == "ready\n"
        window.send_signal(signal.SIGINT)
        assert window.stdout.readline() == "closed\n"
    assert window.returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends it to all of a console")
def test_it_asks_about_what_is_not_saved_and_goes_at_the_second_time():
    with start("changed") as window:
        assert window.stdout.readline() == "ready\n"
        window.send_signal(signal.SIGINT)
        assert window.stdout.readline() == "asks\n"
        window.send_signal(signal.SIGINT)
    assert window.returncode == 130
