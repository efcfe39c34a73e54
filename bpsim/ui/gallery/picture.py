"""A small drawing of a network."""

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.engine.initializers import initial_parameters
from bpsim.session.project import Project
from bpsim.ui.theme.tokens import Tokens

MOST_UNITS = 6
"""Of a larger layer the first and the last are drawn, with a gap between."""
RADIUS = 5.0


def draw_network(painter: QPainter, box: QRectF, project: Project, tokens: Tokens) -> None:
    """Draw a project's network into a box: units as circles, weights by sign and size.

    Parameters
    ----------
    painter
        What to draw with; it is left as it was.
    box
        Where to.
    project
        The weights drawn are those that training starts from.
    tokens
        The colours.
    """
    sizes = project.specification.network.sizes
    shown = [shown_units(size) for size in sizes]
    places = [_places(box, at, len(sizes), units) for at, units in enumerate(shown)]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    weights = initial_parameters(project.specification)
    for number, (before, after) in enumerate(pairwise(range(len(sizes)))):
        matrix = weights[number][0]
        largest = float(np.abs(matrix).max()) or 1.0
        for i, start in zip(shown[before], places[before], strict=True):
            for j, end in zip(shown[after], places[after], strict=True):
                if i is None or j is None:
                    continue
                value = float(matrix[j, i])
                colour = QColor(tokens.positive if value >= 0 else tokens.negative)
                colour.setAlphaF(0.75)
                painter.setPen(QPen(colour, 0.6 + 1.6 * abs(value) / largest))
                painter.drawLine(start, end)
    for units, points in zip(shown, places, strict=True):
        for unit, point in zip(units, points, strict=True):
            _draw_unit(painter, point, tokens, whole=unit is not None)
    painter.restore()


def shown_units(size: int) -> list[int | None]:
    """Choose the units of a layer that are drawn; none stands for those left out."""
    if size <= MOST_UNITS:
        return list(range(size))
    first = MOST_UNITS // 2
    return [*range(first), None, *range(size - first + 1, size)]


def draw_blank(painter: QPainter, box: QRectF, tokens: Tokens) -> None:
    """Draw what stands for a network that is still to be made."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(tokens.faint), 1.0, Qt.PenStyle.DashLine))
    units = (2, 3, 1)
    places = [_places(box, at, 3, shown_units(size)) for at, size in enumerate(units)]
    for before, after in pairwise(places):
        for start in before:
            for end in after:
                painter.drawLine(start, end)
    painter.setBrush(QColor(tokens.panel))
    for points in places:
        for point in points:
            painter.drawEllipse(point, RADIUS + 1, RADIUS + 1)
    middle, arm = box.center(), 9.0
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.accent))
    painter.drawEllipse(middle, 2 * arm, 2 * arm)
    painter.setPen(QPen(QColor(tokens.panel), 2.5, c=Qt.PenCapStyle.RoundCap))
    painter.drawLine(middle - QPointF(arm, 0), middle + QPointF(arm, 0))
    painter.drawLine(middle - QPointF(0, arm), middle + QPointF(0, arm))
    painter.restore()


def _draw_unit(painter: QPainter, point: QPointF, tokens: Tokens, *, whole: bool) -> None:
    if whole:
        painter.setPen(QPen(QColor(tokens.text), 1.2))
        painter.setBrush(QColor(tokens.panel))
        painter.drawEllipse(point, RADIUS, RADIUS)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.muted))
    for by in (-4.0, 0.0, 4.0):
        painter.drawEllipse(point + QPointF(0, by), 1.1, 1.1)


def _places(box: QRectF, at: int, layers: int, units: list[int | None]) -> list[QPointF]:
    # A wide picture of few layers would be all lines.
    width = min(box.width(), 70.0 * (layers - 1))
    x = box.center().x() + width * (at / (layers - 1) - 0.5)
    step = min(26.0, (box.height() - 2 * RADIUS) / max(len(units) - 1, 1))
    top = box.center().y() - step * (len(units) - 1) / 2
    return [QPointF(x, top + step * place) for place in range(len(units))]
