"""Draws the way that a signal takes along the weights that are read."""

import numpy as np
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from bpsim.ui.network.picture import HALO, WITH_TEXT, Picture
from bpsim.ui.network.touch import Touch
from bpsim.ui.theme.tokens import Tokens

MOST_ARROWS = 12
"""Between two layers; where there are more weights, one arrow stands for all."""


class Way:
    """Arrows in the direction in which the current operation reads weights."""

    def __init__(self, painter: QPainter, picture: Picture, touch: Touch, tokens: Tokens) -> None:
        self._painter, self._picture, self._touch = painter, picture, touch
        self._back = touch.way < 0
        self._colour = QColor(tokens.backward if self._back else tokens.forward)

    def draw(self) -> None:
        """Draw all arrows; none where no signal runs."""
        segments = self._picture.segments
        for layer in self._touch.weights if self._touch.way else ():
            chosen = np.flatnonzero(segments.layer == layer)
            if not 0 < len(chosen) <= MOST_ARROWS:
                self._one_arrow(layer)
                continue
            for ends in segments.ends[chosen].tolist():
                self._arrow(QLineF(*ends))

    def _arrow(self, line: QLineF) -> None:
        # Arrows end at the halo of the unit that is written.
        if not self._back:
            line.setLength(max(line.length() - HALO, 0.1))
            self._head(line)
            return
        way = QLineF(line.p2(), line.p1())
        normal = way.normalVector().unitVector()
        way.translate(-normal.dx() * 6, -normal.dy() * 6)
        way.setLength(max(way.length() - HALO, 0.1))
        self._dashed(way)

    def _one_arrow(self, layer: int) -> None:
        radius, columns = self._picture.radius, self._picture.columns
        left, right = columns[layer - 1], columns[layer]
        y = min(left.top(radius), right.top(radius)) - 8
        maps = [column.heat.y for column in (left, right) if column.heat is not None]
        y = maps[0] if maps else y
        way = QLineF(left.x + left.half(radius) + 12, y, right.x - right.half(radius) - 12, y)
        self._dashed(QLineF(way.p2(), way.p1()) if self._back else way)

    def _dashed(self, way: QLineF) -> None:
        pen = QPen(self._colour, 1.4, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4.0, 3.0])
        self._painter.setPen(pen)
        shaft = QLineF(way)
        shaft.setLength(max(way.length() - 8.0, 0.1))
        self._painter.drawLine(shaft)
        self._head(way)

    def _head(self, way: QLineF) -> None:
        unit, tip = way.unitVector(), way.p2()
        along = QPointF(unit.dx(), unit.dy())
        across = QPointF(-along.y(), along.x())
        size = 10.0 if self._picture.radius >= WITH_TEXT else 7.0
        back = tip - along * size
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(self._colour)
        head = [tip, back + across * (size * 0.45), back - across * (size * 0.45)]
        self._painter.drawPolygon(QPolygonF(head))
