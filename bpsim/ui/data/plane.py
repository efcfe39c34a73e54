"""Rows of one or two features and their target, as points in a plane."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bpsim.engine.kernels import Array
from bpsim.session.project import Dataset
from bpsim.ui.data.table import all_rows
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import SMALL, Tokens

MOST_POINTS = 5000
LATER_MS = 100
EMPTY_RANGE = (-1.2, 1.2)
LARGEST = 1e12
"""What lies further out is not drawn: axes lose their digits there, and then overflow."""
_LARGE, _SMALL = 1e100, 1e-9
_PADDING = 0.06
CLASS_SHAPES = ("o", "s", "t")
"""Classes differ by shape as well as by hue."""
_STEPS = 5


def is_drawable(data: Dataset) -> bool:
    """Tell whether rows are points in a plane: up to two features, few targets, usual sizes."""
    one = len(data.features) == 1 and len(data.targets) == 1
    two = len(data.features) == 2 and 1 <= len(data.targets) <= len(CLASS_SHAPES)
    return (one or two) and all(
        bool((np.abs(rows[:, :2]) <= LARGEST).all()) for rows in (data.train, data.test)
    )


@dataclass(frozen=True)
class Points:
    """Points to draw.

    Attributes
    ----------
    places
        Shape ``(points, 2)``.
    groups
        Which hue and shape each has.
    test
        Which are kept for testing.
    hues
        The names or mixtures of tokens of the groups: from -1 (negative) to 1 (positive).
    shapes
        Of the groups.
    """

    places: Array
    groups: NDArray[np.int64]
    test: NDArray[np.bool_]
    hues: tuple[float, ...]
    shapes: tuple[str, ...]


def points_of(data: Dataset) -> Points:
    """Lay rows out as points: classes by hue and shape, values by hue."""
    rows = all_rows(data)
    test = np.arange(len(rows)) >= len(data.train)
    if len(data.features) == 1:
        return Points(rows, np.zeros(len(rows), dtype=np.int64), test, (1.0,), ("o",))
    places, targets = rows[:, :2], rows[:, 2:]
    if targets.shape[1] > 1:
        hues = tuple(np.linspace(-1.0, 1.0, targets.shape[1]).tolist())
        return Points(places, targets.argmax(axis=1), test, hues, CLASS_SHAPES)
    values = targets[:, 0]
    if np.isin(values, (0.0, 1.0)).all():
        return Points(places, values.astype(np.int64), test, (-1.0, 1.0), CLASS_SHAPES)
    low, high = float(values.min()), float(values.max())
    share = (values - low) / (high - low) if high > low else np.zeros(len(values))
    groups = np.minimum((share * _STEPS).astype(np.int64), _STEPS - 1)
    return Points(
        places, groups, test, tuple(np.linspace(-1.0, 1.0, _STEPS).tolist()), ("o",) * _STEPS
    )


def hue(tokens: Tokens, share: float) -> QColor:
    """Mix the colour of a value from -1 to 1: negative, zero, positive."""
    end = QColor(tokens.positive if share > 0 else tokens.negative)
    middle, part = QColor(tokens.zero), abs(share)
    pairs = (
        (end.red(), middle.red()),
        (end.green(), middle.green()),
        (end.blue(), middle.blue()),
    )
    return QColor(*(round(a * part + b * (1.0 - part)) for a, b in pairs))


def _range(values: Array) -> tuple[float, float]:
    """Give both ends of an axis, some way apart even where all values are one."""
    low, high = float(values.min()), float(values.max())
    largest = max(abs(low), abs(high))
    if high - low <= max(1e-6 * largest, _SMALL):
        # Qt's own arithmetic bears neither the largest nor the smallest of numbers.
        pad = (0.5 if largest < _LARGE else 1e-6) * (largest if largest > _SMALL else 1.0)
        return low - pad, high + pad
    pad = _PADDING * (high - low)
    return low - pad, high + pad


class PlaneView(QWidget):
    """The plane; it can be drawn in while `drawing` is on.

    Signals
    -------
    stroke
        The place, in the data's units, where the pointer is pressed or dragged with the left
        button; and whether the stroke begins there.
    """

    stroke = Signal(float, float, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.drawing = False
        self._dataset: Dataset | None = None
        self._drawable = False
        self._current = -1
        self._made = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 12, 0)
        theme().changed.connect(self.paint)
        QTimer.singleShot(LATER_MS, self, self.make)

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(280, 240)

    def make(self) -> None:
        """Make the plot, once; its library is slow to import, so after the first paint."""
        if self._made:
            return
        import pyqtgraph as pg

        self._made, self._pg = True, pg
        self.plot = pg.PlotWidget(self)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=False, y=False)
        self.plot.disableAutoRange()
        self.plot.setAccessibleName(self.tr("Rows as points"))
        self.plot.viewport().installEventFilter(self)
        self._ring = pg.ScatterPlotItem(size=15)
        self._ring.setZValue(10)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.plot)
        current = self._current
        self.paint()
        self.fit()
        self.mark(current)

    def show_dataset(self, data: Dataset, fit: bool = True) -> None:
        """Show other rows, and make all of them fit unless a hand is drawing."""
        self._dataset, self._current = data, -1
        self._drawable = is_drawable(data)
        self._draw()
        if fit:
            self.fit()

    def fit(self) -> None:
        """Show all points; without any, from -1.2 to 1.2."""
        if not self._made or self._dataset is None:
            return
        if not self._drawable:
            return
        x, y = EMPTY_RANGE, EMPTY_RANGE
        if len(self._dataset.train) + len(self._dataset.test):
            places = all_rows(self._dataset)[:, :2]
            x, y = _range(places[:, 0]), _range(places[:, 1])
        self.plot.setRange(xRange=x, yRange=y, padding=0.0)

    def mark(self, row: int) -> None:
        """Put a ring around a row, counted through training and test rows; -1 for none."""
        self._current = row
        if not self._made or self._dataset is None or not self._drawable:
            return
        inside = 0 <= row < len(self._dataset.train)
        place = self._dataset.train[row, :2] if inside else None
        self._ring.setData([] if place is None else [place[0]], [] if place is None else [place[1]])

    def paint(self) -> None:
        """Take the theme's colours."""
        if not self._made:
            return
        pg, tokens = self._pg, theme().tokens
        self.plot.setBackground(tokens.panel)
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(tokens.line))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setTickFont(fonts.mono(SMALL))
            axis.enableAutoSIPrefix(False)
        self.plot.showGrid(x=True, y=True, alpha=0.12)
        self._ring.setPen(pg.mkPen(tokens.text, width=2))
        self._ring.setBrush(pg.mkBrush(None))
        self._draw()

    def _draw(self) -> None:
        data = self._dataset
        if not self._made or data is None:
            return
        pg, tokens = self._pg, theme().tokens
        self.plot.clear()
        if not self._drawable:
            return
        names = (*data.features, *data.targets)
        self.plot.setLabel("bottom", names[0], color=tokens.muted)
        self.plot.setLabel("left", names[1], color=tokens.muted)
        points = points_of(data)
        shown = np.zeros(len(points.places), dtype=bool)
        shown[:: max(1, -(-len(shown) // MOST_POINTS))] = True
        for group, (share, shape) in enumerate(zip(points.hues, points.shapes, strict=False)):
            colour = QColor(tokens.accent) if len(data.features) == 1 else hue(tokens, share)
            for test in (False, True):
                chosen = points.places[shown & (points.groups == group) & (points.test == test)]
                if not len(chosen):
                    continue
                # Test points are hollow.
                item = pg.ScatterPlotItem(
                    chosen[:, 0],
                    chosen[:, 1],
                    size=8,
                    symbol=shape,
                    pen=pg.mkPen(colour if test else tokens.panel, width=1.5 if test else 1),
                    brush=pg.mkBrush(None if test else colour),
                )
                self.plot.addItem(item)
        self.plot.addItem(self._ring, ignoreBounds=True)
        self.mark(self._current)

    def place_of(self, position: QPointF) -> tuple[float, float]:
        """Translate a place in the viewport to the data's units."""
        scene = self.plot.mapToScene(position.toPoint())
        at = self.plot.plotItem.vb.mapSceneToView(scene)
        return float(at.x()), float(at.y())

    def size_of_pixel(self) -> tuple[float, float]:
        """Tell how much a pixel is in the data's units."""
        width, height = self.plot.plotItem.vb.viewPixelSize()
        return float(width), float(height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Turn presses and drags into strokes."""
        if self.drawing and isinstance(event, QMouseEvent):
            pressed = event.type() == QEvent.Type.MouseButtonPress
            moved = event.type() == QEvent.Type.MouseMove
            left = Qt.MouseButton.LeftButton
            if (pressed and event.button() == left) or (moved and event.buttons() & left):
                self.stroke.emit(*self.place_of(event.position()), pressed)
                return True
        return super().eventFilter(watched, event)
