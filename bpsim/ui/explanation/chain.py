"""The factors from the loss to an element, as a row of boxes that wraps."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Factor
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import BODY, GRID, RADIUS, SMALL

_HEIGHT = 36
_PAD = 2 * GRID
_TIMES = "×"
_BETWEEN = 16
_DIGITS = 3


class ChainView(QWidget):
    """Draws each factor as its name over its value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._boxes: tuple[tuple[str, str], ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("From the loss to here"))

    def show_factors(self, factors: Sequence[Factor]) -> None:
        """Show other factors."""
        self._boxes = tuple((f.name, format_number(f.value, _DIGITS)) for f in factors)
        product = f" {_TIMES} ".join(f"{name} = {value}" for name, value in self._boxes)
        self.setAccessibleDescription(product)
        self.setToolTip(product)
        self.updateGeometry()
        self.update()

    def _places(self, width: float) -> list[QRectF]:
        """Say where each box stands within a width."""
        name, value = (
            QFontMetricsF(fonts.serif(BODY)),
            QFontMetricsF(fonts.mono(SMALL)),
        )
        x, y, places = 0.0, 0.0, []
        for words, number in self._boxes:
            inside = max(name.horizontalAdvance(words), value.horizontalAdvance(number))
            wide = inside + _PAD
            if x and x + wide > width:
                x, y = _BETWEEN, y + _HEIGHT + GRID
            places.append(QRectF(x, y, wide, _HEIGHT))
            x += wide + _BETWEEN
        return places

    def heightForWidth(self, width: int) -> int:
        """Give the height of all rows."""
        places = self._places(width)
        return round(places[-1].bottom()) + 1 if places else 0

    def sizeHint(self) -> QSize:
        """Ask for the height of the present width."""
        return QSize(240, self.heightForWidth(max(self.width(), 240)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the boxes and the signs between them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, middle = theme().tokens, Qt.AlignmentFlag.AlignCenter
        places = self._places(self.width())
        for place, (name, value) in zip(places, self._boxes, strict=True):
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.setBrush(QColor(tokens.sunk))
            painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
            painter.setPen(QColor(tokens.text))
            painter.setFont(fonts.serif(BODY))
            painter.drawText(place.adjusted(0, 1, 0, -_HEIGHT / 2 + 1), middle, name)
            painter.setFont(fonts.mono(SMALL))
            painter.drawText(place.adjusted(0, _HEIGHT / 2 - 1, 0, -2), middle, value)
        painter.setPen(QColor(tokens.muted))
        for place in places[1:]:
            sign = QRectF(QPointF(place.left() - _BETWEEN, place.top()), place.bottomLeft())
            painter.drawText(sign, middle, _TIMES)
        painter.end()
