"""Draws the network; it reads values while it draws and keeps none."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.explain.numbers import format_number
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.network.element import on_picture
from bpsim.ui.network.layout import HALO, LINE, Picture
from bpsim.ui.network.touch import Touch
from bpsim.ui.network.units import Units
from bpsim.ui.network.weights import Weights
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import Tokens


class Drawing:
    """One drawing of a session: made for a paint event and thrown away after it."""

    def __init__(
        self,
        painter: QPainter,
        session: Session,
        picture: Picture,
        touch: Touch,
        tokens: Tokens,
        sample: int,
    ) -> None:
        self._painter, self._picture, self._tokens = painter, picture, tokens
        self._session = session
        self._weights = Weights(painter, session, picture, touch, tokens)
        self._units = Units(painter, session, picture, touch, tokens, sample)

    @property
    def largest(self) -> float:
        """The size of the largest weight that is shown."""
        return self._weights.largest

    def draw(self) -> None:
        """Draw lines, then labels, then units and words."""
        # A clip makes drawing many lines several times as fast, and changes no pixel.
        inverse, _ = self._painter.worldTransform().inverted()
        whole = QRectF(0, 0, self._picture.width, self._picture.height)
        self._painter.setClipRect(inverse.mapRect(whole))
        self._weights.lines()
        self._painter.setClipping(False)
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._weights.way()
        self._weights.labels()
        for layer in range(len(self._picture.columns)):
            self._units.layer(layer)
        self._units.captions()

    def ring(self, element: Element, dotted: bool) -> None:
        """Draw a ring around an element: one that is selected, or the one pointed at."""
        element = on_picture(self._session, element)
        if not element.index:
            return
        style = Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine
        self._painter.setPen(QPen(QColor(self._tokens.accent), 1.5 if dotted else 2.0, style))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        if element.name.startswith("W"):
            self._ring_weight(element)
            return
        column, radius = self._picture.columns[element.layer], self._picture.radius
        unit = element.index[-1]
        cell = column.cell_of(unit)
        if cell is not None:
            rect = QRectF(0, 0, cell.width, cell.height)
            rect.moveCenter(QPointF(cell.x, cell.y))
            self._painter.drawRect(rect)
        if unit not in column.units:
            return
        y = column.ys[column.units.index(unit)]
        if element.name.startswith("b"):
            rect = QRectF(column.x - 36, y + radius + HALO, 72, LINE)
            self._painter.drawRoundedRect(rect, 5, 5)
        else:
            self._painter.drawEllipse(QPointF(column.x, y), radius + 7.5, radius + 7.5)

    def _ring_weight(self, element: Element) -> None:
        found = self._weights.line_of(element)
        if found is None:
            return
        at, line = found
        rect = self._weights.label_rect(at)
        if rect is not None:
            self._painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 7, 7)
        else:
            self._painter.drawLine(line)


def draw_legend(painter: QPainter, tokens: Tokens, largest: float, bottom: float) -> None:
    """Draw the map from sign to colour, with the largest weight at its ends."""
    bar = QRectF(14, bottom - 52, 96, 6)
    painter.fillRect(bar.adjusted(-6, -5, 6, 20), QColor(tokens.panel))
    for cell in range(int(bar.width()) // 2):
        share = 2 * (cell * 2 + 1) / bar.width() - 1
        end = QColor(tokens.positive if share > 0 else tokens.negative)
        colour = QColor(tokens.zero)
        painter.fillRect(QRectF(bar.left() + cell * 2, bar.top(), 2, bar.height()), colour)
        end.setAlphaF(min(abs(share), 1.0))
        painter.fillRect(QRectF(bar.left() + cell * 2, bar.top(), 2, bar.height()), end)
    painter.setFont(fonts.mono(11))
    painter.setPen(QColor(tokens.muted))
    edge = format_number(largest, 2)
    flags = Qt.AlignmentFlag
    words = QRectF(bar.left(), bar.bottom() + 2, bar.width(), 15)
    painter.drawText(words, flags.AlignLeft, format_number(-largest, 2))
    painter.drawText(words, flags.AlignRight, f"+{edge}")
    painter.drawText(words, flags.AlignHCenter, "0")
