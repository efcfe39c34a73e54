"""The numbers of one value, read from the session whenever a cell is drawn."""

import numpy as np
from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtWidgets import QWidget

from bpsim.explain.numbers import format_number, full_number
from bpsim.explain.typed import parse_number
from bpsim.session.session import Session
from bpsim.session.values import Element, is_of_a_sample
from bpsim.ui.controller import Controller
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.network.element import NOT_YET, describe
from bpsim.ui.table.content import column_words, element_at, matrix_of, shape_of

DIGITS = 4
_READ = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_TYPED_OVER = _READ | Qt.ItemFlag.ItemIsEditable


class TableModel(QAbstractTableModel):
    """Shows one value; it keeps no number of its own.

    Attributes
    ----------
    name
        The value in view.
    by_sample, editable
        Whether each row is a sample, and whether these are weights or biases.
    is_computed, is_current
        Whether there are numbers, and whether the operation that ran last computed them.
    largest
        The greatest size of a finite number in it, 0 where there is none.

    Signals
    -------
    refused
        The index of a cell and why what was typed into it is not taken.
    """

    refused = Signal(object, str)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.show_value("W1")

    @property
    def session(self) -> Session:
        """The session in view."""
        return self._controller.session

    @property
    def sample(self) -> int:
        """Which row of the batch is in view."""
        rows = self._rows if self.by_sample else self.session.program.rows
        return min(self._controller.selection.sample, rows - 1)

    def show_value(self, name: str) -> None:
        """Show another value, or that of another session."""
        self.beginResetModel()
        self.name, self.by_sample = name, is_of_a_sample(name)
        self.editable = Element(name).is_parameter
        self._rows, self._columns = shape_of(self.session, name)
        self._measure()
        self.endResetModel()

    def refresh(self) -> None:
        """Show the present numbers; batches may differ in their number of rows."""
        rows, columns = shape_of(self.session, self.name)
        if columns != self._columns:
            self.show_value(self.name)
        elif rows > self._rows:
            self.beginInsertRows(NOWHERE, self._rows, rows - 1)
            self._rows = rows
            self.endInsertRows()
        elif rows < self._rows:
            self.beginRemoveRows(NOWHERE, rows, self._rows - 1)
            self._rows = rows
            self.endRemoveRows()
        self._measure()
        self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, self._columns - 1))
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, rows - 1)

    def _measure(self) -> None:
        current = self.session.current
        self.is_current = current is not None and current.name == self.name
        # A view of the session's memory: it needs no telling of new numbers.
        self._matrix = matrix_of(self.session, self.name)
        self.is_computed = self._matrix is not None
        sizes = np.zeros(1) if self._matrix is None else np.abs(self._matrix)
        self.largest = float(sizes.max(initial=0.0, where=np.isfinite(sizes)))

    def value(self, row: int, column: int) -> float | None:
        """Return the number in a cell, ``None`` where it is not computed yet."""
        return None if self._matrix is None else float(self._matrix[row, column])

    def element(self, index: AnyIndex) -> Element:
        """Name the element in a cell."""
        return element_at(self.name, index.row(), index.column())

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count units or samples."""
        return 0 if parent.isValid() else self._rows

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count sources or units."""
        return 0 if parent.isValid() else self._columns

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Weights and biases can be typed over."""
        return _TYPED_OVER if self.editable else _READ

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a cell's number, with all its digits for editing, pointing and screen readers."""
        if not index.isValid():
            return None
        value = self.value(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return NOT_YET if value is None else format_number(value, DIGITS)
        if role == Qt.ItemDataRole.EditRole:
            return "" if value is None else full_number(value)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            words = describe(self.session, self.element(index), index.row(), exact=True)
            return words if role == Qt.ItemDataRole.ToolTipRole else words.replace("\n", ", ")
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take what was typed; what is no number is refused and leaves the old one."""
        old = self.value(index.row(), index.column())
        new = parse_number(str(value))
        if new is None:
            words = self.tr("“{text}” is not a finite number; {name} keeps {value}.")
            full = "" if old is None else full_number(old)
            told = words.format(text=value, name=self.element(index), value=full)
            self.refused.emit(index, told)
            return False
        # Typing the same number again is no edit: it would cut off what came after.
        if new != old:
            self._controller.edit(self.element(index), new)
        return True

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """Name rows and columns; the sample in view has a mark."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation == Qt.Orientation.Horizontal:
            words = column_words(self.session, self.name, section)
            if words:
                return words
            if not self.by_sample:
                return self.tr("bias")
        elif self.by_sample:
            mark = "▸ " if section == self.sample else "   "
            return mark + self.tr("sample {number}").format(number=section + 1)
        return self.tr("unit {number}").format(number=section)
