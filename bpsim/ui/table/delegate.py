"""Draws the cells, and the field in which one is edited."""

from math import isfinite

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from bpsim.explain.numbers import format_number
from bpsim.ui.index import AnyIndex
from bpsim.ui.network.element import NOT_YET
from bpsim.ui.table.colours import heat
from bpsim.ui.table.model import DIGITS, TableModel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import ROW

PAD = 8
EDITOR_WIDTH = 184
_AFTER = 8
_MOST_BEFORE = 7


def places_before(largest: float) -> int:
    """Count the places before the decimal mark, with the sign, that the largest number takes."""
    whole = len(str(int(largest))) if isfinite(largest) else _MOST_BEFORE
    return min(1 + whole, _MOST_BEFORE)


def cell_width(before: int) -> int:
    """Return how wide a column is, in pixels, so that no number is cut off."""
    digit = QFontMetricsF(fonts.mono(ROW)).horizontalAdvance("0")
    return round(2 * PAD + (before + _AFTER) * digit)


class CellDelegate(QStyledItemDelegate):
    """Draws numbers in line at their decimal mark, on the heat of their size.

    Attributes
    ----------
    before
        Places before the decimal mark.
    hovered
        The cell pointed at, here or in another panel.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.before = 2
        self._font = fonts.mono(ROW)
        metrics = QFontMetricsF(self._font)
        self._digit = metrics.horizontalAdvance("0")
        self._drop = (metrics.ascent() - metrics.descent()) / 2 + 1
        self.hovered: tuple[int, int] | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw one cell."""
        model = index.model()
        if not isinstance(model, TableModel):
            return
        tokens, rect = theme().tokens, option.rect
        value = model.value(index.row(), index.column())
        ground = tokens.panel
        if model.is_current:
            ground = tokens.halo
        elif model.by_sample and index.row() == model.sample:
            ground = tokens.accent_back
        painter.fillRect(rect, QColor(ground))
        if value is not None:
            inside = rect.adjusted(2, 2, -2, -2)
            painter.fillRect(inside, heat(value, model.largest, tokens))
            if model.is_current:
                painter.setPen(QColor(tokens.halo_line))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(inside.adjusted(0, 0, -1, -1))
        self._outline(painter, option, (index.row(), index.column()))
        painter.setPen(QColor(tokens.muted if value is None else tokens.text))
        painter.setFont(self._font)
        text = NOT_YET if value is None else format_number(value, DIGITS)
        mark = min(at for at in (text.find("."), text.find("e"), len(text)) if at >= 0)
        x = rect.left() + PAD + (self.before - mark) * self._digit
        painter.drawText(QPointF(x, rect.center().y() + self._drop), text)

    def _outline(
        self, painter: QPainter, option: QStyleOptionViewItem, cell: tuple[int, int]
    ) -> None:
        accent = QColor(theme().tokens.accent)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen or option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(accent, 2 if chosen else 1))
        elif cell == self.hovered:
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DotLine))
        else:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(option.rect.adjusted(1, 1, -2, -2))

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        """Make the field."""
        field = QLineEdit(parent)
        field.setFont(fonts.mono(ROW))
        model = index.model()
        if isinstance(model, TableModel):
            field.setAccessibleName(str(model.element(index)))
        return field

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Start with all digits; what has been typed since stays when numbers change."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: AnyIndex) -> None:
        """Hand over what was typed."""
        if isinstance(editor, QLineEdit) and isinstance(model, TableModel) and editor.isModified():
            model.setData(index, editor.text())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        """Make room for all digits, inside the view."""
        rect = QRect(option.rect)
        rect.setWidth(max(rect.width(), EDITOR_WIDTH))
        parent = editor.parentWidget()
        if parent is not None and rect.right() > parent.width():
            rect.moveRight(max(parent.width() - 1, rect.width() - 1))
        editor.setGeometry(rect)
