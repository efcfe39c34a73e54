"""The data panel: the table, and buttons for every way to get other data."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from bpsim.session.project import Dataset
from bpsim.ui.controller import Controller
from bpsim.ui.data.apply import offer_data
from bpsim.ui.data.plane import PlaneView, is_drawable
from bpsim.ui.data.table import DataTable
from bpsim.ui.files.ask import ask_file
from bpsim.ui.panel import Panel
from bpsim.ui.theme.icons import icon

NARROW = 620
PLANE_WIDTH = 300
WIDEST = 16_777_215
"""Qt's own limit: none."""


class DataPanel(Panel):
    """The rows that training uses, with the one that is being computed marked."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.table = DataTable(self)
        self.table.clicked.connect(self._show_sample)
        self.plane = PlaneView(self)
        self.plane.setMinimumWidth(PLANE_WIDTH)
        self.words = QLabel("", self)
        self.words.setProperty("tone", "muted")
        self.buttons = [
            self._button(
                "table",
                self.tr("Built-in…"),
                self.tr("Choose a built-in set"),
                self.choose_built_in,
            ),
            self._button(
                "folder-open", self.tr("Import CSV…"), self.tr("Read a CSV file"), self.ask_file
            ),
            self._button(
                "pencil", self.tr("Edit…"), self.tr("Type, paste or draw rows"), self.edit
            ),
            self._button(
                "settings",
                self.tr("Standardise…"),
                self.tr("Standardise columns, or take that back"),
                self.standardise,
            ),
        ]
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 4, 12, 4)
        bar.setSpacing(4)
        for button in self.buttons:
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        parts = QHBoxLayout()
        parts.setSpacing(0)
        parts.addWidget(self.table, 2)
        parts.addWidget(self.plane, 1)
        column.addLayout(parts, 1)
        controller.replaced.connect(self.reload)
        controller.changed.connect(self.refresh)
        controller.selection.changed.connect(self.refresh)
        self.reload()

    def _button(self, image: str, words: str, tip: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setText(words)
        button.setIcon(icon(image))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(slot)
        return button

    # Showing

    def reload(self) -> None:
        """Show the data of another session, if it is other data."""
        data = self._controller.session.project.data
        if data is not self.table.rows.dataset:
            self.table.set_dataset(data)
            self.plane.show_dataset(data)
            self._arrange()
        self.words.setText(self._summary(data))
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Mark the rows of the batch and the sample in view."""
        session, selection = self._controller.session, self._controller.selection
        rows = session.rows
        current = int(rows[min(selection.sample, len(rows) - 1)])
        moved = current != self.table.rows.current
        self.table.rows.mark(rows, current)
        self.table.viewport().update()
        self.plane.mark(current)
        if moved and not self._controller.running:
            self.table.scrollTo(self.table.rows.index(current, 0))
        self.tell_info()

    def tell_info(self) -> None:
        """Say which row is in view."""
        self.info_changed.emit(self.tr("row {row}").format(row=self.table.rows.current))

    def _summary(self, data: Dataset) -> str:
        words = self.tr("{train} train · {test} test").format(
            train=f"{len(data.train):,}", test=f"{len(data.test):,}"
        )
        count = len(data.scaling.columns) if data.scaling else 0
        if count:
            words += " · " + self.tr("{count} standardised").format(count=count)
        return words

    def sizeHint(self) -> QSize:
        """Ask for a low, wide place."""
        return QSize(700, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop words and plane where the panel is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < NARROW
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if narrow
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        for button in self.buttons:
            button.setToolButtonStyle(style)
        drawn = not narrow and is_drawable(self.table.rows.dataset)
        self.plane.setVisible(drawn)
        # The plane takes the room that the columns leave.
        self.table.setMaximumWidth(self.table.needed_width() if drawn else WIDEST)

    # Other data

    def take(self, data: Dataset) -> None:
        """Train on other data; a misfit is offered to be adapted."""
        offer_data(self._controller, data, self)

    def choose_built_in(self) -> None:
        """Ask for a built-in set."""
        from bpsim.ui.data.built_in_dialog import BuiltInDialog

        dialog = BuiltInDialog(self)
        dialog.chosen.connect(self.take)
        dialog.open()

    def ask_file(self) -> None:
        """Ask for a CSV file and how to read it."""
        filters = self.tr("CSV files (*.csv *.tsv *.txt *.dat);;All files (*)")
        ask_file(self, self.tr("Import a CSV file"), filters, self.import_file)

    def import_file(self, path: Path) -> None:
        """Ask how to read a CSV file."""
        from bpsim.ui.data.csv_dialog import CsvDialog

        dialog = CsvDialog(path, path.name, self)
        dialog.imported.connect(self.take)
        dialog.open()

    def edit(self) -> None:
        """Offer a table to type and a plane to draw in."""
        from bpsim.ui.data.edit_dialog import EditDialog

        dialog = EditDialog(self._controller.session.project.data, self)
        dialog.applied.connect(self.take)
        dialog.open()

    def standardise(self) -> None:
        """Ask which columns to standardise."""
        from bpsim.ui.data.scaling_dialog import ScalingDialog

        dialog = ScalingDialog(self._controller.session.project.data, self)
        dialog.applied.connect(self.take)
        dialog.open()

    def _show_sample(self, index: QModelIndex) -> None:
        place = self.table.rows.place_in_batch(index.row())
        if place is not None and not self.table.rows.state(index.row()).test:
            self._controller.selection.show_sample(place)
