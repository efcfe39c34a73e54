"""Dragging a unit to another place of its layer, or a layer to another place of the network."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.ui.network.picture import Picture
from bpsim.ui.theme.tokens import Tokens

START = 10.0
"""A drag begins after so many pixels."""


@dataclass
class Carry:
    """One drag.

    Attributes
    ----------
    layer, unit
        What is dragged; a whole hidden layer where there is no unit.
    start
        Where the drag began, in the widget.
    spot
        Where the pointer is, on the picture.
    to
        The place where it would land.
    begun
        Whether it has gone far enough to count as a drag.
    """

    layer: int
    unit: int | None
    start: QPointF
    spot: QPointF
    to: int
    begun: bool = False

    @property
    def moved(self) -> bool:
        """Whether letting go would change anything."""
        return self.begun and self.to != (self.layer if self.unit is None else self.unit)

    def move(self, point: QPointF, spot: QPointF, picture: Picture) -> bool:
        """Go on to a point of the widget and of the picture; return whether it counts by now."""
        way = point - self.start
        self.begun |= abs(way.x() if self.unit is None else way.y()) > START
        self.spot = spot
        if self.unit is None:
            hidden = range(1, len(picture.columns) - 1)
            self.to = min(hidden, key=lambda n: abs(picture.columns[n].x - spot.x()))
        else:
            column = picture.columns[self.layer]
            places = zip(column.units, column.ys, strict=True)
            self.to = min(places, key=lambda place: abs(place[1] - spot.y()))[0]
        return self.begun

    def draw(self, painter: QPainter, tokens: Tokens, picture: Picture) -> None:
        """Draw what is dragged under the pointer, and a line where it would land."""
        if not self.begun:
            return
        column, radius = picture.columns[self.layer], picture.radius
        painter.setPen(QPen(QColor(tokens.accent), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.unit is not None:
            painter.drawEllipse(QPointF(column.x, self.spot.y()), radius, radius)
        else:
            x = self.spot.x()
            painter.drawRect(QRectF(x - radius, 44.0, 2 * radius, picture.height - 88.0))
        if not self.moved:
            return
        painter.setPen(QPen(QColor(tokens.accent), 3.0, c=Qt.PenCapStyle.RoundCap))
        if self.unit is not None:
            after = 1 if self.to > self.unit else -1
            y = column.ys[column.units.index(self.to)] + after * min(picture.pitch / 2, 2 * radius)
            painter.drawLine(QPointF(column.x - 30, y), QPointF(column.x + 30, y))
        else:
            after = 1 if self.to > self.layer else -1
            x = picture.columns[self.to].x + after * min(picture.step / 2, 60.0)
            painter.drawLine(QPointF(x, 48.0), QPointF(x, picture.height - 48.0))
