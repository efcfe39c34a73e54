"""Asks how to read a CSV file, with its first rows in sight."""

from pathlib import Path

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bpsim.session.project import Dataset
from bpsim.storage.csv_choices import Choices
from bpsim.storage.csv_dialect import GUESS_BYTES, Dialect, Preview, guess, preview
from bpsim.ui.data.columns import SCALED, ChoiceDelegate, ColumnsModel, columns_of
from bpsim.ui.data.csv_task import CsvTask
from bpsim.ui.data.forms import add_field, primary_button, problem_label, section
from bpsim.ui.index import NOWHERE, AnyIndex
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import ROW_HEIGHT, SMALL
from bpsim.words import translate

FORM_WIDTH = 264
SIZE = (960, 640)


class PreviewModel(QAbstractTableModel):
    """The first rows of a file, as they are written."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._preview = Preview((), (), (), ())

    def show(self, shown: Preview) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._preview = shown
        self.endResetModel()

    def rowCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the rows."""
        return 0 if parent.isValid() else len(self._preview.rows)

    def columnCount(self, parent: AnyIndex = NOWHERE) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(self._preview.names)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Name the columns and count the rows."""
        if role == Qt.ItemDataRole.FontRole:
            return fonts.sans(SMALL)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self._preview.names[section]
        return str(section)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a cell."""
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._preview.rows[index.row()]
        return row[index.column()][:200] if index.column() < len(row) else ""


