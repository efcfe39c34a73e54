"""Draws what is more than a word: the glyph of a state, a trend, a histogram."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from bpsim.engine.kernels import Array
from bpsim.session.aside.health import BINS, Layer
from bpsim.ui.layers.model import GRADIENT, OUTPUTS, ROW_ROLE, STATE, TREND_ROLE, LayersModel
from bpsim.ui.layers.words import number
from bpsim.ui.theme import fonts
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import ROW_HEIGHT

HEIGHT = ROW_HEIGHT + 12
_GLYPH, _NUMBER, _EDGE = 14, 82, 8
_LEAST_BAR, _LEAST_BARS = 4, 64


class LayersDelegate(QStyledItemDelegate):
    """Draws the cells of a `LayersModel`."""

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Make room for a histogram."""
        return QSize(super().sizeHint(option, index).width(), HEIGHT)

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Give a state its glyph and colour; leave a histogram's words to those who cannot see."""
        super().initStyleOption(option, index)
        model = index.model()
        if index.column() == STATE and isinstance(model, LayersModel):
            glyph, token = model.look_at(index.row())
            ink = QColor(getattr(theme().tokens, token))
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, ink)
            option.icon = icon(glyph, token)
            option.decorationSize = QSize(_GLYPH, _GLYPH)
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
        elif index.column() == OUTPUTS:
            option.text = ""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw the words, and beside or instead of them the picture."""
        super().paint(painter, option, index)
        box: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.column() == GRADIENT:
            place = QRectF(box.adjusted(_NUMBER, 8, -_EDGE, -8))
            draw_trend(painter, place, index.data(TREND_ROLE))
        elif index.column() == OUTPUTS:
            draw_histogram(
                painter, QRectF(box.adjusted(_EDGE, 5, -_EDGE, -5)), index.data(ROW_ROLE)
            )
        painter.restore()


def draw_trend(painter: QPainter, box: QRectF, heights: Array) -> None:
    """Draw a course; nothing where little is known."""
    if len(heights) < 2 or box.width() < 20:
        return
    low, high = float(heights.min()), float(heights.max())
    shares = (heights - low) / max(high - low, 0.1)
    across = np.linspace(box.left(), box.right(), len(heights))
    points = [
        QPointF(x, box.bottom() - s * box.height()) for x, s in zip(across, shares, strict=True)
    ]
    painter.setPen(QPen(QColor(theme().tokens.accent), 1))
    painter.drawPolyline(QPolygonF(points))


def draw_histogram(painter: QPainter, box: QRectF, layer: Layer) -> None:
    """Draw how many outputs fall into each part of the range; its ends too, where there is room."""
    tokens, (low, high) = theme().tokens, layer.ends
    painter.setFont(fonts.mono(11))
    painter.setPen(QColor(tokens.muted))
    metrics = painter.fontMetrics()
    ends: Sequence[str] = (number(low), number(high))
    left, right = (metrics.horizontalAdvance(text) + 8 for text in ends)
    bars = box.adjusted(left, 0, -right, 0)
    if bars.width() < _LEAST_BARS:
        bars = box
    else:
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignLeft, ends[0])
        painter.drawText(box, middle | Qt.AlignmentFlag.AlignRight, ends[1])
    counts = layer.counts
    if bars.width() < _LEAST_BAR * BINS:
        counts = counts.reshape(-1, 2).sum(axis=1)  # in twos, or nobody could tell them apart
    most = int(counts.max())
    if bars.width() < len(counts) or not most:
        return
    width = bars.width() / len(counts)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(tokens.faint))
    for at, count in enumerate(counts.tolist()):
        if count:
            # A count of one among thousands is still seen.
            height = max(count / most * bars.height(), 1.5)
            left_edge = bars.left() + at * width
            painter.drawRect(QRectF(left_edge, bars.bottom() - height, width - 1, height))
    painter.setBrush(QColor(tokens.line))
    painter.drawRect(QRectF(bars.left(), bars.bottom(), bars.width() - 1, 1))
