"""The network as a picture: values, weights, and what the current operation touches."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from bpsim.engine.kernels import Array
from bpsim.engine.program import Kind, Operation
from bpsim.explain.numbers import format_number
from bpsim.session.values import element_name
from bpsim.ui.controller import Controller
from bpsim.ui.network.layout import Picture, arrange
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

MOST_LABELS = 20
REACH = 6.0
FAINT = 0.33


@dataclass(frozen=True)
class Hit:
    """An element under the pointer: a value's name and index."""

    name: str
    index: tuple[int, ...]

    def __str__(self) -> str:
        """Write it as NumPy would."""
        return element_name(self.name, self.index)


@dataclass(frozen=True)
class Line:
    """A weight on the picture."""

    layer: int
    unit: int
    source: int
    start: QPointF
    end: QPointF
    value: float


class NetworkView(QWidget):
    """Draws the session's network; it holds no values of its own.

    Signals
    -------
    clicked
        A `Hit`: explain this.
    edit_requested
        A `Hit`: a weight or bias to be changed.
    """

    clicked = Signal(object)
    edit_requested = Signal(object)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.sample = 0
        self.setMinimumSize(300, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Network"))
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.update)

    def refresh(self, *_: object) -> None:
        """Draw anew."""
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(740, 500)

    # What there is to draw

    def picture(self) -> Picture:
        """Where everything stands now."""
        sizes = self._controller.session.project.specification.network.sizes
        return arrange(sizes, self.width(), self.height())

    def unit_text(self, layer: int, unit: int) -> str:
        """Give a unit's value, or a dash where it is not computed yet."""
        value = self._row(f"a{layer}")
        return "–" if value is None else format_number(float(value[unit]), 3)

    def _row(self, name: str) -> Array | None:
        value = self._controller.session.value(name)
        return None if value is None else value[min(self.sample, len(value) - 1)]

    def _lines(self, picture: Picture) -> Iterator[Line]:
        session = self._controller.session
        for layer in range(1, len(picture.columns)):
            left, right = picture.columns[layer - 1], picture.columns[layer]
            weights = session.program.view(f"W{layer}")
            for unit, y in zip(right.units, right.ys, strict=True):
                for source, below in zip(left.units, left.ys, strict=True):
                    start = QPointF(left.x + picture.radius, below)
                    end = QPointF(right.x - picture.radius, y)
                    yield Line(layer, unit, source, start, end, float(weights[unit, source]))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw weights, then units, then words."""
        painter = QPainter(self)
        tokens = theme().tokens
        painter.fillRect(self.rect(), QColor(tokens.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture, current = self.picture(), self._controller.session.current
        lines = list(self._lines(picture))
        self._paint_weights(painter, lines, current)
        if current is not None and current.kind is Kind.HIDDEN_ERROR:
            self._paint_way_back(painter, lines, current.layer + 1)
        self._paint_labels(painter, lines, current)
        for layer in range(len(picture.columns)):
            self._paint_layer(painter, picture, layer, current)
        self._paint_legend(painter, lines)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _strength(self, name: str, current: Operation | None) -> float:
        return 1.0 if current is None or self._touches(current, name) else FAINT

    @staticmethod
    def _touches(current: Operation, name: str) -> bool:
        target = current.name.lstrip("dmv") if current.name[-1].isdigit() else current.name
        return name in current.reads or name in (current.name, target)

    def _colour(self, value: float, largest: float) -> QColor:
        tokens = theme().tokens
        if abs(value) < 0.02 * largest or value == 0.0:
            return QColor(tokens.zero)
        return QColor(tokens.positive if value > 0 else tokens.negative)

    def _paint_weights(
        self, painter: QPainter, lines: list[Line], current: Operation | None
    ) -> None:
        largest = max((abs(line.value) for line in lines), default=1.0) or 1.0
        for line in lines:
            colour = self._colour(line.value, largest)
            colour.setAlphaF(self._strength(f"W{line.layer}", current))
            painter.setPen(QPen(colour, 1.0 + 3.0 * abs(line.value) / largest))
            painter.drawLine(QLineF(line.start, line.end))

    def _paint_way_back(self, painter: QPainter, lines: list[Line], layer: int) -> None:
        """Draw the error running back along the weights."""
        colour = QColor(theme().tokens.backward)
        for line in lines:
            if line.layer != layer:
                continue
            way = QLineF(line.end, line.start)
            normal = way.normalVector().unitVector()
            shift = QPointF(normal.dx() * 6, normal.dy() * 6)
            way.translate(shift)
            painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(way)
            unit = way.unitVector()
            tip, along = way.p2(), QPointF(unit.dx(), unit.dy())
            across = QPointF(-along.y(), along.x())
            head = [tip, tip - along * 10 + across * 4.5, tip - along * 10 - across * 4.5]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF(head))

    def _label_point(self, line: Line) -> QPointF:
        # Alternating distances from the source keep the labels of crossing lines apart.
        sizes = self._controller.session.project.specification.network.sizes
        alone = sizes[line.layer] * sizes[line.layer - 1] == 1
        share = 0.5 if alone else (0.3, 0.62, 0.46)[(line.unit + line.source) % 3]
        return line.start + (line.end - line.start) * share

    def _labelled(self, lines: list[Line]) -> list[Line]:
        counts: dict[int, int] = {}
        for line in lines:
            counts[line.layer] = counts.get(line.layer, 0) + 1
        return [line for line in lines if counts[line.layer] <= MOST_LABELS]

    def _paint_labels(
        self, painter: QPainter, lines: list[Line], current: Operation | None
    ) -> None:
        tokens = theme().tokens
        painter.setFont(fonts.mono(11))
        gradient = current is not None and current.kind in (
            Kind.WEIGHT_GRADIENT,
            Kind.PENALTY_GRADIENT,
        )
        for line in self._labelled(lines):
            lit = current is None or self._touches(current, f"W{line.layer}")
            text, ink = format_number(line.value, 3, sign=True), QColor(tokens.text)
            if gradient and current is not None and current.layer == line.layer:
                slope = self._controller.session.program.view(f"dW{line.layer}")
                text = "d " + format_number(float(slope[line.unit, line.source]), 3, sign=True)
                ink = QColor(tokens.backward)
            width = painter.fontMetrics().horizontalAdvance(text) + 12
            middle = self._label_point(line)
            box = QRectF(middle.x() - width / 2, middle.y() - 10, width, 20)
            edge = self._colour(line.value, 1e-300) if lit and current else QColor(tokens.line)
            if current is not None and current.name == f"W{line.layer}":
                edge, ink = QColor(tokens.update), QColor(tokens.update)
            painter.setPen(QPen(edge, 1))
            painter.setBrush(QColor(tokens.panel))
            painter.drawRoundedRect(box, 5, 5)
            painter.setPen(ink if lit else QColor(tokens.muted))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _paint_layer(
        self, painter: QPainter, picture: Picture, layer: int, current: Operation | None
    ) -> None:
        tokens, column, radius = theme().tokens, picture.columns[layer], picture.radius
        session = self._controller.session
        written = current is not None and (
            current.layer == layer
            and current.kind
            in (Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)
        )
        involved = current is None or current.layer in (layer, layer + 1) or written
        delta = self._row(f"delta{layer}") if layer else None
        for unit, y in zip(column.units, column.ys, strict=True):
            middle = QPointF(column.x, y)
            if written:
                painter.setPen(QPen(QColor(tokens.halo_line), 1.5))
                painter.setBrush(QColor(tokens.halo))
                painter.drawEllipse(middle, radius + 5, radius + 5)
            painter.setPen(QPen(QColor(tokens.text if involved else tokens.faint), 1.5))
            painter.setBrush(QColor(tokens.panel))
            painter.drawEllipse(middle, radius, radius)
            if radius < 17.5:
                continue
            name = f"x[{unit}]" if layer == 0 else f"a{layer}[{unit}]"
            text = self.unit_text(layer, unit)
            painter.setPen(QColor(tokens.muted if text == "–" else tokens.text))
            painter.setFont(fonts.mono(13 if radius > 28 else 11, 500))
            self._centred(painter, column.x, y - 5, text)
            painter.setPen(QColor(tokens.muted))
            painter.setFont(fonts.mono(11))
            if radius > 24:
                self._centred(painter, column.x, y + 10, name)
            below = y + radius + 15
            if layer == 0:
                painter.setFont(fonts.sans(11))
                self._centred(painter, column.x, below, session.project.data.features[unit])
                continue
            self._paint_bias(painter, layer, unit, column.x, below, current)
            if delta is not None:
                painter.setPen(QColor(tokens.backward))
                painter.setFont(fonts.mono(11))
                value = format_number(float(delta[unit]), 3, sign=True)
                self._centred(painter, column.x, y - radius - 15, f"delta{layer}[{unit}] {value}")
            if layer == len(picture.columns) - 1:
                target = self._row("y")
                if target is not None:
                    painter.setPen(QColor(tokens.text))
                    painter.setFont(fonts.mono(11))
                    words = self.tr("target {value}").format(
                        value=format_number(float(target[unit]), 3)
                    )
                    self._centred(painter, column.x, below + 17, words)
        self._paint_caption(painter, picture, layer)

    def _paint_bias(
        self,
        painter: QPainter,
        layer: int,
        unit: int,
        x: float,
        y: float,
        current: Operation | None,
    ) -> None:
        tokens, session = theme().tokens, self._controller.session
        text = "b " + format_number(float(session.program.view(f"b{layer}")[unit]), 3, sign=True)
        ink = tokens.muted
        if current is not None and current.name == f"b{layer}":
            ink = tokens.update
        elif current is not None and current.name == f"db{layer}":
            slope = float(session.program.view(f"db{layer}")[unit])
            text, ink = "db " + format_number(slope, 3, sign=True), tokens.backward
        painter.setPen(QColor(ink))
        painter.setFont(fonts.mono(11))
        self._centred(painter, x, y, text)

    def _paint_caption(self, painter: QPainter, picture: Picture, layer: int) -> None:
        tokens, column = theme().tokens, picture.columns[layer]
        network = self._controller.session.project.specification.network
        painter.setPen(QColor(tokens.muted))
        painter.setFont(fonts.sans(11))
        if column.gap_y is not None:
            hidden = network.sizes[layer] - len(column.units)
            text = self.tr("⋮ {count} more").format(count=hidden)
            self._centred(painter, column.x, column.gap_y, text)
        if layer == 0:
            text = self.tr("Input · {units}").format(units=network.inputs)
        else:
            entry = network.layers[layer - 1]
            text = self.tr("Layer {number} · {units}, {activation}").format(
                number=layer, units=entry.units, activation=entry.activation
            )
        self._centred(painter, column.x, self.height() - 14, text)

    def _paint_legend(self, painter: QPainter, lines: list[Line]) -> None:
        tokens = theme().tokens
        largest = max((abs(line.value) for line in lines), default=1.0)
        bar = QRectF(14, self.height() - 46, 84, 6)
        shades = QLinearGradient(bar.topLeft(), bar.topRight())
        for place, colour in ((0, tokens.negative), (0.5, tokens.zero), (1, tokens.positive)):
            shades.setColorAt(place, QColor(colour))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shades)
        painter.drawRoundedRect(bar, 2, 2)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(fonts.mono(11))
        edge = format_number(largest, 2)
        for x, text in ((bar.left() + 10, f"−{edge}"), (bar.center().x(), "0")):
            self._centred(painter, x, bar.bottom() + 11, text)
        self._centred(painter, bar.right() - 8, bar.bottom() + 11, f"+{edge}")

    @staticmethod
    def _centred(painter: QPainter, x: float, y: float, text: str) -> None:
        painter.drawText(QRectF(x - 120, y - 10, 240, 20), Qt.AlignmentFlag.AlignCenter, text)

    # Pointing

    def hit(self, point: QPointF) -> Hit | None:
        """Find the element under a point: units and biases first, then the nearest weight."""
        picture = self.picture()
        for layer, column in enumerate(picture.columns):
            for unit, y in zip(column.units, column.ys, strict=True):
                if hypot(point.x() - column.x, point.y() - y) <= picture.radius:
                    return Hit(f"a{layer}", (self.sample, unit))
                bias_y = y + picture.radius + 15
                if layer and abs(point.x() - column.x) < 40 and abs(point.y() - bias_y) < 9:
                    return Hit(f"b{layer}", (unit,))
        lines = list(self._lines(picture))
        for line in self._labelled(lines):
            spot = self._label_point(line)
            if abs(point.x() - spot.x()) < 26 and abs(point.y() - spot.y()) < 10:
                return Hit(f"W{line.layer}", (line.unit, line.source))
        nearest = min(lines, key=lambda line: _distance(point, line), default=None)
        if nearest is None or _distance(point, nearest) > REACH:
            return None
        return Hit(f"W{nearest.layer}", (nearest.unit, nearest.source))

    def describe(self, hit: Hit) -> str:
        """Say what an element is, with all digits of its value."""
        value = self._controller.session.value(hit.name)
        digits = self.tr("not computed yet") if value is None else repr(float(value[hit.index]))
        return f"{hit} = {digits}" if value is not None else f"{hit}: {digits}"

    def event(self, event: QEvent) -> bool:
        """Answer the request for a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self.hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(hit) if hit else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Explain what is clicked."""
        hit = self.hit(event.position())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(hit)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit a weight or a bias."""
        hit = self.hit(event.position())
        if hit is not None and hit.name[0] in "Wb":
            self.edit_requested.emit(hit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show by the pointer what can be clicked."""
        shape = Qt.CursorShape.PointingHandCursor if self.hit(event.position()) else None
        self.setCursor(shape or Qt.CursorShape.ArrowCursor)


def _distance(point: QPointF, line: Line) -> float:
    way, off = line.end - line.start, point - line.start
    length = way.x() ** 2 + way.y() ** 2
    share = max(0.0, min(1.0, QPointF.dotProduct(way, off) / length)) if length else 0.0
    rest = off - way * share
    return hypot(rest.x(), rest.y())
