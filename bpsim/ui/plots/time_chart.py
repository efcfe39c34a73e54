"""A chart over the steps, with the one cursor in time."""

from math import ceil, floor

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.plots.chart import Axis, Chart
from bpsim.ui.plots.events import Events, nearby
from bpsim.ui.plots.strokes import Part, Uprights, pen_of
from bpsim.ui.theme.theme import theme

_MOST_MARKS = 500
_ROOM = 5
"""Pixels at the right for half a dot, where the cursor stands at the last step."""


class TimeChart(Chart):
    """Steps from left to right; a click goes to one, and so do the keys of the timeline.

    Attributes
    ----------
    last_steps
        How many of the last steps are shown unless a person zooms; 0 for all.
    """

    def __init__(self, controller: Controller, parent: QWidget, right: Axis | None = None) -> None:
        self.last_steps = 0
        self._events = Events()
        self._marked: object = None
        self._limit = -1.0
        # What was changed by hand stands on the axis: values as short ticks, settings as long ones.
        self._marks = {False: Uprights(0.07), True: Uprights(0.14)}
        self._cursor = Uprights()
        super().__init__(both=False, parent=parent, right=right)
        self._controller = controller
        self.bottom.whole = True
        self.clicked.connect(self._go)

    def colour(self) -> None:
        """Take the theme's colours."""
        super().colour()
        tokens = theme().tokens
        self._cursor.pen = pen_of(tokens.text)
        self._marks[False].pen = pen_of(tokens.negative, 2)
        self._marks[True].pen = pen_of(tokens.backward, 2)

    def put(self, *parts: Part, above: tuple[Part, ...] = ()) -> None:
        """Draw these from now on, over the marks of changes; some of them over the cursor too."""
        self.strokes.parts = [*self._marks.values(), *parts, self._cursor, *above]

    def visible(self) -> tuple[int, int]:
        """Return the first and the last step in sight, with one more on either side."""
        steps = self._controller.session.history.steps
        low, high = self.ranges()[0] if self.zoomed else self._usual(steps)
        first = min(max(floor(low) - 1, 1), max(steps, 1))
        return first, max(min(ceil(high) + 1, steps), first)

    def _usual(self, steps: int) -> tuple[float, float]:
        """Return the range where nobody has zoomed."""
        start = max(steps - self.last_steps, 0) if self.last_steps else 0
        return float(start), float(max(steps, start + 2))

    def show_time(self, y: tuple[float, float]) -> None:
        """Show cursor and marks, all steps unless a person chose some, and these values."""
        session = self._controller.session
        steps = max(session.history.steps, 2)
        wide = 1.0 + _ROOM / max(self.box.width(), 100.0)
        if self._limit != steps * wide:
            self._limit = steps * wide
            self.box.setLimits(xMin=0, xMax=self._limit, minXRange=min(2, steps))
        first, last = self._usual(steps)
        usual = first, first + (last - first) * wide
        self.show_range(
            self.ranges()[0] if self.zoomed else usual, self.ranges()[1] if self.tall else y
        )
        self._cursor.x = [session.position.updates]
        events = self._events.of(session)
        if events is not self._marked:
            self._marked = events
            for settings, marks in self._marks.items():
                places = np.unique([e.step for e in events if e.settings == settings])
                # More marks than can be told apart would only slow it down.
                marks.x = places[-_MOST_MARKS:].tolist()
        self.strokes.update()

    def event_text(self, x: float) -> str:
        """Say what was changed by hand at a place, if anything was within a few pixels."""
        near = 4 * self.box.viewPixelSize()[0]
        return nearby(self._events.of(self._controller.session), x, near)

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
