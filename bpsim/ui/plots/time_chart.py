"""A chart over the steps, with the one cursor in time."""

from math import ceil, floor

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from bpsim.session.history import Edit
from bpsim.session.session import Session
from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import Chart
from bpsim.ui.theme.theme import theme

_MOST_MARKS = 500


class TimeChart(Chart):
    """Steps from left to right; a click goes to one, and so do the keys of the timeline."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        self._marks = pg.VTickGroup(yrange=[0, 0.06])
        self._line = pg.InfiniteLine(angle=90, movable=False)
        super().__init__(both=False, parent=parent)
        self._controller = controller
        self.bottom.whole = True
        self.addItem(self._marks, ignoreBounds=True)
        self.addItem(self._line, ignoreBounds=True)
        self._line.setZValue(5)
        self.clicked.connect(self._go)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        tokens = theme().tokens
        self._line.setPen(pg.mkPen(tokens.text))
        self._marks.setPen(pg.mkPen(tokens.negative, width=2))

    def visible(self) -> tuple[int, int]:
        """Return the first and the last step in sight, with one more on either side."""
        steps = self._controller.session.history.steps
        low, high = self.ranges()[0] if self.zoomed else (0.0, float(steps))
        first = min(max(floor(low) - 1, 1), max(steps, 1))
        return first, max(min(ceil(high) + 1, steps), first)

    def show_time(self, y: tuple[float, float]) -> None:
        """Show cursor and marks, all steps unless a person chose some, and these values."""
        session = self._controller.session
        steps = max(session.history.steps, 2)
        self.box.setLimits(xMin=0, xMax=steps, minXRange=min(2, steps))
        self.show_range(self.ranges()[0] if self.zoomed else (0, steps), y)
        self._line.setPos(session.position.updates)
        places = np.array([step_of(session, edit) for edit in session.history.edits])
        # More marks than can be told apart would only slow it down.
        self._marks.setXVals(np.unique(places)[-_MOST_MARKS:].tolist())

    def edit_text(self, x: float) -> str:
        """Name the hand edits at a place, if there are any within a few pixels."""
        session = self._controller.session
        near = 4 * self.box.viewPixelSize()[0]
        found = [e.name for e in session.history.edits if abs(step_of(session, e) - x) <= near]
        more = ", …" if len(found) > 3 else ""
        return self.tr("edited {names}").format(names=", ".join(found[:3]) + more) if found else ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk through the steps."""
        at, last = self._controller.session.position.updates, self._controller.session.history.steps
        steps = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in steps:
            self._go(steps[key])
        else:
            super().keyPressEvent(event)

    def _go(self, x: float, _: float = 0.0) -> None:
        step = max(0, min(self._controller.session.history.steps, round(x)))
        self._controller.do(lambda session: session.jump_to_step(step))


def step_of(session: Session, edit: Edit) -> float:
    """Return when an edit was made, in steps."""
    return edit.executed / session.operations
