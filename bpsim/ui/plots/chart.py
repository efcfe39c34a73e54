"""A chart in the theme's colours, with round ticks and the values under the pointer."""

from html import escape
from math import inf
from time import perf_counter

import pyqtgraph as pg
from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLabel, QWidget

from bpsim.ui.plots.legend import Key
from bpsim.ui.plots.strokes import Strokes
from bpsim.ui.plots.thinning import FARTHEST
from bpsim.ui.plots.ticks import linear_ticks, log_texts, log_ticks, tick_text
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

_LEFT, _BOTTOM, _RIGHT = 52, 22, 24
_BEYOND = 36
_NAME, _LEAST = 84.0, 24.0
_APART = 1e-9
"""How far apart the ends of an axis are at least, as a part of the greater."""
_ZOOM = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}


Text = tuple[QRectF, Qt.AlignmentFlag, str]


class Axis(pg.AxisItem):
    """One level of round ticks, as many as can be read.

    Attributes
    ----------
    log
        Whether places are decimal logarithms.
    whole
        Whether only whole numbers mean something.
    unit
        A word at the far end of a bottom axis, in line with the ticks.
    beyond
        How many pixels that word may stand out beyond the axis, besides the usual.
    taken
        How many pixels there an axis at the right takes.
    names
        What stands at 0, 1, 2 ... instead of numbers.
    """

    # pyqtgraph lays the axis out while it makes it.
    log = whole = False
    unit = ""
    beyond = taken = 0
    names: tuple[str, ...] = ()

    def __init__(self, side: str) -> None:
        super().__init__(side, maxTickLevel=0)
        self.enableAutoSIPrefix(False)
        self.setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=False)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Place the ticks."""
        low, high = sorted((low, high))
        room = 30 if self.orientation == "left" else 88 if self.whole else 60
        most = max(2, int(size / room))
        if self.names:
            room = 18 if self.orientation == "left" else self.longest()
            every = -(-len(self.names) // max(int(size / room), 1))
            return [(1.0, [float(n) for n in range(0, len(self.names), every)])]
        if self.log:
            return [(1.0, log_ticks(low, high, most))]
        return [linear_ticks(low, high, most, self.whole)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """Write them."""
        if self.names:
            metrics, cut = QFontMetricsF(fonts.mono(11)), Qt.TextElideMode.ElideRight
            return [metrics.elidedText(self.names[int(v)], cut, _NAME) for v in values]
        if self.log:
            return log_texts(values)
        return [tick_text(value, spacing) for value in values]

    def longest(self) -> int:
        """Return how wide the longest name is, or as much of it as is written."""
        metrics = QFontMetricsF(fonts.mono(11))
        widths = [metrics.horizontalAdvance(name) for name in self.names]
        return round(min(max(widths, default=0.0), _NAME)) + 12

    def boundingRect(self) -> QRectF:
        """Leave room for the halves of the texts at both ends."""
        return QRectF(super().boundingRect()).adjusted(-24, -8, 24, 8)

    def name(self, words: str) -> None:
        """Say what the axis is; along the axis, or at its end if that is in line with ticks."""
        self.setLabel(words)
        self.resizeEvent()

    def labelString(self) -> str:
        """Write the name, as much of it as has room; a tip says all of it."""
        room = self.size().height() if self.orientation == "left" else self.size().width() / 2
        metrics, cut = QFontMetricsF(fonts.sans(11)), Qt.TextElideMode.ElideRight
        text = metrics.elidedText(self.labelText, cut, max(room, _LEAST))
        self.setToolTip("" if text == self.labelText else escape(self.labelText))
        style = ";".join(f"{name}: {value}" for name, value in self.labelStyle.items())
        return f"<span style='{style}'>{escape(text)}</span>"

    def resizeEvent(self, event: object = None) -> None:
        """Keep the name of a bottom axis in line with its ticks, and the other's in sight."""
        if self.label is not None:
            self.label.setHtml(self.labelString())
        super().resizeEvent(event)
        if self.label is None:
            return
        if self.orientation == "left":
            self.label.setX(0)
        elif self.unit:
            room = max(_RIGHT + self.beyond, self.taken)
            box, right = self.label.boundingRect(), self.size().width() + room
            self.label.setPos(QPointF(right - box.width(), 4 - (box.height() - 16) / 2))

    def generateDrawSpecs(self, painter: QPainter) -> tuple[object, list[object], list[Text]]:
        """Leave out the texts that the axis's own name would cover."""
        axis, lines, texts = super().generateDrawSpecs(painter)
        edge = self.label.x() - 4 if self.unit else inf
        return axis, lines, [text for text in texts if text[0].right() < edge]


