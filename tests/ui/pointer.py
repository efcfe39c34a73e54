"""What a pointer does that pytest-qt has no word for."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication


def place(chart, x, y):
    """Return where a point of a chart stands in it."""
    return chart.mapFromScene(chart.box.mapViewToScene(QPointF(x, y)))


def wheel(widget, spot, by, modifiers=Qt.KeyboardModifier.NoModifier):
    """Turn the wheel over a spot of a widget."""
    spot = QPointF(spot)
    turned = QWheelEvent(
        spot,
        widget.mapToGlobal(spot),
        QPoint(),
        QPoint(0, by),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, turned)
