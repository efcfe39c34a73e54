"""The cards of the gallery: a picture, a name and a line each."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from bpsim.ui.gallery.picture import draw_blank, draw_network
from bpsim.ui.gallery.starts import Start
from bpsim.ui.index import AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import BODY, GRID, RADIUS, ROW

CARD = QSize(212, 160)
PICTURE = 90
START = Qt.ItemDataRole.UserRole


class CardDelegate(QStyledItemDelegate):
    """Draws a card."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """All cards are alike."""
        return CARD

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw picture, name and line, and a frame that tells which is chosen."""
        start, tokens = index.data(START), theme().tokens
        if not isinstance(start, Start):
            return
        card = QRect(option.rect).adjusted(GRID, GRID, -GRID, -GRID)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        pointed = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rim = tokens.accent if chosen else tokens.faint if pointed else tokens.line
        painter.setPen(QPen(QColor(rim), 2.0 if chosen else 1.0))
        painter.setBrush(QColor(tokens.accent_back if chosen else tokens.panel))
        painter.drawRoundedRect(card, RADIUS, RADIUS)
        picture = QRectF(card.left(), card.top(), card.width(), PICTURE).adjusted(16, 9, -16, -5)
        if start.project is None:
            draw_blank(painter, picture, tokens)
        else:
            draw_network(painter, picture, start.project, tokens)
        words = card.adjusted(12, PICTURE, -12, -8)
        painter.setPen(QColor(tokens.text))
        painter.setFont(fonts.sans(BODY, 600))
        name = painter.fontMetrics().elidedText(
            start.name, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignTop, name)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(fonts.sans(ROW))
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(words.adjusted(0, 20, 0, 0), top | Qt.TextFlag.TextWordWrap, start.about)
        painter.restore()


class Cards(QListWidget):
    """The cards in rows; arrow keys move, and typing a name goes to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setMovement(QListWidget.Movement.Static)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setGridSize(CARD)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(CardDelegate(self))
        self.setAccessibleName(self.tr("What to begin with"))
        self.viewport().setAutoFillBackground(False)

    def add(self, start: Start) -> None:
        """Add a card at the end."""
        item = QListWidgetItem(start.name, self)
        item.setData(START, start)
        item.setData(Qt.ItemDataRole.AccessibleDescriptionRole, start.about)
        item.setSizeHint(CARD)

    @property
    def chosen(self) -> Start:
        """What the chosen card begins with."""
        start = self.currentItem().data(START)
        assert isinstance(start, Start)
        return start

    def changeEvent(self, event: QEvent) -> None:
        """Draw in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.viewport().update()
