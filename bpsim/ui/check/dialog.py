"""The dialog that compares backpropagation with numerical derivatives."""

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from bpsim.engine.gradient_check import Comparison, Place
from bpsim.session.aside.checking import check_of
from bpsim.session.values import Element
from bpsim.ui.check.model import VERDICT, CheckModel
from bpsim.ui.check.task import CheckTask
from bpsim.ui.check.words import about, summary
from bpsim.ui.controller import Controller
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import ROW_HEIGHT

SIZE = QSize(860, 520)
MOST_SORTED_LIVE = 2000


class CheckDialog(QDialog):
    """Checks some gradients of the step in view, or all; training may go on meanwhile."""

    def __init__(
        self, controller: Controller, elements: tuple[Element, ...], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Gradient check"))
        self._controller = controller
        self._chosen: tuple[Place, ...] = tuple((e.name, e.index) for e in elements)
        self._wanted = 0
        self._task: CheckTask | None = None
        self.model = CheckModel(self)
        self.head, self.words, self.about = self._label(), self._label(), self._label()
        self.about.setMinimumHeight(3 * 18)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.table = self._make_table()
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the check"))
        self.stop_button = QPushButton(self.tr("Stop"), self)
        self.stop_button.clicked.connect(self._stop)
        progress = QHBoxLayout()
        progress.setSpacing(12)
        progress.addWidget(self.words, 1)
        progress.addWidget(self.bar)
        progress.addWidget(self.stop_button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        action = QDialogButtonBox.ButtonRole.ActionRole
        self.all_button = buttons.addButton(self.tr("Check all"), action)
        self.again_button = buttons.addButton(self.tr("Check again"), action)
        self.copy_button = buttons.addButton(self.tr("Copy"), action)
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        buttons.rejected.connect(self.reject)
        self.all_button.clicked.connect(self._check_all)
        self.again_button.clicked.connect(self._check)
        self.copy_button.clicked.connect(self._copy)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addWidget(self.head)
        rows.addLayout(progress)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.about)
        rows.addWidget(buttons)
        controller.changed.connect(self._moved)
        controller.replaced.connect(self._moved)
        # It would give values away.
        controller.practising_changed.connect(self.reject)
        theme().changed.connect(self.table.viewport().update)
        self.resize(SIZE)
        self.table.setFocus()
        self._check()

    def _label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _make_table(self) -> QTableView:
        table = QTableView(self)
        table.setModel(self.model)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setAccessibleName(self.tr("Gradients, both ways"))
        vertical, horizontal = table.verticalHeader(), table.horizontalHeader()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(ROW_HEIGHT)
        vertical.hide()
        horizontal.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        horizontal.setHighlightSections(False)
        horizontal.setSectionsClickable(True)
        horizontal.setSortIndicatorShown(True)
        horizontal.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        horizontal.sortIndicatorChanged.connect(self.model.sort)
        table.selectionModel().currentRowChanged.connect(self._tell_row)
        return table

    # Checking

    def _check_all(self) -> None:
        self._chosen = ()
        self._check()

    def _check(self) -> None:
        self._end()
        session = self._controller.session
        chosen = tuple(p for p in self._chosen if session.has(Element(*p)))
        check = check_of(session)
        places = chosen or check.places
        self._wanted = len(places)
        self.model.clear()
        self.about.setText("")
        at = session.position
        words = self.tr(
            "Each derivative of the loss twice: by backpropagation, and by moving the parameter "
            "a little and looking at the loss. Step {step}, epoch {epoch}, batch {batch}, at the "
            "parameters from before its update."
        )
        self.head.setText(words.format(step=f"{at.step:,}", epoch=f"{at.epoch:,}", batch=at.batch))
        self.again_button.setText(self.tr("Check again"))
        self.all_button.setVisible(bool(chosen))
        self.bar.setMaximum(self._wanted)
        self.bar.setValue(0)
        self._show_running(True)
        self._task = CheckTask(check, places, self)
        self._task.found.connect(self._found)
        self._task.ended.connect(self._ended)
        self._task.start()

    def _show_running(self, running: bool) -> None:
        self.bar.setVisible(running)
        self.stop_button.setVisible(running)
        self.again_button.setEnabled(not running)
        self.copy_button.setEnabled(not running)

    def _found(self, rows: list[Comparison]) -> None:
        self.model.add(rows)
        if len(self.model.rows) <= MOST_SORTED_LIVE:
            self.model.sort_again()
        self.bar.setValue(len(self.model.rows))
        words = self.tr("Checking: {done} of {wanted}")
        done = f"{len(self.model.rows):,}"
        self.words.setText(words.format(done=done, wanted=f"{self._wanted:,}"))
        if not self.table.currentIndex().isValid():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _ended(self, error: Exception | None) -> None:
        self._end()
        self.model.sort_again()
        words = summary(self.model.rows, self._wanted)
        if error is not None:
            words = self.tr("Something went wrong inside bpsim.") + f" {words}"
        self.words.setText(words)
        self._show_running(False)
        if any(row.verdict != "right" for row in self.model.rows):
            header = self.table.horizontalHeader()
            header.setSortIndicator(VERDICT, Qt.SortOrder.AscendingOrder)
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _end(self) -> None:
        if self._task is not None:
            self._task.drop()
            self._task.deleteLater()
            self._task = None

    def done(self, result: int) -> None:
        """Stop the check with the dialog."""
        self._end()
        super().done(result)

    # What is shown

    def _moved(self, *_: object) -> None:
        self.again_button.setText(self.tr("Check the step in view"))

    def _tell_row(self, index: QModelIndex) -> None:
        row = self.model.rows[index.row()] if index.isValid() else None
        self.about.setText("" if row is None else about(row))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.model.table_text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by the usual key."""
        if event.matches(QKeySequence.StandardKey.Copy) and self.copy_button.isEnabled():
            self._copy()
        else:
            super().keyPressEvent(event)
