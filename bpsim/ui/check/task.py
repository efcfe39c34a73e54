"""Checks gradients while the window stays alive: in a thread, with progress and cancel."""

from collections.abc import Iterable
from threading import Event, Thread

from PySide6.QtCore import QObject, QTimer, Signal

from bpsim.engine.gradient_check import Comparison, GradientCheck, Place

_LOOK_MS = 50


class CheckTask(QObject):
    """One check, in a thread of its own that touches neither Qt nor the session.

    Signals
    -------
    found
        A list of the `Comparison` that have come since.
    ended
        All are done, or it was cancelled.
    """

    found = Signal(object)
    ended = Signal()

    def __init__(self, check: GradientCheck, places: Iterable[Place], parent: QObject) -> None:
        super().__init__(parent)
        self._check, self._places = check, tuple(places)
        self._found: list[Comparison] = []
        self._told = 0
        self._cancelled = Event()
        self._thread = Thread(target=self._work, daemon=True)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def cancel(self) -> None:
        """Stop after the parameter in hand, and keep what was found."""
        self._cancelled.set()

    def drop(self) -> None:
        """Stop and tell nothing more."""
        self._cancelled.set()
        self._timer.stop()
        self._thread.join()

    def _work(self) -> None:
        for place in self._places:
            if self._cancelled.is_set():
                return
            self._found.append(self._check.compare(place))

    def _look(self) -> None:
        alive = self._thread.is_alive()
        new, self._told = self._found[self._told :], len(self._found)
        if new:
            self.found.emit(new)
        if not alive and self._told == len(self._found):
            self._timer.stop()
            self.ended.emit()
