"""A table to type and paste into, and a plane to draw in; applied in one step."""

from PySide6.QtCore import (
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QPushButton,
    QSpinBox,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from bpsim.session.project import Dataset
from bpsim.ui.data.csv_dialog import CsvDialog
from bpsim.ui.data.draft import Draft
from bpsim.ui.data.draft_table import DraftModel, DraftTable
from bpsim.ui.data.draw import DrawPage
from bpsim.ui.data.forms import inset, primary_button, problem_label

SIZE = (820, 580)


class EditDialog(QDialog):
    """The draft in a table and in a plane.

    Signals
    -------
    applied
        A `Dataset`.
    """

    applied = Signal(object)

    def __init__(self, data: Dataset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Edit data"))
        self.draft = Draft.of(data)
        self.model = DraftModel(self.draft, self)
        self.table = DraftTable(self.model, self)
        self.draw = DrawPage(self.draft, self)
        self.problem = problem_label(self)
        self.note = QLabel("", self)
        self.note.setProperty("tone", "muted")
        self.note.setWordWrap(True)
        self.tabs = QTabWidget(self)
        self.tabs.addTab(self._table_page(), self.tr("Table"))
        self.tabs.addTab(self.draw, self.tr("Plane"))
        self.tabs.currentChanged.connect(self._turned)
        # Without a default button: Enter belongs to the table.
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.apply_button = primary_button(self.tr("Apply"), buttons)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(8)
        for widget in (self.tabs, self.note, self.problem, buttons):
            column.addWidget(widget)
        column.setStretch(0, 1)
        self.model.edited.connect(self.refresh)
        self.model.refused.connect(self._refused)
        self.draw.edited.connect(self._renew)
        self.draw.restarted.connect(self._start_plane)
        self.table.pasted.connect(self.paste)
        self.table.removed.connect(self.remove_rows)
        self.table.ended.connect(self.add_row)
        self.table.horizontalHeader().sectionDoubleClicked.connect(self._ask_name)
        self.resize(*SIZE)
        self.refresh()
        self.table.setCurrentIndex(self.model.index(0, 1))
        self.table.setFocus()

    def _button(self, words: str, slot: object) -> QPushButton:
        button = QPushButton(words, self)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _table_page(self) -> QWidget:
        page = QWidget(self)
        self.percent = QSpinBox(page)
        self.percent.setRange(0, 99)
        self.percent.setValue(20)
        self.percent.setSuffix(" %")
        self.percent.setAccessibleName(self.tr("For testing"))
        self.seed = QSpinBox(page)
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName(self.tr("Seed"))
        for box in (self.percent, self.seed):
            inset(box)
        top, bottom = QHBoxLayout(), QHBoxLayout()
        for words, slot in (
            (self.tr("Add row"), self.add_row),
            (self.tr("Remove rows"), self.remove_rows),
            (self.tr("Add feature"), self.add_feature),
            (self.tr("Add target"), self.add_target),
            (self.tr("Remove column"), self.remove_column),
        ):
            top.addWidget(self._button(words, slot))
        top.addStretch(1)
        bottom.addWidget(self._button(self.tr("Paste a whole table…"), self.paste_all))
        bottom.addStretch(1)
        for widget in (
            QLabel(self.tr("For testing"), page),
            self.percent,
            QLabel(self.tr("Seed"), page),
            self.seed,
            self._button(self.tr("Split anew"), self.split),
        ):
            bottom.addWidget(widget)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        column.addLayout(bottom)
        return page

    # Showing

    def refresh(self, *_: object) -> None:
        """Say what is missing, and show the plane."""
        gap, draft = self.draft.gap(), self.draft
        problem = ""
        if not (draft.features and draft.targets):
            problem = self.tr("At least one feature and one target are needed.")
        elif gap is not None:
            problem = self.tr("Row {row}, column {name} is empty.").format(
                row=gap[0], name=draft.names[gap[1]]
            )
        elif not len(draft.plain().train):
            problem = self.tr("At least one row for training is needed.")
        self._say(problem)
        self.apply_button.setEnabled(not problem)
        names = ", ".join(draft.names[column] for column in draft.scaled)
        self.note.setText(self.tr("Standardised again when applied: {names}.").format(names=names))
        self.note.setVisible(bool(names))
        if self.tabs.currentWidget() is self.draw:
            self.draw.refresh()

    def _turned(self, *_: object) -> None:
        self.refresh()
        self.draw.refresh(fit=True)

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    def _refused(self, text: str) -> None:
        self._say(self.tr("{text} cannot stand there.").format(text=repr(text[:40])))

    def _renew(self) -> None:
        at = self.table.currentIndex()
        self.model.reset()
        last = len(self.draft.rows) - 1, len(self.draft.names)
        if at.isValid() and last[0] >= 0:
            # What comes next goes where the keys were, and not to the first cell.
            place = self.model.index(min(at.row(), last[0]), min(at.column(), last[1]))
            self.table.setCurrentIndex(place)
        self.refresh()

    # Doing

    def add_row(self) -> None:
        """Add an empty row and begin to type in it."""
        self.draft.add(1)
        self._renew()
        self.table.setCurrentIndex(self.model.index(len(self.draft.rows) - 1, 1))
        self.table.setFocus()

    def remove_rows(self) -> None:
        """Remove the rows with a selected cell."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        if rows:
            self.draft.remove(rows)
            self._renew()

    def add_feature(self) -> None:
        """Add an empty column to the features."""
        self.draft.add_column(False)
        self._renew()

    def add_target(self) -> None:
        """Add an empty column to the targets."""
        self.draft.add_column(True)
        self._renew()

    def remove_column(self) -> None:
        """Remove the column of the current cell."""
        column = self.table.currentIndex().column() - 1
        if column >= 0:
            self.draft.remove_column(column)
            self._renew()

    def split(self) -> None:
        """Draw anew which rows are for testing."""
        self.draft.split(self.percent.value() / 100.0, self.seed.value())
        self._renew()

    def paste(self) -> None:
        """Enter the clipboard's cells from the current cell on."""
        index = self.table.currentIndex()
        row, column = max(index.row(), 0), max(index.column() - 1, 0)
        wrong = self.draft.paste(QGuiApplication.clipboard().text(), row, column)
        if wrong:
            self._refused(wrong)
        else:
            self._renew()

    def paste_all(self) -> None:
        """Ask how to read the clipboard as data of its own."""
        content = QGuiApplication.clipboard().text().encode()
        dialog = CsvDialog(content, self.tr("the clipboard"), self)
        dialog.imported.connect(self._take)
        dialog.open()

    def _take(self, data: Dataset) -> None:
        self._become(Draft.of(data))

    def _start_plane(self) -> None:
        self._become(Draft.blank(["x1", "x2"], ["class"]))

    def _become(self, draft: Draft) -> None:
        self.draft = self.model.draft = self.draw.draft = draft
        self.model.reset()
        self._turned()

    def _ask_name(self, section: int) -> None:
        if section == 0:
            return
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Rename column"))
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(self.draft.names[section - 1])
        self._renamed = section - 1
        dialog.textValueSelected.connect(self._rename)
        dialog.open()

    def _rename(self, name: str) -> None:
        if name.strip():
            self.draft.rename(self._renamed, name.strip())
            self._renew()

    def accept(self) -> None:
        """Hand the data on."""
        try:
            data = self.draft.dataset()
        except ValueError as error:
            self._say(str(error))
            return
        self.applied.emit(data)
        super().accept()
