"""Handles that appear on the picture where something can be added or removed."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.ui.network.layout import is_large
from bpsim.ui.network.picture import HALO, LINE, WITH_TEXT, WITH_VALUE, Picture
from bpsim.ui.theme.tokens import Tokens
from bpsim.words import QT_TRANSLATE_NOOP, translate

RADIUS = 9.0
REACH = 12.0
ARM = 4.0
BAND = 66.0
"""Height of the strip at the bottom in which the handles of layers appear."""
APART = 24.0


@dataclass(frozen=True)
class Handle:
    """One handle.

    Attributes
    ----------
    kind
        ``fold``, or ``add``, ``duplicate`` or ``remove`` with ``_unit`` or ``_layer``.
    layer, unit
        Where it acts; `add_layer` puts a layer before this one.
    x, y
        Its middle.
    """

    kind: str
    layer: int
    unit: int
    x: float
    y: float

    @property
    def words(self) -> str:
        """Say what it does."""
        words = _INPUT_WORDS if self.layer == 0 and self.kind in _INPUT_WORDS else _WORDS
        return translate("Handle", words[self.kind])


_WORDS = {
    "add_unit": QT_TRANSLATE_NOOP("Handle", "Add a unit"),
    "duplicate_unit": QT_TRANSLATE_NOOP("Handle", "Duplicate this unit"),
    "remove_unit": QT_TRANSLATE_NOOP("Handle", "Remove this unit"),
    "add_layer": QT_TRANSLATE_NOOP("Handle", "Add a layer here"),
    "duplicate_layer": QT_TRANSLATE_NOOP("Handle", "Duplicate this layer"),
    "remove_layer": QT_TRANSLATE_NOOP("Handle", "Remove this layer"),
    "fold": QT_TRANSLATE_NOOP("Handle", "Show all units, or the first and last ones"),
}
_INPUT_WORDS = {
    "add_unit": QT_TRANSLATE_NOOP("Handle", "Add an input"),
    "duplicate_unit": QT_TRANSLATE_NOOP("Handle", "Duplicate this input"),
    "remove_unit": QT_TRANSLATE_NOOP("Handle", "Remove this input"),
}


def handles(picture: Picture, sizes: tuple[int, ...], x: float, y: float) -> list[Handle]:
    """List the handles for a pointer at some place of the picture."""
    found: list[Handle] = []
    for layer, column in enumerate(picture.columns):
        if abs(x - column.x) <= max(picture.radius + 24.0, 44.0):
            found += _of_units(picture, layer, sizes[layer], x, y)
            found += _of_layer(picture, layer, sizes[layer], y)
    band = picture.height - BAND
    for layer in range(1, len(picture.columns)):
        left, right = picture.columns[layer - 1].x, picture.columns[layer].x
        if left < x < right and y > band:
            found.append(Handle("add_layer", layer, 0, (left + right) / 2, picture.height - 14.0))
    return found


def _of_units(picture: Picture, layer: int, size: int, x: float, y: float) -> Iterator[Handle]:
    """List the handles at the unit that the pointer is near."""
    column, out = picture.columns[layer], (picture.radius + 5.0) * 0.7071
    for unit, middle in zip(column.units, column.ys, strict=True):
        if hypot(x - column.x, y - middle) <= picture.radius + REACH + RADIUS:
            yield Handle("duplicate_unit", layer, unit, column.x - out, middle - out)
            if size > 1:
                yield Handle("remove_unit", layer, unit, column.x + out, middle - out)


def _of_layer(picture: Picture, layer: int, size: int, y: float) -> Iterator[Handle]:
    """List the handles of a layer: a row above the caption, where the pointer is down there."""
    column, last = picture.columns[layer], layer == len(picture.columns) - 1
    row = picture.height - 46.0
    if column.heat is not None:
        below = column.heat.y + column.heat.height / 2 + RADIUS + 6
    else:
        below = max(column.ys) + _below(picture.radius, last) + RADIUS + 4
    if is_large(size):
        top = column.top(picture.radius) - RADIUS - 6
        yield Handle("fold", layer, 0, column.x, max(top, 44.0))
    if y > picture.height - BAND and layer and not last:
        yield Handle("duplicate_layer", layer, 0, column.x - APART, row)
        yield Handle("remove_layer", layer, 0, column.x + APART, row)
    # It stays where it was when the pointer comes down to it.
    yield Handle("add_unit", layer, size, column.x, min(below, row))


def _below(radius: float, output: bool) -> float:
    """How far the texts below a unit reach."""
    if radius >= WITH_TEXT:
        return radius + HALO + LINE * (2 if output else 1)
    return radius + HALO + (LINE if radius >= WITH_VALUE else 0.0)


def handle_at(found: list[Handle], x: float, y: float) -> Handle | None:
    """Find the handle under a point."""
    return next((h for h in found if hypot(x - h.x, y - h.y) <= REACH), None)


def draw_handles(
    painter: QPainter, tokens: Tokens, found: list[Handle], pointed: Handle | None
) -> None:
    """Draw them: an empty circle with a sign, filled where the pointer is."""
    for handle in found:
        middle = QPointF(handle.x, handle.y)
        full = handle == pointed
        ink = QColor(tokens.panel if full else tokens.accent)
        painter.setPen(QPen(QColor(tokens.accent), 1.2))
        painter.setBrush(QColor(tokens.accent if full else tokens.panel))
        painter.drawEllipse(middle, RADIUS, RADIUS)
        painter.setPen(QPen(ink, 1.6, c=Qt.PenCapStyle.RoundCap))
        if handle.kind == "fold":
            painter.drawPoints([middle + QPointF(0, step) for step in (-ARM, 0.0, ARM)])
        elif handle.kind.startswith("duplicate"):
            painter.setPen(QPen(ink, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(handle.x - 4.0, handle.y - 4.0, 5.5, 5.5))
            painter.setBrush(QColor(tokens.accent if full else tokens.panel))
            painter.drawRect(QRectF(handle.x - 1.5, handle.y - 1.5, 5.5, 5.5))
        else:
            painter.drawLine(middle - QPointF(ARM, 0), middle + QPointF(ARM, 0))
            if handle.kind.startswith("add"):
                painter.drawLine(middle - QPointF(0, ARM), middle + QPointF(0, ARM))
        if handle.kind == "add_layer":
            # Two short lines beside it: a column goes in between.
            painter.setPen(QPen(QColor(tokens.accent), 1.2))
            for side in (-1, 1):
                rect = QRectF(handle.x + side * (RADIUS + 5) - 0.5, handle.y - 6, 1, 12)
                painter.drawRect(rect)
