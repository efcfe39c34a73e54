"""The draft as a table to type and paste into."""

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from bpsim.explain.numbers import format_number, full_number
from bpsim.explain.typed import parse_number
from bpsim.ui.data.draft import Draft
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import ROW_HEIGHT, SMALL


class DraftModel(QAbstractTableModel):
    """The draft as a table that can be typed into; its first column tells train from test.

    Signals
    -------
    edited
        Something was entered.
    refused
        What was typed and is no good.
    """

    edited = Signal()
    refused = Signal(str)

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.draft = draft

    def reset(self) -> None:
        """Show everything anew."""
        self.beginResetModel()
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self.draft.rows)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the set and the columns."""
        return 0 if parent.isValid() else 1 + len(self.draft.names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name columns by element and name, and count the rows."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            left = orientation == Qt.Orientation.Horizontal and section == 0
            side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return fonts.sans(SMALL)
        if role == Qt.ItemDataRole.ToolTipRole and orientation == Qt.Orientation.Horizontal:
            return self.tr("Double-click to rename") if section else None
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section)
        if section == 0:
            return self.tr("set")
        features = len(self.draft.features)
        name = self.draft.names[section - 1]
        at = section - 1
        return f"x[{at}] {name}" if at < features else f"y[{at - features}] {name}"

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let everything be edited."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the text of a cell."""
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column == 0:
            tokens = theme().tokens
            return QColor(tokens.negative if self.draft.test[row] else tokens.muted)
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.EditRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        if column == 0:
            return self.tr("test") if self.draft.test[row] else self.tr("train")
        value = float(self.draft.rows[row, column - 1])
        if np.isnan(value):
            return ""
        return format_number(value) if role == Qt.ItemDataRole.DisplayRole else full_number(value)

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a number, or ``train`` or ``test``."""
        row, column, text = index.row(), index.column(), str(value).strip()
        if column == 0:
            words = {self.tr("train"): False, self.tr("test"): True}
            if text not in words:
                self.refused.emit(text)
                return False
            self.draft.test[row] = words[text]
        else:
            number = parse_number(text)
            if number is None:
                self.refused.emit(text)
                return False
            self.draft.rows[row, column - 1] = number
        self.dataChanged.emit(index, index)
        self.edited.emit()
        return True


class DraftTable(QTableView):
    """The table; Ctrl+V pastes, Delete removes the selected rows.

    Signals
    -------
    pasted
        The keys for pasting were pressed.
    removed
        The key for removing rows was pressed.
    ended
        Something was entered in the last row, and one more is wanted.
    """

    pasted = Signal()
    removed = Signal()
    ended = Signal()

    def __init__(self, model: DraftModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setFont(fonts.mono())
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.setAccessibleName(self.tr("Rows to edit"))
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_HEIGHT + 4)
        horizontal.setDefaultSectionSize(112)
        horizontal.setHighlightSections(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Paste and remove."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        else:
            super().keyPressEvent(event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Go on below after Enter and to the right after Tab, with a new row after the last."""
        hints, index = QAbstractItemDelegate.EndEditHint, self.currentIndex()
        down = hint == hints.SubmitModelCache
        at_end = index.column() == self.model().columnCount() - 1
        on = hint == hints.EditNextItem and at_end
        super().closeEditor(editor, hints.NoHint if down or on else hint)
        if not (down or on):
            return
        row, column = index.row() + 1, index.column() if down else 1
        if row == self.model().rowCount():
            self.ended.emit()
        self.setCurrentIndex(self.model().index(row, column))
        if on:
            self.edit(self.currentIndex())
