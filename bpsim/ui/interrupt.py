"""Ctrl+C in the terminal that the window was started from."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication, QWidget

STATUS = 130


class Interrupt(QObject):
    """Closes the window, which may ask what to save; the second time at once.

    Qt waits outside Python, where no signal is heard; a socket wakes it up.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window, self._asked = window, False
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def catch(self) -> None:
        """Begin; the end of the program ends it."""
        signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._heard)

    def _woken(self, *_: object) -> None:
        # Python runs `_heard` on its way here.
        self._near.recv(64)

    def _heard(self, *_: object) -> None:
        if self._asked:
            QApplication.exit(STATUS)
        self._asked = True
        self._window.close()
