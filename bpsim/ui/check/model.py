"""The comparisons of a gradient check as a table that can be sorted."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    Qt,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from bpsim.engine.gradient_check import Comparison
from bpsim.explain.numbers import format_number, full_number
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import SMALL
from bpsim.words import QT_TRANSLATE_NOOP, translate

CONTEXT = "check"
DIGITS = 7

VERDICTS = {
    "wrong": ("✗", QT_TRANSLATE_NOOP("check", "differs"), "negative"),
    "kink": ("◇", QT_TRANSLATE_NOOP("check", "at a kink"), "text"),
    "right": ("✓", QT_TRANSLATE_NOOP("check", "agrees"), "positive"),
}
"""Of each verdict the glyph, the word and the colour; what needs looking at comes first."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    title
        Translated where it is shown.
    value
        What it shows; sorting goes by this.
    digits
        Significant digits of its numbers.
    """

    title: str
    value: Callable[[Comparison], float]
    digits: int = DIGITS


_NUMBERS = (
    Column(QT_TRANSLATE_NOOP("check", "backpropagation"), lambda row: row.gradient),
    Column(QT_TRANSLATE_NOOP("check", "numerical"), lambda row: row.numerical),
    Column(QT_TRANSLATE_NOOP("check", "difference"), lambda row: row.distance, 2),
    Column(QT_TRANSLATE_NOOP("check", "relative"), lambda row: row.relative, 2),
)
_TITLES = (
    QT_TRANSLATE_NOOP("check", "gradient"),
    *(column.title for column in _NUMBERS),
    QT_TRANSLATE_NOOP("check", "verdict"),
)
VERDICT = len(_TITLES) - 1


def verdict_word(row: Comparison) -> str:
    """Say the verdict in a word or two."""
    return translate(CONTEXT, VERDICTS[row.verdict][1])


class CheckModel(QAbstractTableModel):
    """One row a gradient.

    Attributes
    ----------
    rows
        In the order in which they are shown.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Comparison] = []
        self._places: dict[str, int] = {}
        self._sorted_by: tuple[int, bool] | None = None

    def clear(self) -> None:
        """Begin anew."""
        self.beginResetModel()
        self.rows, self._places, self._sorted_by = [], {}, None
        self.endResetModel()

    def add(self, rows: Iterable[Comparison]) -> None:
        """Take more rows, at the end."""
        new = list(rows)
        start = len(self.rows)
        self.beginInsertRows(NOWHERE, start, start + len(new) - 1)
        self.rows += new
        self._places |= {row.name: start + k for k, row in enumerate(new)}
        self.endInsertRows()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column: names as the network has them, numbers by their size."""
        self._sorted_by = (column, order == Qt.SortOrder.DescendingOrder)
        self.sort_again()

    def sort_again(self) -> None:
        """Sort as last asked for, what has come since too."""
        if self._sorted_by is None:
            return
        column, reverse = self._sorted_by
        self.layoutAboutToBeChanged.emit()
        old = [self.rows[index.row()] for index in self.persistentIndexList()]
        self.rows.sort(key=self._key(column), reverse=reverse)
        at = {row.name: k for k, row in enumerate(self.rows)} if old else {}
        for index, row in zip(self.persistentIndexList(), old, strict=True):
            self.changePersistentIndex(index, self.index(at[row.name], index.column()))
        self.layoutChanged.emit()

    def _key(self, column: int) -> Callable[[Comparison], tuple[float, float]]:
        if column == 0:
            return lambda row: (self._places[row.name], 0.0)
        if column == VERDICT:
            order = list(VERDICTS)
            return lambda row: (order.index(row.verdict), -row.relative)
        value = _NUMBERS[column - 1].value
        return lambda row: (value(row), 0.0)

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the gradients."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name what is shown."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.FontRole:
            return fonts.sans(SMALL)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return translate(CONTEXT, _TITLES[section])
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a cell's text; all digits for pointing and for screen readers."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(column) | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return None if column == VERDICT else fonts.mono()
        if role == Qt.ItemDataRole.ForegroundRole and column == VERDICT:
            return QColor(getattr(theme().tokens, VERDICTS[row.verdict][2]))
        if role not in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        shown = role == Qt.ItemDataRole.DisplayRole
        if column == 0:
            return row.name
        if column == VERDICT:
            word = verdict_word(row)
            return f"{VERDICTS[row.verdict][0]} {word}" if shown else word
        number = _NUMBERS[column - 1]
        value = number.value(row)
        return format_number(value, number.digits) if shown else full_number(value)

    def table_text(self) -> str:
        """Write everything as lines with tabs between, for a spreadsheet."""
        lines = ["\t".join(translate(CONTEXT, title) for title in _TITLES)]
        for row in self.rows:
            numbers = (full_number(column.value(row)) for column in _NUMBERS)
            lines.append("\t".join([row.name, *numbers, verdict_word(row)]))
        return "\n".join(lines) + "\n"


def _side(column: int) -> Qt.AlignmentFlag:
    middle = 0 < column < VERDICT
    return Qt.AlignmentFlag.AlignRight if middle else Qt.AlignmentFlag.AlignLeft
