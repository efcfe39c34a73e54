"""Finds what a test has left behind: top-level windows and running timers."""

import gc
import sys

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid


class Watch:
    """Remembers the windows there were, and every timer that is started from Python."""

    def __init__(self, monkeypatch):
        self._windows = QApplication.topLevelWidgets()
        self._timers = []
        start = QTimer.start

        def started(timer, *interval):
            self._timers.append(timer)
            return start(timer, *interval)

        monkeypatch.setattr(QTimer, "start", started)

    def leaks(self):
        """Name what is left once everything that waits for its deletion is deleted."""
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        if self._new_windows():
            for name in ("last_exc", "last_value", "last_traceback"):
                vars(sys).pop(name, None)  # the frames of the last error hold its window
            gc.collect()  # pyqtgraph's menus have no owner but Python
        windows = self._new_windows()
        timers = {t for t in self._timers if isValid(t) and t.isActive()}
        return [
            *(f"the window {w!r} {w.windowTitle()!r} is left" for w in windows),
            *(f"the timer {t!r} of {t.parent()!r} still runs" for t in timers),
        ]

    def _new_windows(self):
        return [w for w in QApplication.topLevelWidgets() if w not in self._windows]
