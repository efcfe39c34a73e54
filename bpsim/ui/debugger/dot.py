"""The mark of a breakpoint, alike in the program and in the list."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from bpsim.session.stopping.breakpoints import Breakpoint

RADIUS = 4.5


def draw_dot(painter: QPainter, middle: QPointF, each: Breakpoint, colour: str) -> None:
    """Draw a disc, or a diamond where there is a condition; hollow where it is off."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 1.5))
    painter.setBrush(QColor(colour) if each.enabled else Qt.BrushStyle.NoBrush)
    if each.condition:
        r = RADIUS + 0.8
        steps = ((0, -r), (r, 0), (0, r), (-r, 0))
        painter.drawPolygon(QPolygonF([middle + QPointF(dx, dy) for dx, dy in steps]))
    else:
        painter.drawEllipse(middle, RADIUS - 0.5, RADIUS - 0.5)
    painter.restore()
