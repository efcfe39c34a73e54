"""The columns of a CSV file in a table: what each holds, its role, whether it is standardised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from bpsim.storage.csv_dialect import Preview
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.tokens import SMALL

KINDS = ("number", "category")
ROLES = ("feature", "target", "ignore")
NAME, EXAMPLES, KIND, ROLE, SCALED = range(5)
_EDITABLE = Qt.ItemFlag.ItemIsEditable


@dataclass(frozen=True)
class Column:
    """One column and what is chosen for it.

    Attributes
    ----------
    name, examples
        What it is called and what stands in its first rows.
    kind, role
        Of `KINDS` and `ROLES`.
    scaled
        Whether it is standardised.
    binary
        Whether nothing but 0 and 1 stands in its first rows.
    """

    name: str
    examples: str
    kind: str
    role: str
    scaled: bool = False
    binary: bool = False


def columns_of(preview: Preview, before: Sequence[Column]) -> list[Column]:
    """List the columns; what was chosen for one of the same name stays.

    At first all are features but the last one, which is the target; empty ones are left out.
    """
    chosen = {column.name: column for column in before}
    filled = [i for i, kind in enumerate(preview.kinds) if kind != "empty"]
    columns = []
    for place, (name, kind) in enumerate(zip(preview.names, preview.kinds, strict=True)):
        cells = [row[place] for row in preview.rows if place < len(row)]
        binary = {cell.strip() for cell in cells} <= {"0", "1"}
        role = "feature" if kind != "empty" else "ignore"
        if filled and place == filled[-1]:
            role = "target"
        shown = "category" if kind == "category" else "number"
        column = Column(name, ", ".join(cells[:4]), shown, role, binary=binary)
        if name in chosen:
            old = chosen[name]
            column = replace(column, kind=old.kind, role=old.role, scaled=old.scaled)
        columns.append(column)
    return columns


class ColumnsModel(QAbstractTableModel):
    """The columns, to be chosen in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.columns: list[Column] = []

    def set_columns(self, columns: list[Column]) -> None:
        """List other columns."""
        self.beginResetModel()
        self.columns = columns
        self.endResetModel()

    def choices(self, column: int) -> dict[str, str]:
        """Give what may be chosen in a column of the table, with the words for it."""
        if column == KIND:
            return {"number": self.tr("number"), "category": self.tr("category")}
        if column == ROLE:
            return {
                "feature": self.tr("feature"),
                "target": self.tr("target"),
                "ignore": self.tr("ignore"),
            }
        return {}

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the columns of the file."""
        return 0 if parent.isValid() else len(self.columns)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count what is shown of each."""
        return 0 if parent.isValid() else SCALED + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name what is shown."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return fonts.sans(SMALL)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("column"),
            self.tr("first values"),
            self.tr("holds"),
            self.tr("role"),
            self.tr("standardise"),
        )[section]

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Kind, role and standardising can be changed."""
        flags = super().flags(index)
        column = self.columns[index.row()]
        if index.column() in (KIND, ROLE) and not (
            index.column() == KIND and column.role == "ignore"
        ):
            flags |= _EDITABLE
        if index.column() == SCALED:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
            if not _can_scale(column):
                flags &= ~Qt.ItemFlag.ItemIsEnabled
        return flags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the words and the tick of a cell."""
        column, at = self.columns[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and at == SCALED:
            ticked = column.scaled and _can_scale(column)
            return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DecorationRole and at in (KIND, ROLE):
            return icon("chevron-down", "muted") if self.flags(index) & _EDITABLE else None
        if role == Qt.ItemDataRole.EditRole:
            return {KIND: column.kind, ROLE: column.role}.get(at)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            if at in (KIND, ROLE):
                words = self.choices(at)[column.kind if at == KIND else column.role]
                return "–" if at == KIND and column.role == "ignore" else words
            return {NAME: column.name, EXAMPLES: column.examples}.get(at)
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a choice."""
        column, at = self.columns[index.row()], index.column()
        if at == KIND and value in KINDS:
            column = replace(column, kind=str(value))
        elif at == ROLE and value in ROLES:
            column = replace(column, role=str(value))
        elif at == SCALED and role == Qt.ItemDataRole.CheckStateRole:
            # Qt hands the state on as a number.
            column = replace(column, scaled=value in (2, Qt.CheckState.Checked))
        else:
            return False
        self.columns[index.row()] = column
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), SCALED))
        return True

    def scale_all(self, scaled: bool) -> None:
        """Tick or untick every column of numbers; targets that are classes stay 0 and 1."""
        for row, column in enumerate(self.columns):
            classes = column.role == "target" and column.binary
            if column.role != "ignore" and column.kind == "number" and not classes:
                self.columns[row] = replace(column, scaled=scaled)
        if self.columns:
            self.dataChanged.emit(self.index(0, SCALED), self.index(len(self.columns) - 1, SCALED))

    def named(self, role: str) -> tuple[str, ...]:
        """Name the columns of a role."""
        return tuple(column.name for column in self.columns if column.role == role)

    @property
    def categories(self) -> tuple[str, ...]:
        """The chosen columns that hold words."""
        return tuple(c.name for c in self.columns if c.role != "ignore" and c.kind == "category")

    @property
    def standardised(self) -> tuple[str, ...]:
        """The chosen columns that are standardised."""
        return tuple(c.name for c in self.columns if c.scaled and _can_scale(c))


def _can_scale(column: Column) -> bool:
    return column.kind == "number" and column.role != "ignore"


class ChoiceDelegate(QStyledItemDelegate):
    """Chooses kind and role from a list."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Put the arrow at the right."""
        super().initStyleOption(option, index)
        option.decorationPosition = QStyleOptionViewItem.Position.Right

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        """Make the list, open at once."""
        box = QComboBox(parent)
        model = index.model()
        if isinstance(model, ColumnsModel):
            for value, words in model.choices(index.column()).items():
                box.addItem(words, value)
        box.activated.connect(self._chosen)
        return box

    def _chosen(self) -> None:
        box = self.sender()
        if isinstance(box, QWidget):
            self.commitData.emit(box)
            self.closeEditor.emit(box)

    def setEditorData(self, editor: QWidget, index: AnyIndex) -> None:
        """Show what is chosen."""
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))
            editor.showPopup()

    def setModelData(self, editor: QWidget, model: object, index: AnyIndex) -> None:
        """Take what is chosen."""
        if isinstance(editor, QComboBox) and isinstance(model, ColumnsModel):
            model.setData(index, editor.currentData())
