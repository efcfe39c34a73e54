"""Draws the network; it reads values while it draws and keeps none."""

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from bpsim.explain.numbers import format_number
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.network.element import number_text, on_picture, row_of, shown_value
from bpsim.ui.network.layout import (
    HALO,
    LABEL_WIDTHS,
    LINE,
    WITH_TEXT,
    WITH_VALUE,
    Box,
    Floats,
    Picture,
)
from bpsim.ui.network.touch import Touch
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import Tokens

FAINT = 0.33
MOST_LINES = 2000
SMOOTH_LINES = 300
MOST_ARROWS = 36
WIDTHS = (1.0, 1.8, 2.6, 3.4, 4.2)
NEAR_ZERO = 0.02


class Drawing:
    """One drawing of a session: made for a paint event and thrown away after it."""

    def __init__(
        self,
        painter: QPainter,
        session: Session,
        picture: Picture,
        touch: Touch,
        tokens: Tokens,
        sample: int,
    ) -> None:
        self.painter, self.session, self.picture = painter, session, picture
        self.touch, self.tokens, self.sample = touch, tokens, sample
        self.values = weight_values(session, picture)
        self.largest = float(np.abs(self.values).max(initial=0.0)) or 1.0

    def draw(self) -> None:
        """Draw lines, then labels, then units and words."""
        few = len(self.values) <= SMOOTH_LINES
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, few)
        # A clip makes drawing many lines several times as fast, and changes no pixel.
        inverse, _ = self.painter.worldTransform().inverted()
        whole = QRectF(0, 0, self.picture.width, self.picture.height)
        self.painter.setClipRect(inverse.mapRect(whole))
        self._weights()
        self.painter.setClipping(False)
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._way()
        for at, box in self.picture.labels.items():
            self._label(at, box)
        for layer in range(len(self.picture.columns)):
            self._layer(layer)
        self._captions()

    def ring(self, hit: Element, dotted: bool) -> None:
        """Draw a ring around an element: the one with the focus, or the one pointed at."""
        hit = on_picture(self.session, hit)
        if not hit.index:
            return
        style = Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine
        self.painter.setPen(QPen(QColor(self.tokens.accent), 1.5 if dotted else 2.0, style))
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        columns, radius = self.picture.columns, self.picture.radius
        if not hit.name.startswith("W"):
            column = columns[hit.layer]
            if hit.index[-1] not in column.units:
                return
            y = column.ys[column.units.index(hit.index[-1])]
            if hit.name.startswith("b"):
                rect = QRectF(column.x - 36, y + radius + HALO, 72, LINE)
                self.painter.drawRoundedRect(rect, 5, 5)
            else:
                self.painter.drawEllipse(QPointF(column.x, y), radius + 7.5, radius + 7.5)
            return
        at = find_weight(self.picture, hit)
        if at is None:
            return
        box = self.picture.labels.get(at)
        if box is not None:
            rect = self._label_rect(box, self._label_text(at, box)).adjusted(-2.5, -2.5, 2.5, 2.5)
            self.painter.drawRoundedRect(rect, 7, 7)
        else:
            self.painter.drawLine(self._line(at))

    # Weights

    def _line(self, at: int) -> QLineF:
        s = self.picture.segments
        return QLineF(s.x0[at], s.y0[at], s.x1[at], s.y1[at])

    def _colour(self, value: float) -> str:
        if abs(value) < NEAR_ZERO * self.largest:
            return self.tokens.zero
        return self.tokens.positive if value > 0 else self.tokens.negative

    def _lit(self, layer: int) -> bool:
        return self.touch.everything or layer in self.touch.weights

    def _weights(self) -> None:
        """Draw all lines in batches of one colour and width, the faint ones first."""
        s, size = self.picture.segments, np.abs(self.values)
        shown = np.arange(len(size))
        if len(size) > MOST_LINES:
            shown = np.argpartition(size, -MOST_LINES)[-MOST_LINES:]
        sign = np.where(size < NEAR_ZERO * self.largest, 0, np.sign(self.values)).astype(int)
        bucket = np.clip(size / self.largest * len(WIDTHS), 0, len(WIDTHS) - 1).astype(int)
        lit = np.isin(s.layer, [n for n in range(len(self.picture.columns)) if self._lit(n)])
        keys = (lit * 3 + sign + 1) * len(WIDTHS) + bucket
        colours = (self.tokens.negative, self.tokens.zero, self.tokens.positive)
        for key in np.unique(keys[shown]):
            rest, width = divmod(int(key), len(WIDTHS))
            colour = QColor(colours[rest % 3])
            colour.setAlphaF(1.0 if rest >= 3 else FAINT + 0.07)
            pen = QPen(colour, WIDTHS[width])
            self.painter.setPen(pen)
            self.painter.drawLines([self._line(at) for at in shown[keys[shown] == key]])

    def _way(self) -> None:
        """Draw the way that a signal takes along the weights that are read."""
        if not self.touch.way:
            return
        back = self.touch.way < 0
        colour = QColor(self.tokens.backward if back else self.tokens.forward)
        s = self.picture.segments
        for layer in self.touch.weights:
            chosen = np.flatnonzero(s.layer == layer)
            if len(chosen) > MOST_ARROWS:
                self._one_arrow(layer, colour, back)
                continue
            for at in chosen:
                line = self._line(int(at))
                # Arrows end at the halo of the unit that is written.
                if not back:
                    line.setLength(max(line.length() - HALO, 0.1))
                    self._head(line, colour)
                    continue
                way = QLineF(line.p2(), line.p1())
                normal = way.normalVector().unitVector()
                way.translate(-normal.dx() * 6, -normal.dy() * 6)
                way.setLength(max(way.length() - HALO, 0.1))
                self._dashed(way, colour)

    def _one_arrow(self, layer: int, colour: QColor, back: bool) -> None:
        left, right = self.picture.columns[layer - 1], self.picture.columns[layer]
        y = min(*left.ys, *right.ys) - self.picture.radius - 8
        reach = self.picture.radius + 12
        way = QLineF(left.x + reach, y, right.x - reach, y)
        if back:
            way = QLineF(way.p2(), way.p1())
        self._dashed(way, colour)

    def _dashed(self, way: QLineF, colour: QColor) -> None:
        self.painter.setPen(QPen(colour, 1.4, Qt.PenStyle.CustomDashLine))
        pen = self.painter.pen()
        pen.setDashPattern([4.0, 3.0])
        self.painter.setPen(pen)
        shaft = QLineF(way)
        shaft.setLength(max(way.length() - 8.0, 0.1))
        self.painter.drawLine(shaft)
        self._head(way, colour)

    def _head(self, way: QLineF, colour: QColor) -> None:
        unit, tip = way.unitVector(), way.p2()
        along = QPointF(unit.dx(), unit.dy())
        across = QPointF(-along.y(), along.x())
        size = 10.0 if self.picture.radius >= WITH_TEXT else 7.0
        back = tip - along * size
        self.painter.setPen(Qt.PenStyle.NoPen)
        self.painter.setBrush(colour)
        head = [tip, back + across * (size * 0.45), back - across * (size * 0.45)]
        self.painter.drawPolygon(QPolygonF(head))

    def _label_text(self, at: int, box: Box) -> str:
        s = self.picture.segments
        layer = int(s.layer[at])
        if self.touch.weights.get(layer) != "gradient":
            return number_text(float(self.values[at]), sign=True)
        gradient = self.session.value(f"dW{layer}")
        slope = None if gradient is None else float(gradient[s.unit[at], s.source[at]])
        text = number_text(slope, sign=True)
        return f"dW {text}" if box.width >= LABEL_WIDTHS[0] else text

    @staticmethod
    def _label_rect(box: Box, text: str) -> QRectF:
        wide = QFontMetricsF(fonts.mono(11)).horizontalAdvance(text) + 12
        rect = QRectF(0, 0, max(min(wide, box.width), 30.0), box.height)
        rect.moveCenter(QPointF(box.x, box.y))
        return rect

    def _label(self, at: int, box: Box) -> None:
        t, layer, value = self.tokens, int(self.picture.segments.layer[at]), self.values[at]
        role, lit = self.touch.weights.get(layer), self._lit(layer)
        text, ink = self._label_text(at, box), t.text if lit else t.muted
        edge = self._colour(value) if lit and not self.touch.everything else t.line
        width, back = 1.0, t.panel
        if role == "gradient":
            ink, edge, back, width = t.backward, t.halo_line, t.halo, 1.5
        elif role == "update":
            ink, edge, back, width = t.update, t.update, t.halo, 1.5
        font = fonts.mono(11)
        self.painter.setPen(QPen(QColor(edge), width))
        self.painter.setBrush(QColor(back))
        self.painter.drawRoundedRect(self._label_rect(box, text), 5, 5)
        self._text(box.x, box.y, text, font, ink, box.width)

    # Units

    def _layer(self, layer: int) -> None:
        picture, t = self.picture, self.tokens
        column, radius = picture.columns[layer], picture.radius
        name, values = shown_value(self.session, layer, self.sample)
        delta = row_of(self.session, f"delta{layer}", self.sample) if layer else None
        scale = 1.0 if values is None else float(np.abs(values).max(initial=0.0)) or 1.0
        written = bool(layer) and self.touch.written == layer
        lit = self.touch.everything or layer in self.touch.units
        for unit, y in zip(column.units, column.ys, strict=True):
            middle = QPointF(column.x, y)
            value = None if values is None else float(values[unit])
            if written:
                self.painter.setPen(QPen(QColor(t.halo_line), 1.5))
                self.painter.setBrush(QColor(t.halo))
                reach = HALO if radius >= WITH_VALUE else 3.0
                self.painter.drawEllipse(middle, radius + reach, radius + reach)
            self.painter.setPen(QPen(QColor(t.text if lit else t.faint), 1.6 if lit else 1.2))
            self.painter.setBrush(self._fill(value, scale))
            self.painter.drawEllipse(middle, radius, radius)
            slope = None if delta is None else float(delta[unit])
            if radius >= WITH_TEXT:
                self._full_unit(layer, unit, y, f"{name}[{unit}]", value, slope)
            elif radius >= WITH_VALUE:
                self._small_unit(column.x, y, value, slope if self._shows_error(layer) else None)
        if column.gap_y is not None:
            hidden = self._sizes()[layer] - len(column.units)
            words = QCoreApplication.translate("NetworkView", "⋮ {count} more")
            text = words.format(count=f"{hidden:,}")
            self._patch(column.x, column.gap_y, text, fonts.sans(11), t.muted)

    def _sizes(self) -> tuple[int, ...]:
        return self.session.project.specification.network.sizes

    def _fill(self, value: float | None, scale: float) -> QColor:
        """Tell a value by shade where there is no room to write it into the unit."""
        panel = QColor(self.tokens.panel)
        if value is None or self.picture.radius >= WITH_TEXT:
            return panel
        shade = QColor(self.tokens.positive if value >= 0 else self.tokens.negative)
        part = 0.75 * min(abs(value) / scale, 1.0)
        red, green, blue = (
            (1 - part) * getattr(panel, name)() + part * getattr(shade, name)()
            for name in ("redF", "greenF", "blueF")
        )
        return QColor.fromRgbF(red, green, blue)

    def _shows_error(self, layer: int) -> bool:
        return self.touch.phase == "backward" and layer in self.touch.units

    def _full_unit(
        self, layer: int, unit: int, y: float, name: str, value: float | None, slope: float | None
    ) -> None:
        t, x, radius = self.tokens, self.picture.columns[layer].x, self.picture.radius
        large = radius >= 30.0
        ink = t.muted if value is None else t.text
        inner = 2 * radius - 4
        self._text(x, y - 6, number_text(value), fonts.mono(13 if large else 12, 500), ink, inner)
        self._text(x, y + 10, name, fonts.mono(11), t.muted, inner)
        above, below = y - radius - HALO - LINE / 2 - 1, y + radius + HALO + LINE / 2 + 1
        if slope is not None:
            text = f"delta{layer}[{unit}] {number_text(slope, True)}"
            self._patch(x, above, text, fonts.mono(11), t.backward)
        if layer == 0:
            feature = self.session.project.data.features[unit]
            self._patch(x, below, feature, fonts.sans(11), t.muted)
            return
        self._bias(layer, unit, x, below)
        if layer == len(self.picture.columns) - 1:
            target = row_of(self.session, "y", self.sample)
            words = QCoreApplication.translate("NetworkView", "target {value}")
            text = words.format(value=number_text(None if target is None else float(target[unit])))
            self._patch(x, below + LINE, text, fonts.mono(11), t.text)

    def _bias(self, layer: int, unit: int, x: float, y: float) -> None:
        t, role = self.tokens, self.touch.biases.get(layer)
        bias = self.session.value(f"b{layer}")
        text, ink = f"b {number_text(None if bias is None else float(bias[unit]), True)}", t.muted
        if role == "gradient":
            gradient = self.session.value(f"db{layer}")
            slope = None if gradient is None else float(gradient[unit])
            text, ink = f"db {number_text(slope, True)}", t.backward
        elif role is not None:
            ink = t.update if role == "update" else t.text
        lit = role in ("gradient", "update")
        self._patch(x, y, text, fonts.mono(11), ink, lit)

    def _small_unit(self, x: float, y: float, value: float | None, slope: float | None) -> None:
        text = number_text(value) if slope is None else f"δ {number_text(slope, True)}"
        ink = self.tokens.muted if slope is None else self.tokens.backward
        self._patch(x, y + self.picture.radius + HALO + LINE / 2, text, fonts.mono(11), ink)

    def _captions(self) -> None:
        network, font = self.session.project.specification.network, fonts.sans(11)
        tr, texts = QCoreApplication.translate, []
        texts.append((tr("NetworkView", "Input"), f"{network.inputs:,}"))
        for number, layer in enumerate(network.layers, 1):
            head = tr("NetworkView", "Layer {number}").format(number=number)
            texts.append((head, f"{layer.units:,}, {layer.activation}"))
        one = [f"{head} · {rest}" for head, rest in texts]
        metrics, bottom = QFontMetricsF(font), self.picture.height
        fits = max(map(metrics.horizontalAdvance, one)) + 12 <= self.picture.step
        # Where columns stand close, captions take two lines.
        for column, line, (head, rest) in zip(self.picture.columns, one, texts, strict=True):
            if fits:
                x = self._inside(column.x, metrics.horizontalAdvance(line))
                self._text(x, bottom - 14, line, font, self.tokens.muted, 240)
            else:
                wide = self.picture.step - 6
                self._text(column.x, bottom - 23, head, font, self.tokens.muted, wide)
                self._text(column.x, bottom - 9, rest, font, self.tokens.muted, wide)

    # Words

    def _inside(self, x: float, width: float) -> float:
        """Shift the middle of a text so far that the picture's edges don't cut it off."""
        half = width / 2 + 6
        return min(max(x, half), max(self.picture.width - half, half))

    def _text(self, x: float, y: float, text: str, font: QFont, ink: str, wide: float) -> None:
        self.painter.setFont(font)
        self.painter.setPen(QColor(ink))
        metrics = QFontMetricsF(font)
        if metrics.horizontalAdvance(text) > wide:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, wide)
        rect = QRectF(x - 150, y - 10, 300, 20)
        self.painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def _patch(
        self, x: float, y: float, text: str, font: QFont, ink: str, lit: bool = False
    ) -> None:
        """Write on a patch of the panel's colour, so that no line runs through the words."""
        width = min(QFontMetricsF(font).horizontalAdvance(text), 130.0)
        x = self._inside(x, width)
        rect = QRectF(x - width / 2 - 4, y - 8, width + 8, 16)
        back = QColor(self.tokens.halo if lit else self.tokens.panel)
        if not lit:
            back.setAlphaF(0.85)
        edge = QPen(QColor(self.tokens.halo_line), 1.0) if lit else QPen(Qt.PenStyle.NoPen)
        self.painter.setPen(edge)
        self.painter.setBrush(back)
        self.painter.drawRoundedRect(rect, 4, 4)
        self._text(x, y, text, font, ink, 130.0)


