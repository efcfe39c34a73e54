"""A watch's course, small beside its value or large under it."""

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number
from bpsim.session.stopping.watches import Series
from bpsim.ui.plots.thinning import outline
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import Tokens

RECENT = 200
"""Steps that the small one shows; the large one shows all."""
_WORDS = 14.0


def draw_spark(painter: QPainter, rect: QRectF, series: Series, step: int, tokens: Tokens) -> None:
    """Draw the last steps up to the present one, with a dot there."""
    now = int(np.searchsorted(series.steps, step, side="right"))
    steps, values = series.steps[:now], series.values[:now]
    recent = steps >= step - RECENT
    _line(painter, rect, steps[recent], values[recent], step, tokens)


def draw_course(painter: QPainter, rect: QRectF, series: Series, step: int, tokens: Tokens) -> None:
    """Draw all that is known, with its range and its steps."""
    finite = series.values[np.isfinite(series.values)]
    if len(finite) < 2:
        return
    inner = rect.adjusted(0, _WORDS, 0, -_WORDS)
    painter.setPen(QPen(QColor(tokens.line), 1))
    for y in (inner.top(), inner.bottom()):
        painter.drawLine(QPointF(inner.left(), y), QPointF(inner.right(), y))
    _line(painter, inner, series.steps, series.values, step, tokens)
    painter.setPen(QColor(tokens.muted))
    painter.setFont(fonts.mono(11))
    top, bottom = QRectF(rect), QRectF(rect)
    top.setHeight(_WORDS)
    bottom.setTop(rect.bottom() - _WORDS)
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    painter.drawText(top, left, format_number(float(finite.max())))
    painter.drawText(bottom, left, format_number(float(finite.min())))
    painter.drawText(bottom, right, f"{series.steps[0]:,.0f}–{series.steps[-1]:,.0f}")


def _line(
    painter: QPainter, rect: QRectF, steps: Array, values: Array, step: int, tokens: Tokens
) -> None:
    fine = np.isfinite(values)
    steps, values = steps[fine], values[fine]
    if not len(steps):
        return
    xs, ys = _places(rect, steps, values)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(tokens.accent)
    if len(xs) > 1:
        at = outline(ys, 0, 2 * int(rect.width()))[0].astype(int)
        painter.setPen(QPen(colour, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF([QPointF(x, y) for x, y in zip(xs[at], ys[at], strict=True)])
        )
    here = int(np.searchsorted(steps, step, side="right")) - 1
    if here >= 0:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(xs[here], ys[here]), 2.0, 2.0)


def _places(rect: QRectF, steps: Array, values: Array) -> tuple[Array, Array]:
    width, least = max(steps[-1] - steps[0], 1.0), values.min()
    # Halves, so that the range of large numbers does not overflow.
    height = values.max() / 2 - least / 2
    part = (values / 2 - least / 2) / height if height > 0 else np.full(len(values), 0.5)
    xs = rect.left() + 2 + (steps - steps[0]) / width * (rect.width() - 4)
    return xs, rect.bottom() - 2 - part * (rect.height() - 4)
