"""The key to the picture: what colour, width, dots and dashes mean."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QLinearGradient, QPainter, QPen, QPixmap, QPolygonF

from bpsim.explain.numbers import format_number
from bpsim.ui.network.weights import HUGE, WIDTHS
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import Tokens
from bpsim.words import translate

LEFT, ABOVE, BAR, MARK, GAP = 12.0, 51.0, 72.0, 20.0, 5.0
"""Where it begins, its middle above the bottom, and the widths of its parts."""
HEIGHT = 16.0


class Legend:
    """The map from sign and size to colour and width, and what else is on the picture.

    Parameters
    ----------
    painter, tokens
        Where and how.
    bottom
        The lower edge of the picture.
    """

    def __init__(self, painter: QPainter, tokens: Tokens, bottom: float) -> None:
        self._painter, self._tokens = painter, tokens
        self._y = bottom - ABOVE
        self._x = LEFT
        self._metrics = QFontMetricsF(fonts.mono(11))

    def draw(self, largest: float, *, zero: bool, huge: bool, missing: bool) -> None:
        """Draw it.

        Parameters
        ----------
        largest
            The size of the largest weight.
        zero, huge, missing
            Whether there are weights that are zero or huge, and values that are not computed.
        """
        t = self._tokens
        self._painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        # Under it may be a part of a picture that is zoomed.
        wide = 190.0 + 50.0 * zero + 80.0 * huge + 90.0 * missing
        back = QColor(t.panel)
        back.setAlphaF(0.9)
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(back)
        self._painter.drawRect(QRectF(0, self._y - HEIGHT / 2, wide, HEIGHT))
        self._words(format_number(-largest, 2))
        self._wedges()
        self._words(f"+{format_number(largest, 2)}")
        dotted, solid = Qt.PenStyle.DotLine, Qt.PenStyle.SolidLine
        if zero:
            self._mark([QPen(QColor(t.muted), 1.4, dotted)], "0")
        if huge:
            pens = [QPen(QColor(t.text), WIDTHS[-1] + 2.5), QPen(QColor(t.zero), WIDTHS[-1], solid)]
            self._mark(pens, f"≥ {HUGE:g}")
        if missing:
            self._x += 2 * GAP
            self._painter.setPen(QPen(QColor(t.muted), 1.2, Qt.PenStyle.DashLine))
            self._painter.setBrush(Qt.BrushStyle.NoBrush)
            self._painter.drawEllipse(QPointF(self._x + 5.0, self._y), 5.0, 5.0)
            self._x += 10.0 + GAP
            self._words(translate("Legend", "not yet"))

    def _words(self, text: str) -> None:
        wide = self._metrics.horizontalAdvance(text)
        self._painter.setFont(fonts.mono(11))
        self._painter.setPen(QColor(self._tokens.muted))
        place = QRectF(self._x, self._y - HEIGHT / 2, wide + 1, HEIGHT)
        self._painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
        self._x += wide + GAP

    def _wedges(self) -> None:
        """Draw both signs growing from a grey middle, as wide as the lines are."""
        t, ratio = self._tokens, self._painter.device().devicePixelRatioF()
        picture = _wedges(t.negative, t.zero, t.positive, ratio)
        self._painter.drawPixmap(QPointF(self._x, self._y - HEIGHT / 2), picture)
        self._x += BAR + GAP

    def _mark(self, pens: list[QPen], words: str) -> None:
        self._x += 2 * GAP
        for pen in pens:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            self._painter.setPen(pen)
            start = QPointF(self._x, self._y)
            self._painter.drawLine(start, start + QPointF(MARK, 0))
        self._x += MARK + GAP
        self._words(words)


@lru_cache(maxsize=8)
def _wedges(negative: str, zero: str, positive: str, ratio: float) -> QPixmap:
    """Make the picture of both wedges once: shades with smooth edges take long to draw."""
    shades, y = QLinearGradient(0, 0, BAR, 0), HEIGHT / 2
    for place, name in ((0.0, negative), (0.42, zero), (0.58, zero), (1.0, positive)):
        shades.setColorAt(place, QColor(name))
    thin, thick = WIDTHS[0] / 2, WIDTHS[-1] / 2 + 1.0
    upper = [QPointF(0, y - thick), QPointF(BAR / 2, y - thin), QPointF(BAR, y - thick)]
    lower = [QPointF(point.x(), 2 * y - point.y()) for point in reversed(upper)]
    picture = QPixmap(round(BAR * ratio), round(HEIGHT * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(shades)
    painter.drawPolygon(QPolygonF([*upper, *lower]))
    painter.end()
    return picture


def legend_words(point: QPointF, bottom: float) -> str:
    """Explain the picture where the pointer is on the legend; else say nothing."""
    if abs(point.y() - bottom + ABOVE) > HEIGHT / 2 or not LEFT <= point.x() <= LEFT + 200.0:
        return ""
    return translate(
        "Legend",
        "A weight’s colour is its sign, blue for + and orange for −; its width is its size.\n"
        "Dotted is exactly 0, thin and grey nearly so; a dark rim means {huge} or more.\n"
        "A unit that is drawn in dashes is not computed yet.",
    ).format(huge=f"{HUGE:g}")