class Chart(pg.PlotWidget):
    """A plot that can be zoomed and fitted again, by wheel and by keys.

    Parameters
    ----------
    both
        Whether zooming concerns both axes, or only the one from left to right.
    right
        An axis at the right, if there is one.

    Attributes
    ----------
    zoomed
        Whether a person chose the range; it then stays as it is.
    tall
        The same for the range from bottom to top, where it is zoomed apart from the other.
    strokes
        Everything that is drawn.
    painting_s
        How long it took to paint it the last time.

    Signals
    -------
    clicked
        A place, in the chart's coordinates.
    range_changed
        A person zoomed, moved or fitted.
    behind
        Something was worked out that is not drawn yet.
    """

    clicked = Signal(float, float)
    range_changed = Signal()
    behind = Signal()

    def __init__(self, both: bool, parent: QWidget, right: Axis | None = None) -> None:
        axes = {side: Axis(side) for side in ("left", "bottom")}
        super().__init__(parent, axisItems=axes if right is None else {**axes, "right": right})
        self.zoomed = self.tall = False
        self.painting_s = 0.0
        self._names = ("", "")
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box = self.plotItem.vb
        self.box.setMouseEnabled(x=True, y=both)
        self.box.disableAutoRange()
        self.left, self.bottom = self.getAxis("left"), self.getAxis("bottom")
        self.left.setWidth(_LEFT)
        self.left.setZValue(-1)  # hairlines under the curves
        self.bottom.setHeight(_BOTTOM)
        self.show_grid(True)
        self.plotItem.layout.setContentsMargins(0, 4, _RIGHT, 0)
        self.strokes = Strokes()
        self.addItem(self.strokes, ignoreBounds=True)
        self.pointer = QLabel(self)
        self.pointer.setFont(fonts.mono(11))
        self.pointer.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.pointer.hide()
        self.scene().sigMouseMoved.connect(self._moved)
        self.scene().sigMouseClicked.connect(self._clicked)
        self.box.sigRangeChangedManually.connect(self._zoomed)
        self._under = QPointF()
        theme().changed.connect(self.colour)
        self.colour()

    # For each kind of chart

    def draw(self) -> None:
        """Draw everything anew."""
        raise NotImplementedError

    def keys(self) -> tuple[Key, ...]:
        """Name what is drawn."""
        return ()

    def words(self, x: float, y: float) -> str:
        """Say something about a place, given in the chart's coordinates, or nothing."""
        return ""

    def pause(self) -> None:
        """Leave off what goes on by itself, until the next time it is drawn."""

    # For all

    def name_axes(self, bottom: str, left: str = "") -> None:
        """Say what the axes are; a bottom axis has its name in line with the ticks."""
        if (bottom, left) == self._names:
            return  # an axis whose name is set is drawn anew
        self._names = bottom, left
        width = round(QFontMetricsF(fonts.sans(11)).horizontalAdvance(bottom)) + 8
        self.bottom.unit, self.bottom.beyond = bottom, min(width, _BEYOND) if bottom else 0
        self.bottom.name(bottom)
        self.set_right(0)
        self.left.name(left)
        self.left.showLabel(bool(left))
        self.left.setWidth(max(_LEFT, self.left.longest()) + (16 if left else 0))

    def set_right(self, taken: int) -> None:
        """Leave room at the right for the name of the bottom axis, and for an axis of its own."""
        self.bottom.taken = taken
        rest = max(_RIGHT + self.bottom.beyond - taken, 0)
        self.plotItem.layout.setContentsMargins(0, 4, rest, 0)

    def show_grid(self, shown: bool) -> None:
        """Draw hairlines at the ticks of the left axis, or none."""
        self.left.setGrid(255 if shown else False)

    def colour(self) -> None:
        """Take the theme's colours."""
        tokens = theme().tokens
        self.setBackground(tokens.panel)
        self.setStyleSheet(
            f"QGraphicsView {{ border: 0; border-top: 1px solid {tokens.panel}; }}"
            f"QGraphicsView:focus {{ border-top-color: {tokens.accent}; }}"
            f"QLabel {{ background: {tokens.panel}; border: 1px solid {tokens.line};"
            f" border-radius: 6px; padding: 4px 8px; color: {tokens.text}; }}"
        )
        for axis in (self.left, self.bottom):
            self.colour_axis(axis)

    def colour_axis(self, axis: Axis) -> None:
        """Give an axis the theme's colours."""
        tokens = theme().tokens
        axis.setPen(pg.mkPen(None))
        axis.setTickPen(pg.mkPen(tokens.line))
        axis.setTextPen(pg.mkPen(tokens.muted))
        axis.setTickFont(fonts.mono(11))
        axis.label.setFont(fonts.sans(11))

    def show_range(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show this part, without taking it for a person's choice."""
        self.box.setRange(xRange=_shown(*x), yRange=_shown(*y), padding=0)

    def ranges(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return the ends of both axes."""
        (x0, x1), (y0, y1) = self.box.viewRange()
        return (x0, x1), (y0, y1)

    def fit(self) -> None:
        """Show all of it again."""
        self.zoomed = self.tall = False
        self.range_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Zoom with plus and minus, fit with 0."""
        key = Qt.Key(event.key())
        if key in _ZOOM:
            both = self.box.state["mouseEnabled"][1]
            self.box.scaleBy(x=_ZOOM[key], y=_ZOOM[key] if both else None)
            self._zoomed()
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and note how long it takes."""
        start = perf_counter()
        super().paintEvent(event)
        self.painting_s = perf_counter() - start

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; over the left axis from bottom to top alone."""
        place = self.mapToScene(event.position().toPoint())
        beside = place.x() < self.box.sceneBoundingRect().left()
        if self.box.state["mouseEnabled"][1] or not beside:
            super().wheelEvent(event)
            return
        self.tall = True
        middle = self.box.mapSceneToView(place)
        self.box.scaleBy(y=1.0015 ** -event.angleDelta().y(), center=(middle.x(), middle.y()))
        self.range_changed.emit()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Take the box away."""
        self.pointer.hide()
        super().leaveEvent(event)

    def _zoomed(self, *_: object) -> None:
        self.zoomed = True
        self.range_changed.emit()

    def say_again(self) -> None:
        """Say what is under the pointer now that the chart was drawn anew."""
        if self.pointer.isVisible():
            self._moved(self._under)

    def _moved(self, place: QPointF) -> None:
        self._under = place
        inside = self.box.sceneBoundingRect().contains(place)
        at = self.box.mapSceneToView(place)
        text = self.words(at.x(), at.y()) if inside else ""
        self.pointer.setVisible(bool(text))
        if text:
            self.pointer.setText(text)
            self.pointer.adjustSize()
            self.pointer.move(self._beside(self.mapFromScene(place)))

    def _beside(self, place: QPoint) -> QPoint:
        """Put the box beside the pointer, on the side where it has room."""
        width, height = self.pointer.width(), self.pointer.height()
        x = place.x() + 12 if place.x() + 12 + width < self.width() else place.x() - 12 - width
        return QPoint(max(x, 0), max(0, min(place.y() - height // 2, self.height() - height)))

    def _clicked(self, event: MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.double():
            self.fit()
        elif self.box.sceneBoundingRect().contains(event.scenePos()):
            place = self.box.mapSceneToView(event.scenePos())
            self.clicked.emit(place.x(), place.y())


def _shown(low: float, high: float) -> tuple[float, float]:
    """Bring the ends of an axis to where distances can still be worked out, and apart."""
    low, high = (min(max(end, -FARTHEST), FARTHEST) for end in (low, high))
    least = _APART * max(abs(low), abs(high))
    return (low, high) if high - low > least else (low - least, low + least)


def sensible(low: float, high: float) -> tuple[float, float]:
    """Choose the ends of an axis: from 0 for what is never negative, unless that hides it all.

    There is room for half a dot on either side.
    """
    if not -inf < low <= high < inf:
        return 0.0, 1.0
    if low == high:
        return (min(0.0, 2 * low), max(0.0, 2 * high)) if low else (-1.0, 1.0)
    if 0.0 <= low <= 0.6 * high:
        return -0.04 * high, 1.05 * high
    return low - 0.06 * (high - low), high + 0.06 * (high - low)
