"""Works things out beside the training, a little at a time, without holding up the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from bpsim.session.aside.sampled import Sampled
from bpsim.ui.controller import Controller

_PAUSE_MS, _SLICE_S, _BRIEFLY_S = 10, 0.008, 0.002


@dataclass(frozen=True)
class Amount:
    """About how many steps are worked on in all.

    Attributes
    ----------
    rest, running
        While nothing runs, and while training does.
    """

    rest: int
    running: int


class Slices(QObject):
    """Works on what a chart wants to know of the steps that are kept.

    Parameters
    ----------
    controller
        Whose session it is about.
    parts
        Gives what has to be worked on.
    amount
        How much of it.

    Signals
    -------
    worked
        Something new is known, or there is time now to work on more.
    """

    worked = Signal()

    def __init__(
        self,
        controller: Controller,
        parts: Callable[[], Sequence[Sampled[Any]]],
        amount: Amount,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._controller, self._parts, self._amount = controller, parts, amount
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._work)
        controller.running_changed.connect(self._ran)

    @property
    def busy(self) -> bool:
        """Whether anything is left to do."""
        return self._timer.isActive()

    def go_on(self) -> None:
        """Work very briefly while training runs; else begin to, if anything is left to do."""
        start, left, running = perf_counter(), False, self._controller.running
        session = self._controller.session
        for part in self._parts():
            if running:
                part.work(
                    session, self._amount.running, lambda: perf_counter() - start > _BRIEFLY_S
                )
            else:
                left |= bool(part.missing(session, self._amount.rest))
        if left:
            self._timer.start()

    def pause(self) -> None:
        """Work on nothing that nobody sees."""
        self._timer.stop()

    def _work(self) -> None:
        start, left = perf_counter(), False
        for part in self._parts():
            left |= part.work(
                self._controller.session,
                self._amount.rest,
                lambda: perf_counter() - start > _SLICE_S,
            )
        if not left or self._controller.running:
            self._timer.stop()
        self.worked.emit()

    def _ran(self, running: bool) -> None:
        if not running:
            self.worked.emit()
