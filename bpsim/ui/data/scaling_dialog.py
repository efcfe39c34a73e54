"""Asks which columns to standardise, with the numbers in sight."""

from PySide6.QtCore import QAbstractTableModel, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bpsim.explain.numbers import format_number, full_number
from bpsim.session.preparation import standardise, take_back_scaling
from bpsim.session.project import Dataset
from bpsim.session.scaling import Scaling
from bpsim.ui.data.forms import primary_button, problem_label
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import ROW_HEIGHT, SMALL

SIZE = (480, 400)


class ScalingModel(QAbstractTableModel):
    """One line a column: whether it is standardised, its mean and its deviation."""

    def __init__(self, data: Dataset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = (*data.features, *data.targets)
        self._plain = take_back_scaling(data)
        self._numbers: dict[int, tuple[float, float] | None] = {}
        self.chosen = set(data.scaling.columns if data.scaling else ())

    def numbers(self, column: int) -> tuple[float, float] | None:
        """Give mean and deviation of a column, worked out when first seen."""
        if column not in self._numbers:
            try:
                scaling = Scaling.of(self._plain.train, (column,))
                self._numbers[column] = (scaling.means[column], scaling.deviations[column])
            except ValueError:
                self._numbers[column] = None
        return self._numbers[column]

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the columns of the data."""
        return 0 if parent.isValid() else len(self._names)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Name, mean and deviation."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name what is shown."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.FontRole:
            return fonts.sans(SMALL)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("column"), self.tr("mean"), self.tr("deviation"))[section]
        return None

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Let names be ticked."""
        flags = super().flags(index)
        return flags if index.column() else flags | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give the words and the tick of a cell."""
        row, column = index.row(), index.column()
        if column == 0:
            if role == Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if row in self.chosen else Qt.CheckState.Unchecked
            return self._names[row] if role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return fonts.mono()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            numbers = self.numbers(row)
            write = format_number if role == Qt.ItemDataRole.DisplayRole else full_number
            return "–" if numbers is None else write(numbers[column - 1])
        return None

    def setData(self, index: AnyIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a tick."""
        if role != Qt.ItemDataRole.CheckStateRole or index.column():
            return False
        # Qt hands the state on as a number.
        if value in (2, Qt.CheckState.Checked):
            self.chosen.add(index.row())
        else:
            self.chosen.discard(index.row())
        self.dataChanged.emit(index, index)
        return True


class ScalingDialog(QDialog):
    """The columns to tick.

    Signals
    -------
    applied
        The data with the ticked columns standardised.
    """

    applied = Signal(object)

    def __init__(self, data: Dataset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Standardise columns"))
        self._data = data
        words = QLabel(
            self.tr(
                "A standardised column holds (value − mean) / deviation, with mean and standard "
                "deviation of the training rows. Unticking takes it back."
            ),
            self,
        )
        words.setWordWrap(True)
        self.model = ScalingModel(data, self)
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName(self.tr("Columns to standardise"))
        vertical, horizontal = self.table.verticalHeader(), self.table.horizontalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_HEIGHT + 4)
        vertical.hide()
        horizontal.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        horizontal.setHighlightSections(False)
        self.table.setCurrentIndex(self.model.index(0, 0))
        self.problem = problem_label(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.apply_button = primary_button(self.tr("Apply"), buttons)
        self.apply_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        for widget in (words, self.table, self.problem, buttons):
            column.addWidget(widget)
        self.resize(*SIZE)

    def accept(self) -> None:
        """Hand the data on, unless a column cannot be standardised."""
        chosen = tuple(sorted(self.model.chosen))
        try:
            data = standardise(self._data, chosen)
        except ValueError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        if chosen != (self._data.scaling.columns if self._data.scaling else ()):
            self.applied.emit(data)
        super().accept()
