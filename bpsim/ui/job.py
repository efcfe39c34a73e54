"""Work in a thread of its own that touches no Qt, with its end told in the window's thread."""

from collections.abc import Callable
from threading import Thread
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

_EXPECTED = (OSError, ValueError, MemoryError)


class Job(QObject):
    """One piece of work.

    Parameters
    ----------
    work
        What to do; it touches neither Qt nor the session.
    expected
        The errors that `failed` tells. Any other is raised in the window's thread, as a fault of
        the program is.

    Signals
    -------
    looked
        It may have come further; the last time comes before its end is told.
    done
        What it returned.
    failed
        The error that it raised.
    ended
        It is over, however it went; the last signal of all. Says what went wrong, or ``None``.
    """

    LOOK_MS = 15
    looked = Signal()
    done = Signal(object)
    failed = Signal(object)
    ended = Signal(object)

    def __init__(
        self,
        work: Callable[[], Any],
        parent: QObject,
        expected: tuple[type[Exception], ...] = _EXPECTED,
    ) -> None:
        super().__init__(parent)
        self._work, self._expected, self._result = work, expected, None
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(self.LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def wait(self) -> None:
        """Wait for its end, as when the program quits."""
        self._thread.join()
        self._look()

    def drop(self) -> None:
        """Wait for its end and tell nothing more."""
        self._timer.stop()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:  # told in the other thread, whatever it is
            self._error = error

    def _look(self) -> None:
        alive = self._thread.is_alive()
        if not self._timer.isActive():
            return
        self.looked.emit()
        if alive:
            return
        self._timer.stop()
        self.deleteLater()
        expected = isinstance(self._error, self._expected)
        if self._error is None:
            self.done.emit(self._result)
        elif expected:
            self.failed.emit(self._error)
        self.ended.emit(self._error)
        if self._error is not None and not expected:
            raise self._error
