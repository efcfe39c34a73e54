"""Keeps what seldom looks different, until it does."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap

Key = tuple[object, ...]
"""All that a drawing depends on."""


class Backdrop:
    """A drawing that is made anew only where something that it depends on has changed."""

    def __init__(self) -> None:
        self._key: Key = ()
        self._pixmap = QPixmap()

    def show(
        self,
        painter: QPainter,
        size: QSize,
        ground: str,
        key: Key,
        draw: Callable[[QPainter], None],
    ) -> None:
        """Show the drawing, in the painter's coordinates, from the top left corner on.

        Parameters
        ----------
        painter, size, ground
            Where, how large, and on what colour.
        key
            All that it depends on besides, the colours among it.
        draw
            Makes it.
        """
        place, ratio = painter.worldTransform(), painter.device().devicePixelRatioF()
        key = (*key, size, place, ratio)
        if key != self._key:
            self._key = key
            if self._pixmap.size() != size * ratio:
                self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(QColor(ground))
            inner = QPainter(self._pixmap)
            try:
                # A clip makes drawing many lines several times as fast, and changes no pixel.
                inner.setClipRect(QRect(QPoint(0, 0), size))
                inner.setTransform(place)
                draw(inner)
            finally:
                inner.end()
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._pixmap)
        painter.setTransform(place)
