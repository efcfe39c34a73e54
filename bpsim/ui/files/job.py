"""Work in a thread of its own that touches no Qt, with its end told in the window's thread."""

from collections.abc import Callable
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

_LOOK_MS = 15


class Job(QObject):
    """One piece of work.

    Signals
    -------
    done
        What it returned.
    failed
        The error that it raised: an `OSError`, a `ValueError` or a `MemoryError`.
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, work: Callable[[], Any], parent: QObject) -> None:
        super().__init__(parent)
        self._work, self._result = work, None
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def wait(self) -> None:
        """Wait for its end, as when the program quits."""
        self._thread.join()
        self._look()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:  # told in the other thread, whatever it is
            self._error = error

    def _look(self) -> None:
        if self._thread.is_alive() or not self._timer.isActive():
            return
        self._timer.stop()
        if self._error is None:
            self.done.emit(self._result)
        elif isinstance(self._error, OSError | ValueError | MemoryError):
            self.failed.emit(self._error)
        else:
            self.deleteLater()
            raise self._error
        self.deleteLater()
