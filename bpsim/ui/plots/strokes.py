"""What a chart draws, as one item: many items of their own cost more time than their lines."""

from collections.abc import Sequence
from math import atan2, hypot, inf

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from bpsim.engine.kernels import Array
from bpsim.ui.plots.colours import Table
from bpsim.ui.plots.thinning import drawable

_SOLID = Qt.PenStyle.SolidLine


def pen_of(colour: str, width: int = 1, style: Qt.PenStyle = _SOLID) -> QPen:
    """Make a pen whose width is in pixels, however far a chart is zoomed."""
    pen = QPen(QColor(colour), width, style)
    pen.setCosmetic(True)
    return pen


class Part:
    """One thing that is drawn.

    Attributes
    ----------
    pen
        Of its line.
    shown
        Whether it is drawn.
    """

    def __init__(self) -> None:
        self.pen, self.shown = QPen(Qt.PenStyle.NoPen), True

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Draw it; `view` is what can be seen, in the chart's coordinates."""
        raise NotImplementedError


class Line(Part):
    """A line through points, with gaps where they are not finite.

    Parameters
    ----------
    pairs
        Whether it is many lines, each between two points.

    Attributes
    ----------
    soft
        Whether its edges are smoothed, which takes longer.
    x, y
        The points.
    """

    def __init__(self, soft: bool = False, pairs: bool = False) -> None:
        super().__init__()
        self.soft, self._pairs = soft, pairs
        self.show(np.empty(0), np.empty(0))

    def show(self, x: Array, y: Array) -> None:
        """Draw another line from now on."""
        self.x, self.y = x, y = drawable(x), drawable(y)
        self._path: QPainterPath | QPolygonF
        finite = np.isfinite(y)
        first = int(finite.argmax()) if len(y) else 0
        if not finite.any():
            self._path = QPolygonF()
        elif self._pairs:
            self._path = pg.functions.arrayToQPath(x, y, connect="pairs")
        elif finite[first:].all():
            self._path = pg.functions.arrayToQPolygonF(x[first:], y[first:])
        else:
            self._path = pg.functions.arrayToQPath(x, y, connect="finite")

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Draw it."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.soft)
        painter.setPen(self.pen)
        if isinstance(self._path, QPainterPath):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(self._path)
        else:
            painter.drawPolyline(self._path)


class Dots(Part):
    """Dots that are always as large on the screen.

    Parameters
    ----------
    square
        Whether they are square, not round.

    Attributes
    ----------
    size
        Their diameter, in pixels.
    fill
        Their colour; none for rings.
    x, y
        Where they are.
    """

    def __init__(self, size: float, square: bool = False) -> None:
        super().__init__()
        self.size, self.fill, self._square = size, "", square
        self.show((), ())

    def show(self, x: Sequence[float] | Array, y: Sequence[float] | Array) -> None:
        """Put them elsewhere."""
        self.x, self.y = (drawable(np.asarray(ends, dtype=float)) for ends in (x, y))

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Draw them."""
        to_screen, half = painter.transform(), self.size / 2.0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self.pen)
        painter.setBrush(QColor(self.fill) if self.fill else Qt.BrushStyle.NoBrush)
        places = [to_screen.map(QPointF(x, y)) for x, y in zip(self.x, self.y, strict=True)]
        painter.resetTransform()
        draw = painter.drawRect if self._square else painter.drawEllipse
        for place in places:
            draw(QRectF(place.x() - half, place.y() - half, self.size, self.size))
        painter.setTransform(to_screen)


class Texts(Part):
    """Words about their places, as large on the screen as anywhere.

    Attributes
    ----------
    font, ink
        How they are written.
    """

    def __init__(self) -> None:
        super().__init__()
        self.font, self.ink = QFont(), ""
        self._texts: Sequence[tuple[float, float, str]] = ()

    @property
    def texts(self) -> Sequence[tuple[float, float, str]]:
        """Where each stands, and what it says."""
        return self._texts

    def show(self, texts: Sequence[tuple[float, float, str]]) -> None:
        """Write others, somewhere else."""
        self._texts = texts

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Write them."""
        to_screen = painter.transform()
        painter.setFont(self.font)
        painter.setPen(QColor(self.ink))
        places = [to_screen.map(QPointF(x, y)) for x, y, _ in self._texts]
        painter.resetTransform()
        for place, (_, _, text) in zip(places, self._texts, strict=True):
            box = QRectF(place.x() - 60, place.y() - 10, 120, 20)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        painter.setTransform(to_screen)


