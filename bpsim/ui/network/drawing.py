"""Draws the network; it reads values while it draws and keeps none."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.network.backdrop import Backdrop
from bpsim.ui.network.element import on_picture
from bpsim.ui.network.legend import Legend
from bpsim.ui.network.maps import UnitMaps
from bpsim.ui.network.picture import HALO, LINE, Picture
from bpsim.ui.network.strands import draw_strands
from bpsim.ui.network.touch import Touch
from bpsim.ui.network.units import Units
from bpsim.ui.network.way import Way
from bpsim.ui.network.weights import MOST_LINES, Weights
from bpsim.ui.selection import Strand
from bpsim.ui.theme.tokens import Tokens


class Drawing:
    """One drawing of a session: made for a paint event and thrown away after it.

    Lines and captions are drawn on the backdrop, which fills the whole place.
    """

    def __init__(
        self,
        painter: QPainter,
        session: Session,
        picture: Picture,
        touch: Touch,
        tokens: Tokens,
        sample: int,
        *,
        most: int = MOST_LINES,
        focus: tuple[Element, ...] = (),
        maps: UnitMaps | None = None,
        strands: tuple[Strand, ...] = (),
        backdrop: Backdrop,
        place: QSize,
    ) -> None:
        self._backdrop, self._place = backdrop, place
        self._painter, self._picture, self._tokens = painter, picture, tokens
        self._session, self._strands = session, strands
        self._weights = Weights(painter, session, picture, touch, tokens, most, focus)
        self._way = Way(painter, picture, touch, tokens)
        self._units = Units(painter, session, picture, touch, tokens, sample, maps)

    def legend(self, bottom: float) -> None:
        """Draw the key to what is on the picture, above its bottom."""
        weights = self._weights
        missing = self._units.missing
        Legend(self._painter, self._tokens, bottom).draw(
            weights.largest, zero=weights.any_zero, huge=weights.any_huge, missing=missing
        )

    def draw(self) -> None:
        """Draw lines and captions, then labels, then units with their words."""
        self._behind()
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._way.draw()
        draw_strands(self._painter, self._picture, self._tokens, self._strands)
        self._weights.labels()
        for layer in range(len(self._picture.columns)):
            self._units.layer(layer)

    def _behind(self) -> None:
        looks, lines = self._weights.lines()

        def draw(painter: QPainter) -> None:
            lines(painter)
            self._units.captions(painter)

        looks = (*looks, self._units.caption_texts())
        self._backdrop.show(self._painter, self._place, self._tokens.panel, looks, draw)

    def ring(self, element: Element, dotted: bool) -> None:
        """Draw a ring around an element: one that is selected, or the one pointed at."""
        element = on_picture(self._session, element)
        if not element.index:
            return
        style = Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine
        self._painter.setPen(QPen(QColor(self._tokens.accent), 1.5 if dotted else 2.0, style))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        if element.name.startswith("W"):
            self._weights.ring(element)
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
