"""Checks gradients while the window stays alive: in a thread, with progress and cancel."""

from collections.abc import Iterable
from threading import Event

from PySide6.QtCore import QObject, Signal

from bpsim.engine.gradient_check import Comparison, GradientCheck, Place
from bpsim.ui.job import Job


class CheckTask(Job):
    """One check; no error is expected of it.

    Signals
    -------
    found
        A list of the `Comparison` that have come since.
    """

    LOOK_MS = 50
    found = Signal(object)

    def __init__(self, check: GradientCheck, places: Iterable[Place], parent: QObject) -> None:
        super().__init__(self._compare, parent, expected=())
        self._check, self._places = check, tuple(places)
        self._found: list[Comparison] = []
        self._told = 0
        self._cancelled = Event()
        self.looked.connect(self._tell)

    def cancel(self) -> None:
        """Stop after the parameter in hand, and keep what was found."""
        self._cancelled.set()

    def drop(self) -> None:
        """Stop and tell nothing more."""
        self._cancelled.set()
        super().drop()

    def _compare(self) -> None:
        for place in self._places:
            if self._cancelled.is_set():
                return
            self._found.append(self._check.compare(place))

    def _tell(self) -> None:
        new, self._told = self._found[self._told :], len(self._found)
        if new:
            self.found.emit(new)
