"""The names of what is drawn, each beside a sample of its line or dot."""

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

_ROW, _SAMPLE, _GAP = 20, 18, 16


class Mark(Enum):
    """How a key shows what it names."""

    LINE = "line"
    DOT = "dot"
    RING = "ring"
    SQUARE = "square"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"


_CORNERS = {
    Mark.SQUARE: ((-4, -4), (4, -4), (4, 4), (-4, 4)),
    Mark.TRIANGLE: ((0, -4), (4.5, 4), (-4.5, 4)),
    Mark.DIAMOND: ((0, -5), (4, 0), (0, 5), (-4, 0)),
}


@dataclass(frozen=True)
class Key:
    """One line of a legend.

    Attributes
    ----------
    text
        What it is.
    colour
        As ``#RRGGBB``; none for a remark without a sample.
    style
        Of its line.
    width
        Of its line, in pixels.
    mark
        What stands in place of a line.
    """

    text: str
    colour: str = ""
    style: Qt.PenStyle = Qt.PenStyle.SolidLine
    width: int = 1
    mark: Mark = Mark.LINE

    @property
    def indent(self) -> int:
        """Room for the sample before the text."""
        return _SAMPLE + 4 if self.colour else 0


class Legend(QWidget):
    """Keys in rows, as many as the width has room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.keys: tuple[Key, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_keys(self, keys: tuple[Key, ...]) -> None:
        """Show these keys."""
        if keys != self.keys:
            self.keys = keys
            self.setAccessibleName(", ".join(key.text for key in keys))
            self.updateGeometry()
            self.update()

    def _places(self, width: float) -> list[QPointF]:
        metrics, places, x, y = QFontMetricsF(fonts.sans(11)), [], 0.0, 0.0
        for key in self.keys:
            needed = key.indent + metrics.horizontalAdvance(key.text)
            if x and x + needed > width:
                x, y = 0.0, y + _ROW
            places.append(QPointF(x, y))
            x += needed + _GAP
        return places

    def heightForWidth(self, width: int) -> int:
        """Ask for as many rows as the keys fill."""
        places = self._places(width)
        return round(places[-1].y()) + _ROW if places else _ROW

    def sizeHint(self) -> QSize:
        """Ask for one row."""
        return QSize(120, _ROW)

    def minimumSizeHint(self) -> QSize:
        """Be content with little."""
        return QSize(40, _ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw samples and names."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(fonts.sans(11))
        for key, place in zip(self.keys, self._places(self.width()), strict=True):
            middle, colour = place.y() + _ROW / 2, QColor(key.colour)
            if key.colour and key.mark is not Mark.LINE:
                ring, spot = key.mark is Mark.RING, QPointF(place.x() + _SAMPLE - 6, middle)
                painter.setPen(QPen(colour, 2) if ring else Qt.PenStyle.NoPen)
                painter.setBrush(Qt.BrushStyle.NoBrush if ring else colour)
                if key.mark in _CORNERS:
                    corners = [spot + QPointF(*corner) for corner in _CORNERS[key.mark]]
                    painter.drawPolygon(QPolygonF(corners))
                else:
                    painter.drawEllipse(spot, 4, 4)
            elif key.colour:
                painter.setPen(QPen(colour, max(key.width, 1.5), key.style))
                painter.drawLine(QPointF(place.x(), middle), QPointF(place.x() + _SAMPLE, middle))
            painter.setPen(QColor(theme().tokens.muted))
            box = QRectF(place.x() + key.indent, place.y(), self.width(), _ROW)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, key.text)
        painter.end()
