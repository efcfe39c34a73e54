"""Draws paths of the chain rule on the network, from the loss back to what is explained."""

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.session.values import Element
from bpsim.ui.network.picture import Picture
from bpsim.ui.selection import Strand
from bpsim.ui.theme.tokens import Tokens

_WIDTHS = 2.0, 4.5


def draw_strands(
    painter: QPainter, picture: Picture, tokens: Tokens, strands: Iterable[Strand]
) -> None:
    """Draw each path along its weights, the stronger the wider, the strongest on top."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for strand in sorted(strands, key=lambda strand: strand.strength):
        thin, thick = _WIDTHS
        colour = QColor(tokens.backward)
        colour.setAlphaF(0.35 + 0.55 * strand.strength)
        pen = QPen(colour, thin + (thick - thin) * strand.strength)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        for weight in strand.weights:
            painter.drawLine(_line(picture, weight))


def _line(picture: Picture, weight: Element) -> QLineF:
    unit, source = weight.index
    return QLineF(
        _edge(picture, weight.layer, unit, -1), _edge(picture, weight.layer - 1, source, 1)
    )


def _edge(picture: Picture, layer: int, unit: int, side: int) -> QPointF:
    """Find the edge of a unit, or what stands for it where it is not shown."""
    column, radius = picture.columns[layer], picture.radius
    cell = column.cell_of(unit)
    if cell is not None:
        return QPointF(cell.x, cell.y)
    if unit in column.units:
        return QPointF(column.x + side * radius, column.ys[column.units.index(unit)])
    return QPointF(column.x, picture.height / 2 if column.gap_y is None else column.gap_y)
