"""A panel that follows the training: redrawn seldom enough, and not at all where nobody sees it."""

from time import perf_counter

from PySide6.QtCore import QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.plots.veil import Veil
from bpsim.ui.theme.theme import theme

REDRAW_MS = 50
SHARE, SHARE_AT_REST = 12, 2
"""How many times as long as drawing takes it waits: while it runs, training keeps the time."""
_LONGEST_S = 0.05


class LivePanel(Panel):
    """Draws when something has changed, at once or a little later.

    Attributes
    ----------
    veil
        Covers it while a person practises; there is none before that.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._stale = self._in_sight = True
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._rested)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self._replaced)
        controller.running_changed.connect(self._rested)
        controller.practising_changed.connect(self.redraw)
        self.veil: Veil | None = None
        theme().changed.connect(self.redraw)

    # For each kind of panel

    def show_now(self) -> float:
        """Show the present state; return how long the painting took that is not part of this."""
        raise NotImplementedError

    def take(self) -> None:
        """Prepare for the session in hand, which is another."""

    # For all

    def refresh(self, *_: object) -> None:
        """Draw now, or a little later if that was done just before."""
        if self._rest.isActive() or not self._seen():
            self._stale = True
        else:
            self.redraw()

    def redraw(self, *_: object) -> None:
        """Draw now if anybody sees it and it gives nothing away."""
        self._stale = not self._seen()
        if self._stale:
            return
        if self._controller.practising or self.veil is not None:
            self.veil = self.veil or Veil(self)
            self.veil.cover(self._controller.practising)
            if self._controller.practising:
                return
        start = perf_counter()
        took = min(self.show_now() + perf_counter() - start, _LONGEST_S)
        share = SHARE if self._controller.running else SHARE_AT_REST
        self._rest.start(max(REDRAW_MS, round(1000 * share * took)))

    def set_in_sight(self, seen: bool) -> None:
        """Catch up with what happened behind a tab, or rest there."""
        self._in_sight = seen
        if self._stale:
            self.redraw()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened while it was hidden."""
        super().showEvent(event)
        if self._stale:
            self.redraw()

    def _seen(self) -> bool:
        return self._in_sight and self.isVisible()

    def redraw_soon(self) -> None:
        """Draw once what is under way is done: panels that draw together hold up the window."""
        self._stale = True
        self._rest.start(0)

    def _replaced(self) -> None:
        self.take()
        self.redraw_soon()

    def _rested(self, *_: object) -> None:
        if self._stale:
            self.redraw()
