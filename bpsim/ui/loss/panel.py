"""The loss of each step, live."""

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QLabel, QStackedLayout, QWidget

from bpsim.engine.kernels import Array
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

MOST_POINTS = 4000
LATER_MS = 100


def outline(values: Array, most: int = MOST_POINTS) -> tuple[Array, Array]:
    """Thin a long curve to the smallest and largest value of each stretch.

    Returns
    -------
    tuple
        Steps, counted from 1, and values.
    """
    if len(values) <= most:
        return np.arange(1.0, len(values) + 1.0), values
    width = -(-2 * len(values) // most)
    whole = len(values) // width * width
    stretches = values[:whole].reshape(-1, width)
    starts = np.arange(0, whole, width)
    places = np.sort(
        np.stack([starts + stretches.argmin(axis=1), starts + stretches.argmax(axis=1)]), axis=0
    ).T.ravel()
    places = np.append(places, len(values) - 1)
    return places + 1.0, values[places]


class LossPanel(Panel):
    """Batch loss over the steps, with a cursor at the step in view; a click goes to a step."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._empty = QLabel(
            self.tr("The loss of each step will be drawn here. Press F5 to run."), self
        )
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._made = False
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.paint)
        self.paint()
        QTimer.singleShot(LATER_MS, self, self.make)

    def make(self) -> None:
        """Make the plot, once; its library is slow to import, so after the first paint."""
        if self._made:
            return
        import pyqtgraph as pg

        self._made = True
        self._pg = pg
        self.plot = pg.PlotWidget(self)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.setAccessibleName(self.tr("Loss of each step"))
        self.curve = self.plot.plot([], [])
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._dot = pg.ScatterPlotItem(size=7)
        self.plot.addItem(self._cursor, ignoreBounds=True)
        self.plot.addItem(self._dot, ignoreBounds=True)
        self._stack.addWidget(self.plot)
        self.plot.scene().sigMouseClicked.connect(self._clicked)
        self.paint()
        self.refresh()

    def sizeHint(self) -> QSize:
        """Ask for a low, wide place."""
        return QSize(700, 240)

    def paint(self) -> None:
        """Take the theme's colours."""
        tokens = theme().tokens
        self._empty.setStyleSheet(f"color: {tokens.muted}; background: {tokens.panel};")
        if not self._made:
            return
        pg = self._pg
        self.plot.setBackground(tokens.panel)
        self.curve.setPen(pg.mkPen(tokens.accent, width=1))
        self._cursor.setPen(pg.mkPen(tokens.muted, width=1))
        self._dot.setBrush(pg.mkBrush(tokens.accent))
        self._dot.setPen(pg.mkPen(None))
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(tokens.line))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setTickFont(fonts.mono(11))
            axis.enableAutoSIPrefix(False)
        self.plot.setLabel("bottom", self.tr("step"), color=tokens.muted)
        self.plot.setLabel("left", self.tr("batch loss"), color=tokens.muted)
        self.plot.showGrid(x=False, y=True, alpha=0.12)

    def refresh(self, *_: object) -> None:
        """Draw the curve and the cursor."""
        losses = self._controller.session.history.losses
        if len(losses):
            self.make()
        if not self._made:
            return
        self._stack.setCurrentIndex(1 if len(losses) else 0)
        if not len(losses):
            return
        self.curve.setData(*outline(losses))
        if len(losses) == 1:
            # One point has no extent of its own to fit the axes to.
            self.plot.setRange(xRange=(0, 2), yRange=(0, 2 * float(losses[0]) or 1.0))
        else:
            self.plot.enableAutoRange()
        step = self._controller.session.position.updates
        self._cursor.setPos(step)
        self._dot.setData([step] if step else [], [losses[step - 1]] if step else [])

    def _clicked(self, event: object) -> None:
        place = self.plot.plotItem.vb.mapSceneToView(event.scenePos())  # type: ignore[attr-defined]
        steps = self._controller.session.history.steps
        step = max(0, min(steps, round(place.x())))
        self._controller.do(lambda session: session.jump_to_step(step))