class CsvDialog(QDialog):
    """Every choice about a CSV file, guessed at first, and what comes of it.

    Parameters
    ----------
    source
        The file, or its content from the clipboard.
    name
        What it is called.

    Signals
    -------
    imported
        A `Dataset`.
    """

    imported = Signal(object)

    def __init__(self, source: Path | bytes, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import {name}").format(name=name))
        self._source, self._name = source, name
        self._task: CsvTask | None = None
        self._head, problem = _head(source)
        self._make_form()
        self._make_tables()
        self.problem = problem_label(self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.import_button = primary_button(self.tr("Import"), self.buttons)
        self.import_button.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self._show_guess()
        self._say(problem)
        self.resize(*SIZE)

    # Building

    def _box(self, words: dict[str, str], name: str) -> QComboBox:
        box = QComboBox(self)
        for value, text in words.items():
            box.addItem(text, value)
        box.setAccessibleName(name)
        return box

    def _make_form(self) -> None:
        self.delimiter = self._box(
            {
                ",": self.tr("comma ,"),
                ";": self.tr("semicolon ;"),
                "\t": self.tr("tab"),
                "|": self.tr("bar |"),
                " ": self.tr("blanks"),
            },
            self.tr("Between fields"),
        )
        self.decimal = self._box(
            {".": self.tr("point 1.5"), ",": self.tr("comma 1,5")}, self.tr("Decimal mark")
        )
        self.encoding = self._box(
            {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": self.tr("Western (cp1252)")},
            self.tr("Encoding"),
        )
        self.header = QCheckBox(self.tr("First line names the columns"), self)
        self.empty = self._box(
            {
                "refuse": self.tr("say where, don't import"),
                "drop": self.tr("leave out the row"),
                "mean": self.tr("take the column's mean"),
                "constant": self.tr("take this number:"),
            },
            self.tr("Empty cells"),
        )
        self.constant = QDoubleSpinBox(self)
        self.constant.setRange(-1e9, 1e9)
        self.constant.setDecimals(4)
        self.constant.setAccessibleName(self.tr("Number for empty cells"))
        self.words = QLineEdit(self)
        self.words.setPlaceholderText(self.tr("NA ?"))
        self.words.setToolTip(self.tr("Words that count as empty, with blanks between them"))
        self.words.setAccessibleName(self.tr("Also empty"))
        self.test = QSpinBox(self)
        self.test.setRange(0, 99)
        self.test.setValue(20)
        self.test.setSuffix(" %")
        self.test.setAccessibleName(self.tr("For testing"))
        self.seed = QSpinBox(self)
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setToolTip(self.tr("The same seed chooses the same rows for testing."))
        self.seed.setAccessibleName(self.tr("Seed"))
        for box in (self.delimiter, self.decimal, self.encoding):
            box.currentIndexChanged.connect(self._dialect_changed)
        self.header.toggled.connect(self._dialect_changed)
        self.empty.currentIndexChanged.connect(self._show_constant)

    def _make_tables(self) -> None:
        self.columns = ColumnsModel(self)
        self.columns_view = QTableView(self)
        self.columns_view.setModel(self.columns)
        self.columns_view.setItemDelegate(ChoiceDelegate(self.columns_view))
        self.columns_view.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.columns_view.clicked.connect(self._open_choice)
        self.columns_view.setAccessibleName(self.tr("Columns and their roles"))
        self.columns.dataChanged.connect(self._check)
        self.rows = PreviewModel(self)
        self.rows_view = QTableView(self)
        self.rows_view.setModel(self.rows)
        self.rows_view.setFont(fonts.mono())
        self.rows_view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.rows_view.setAccessibleName(self.tr("First rows"))
        for view in (self.columns_view, self.rows_view):
            view.setShowGrid(False)
            view.setWordWrap(False)
            view.setTabKeyNavigation(False)
            header = view.verticalHeader()
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setDefaultSectionSize(ROW_HEIGHT + 4)
            header.hide()
            view.horizontalHeader().setHighlightSections(False)
            view.horizontalHeader().setDefaultAlignment(
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            )
        self.scale_all = QCheckBox(self.tr("Standardise all columns of numbers"), self)
        self.scale_all.setToolTip(self.tr("A target of nothing but 0 and 1 stays as it is."))
        self.scale_all.toggled.connect(self.columns.scale_all)

    def _lay_out(self) -> None:
        form_widget = QWidget(self)
        form_widget.setFixedWidth(FORM_WIDTH)
        form = QFormLayout(form_widget)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        add_field(form, self.tr("Fields"), self.delimiter)
        add_field(form, self.tr("Decimals"), self.decimal)
        add_field(form, self.tr("Encoding"), self.encoding)
        form.addRow(self.header)
        add_field(form, self.tr("Empty cells"), self.empty)
        add_field(form, "", self.constant)
        add_field(form, self.tr("Also empty"), self.words)
        add_field(form, self.tr("For testing"), self.test)
        add_field(form, self.tr("Seed"), self.seed)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(section(self.tr("Columns"), self))
        right.addWidget(self.columns_view, 3)
        right.addWidget(self.scale_all)
        right.addWidget(section(self.tr("First rows"), self))
        right.addWidget(self.rows_view, 2)
        self._body = QWidget(self)
        parts = QHBoxLayout(self._body)
        parts.setContentsMargins(0, 0, 0, 0)
        parts.setSpacing(24)
        parts.addWidget(form_widget, 0, Qt.AlignmentFlag.AlignTop)
        parts.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self._body, 1)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)

    # Choosing

    @property
    def dialect(self) -> Dialect:
        """How the file is written, as chosen."""
        return Dialect(
            self.delimiter.currentData(),
            self.decimal.currentData(),
            self.encoding.currentData(),
            self.header.isChecked(),
        )

    @property
    def choices(self) -> Choices:
        """Everything that is chosen."""
        return Choices(
            self.dialect,
            self.columns.named("feature"),
            self.columns.named("target"),
            self.columns.categories,
            self.empty.currentData(),
            self.constant.value(),
            tuple(self.words.text().split()),
            self.columns.standardised,
            self.test.value() / 100.0,
            self.seed.value(),
        )

    def _show_guess(self) -> None:
        dialect = guess(self._head)
        for box, value in (
            (self.delimiter, dialect.delimiter),
            (self.decimal, dialect.decimal),
            (self.encoding, dialect.encoding),
        ):
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(value))
            box.blockSignals(False)
        self.header.blockSignals(True)
        self.header.setChecked(dialect.header)
        self.header.blockSignals(False)
        self.words.setText(" ".join(preview(self._head, dialect).empty_words))
        self._show_constant()
        self._dialect_changed()

    def _dialect_changed(self) -> None:
        shown = preview(self._head, self.dialect)
        same = [column.name for column in self.columns.columns] == list(shown.names)
        self.columns.set_columns(columns_of(shown, self.columns.columns if same else ()))
        self.rows.show(shown)
        header = self.columns_view.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 144), (2, 104), (3, 104), (SCALED, 96)):
            self.columns_view.setColumnWidth(column, width)
        self._check()

    def _open_choice(self, index: QModelIndex) -> None:
        if self.columns.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.columns_view.edit(index)

    def _show_constant(self) -> None:
        self.constant.setEnabled(self.empty.currentData() == "constant")

    def _check(self) -> None:
        good = bool(self.columns.named("feature") and self.columns.named("target"))
        self.import_button.setEnabled(good)
        self._say("" if good else self.tr("Choose at least one feature and one target."))

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))

    # Reading

    def accept(self) -> None:
        """Read the file; stay open if anything is wrong."""
        if self._task is not None or not self.import_button.isEnabled():
            return
        self._say("")
        self._body.setEnabled(False)
        self.import_button.setEnabled(False)
        self._task = CsvTask(self._source, self._name, self.choices, self)
        self._task.finished.connect(self._read)
        self._task.start()

    def reject(self) -> None:
        """Close; what is being read is given up."""
        if self._task is not None:
            self._task.cancel()
        super().reject()

    def _read(self, result: Dataset | str) -> None:
        gaps, self._task = self._task is not None and self._task.empty_cells, None
        self._body.setEnabled(True)
        self.import_button.setEnabled(True)
        if isinstance(result, str):
            lines = result.split("\n")
            more = self.tr("and {count} more").format(count=len(lines) - 4)
            shown = lines if len(lines) <= 5 else [*lines[:4], more]
            if gaps:
                shown.append(self.tr("What to do with those is chosen at “Empty cells”."))
            (self.empty if gaps else self.import_button).setFocus()
            self._say("\n".join(shown))
            return
        self.imported.emit(result)
        super().accept()


def _head(source: Path | bytes) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source[:GUESS_BYTES], ""
    try:
        if not source.is_file():
            words = translate("CsvDialog", "{name} is not a file that can be read.")
            return b"", words.format(name=source.name)
        with source.open("rb") as file:
            return file.read(GUESS_BYTES), ""
    except OSError as error:
        words = translate("CsvDialog", "{name} cannot be read: {cause}.")
        return b"", words.format(name=source.name, cause=error.strerror or error)
