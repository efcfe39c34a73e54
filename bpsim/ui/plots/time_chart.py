"""A chart over the steps, with the one cursor in time."""

from math import ceil, floor

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

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
        places = np.unique([step for step, _ in self._events()])
        # More marks than can be told apart would only slow it down.
        self._marks.setXVals(places[-_MOST_MARKS:].tolist())

    def event_text(self, x: float) -> str:
        """Name what was changed by hand at a place, if anything was within a few pixels."""
        near = 4 * self.box.viewPixelSize()[0]
        found = [name for step, name in self._events() if abs(step - x) <= near]
        more = ", …" if len(found) > 3 else ""
        names = ", ".join(found[:3]) + more
        return self.tr("changed {names}").format(names=names) if found else ""

    def _events(self) -> list[tuple[int, str]]:
        history = self._controller.session.history
        edits = [(history.steps_at(e.executed), str(e.element)) for e in history.edits]
        return edits + [(era.step, self.tr("settings")) for era in history.eras[1:]]

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
