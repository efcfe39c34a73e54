"""Draws the weights: lines by sign and size, and their labels."""

from collections.abc import Callable
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from shiboken6 import Shiboken

from bpsim.session.session import Session
from bpsim.session.settings import is_frozen
from bpsim.session.values import Element
from bpsim.ui.network.backdrop import Key
from bpsim.ui.network.element import largest
from bpsim.ui.network.ink import Ink, fitting_number, mixed
from bpsim.ui.network.layout import MOST_SHOWN
from bpsim.ui.network.picture import LABEL_HEIGHT, LABEL_WIDTHS, Box, Floats, Picture
from bpsim.ui.network.touch import Touch
from bpsim.ui.theme.tokens import Tokens

FAINT = 0.33
MOST_LINES, ALL_LINES = 2000, 10**9
"""How many are drawn: the largest ones, or all."""
SMOOTH_LINES = 300
TURNS = 4
WIDTHS = (1.0, 1.8, 2.6, 3.4, 4.2)
ROOMY = 80.0
"""Where units stand nearer than this, lines are thinner in proportion."""
NEAR_ZERO = 0.02
HUGE = 100.0
_ZERO, _HUGE = -1, len(WIDTHS)
_FAR_END = 0.28
"""Where on its line the label of a unit that is pointed at stands, from the other unit."""


