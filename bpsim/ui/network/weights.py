"""Draws the weights: lines by sign and size, the way of the signal, and labels."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from bpsim.session.session import Session
from bpsim.session.settings import frozen_mask
from bpsim.session.values import Element
from bpsim.ui.network.element import number_text
from bpsim.ui.network.ink import Ink
from bpsim.ui.network.layout import HALO, LABEL_WIDTHS, WITH_TEXT, Box, Floats, Picture
from bpsim.ui.network.touch import Touch
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import Tokens

FAINT = 0.33
MOST_LINES = 2000
SMOOTH_LINES = 300
MOST_ARROWS = 36
WIDTHS = (1.0, 1.8, 2.6, 3.4, 4.2)
NEAR_ZERO = 0.02
HUGE = 100.0
_ZERO, _HUGE = -1, len(WIDTHS)


class Weights:
    """The lines between the units that are shown."""

    def __init__(
        self,
        painter: QPainter,
        session: Session,
        picture: Picture,
        touch: Touch,
        tokens: Tokens,
    ) -> None:
        self._painter, self._session, self._picture = painter, session, picture
        self._touch, self._tokens = touch, tokens
        self._ink = Ink(painter, tokens, picture.width)
        self._values = weight_values(session, picture)
        self._frozen = _frozen(session, picture)
        self.largest = float(np.abs(self._values).max(initial=0.0)) or 1.0

    def _line(self, at: int) -> QLineF:
        s = self._picture.segments
        return QLineF(s.x0[at], s.y0[at], s.x1[at], s.y1[at])

    def _colour(self, value: float) -> str:
        if abs(value) < NEAR_ZERO * self.largest:
            return self._tokens.zero
        return self._tokens.positive if value > 0 else self._tokens.negative

    def _lit(self, layer: int) -> bool:
        return self._touch.everything or layer in self._touch.weights

    def lines(self) -> None:
        """Draw all lines in batches of one colour and width, the faint ones first.

        Zero is dotted, near zero thin and grey, from `HUGE` on a line has a dark rim.
        """
        few = len(self._values) <= SMOOTH_LINES
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, few)
        s, size = self._picture.segments, np.abs(self._values)
        shown = np.arange(len(size))
        if len(size) > MOST_LINES:
            shown = np.argpartition(size, -MOST_LINES)[-MOST_LINES:]
        sign = np.where(size < NEAR_ZERO * self.largest, 0, np.sign(self._values)).astype(int)
        bucket = np.clip(size / self.largest * len(WIDTHS), 0, len(WIDTHS) - 1).astype(int)
        bucket[size == 0.0] = _ZERO
        bucket[size >= HUGE] = _HUGE
        lit = np.isin(s.layer, [n for n in range(len(self._picture.columns)) if self._lit(n)])
        kinds = len(WIDTHS) + 2
        keys = (lit * 3 + sign + 1) * kinds + bucket + 1
        for key in sorted(set(keys[shown].tolist())):  # np.unique would load numpy.ma
            rest, width = divmod(key, kinds)
            chosen = [self._line(at) for at in shown[keys[shown] == key]]
            self._draw(chosen, rest % 3, width - 1, 1.0 if rest >= 3 else FAINT + 0.07)

    def _draw(self, lines: list[QLineF], sign: int, bucket: int, strength: float) -> None:
        t = self._tokens
        colour = QColor((t.negative, t.zero, t.positive)[sign])
        colour.setAlphaF(strength)
        if bucket == _HUGE:
            rim = QColor(t.text)
            rim.setAlphaF(strength)
            self._painter.setPen(QPen(rim, WIDTHS[-1] + 2.5))
            self._painter.drawLines(lines)
        style = Qt.PenStyle.DotLine if bucket == _ZERO else Qt.PenStyle.SolidLine
        width = WIDTHS[min(max(bucket, 0), len(WIDTHS) - 1)]
        self._painter.setPen(QPen(colour, width, style))
        self._painter.drawLines(lines)

    def way(self) -> None:
        """Draw the way that a signal takes along the weights that are read."""
        if not self._touch.way:
            return
        back = self._touch.way < 0
        colour = QColor(self._tokens.backward if back else self._tokens.forward)
        s = self._picture.segments
        for layer in self._touch.weights:
            chosen = np.flatnonzero(s.layer == layer)
            if not 0 < len(chosen) <= MOST_ARROWS:
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
        left, right = self._picture.columns[layer - 1], self._picture.columns[layer]
        y = min(left.top(self._picture.radius), right.top(self._picture.radius)) - 8
        maps = [column.heat.y for column in (left, right) if column.heat is not None]
        y = maps[0] if maps else y
        way = QLineF(
            left.x + left.half(self._picture.radius) + 12,
            y,
            right.x - right.half(self._picture.radius) - 12,
            y,
        )
        if back:
            way = QLineF(way.p2(), way.p1())
        self._dashed(way, colour)

    def _dashed(self, way: QLineF, colour: QColor) -> None:
        pen = QPen(colour, 1.4, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 3.0])
        self._painter.setPen(pen)
        shaft = QLineF(way)
        shaft.setLength(max(way.length() - 8.0, 0.1))
        self._painter.drawLine(shaft)
        self._head(way, colour)

    def _head(self, way: QLineF, colour: QColor) -> None:
        unit, tip = way.unitVector(), way.p2()
        along = QPointF(unit.dx(), unit.dy())
        across = QPointF(-along.y(), along.x())
        size = 10.0 if self._picture.radius >= WITH_TEXT else 7.0
        back = tip - along * size
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(colour)
        head = [tip, back + across * (size * 0.45), back - across * (size * 0.45)]
        self._painter.drawPolygon(QPolygonF(head))

    # Labels

    def labels(self) -> None:
        """Draw the number on each line that has room for it."""
        for at, box in self._picture.labels.items():
            self._label(at, box)

    def _label_text(self, at: int, box: Box) -> str:
        s = self._picture.segments
        layer = int(s.layer[at])
        if self._touch.weights.get(layer) != "gradient":
            return number_text(float(self._values[at]), sign=True)
        gradient = self._session.value(f"dW{layer}")
        slope = None if gradient is None else float(gradient[s.unit[at], s.source[at]])
        text = number_text(slope, sign=True)
        return f"dW {text}" if box.width >= LABEL_WIDTHS[0] else text

    def label_rect(self, at: int) -> QRectF | None:
        """Return where a weight's label is drawn, if it has one."""
        box = self._picture.labels.get(at)
        if box is None:
            return None
        text = self._label_text(at, box)
        wide = QFontMetricsF(fonts.mono(11)).horizontalAdvance(text) + 12
        rect = QRectF(0, 0, max(min(wide, box.width), 30.0), box.height)
        rect.moveCenter(QPointF(box.x, box.y))
        return rect

    def _label(self, at: int, box: Box) -> None:
        t, layer = self._tokens, int(self._picture.segments.layer[at])
        value, frozen = self._values[at], bool(self._frozen[at])
        role, lit = self._touch.weights.get(layer), self._lit(layer)
        ink = t.text if lit else t.muted
        edge = self._colour(value) if lit and not self._touch.everything else t.line
        width, back = 1.0, t.panel
        if role == "gradient":
            ink, edge, back, width = t.backward, t.halo_line, t.halo, 1.5
        elif role == "update" and not frozen:
            ink, edge, back, width = t.update, t.update, t.halo, 1.5
        style = Qt.PenStyle.DashLine if frozen else Qt.PenStyle.SolidLine
        self._painter.setPen(QPen(QColor(t.muted if frozen else edge), width, style))
        self._painter.setBrush(QColor(back))
        rect = self.label_rect(at) or QRectF()
        self._painter.drawRoundedRect(rect, 5, 5)
        self._ink.text(box.x, box.y, self._label_text(at, box), fonts.mono(11), ink, box.width)
        if frozen:
            self._ink.lock(rect.right(), box.y)

    def line_of(self, element: Element) -> tuple[int, QLineF] | None:
        """Return a weight's place among the lines and its line, if it is shown."""
        at = find_weight(self._picture, element)
        return None if at is None else (at, self._line(at))


def weight_values(session: Session, picture: Picture) -> Floats:
    """Gather the values of the weights that are shown, in their order."""
    parts: list[Floats] = []
    s = picture.segments
    for layer in range(1, len(picture.columns)):
        weights, chosen = session.program.view(f"W{layer}"), s.layer == layer
        parts.append(weights[s.unit[chosen], s.source[chosen]])
    return np.concatenate(parts) if parts else np.empty(0)


def _frozen(session: Session, picture: Picture) -> NDArray[np.bool_]:
    s, found = picture.segments, np.zeros(len(picture.segments.layer), dtype=bool)
    for layer in range(1, len(picture.columns)):
        mask, chosen = frozen_mask(session.project, f"W{layer}"), s.layer == layer
        found[chosen] = mask if isinstance(mask, bool) else mask[s.unit[chosen], s.source[chosen]]
    return found


def find_weight(picture: Picture, element: Element) -> int | None:
    """Find a weight's place among the segments."""
    s = picture.segments
    unit, source = element.index
    found = np.flatnonzero((s.layer == element.layer) & (s.unit == unit) & (s.source == source))
    return int(found[0]) if len(found) else None