class Uprights(Part):
    """Lines from the bottom upwards.

    Attributes
    ----------
    height
        How far, as a part of what can be seen.
    x
        Where.
    """

    def __init__(self, height: float = 1.0) -> None:
        super().__init__()
        self.height = height
        self.x: Sequence[float] = ()

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Draw them."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(self.pen)
        # The view's top is the bottom of the screen.
        low, high = view.top(), view.top() + self.height * view.height()
        for x in self.x:
            painter.drawLine(QPointF(x, low), QPointF(x, high))


class Arrow(Part):
    """An arrow that is always as long on the screen.

    Attributes
    ----------
    start, way
        Where it begins and where it points, in the chart's coordinates.
    fill
        Its colour; `pen` outlines it.
    """

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length, self.fill = length, ""
        self.start, self.way = (0.0, 0.0), (0.0, 0.0)

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Draw it, if it points anywhere."""
        to_screen = painter.transform()
        right, down = self.way[0] * to_screen.m11(), self.way[1] * to_screen.m22()
        size = hypot(right, down)
        if not 0.0 < size < inf:
            return
        turned = QTransform().translate(*to_screen.map(QPointF(*self.start)).toTuple())
        turned.rotateRadians(atan2(down, right))
        painter.setTransform(turned)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self.pen)
        painter.setBrush(QColor(self.fill))
        end, neck = self.length, self.length - 10.0
        places = ((0, -1.5), (neck, -1.5), (neck, -5), (end, 0), (neck, 5), (neck, 1.5), (0, 1.5))
        painter.drawPolygon(QPolygonF([QPointF(*place) for place in places]))
        painter.setTransform(to_screen)


class Picture(Part):
    """A table of colours, stretched over a range.

    Parameters
    ----------
    smooth
        Whether colours run into one another.

    Attributes
    ----------
    place
        From where to where, in the chart's coordinates.
    """

    def __init__(self, smooth: bool = True) -> None:
        super().__init__()
        self.place, self._smooth = QRectF(), smooth
        self._image = QImage()
        self._colours: Table = np.empty((0, 0, 4), dtype=np.uint8)

    @property
    def colours(self) -> Table:
        """What is drawn: rows from below, shape ``(rows, columns, 4)``."""
        return self._colours

    def show(self, colours: Table, place: QRectF) -> None:
        """Draw other colours, somewhere else."""
        self.place, self._colours = place, np.ascontiguousarray(colours)
        rows, columns = colours.shape[:2]
        data, bytes_a_row = self._colours.data, 4 * columns
        self._image = QImage(data, columns, rows, bytes_a_row, QImage.Format.Format_RGBX8888)

    def clear(self) -> None:
        """Draw nothing."""
        self._image = QImage()

    def paint(self, painter: QPainter, view: QRectF) -> None:
        """Draw it; the first row goes to the bottom, as the view stands on its head."""
        if not self._image.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
            painter.drawImage(self.place, self._image)


class Strokes(pg.GraphicsObject):
    """Draws parts one over the other."""

    def __init__(self, *parts: Part) -> None:
        super().__init__()
        self.parts = list(parts)

    def boundingRect(self) -> QRectF:
        """Take all of the view."""
        view = self.viewRect()
        return QRectF(view) if view is not None else QRectF()

    def viewTransformChanged(self) -> None:
        """Learn that the view is another."""
        super().viewTransformChanged()
        self.prepareGeometryChange()

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw what is shown."""
        view = self.boundingRect()
        for part in self.parts:
            if part.shown:
                part.paint(painter, view)
