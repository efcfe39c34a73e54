"""Handles that appear on the picture where something can be added or removed."""

from dataclasses import dataclass
from math import hypot

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.ui.network.layout import BOTTOM, is_large
from bpsim.ui.network.picture import HALO, LINE, WITH_TEXT, WITH_VALUE, Picture
from bpsim.ui.theme.tokens import Tokens

RADIUS = 9.0
REACH = 12.0


@dataclass(frozen=True)
class Handle:
    """One handle.

    Attributes
    ----------
    kind
        ``add_unit``, ``remove_unit``, ``add_layer`` or ``fold``.
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
        tr = QCoreApplication.translate
        if self.kind == "add_unit":
            return tr("Handle", "Add a unit") if self.layer else tr("Handle", "Add an input")
        if self.kind == "remove_unit":
            return tr("Handle", "Remove this unit")
        if self.kind == "fold":
            return tr("Handle", "Show all units, or the first and last ones")
        return tr("Handle", "Add a layer here")


def handles(picture: Picture, sizes: tuple[int, ...], x: float, y: float) -> list[Handle]:
    """List the handles for a pointer at some place of the picture."""
    found: list[Handle] = []
    caption = picture.height - BOTTOM + 32.0
    for layer, column in enumerate(picture.columns):
        if abs(x - column.x) <= max(picture.radius + 24.0, 44.0):
            if column.heat is not None:
                below = column.heat.y + column.heat.height / 2 + RADIUS + 6
            else:
                below = max(column.ys) + _below(picture.radius, layer == len(sizes) - 1)
                below += RADIUS + 4
            if is_large(sizes[layer]):
                top = column.top(picture.radius) - RADIUS - 6
                found.append(Handle("fold", layer, 0, column.x, max(top, 44.0)))
            found.append(
                Handle("add_unit", layer, sizes[layer], column.x, min(below, caption - 22))
            )
            for unit, middle in zip(column.units, column.ys, strict=True):
                near = hypot(x - column.x, y - middle) <= picture.radius + REACH + RADIUS
                if near and sizes[layer] > 1:
                    out = (picture.radius + 5.0) * 0.7071
                    found.append(Handle("remove_unit", layer, unit, column.x + out, middle - out))
    for layer in range(1, len(picture.columns)):
        left, right = picture.columns[layer - 1].x, picture.columns[layer].x
        if left < x < right and y > caption - 40:
            found.append(Handle("add_layer", layer, 0, (left + right) / 2, caption + 12))
    return found


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
        arm = 4.0
        if handle.kind == "fold":
            for step in (-arm, 0.0, arm):
                painter.drawPoint(middle + QPointF(0, step))
            continue
        painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
        if handle.kind != "remove_unit":
            painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
        if handle.kind == "add_layer":
            # Two short lines beside it: a column goes in between.
            painter.setPen(QPen(QColor(tokens.accent), 1.2))
            for side in (-1, 1):
                rect = QRectF(handle.x + side * (RADIUS + 5) - 0.5, handle.y - 6, 1, 12)
                painter.drawRect(rect)
