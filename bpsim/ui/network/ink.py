"""Words on the picture."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from bpsim.explain.numbers import format_number
from bpsim.ui.network.element import number_text
from bpsim.ui.theme import fonts
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.tokens import Tokens

WIDEST = 130.0
LOCK = 11


class Ink:
    """Writes on a painter, inside a picture of some width.

    Attributes
    ----------
    small
        What most numbers are written in.
    """

    def __init__(self, painter: QPainter, tokens: Tokens, width: float) -> None:
        self.painter, self.tokens, self._width = painter, tokens, width
        self.small = fonts.mono(11)
        self._back = QColor(tokens.panel)
        self._back.setAlphaF(0.85)

    def inside(self, x: float, width: float) -> float:
        """Shift the middle of a text so far that the picture's edges don't cut it off."""
        half = width / 2 + 6
        return min(max(x, half), max(self._width - half, half))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        font: QFont,
        ink: str,
        room: float,
        wide: float | None = None,
    ) -> None:
        """Write around a middle, in so much room; say how wide it is if that is known."""
        if wide is None:
            wide = QFontMetricsF(font).horizontalAdvance(text)
        if wide > room:
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.painter.setFont(font)
        self.painter.setPen(QColor(ink))
        rect = QRectF(x - 150, y - 10, 300, 20)
        self.painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)

    def patch(
        self, x: float, y: float, text: str, font: QFont, ink: str, lit: bool = False
    ) -> None:
        """Write on a patch of the panel's colour, so that no line runs through the words."""
        wide = QFontMetricsF(font).horizontalAdvance(text)
        width = min(wide, WIDEST)
        x = self.inside(x, width)
        rect = QRectF(x - width / 2 - 4, y - 8, width + 8, 16)
        back = QColor(self.tokens.halo) if lit else self._back
        edge = QPen(QColor(self.tokens.halo_line), 1.0) if lit else QPen(Qt.PenStyle.NoPen)
        self.painter.setPen(edge)
        self.painter.setBrush(back)
        self.painter.drawRoundedRect(rect, 4, 4)
        self.text(x, y, text, font, ink, WIDEST, wide)

    def lock(self, right: float, y: float) -> None:
        """Draw a small lock at the right of something: it is frozen."""
        place = QPointF(right + 2, y - LOCK / 2).toPoint()
        self.painter.drawPixmap(place, icon("lock", "muted").pixmap(LOCK, LOCK))


def fitting_number(
    value: float | None, font: QFont, room: float, *, sign: bool = False, lead: str = ""
) -> tuple[str, float]:
    """Write a number with as many digits as there is room for: one that is cut off misleads.

    Returns
    -------
    tuple
        The text and how wide it is.
    """
    metrics = QFontMetricsF(font)
    text = lead + number_text(value, sign)
    wide = metrics.horizontalAdvance(text)
    for digits in (2, 1):
        if wide <= room or value is None:
            break
        text = lead + format_number(value, digits, sign)
        wide = metrics.horizontalAdvance(text)
    return text, wide


@lru_cache(maxsize=1024)
def mixed(ground: str, shade: str, part: float) -> QColor:
    """Mix two colours; nobody may change what comes out."""
    low, high = QColor(ground), QColor(shade)
    red, green, blue = (
        (1 - part) * getattr(low, name)() + part * getattr(high, name)()
        for name in ("redF", "greenF", "blueF")
    )
    return QColor.fromRgbF(red, green, blue)
