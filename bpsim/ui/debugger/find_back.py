"""Goes back to where a breakpoint was reached last, however far that is."""

from collections.abc import Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Stop
from bpsim.session.stopping.search import Search
from bpsim.ui.controller import Controller
from bpsim.words import translate

SLICE_S = 0.02
SHOW_AFTER_MS = 400
_PARTS = 1000


class FindBack(QObject):
    """One search, in slices, with progress and cancel; the session stays where it is.

    Signals
    -------
    finished
        The `Stop`, or ``None`` where there is none or the search was cancelled.
    """

    finished = Signal(object)

    def __init__(
        self, session: Session, breakpoints: Sequence[Breakpoint], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._search = Search(session.machine, breakpoints)
        self.cancelled, self._window = False, parent.window()
        self.dialog = QProgressDialog(parent)
        self.dialog.setLabelText(self.tr("Looking back through the training…"))
        self.dialog.setMaximum(_PARTS)
        self.dialog.setMinimumDuration(SHOW_AFTER_MS)
        self.dialog.setAutoReset(False)
        self.dialog.canceled.connect(self._cancel)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._work)

    def start(self) -> None:
        """Begin; a search that takes one slice is over at once."""
        self._work()

    def _work(self) -> None:
        until = perf_counter() + SLICE_S
        if self._search.work(lambda: perf_counter() > until):
            self._end(self._search.found)
            return
        self._timer.start(0)
        # A full bar would look done.
        self.dialog.setValue(min(int(self._search.progress * _PARTS), _PARTS - 1))

    def _cancel(self) -> None:
        self.cancelled = True
        self._end(None)

    def _end(self, found: Stop | None) -> None:
        self._timer.stop()
        self.dialog.canceled.disconnect(self._cancel)
        if self.dialog.isVisible():
            self._window.activateWindow()
        self.dialog.reset()
        self.dialog.deleteLater()
        self.finished.emit(found)
        self.deleteLater()


def go_back(controller: Controller, breakpoints: Sequence[Breakpoint], parent: QWidget) -> FindBack:
    """Go to the last moment before this one at which one of the breakpoints was reached."""

    def finished(found: Stop | None) -> None:
        if found is not None:
            controller.go_to(found)
        elif not search.cancelled:
            words = translate("debugger", "That was not so at any moment before this.")
            controller.told.emit(words)

    controller.pause()
    search = FindBack(controller.session, breakpoints, parent)
    search.finished.connect(finished)
    search.start()
    return search