class Weights:
    """The lines between the units that are shown.

    Parameters
    ----------
    painter, session, picture, touch, tokens
        Where, what and how.
    most
        Draw no more lines than these: the largest.
    focus
        Units that are chosen or pointed at: in crowded layers other units' lines step back.
    """

    def __init__(
        self,
        painter: QPainter,
        session: Session,
        picture: Picture,
        touch: Touch,
        tokens: Tokens,
        most: int,
        focus: tuple[Element, ...],
    ) -> None:
        self._painter, self._session, self._picture = painter, session, picture
        self._touch, self._tokens, self._most = touch, tokens, most
        self._ink = Ink(painter, tokens, picture.width)
        self._values = weight_values(session, picture)
        self.largest = largest(self._values)
        self.any_zero = not self._values.all()
        self.any_huge = self.largest >= HUGE
        self._thickness = min(max(picture.pitch / ROOMY, 0.4), 1.0)
        self._focus = self._focused(focus)

    def _focused(self, units: tuple[Element, ...]) -> NDArray[np.int64]:
        """List the weights of the units in focus, where labels do not tell them anyway."""
        s = self._picture.segments
        if not units:
            return np.empty(0, dtype=np.int64)
        found = np.zeros(len(s.layer), dtype=bool)
        for unit in units:
            found |= s.touching(unit.layer, unit.index[-1])
        crowded = set(s.layer.tolist()) - {int(s.layer[at]) for at in self._picture.labels}
        return np.flatnonzero(found & np.isin(s.layer, list(crowded)))

    def _line(self, at: int) -> QLineF:
        return QLineF(*self._picture.segments.ends[at].tolist())

    def _colour(self, value: float) -> str:
        if abs(value) < NEAR_ZERO * self.largest:
            return self._tokens.zero
        return self._tokens.positive if value > 0 else self._tokens.negative

    def _lit(self, layer: int) -> bool:
        return self._touch.everything or layer in self._touch.weights

    def lines(self) -> tuple[Key, Callable[[QPainter], None]]:
        """Return how the lines look, and what draws them.

        They are drawn in batches of one colour and width, faint and thin ones first. Zero is
        dotted, near zero thin and grey, from `HUGE` on a line has a dark rim. A run changes numbers
        at every step, but colours and widths seldom.
        """
        s, size = self._picture.segments, np.abs(self._values)
        shown = np.arange(len(size))
        if len(size) > self._most:
            shown = np.argpartition(size, -self._most)[-self._most :]
        smooth = len(shown) <= SMOOTH_LINES
        sign = np.where(size < NEAR_ZERO * self.largest, 0, np.sign(self._values)).astype(int)
        bucket = np.clip(size / self.largest * len(WIDTHS), 0, len(WIDTHS) - 1).astype(int)
        bucket[size == 0.0] = _ZERO
        bucket[size >= HUGE] = _HUGE
        lit = np.isin(s.layer, [n for n in range(len(self._picture.columns)) if self._lit(n)])
        if len(self._focus):
            others = np.isin(s.layer, s.layer[self._focus])
            others[self._focus] = False
            lit = (lit & ~others).astype(int) - others
            lit[self._focus] = 1
            shown = np.union1d(shown, self._focus)
        shown = shown[np.argsort(size[shown])]
        # Many lines cover each other: no sign may always lie on top.
        turns = 1 if smooth else TURNS
        turn = np.arange(len(shown)) * turns // max(len(shown), 1)
        kinds = len(WIDTHS) + 2
        keys = (lit[shown] + 1) * turns + turn
        keys = (keys * kinds + bucket[shown] + 1) * 3 + sign[shown] + 1

        def draw(painter: QPainter) -> None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
            for key in sorted(set(keys.tolist())):  # np.unique would load numpy.ma
                rest, hue = divmod(key, 3)
                rest, width = divmod(rest, kinds)
                strength = (FAINT / 2, FAINT + 0.07, 1.0)[rest // turns]
                self._draw(painter, s.ends[shown[keys == key]], hue, width - 1, strength)

        looks = np.full(len(size), -1)
        looks[shown] = keys
        return (self._picture, self._tokens, looks.tobytes()), draw

    def _draw(
        self, painter: QPainter, ends: Floats, sign: int, bucket: int, strength: float
    ) -> None:
        t = self._tokens
        width = WIDTHS[min(max(bucket, 0), len(WIDTHS) - 1)] * self._thickness
        if bucket == _HUGE:
            painter.setPen(QPen(mixed(t.panel, t.text, strength), width + 2.5))
            draw_lines(painter, ends)
        style = Qt.PenStyle.DotLine if bucket == _ZERO else Qt.PenStyle.SolidLine
        # Lines that let others shine through would take several times as long.
        colour = mixed(t.panel, (t.negative, t.zero, t.positive)[sign], strength)
        painter.setPen(QPen(colour, width, style, Qt.PenCapStyle.FlatCap))
        draw_lines(painter, ends)

    # Labels

    def labels(self) -> None:
        """Draw the number on each line that has room for it, and on those of a unit in focus."""
        for at, box in self._picture.labels.items():
            self._label(at, box)
        for at, box in self._focus_boxes().items():
            self._label(at, box)

    def _focus_boxes(self) -> dict[int, Box]:
        """Place the labels of a unit in focus beside the units at the other ends of its weights."""
        s, boxes = self._picture.segments, dict[int, Box]()
        if self._picture.pitch < LABEL_HEIGHT + 2.0:
            return boxes
        for layer in set(s.layer[self._focus].tolist()):
            found = self._focus[s.layer[self._focus] == layer]
            into = len(set(s.unit[found].tolist())) == 1
            if len(found) > MOST_SHOWN:
                continue
            share = _FAR_END if into else 1.0 - _FAR_END
            for at, (x0, y0, x1, y1) in zip(found.tolist(), s.ends[found].tolist(), strict=True):
                x, y = x0 + share * (x1 - x0), y0 + share * (y1 - y0)
                boxes[at] = Box(x, y, LABEL_WIDTHS[-1], LABEL_HEIGHT)
        return boxes

    def _label_text(self, at: int, box: Box) -> tuple[str, float]:
        s = self._picture.segments
        layer = int(s.layer[at])
        value: float | None = float(self._values[at])
        lead = ""
        if self._touch.weights.get(layer) == "gradient":
            gradient = self._session.value(f"dW{layer}")
            value = None if gradient is None else float(gradient[s.unit[at], s.source[at]])
            lead = "dW " if box.width >= LABEL_WIDTHS[0] else ""
        return fitting_number(value, self._ink.small, box.width - 2, sign=True, lead=lead)

    def _is_frozen(self, at: int) -> bool:
        s = self._picture.segments
        weight = Element(f"W{s.layer[at]}", (int(s.unit[at]), int(s.source[at])))
        return is_frozen(self._session.project, weight)

    def _rect(self, box: Box, wide: float) -> QRectF:
        rect = QRectF(0, 0, max(min(wide + 12, box.width), 30.0), box.height)
        rect.moveCenter(QPointF(box.x, box.y))
        return rect

    def _label(self, at: int, box: Box) -> None:
        t, layer = self._tokens, int(self._picture.segments.layer[at])
        value, frozen = self._values[at], self._is_frozen(at)
        role, lit = self._touch.weights.get(layer), self._lit(layer) or at in self._focus
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
        text, wide = self._label_text(at, box)
        rect = self._rect(box, wide)
        self._painter.drawRoundedRect(rect, 5, 5)
        self._ink.text(box.x, box.y, text, self._ink.small, ink, box.width, wide)
        if frozen:
            self._ink.lock(rect.right(), box.y)

    def ring(self, element: Element) -> None:
        """Draw a ring around a weight; one that has no label gets it now."""
        at = find_weight(self._picture, element)
        if at is None:
            return
        pen = self._painter.pen()
        box = self._picture.labels.get(at) or self._focus_boxes().get(at)
        if box is None:
            line = self._line(at)
            self._painter.drawLine(line)
            middle = line.center()
            box = Box(middle.x(), middle.y(), LABEL_WIDTHS[0], LABEL_HEIGHT)
            self._label(at, box)
        self._painter.setPen(pen)
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = self._rect(box, self._label_text(at, box)[1])
        self._painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 7, 7)


def draw_lines(painter: QPainter, ends: Floats) -> None:
    """Draw many lines straight from an array of shape (n, 4), without a Python loop."""
    ends = np.ascontiguousarray(ends)
    first = cast(QLineF, Shiboken.wrapInstance(ends.ctypes.data, QLineF))
    painter.drawLines(first, len(ends))


def weight_values(session: Session, picture: Picture) -> Floats:
    """Gather the values of the weights that are shown, in their order."""
    parts: list[Floats] = []
    s = picture.segments
    for layer in range(1, len(picture.columns)):
        weights, chosen = session.program.view(f"W{layer}"), s.layer == layer
        parts.append(weights[s.unit[chosen], s.source[chosen]])
    return np.concatenate(parts) if parts else np.empty(0)


def find_weight(picture: Picture, element: Element) -> int | None:
    """Find a weight's place among the segments."""
    s = picture.segments
    unit, source = element.index
    found = np.flatnonzero((s.layer == element.layer) & (s.unit == unit) & (s.source == source))
    return int(found[0]) if len(found) else None