def weight_values(session: Session, picture: Picture) -> Floats:
    """Gather the values of the weights that are shown, in their order."""
    parts: list[Floats] = []
    s = picture.segments
    for layer in range(1, len(picture.columns)):
        weights, chosen = session.value(f"W{layer}"), s.layer == layer
        assert weights is not None
        parts.append(weights[s.unit[chosen], s.source[chosen]])
    return np.concatenate(parts) if parts else np.empty(0)


def find_weight(picture: Picture, hit: Element) -> int | None:
    """Find a weight's place among the segments."""
    s = picture.segments
    unit, source = hit.index
    found = np.flatnonzero((s.layer == hit.layer) & (s.unit == unit) & (s.source == source))
    return int(found[0]) if len(found) else None


def draw_legend(painter: QPainter, tokens: Tokens, largest: float, bottom: float) -> None:
    """Draw the map from sign to colour, with the largest weight at its ends."""
    bar = QRectF(14, bottom - 52, 96, 6)
    painter.fillRect(bar.adjusted(-6, -5, 6, 20), QColor(tokens.panel))
    for cell in range(int(bar.width()) // 2):
        share = 2 * (cell * 2 + 1) / bar.width() - 1
        end = QColor(tokens.positive if share > 0 else tokens.negative)
        colour = QColor(tokens.zero)
        painter.fillRect(QRectF(bar.left() + cell * 2, bar.top(), 2, bar.height()), colour)
        end.setAlphaF(min(abs(share), 1.0))
        painter.fillRect(QRectF(bar.left() + cell * 2, bar.top(), 2, bar.height()), end)
    painter.setFont(fonts.mono(11))
    painter.setPen(QColor(tokens.muted))
    edge = format_number(largest, 2)
    flags = Qt.AlignmentFlag
    words = QRectF(bar.left(), bar.bottom() + 2, bar.width(), 15)
    painter.drawText(words, flags.AlignLeft, format_number(-largest, 2))
    painter.drawText(words, flags.AlignRight, f"+{edge}")
    painter.drawText(words, flags.AlignHCenter, "0")
