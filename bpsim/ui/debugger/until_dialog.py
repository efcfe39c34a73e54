"""The dialog that asks where a run is to end: after so much, at a loss, or on a condition."""

from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from bpsim.explain.typed import parse_number, parse_whole
from bpsim.session.conditions.reading import ConditionError
from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.session.stopping.check_points import problem_of
from bpsim.session.stopping.goal import Goal, loss_below
from bpsim.ui.controller import Controller
from bpsim.ui.debugger.expression_field import ExpressionField, complaint, words_of
from bpsim.ui.debugger.find_back import go_back
from bpsim.ui.theme import fonts

WIDTH = 440
MOST = 1_000_000_000
_NAMES = ("count", "loss", "condition")


class UntilDialog(QDialog):
    """Runs on, or back, to what is chosen; the choice is there again the next time."""

    def __init__(self, controller: Controller, settings: QSettings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Run until"))
        self._controller, self._settings, self._window = controller, settings, parent
        self.count = QLineEdit(self._known("count", "100"), self)
        self.unit = QComboBox(self)
        self.unit.addItems([self.tr("steps"), self.tr("epochs")])
        self.unit.setCurrentIndex(1 if self._known("unit", "0") == "1" else 0)
        self.loss = QLineEdit(self._known("loss", "0.01"), self)
        self.condition = ExpressionField(self._check, self)
        self.condition.set_words(words_of(controller.session.program))
        self.condition.setPlaceholderText("abs(dW1[0,0]) > 10")
        self.condition.setText(self._known("condition", ""))
        self.problem = QLabel("", self)
        self.problem.setProperty("tone", "problem")
        self.problem.setWordWrap(True)
        self.problem.setMinimumHeight(2 * self.problem.fontMetrics().lineSpacing())
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop)
        for field, name in ((self.count, self.tr("How many")), (self.loss, self.tr("Loss"))):
            field.setFont(fonts.mono(12))
            field.setAccessibleName(name)
        self.condition.setAccessibleName(self.tr("Condition"))
        self.choices = QButtonGroup(self)
        words = (
            self.tr("For so much more"),
            self.tr("Until the batch’s loss is below"),
            self.tr("Until this comes true"),
        )
        grid = QGridLayout()
        grid.setVerticalSpacing(12)
        grid.setHorizontalSpacing(12)
        fields = (self.count, self.loss, self.condition)
        for row, (text, field) in enumerate(zip(words, fields, strict=True)):
            radio = QRadioButton(text, self)
            self.choices.addButton(radio, row)
            grid.addWidget(radio, row, 0)
            grid.addWidget(field, row, 1, 1, 1 if row == 0 else 2)
            field.textEdited.connect(radio.click)
        grid.addWidget(self.unit, 0, 2)
        chosen = self._known("choice", _NAMES[0])
        row = _NAMES.index(chosen) if chosen in _NAMES else 0
        self.choices.button(row).setChecked(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        role = QDialogButtonBox.ButtonRole
        self.back_button = QPushButton(self.tr("Back to it"), self)
        self.run_button = QPushButton(self.tr("Run"), self)
        buttons.addButton(self.back_button, role.ActionRole)
        buttons.addButton(self.run_button, role.AcceptRole)
        self.run_button.setDefault(True)
        self.back_button.setAutoDefault(False)
        buttons.accepted.connect(self._run)
        buttons.rejected.connect(self.reject)
        self.back_button.clicked.connect(self._back)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(grid)
        rows.addWidget(self.problem)
        rows.addWidget(buttons)
        self.setMinimumWidth(WIDTH)
        self.choices.idToggled.connect(self._judge)
        for field in fields:
            field.textChanged.connect(self._judge)
        fields[row].setFocus()
        fields[row].selectAll()
        self._judge()

    def _known(self, name: str, otherwise: str) -> str:
        return str(self._settings.value(f"until/{name}", otherwise))

    def _check(self, text: str) -> ConditionError | None:
        return problem_of(Breakpoint(condition=text.strip()), self._controller.session.program)

    @property
    def wrong(self) -> str:
        """What is wrong with the choice; empty where nothing is."""
        choice = self.choices.checkedId()
        if choice == 0:
            count = parse_whole(self.count.text())
            fine = count is not None and 1 <= count <= MOST
            words = self.tr("How many: a whole number from 1 to {most}.")
            return "" if fine else words.format(most=f"{MOST:,}")
        if choice == 1:
            fine = parse_number(self.loss.text()) is not None
            return "" if fine else self.tr("A loss is a number, such as 0.01.")
        return complaint(self._check(self.condition.text()))

    def _judge(self, *_: object) -> None:
        wrong = self.wrong
        self.problem.setText(wrong)
        self.run_button.setEnabled(not wrong)
        moved = self._controller.session.position.executed > 0
        self.back_button.setEnabled(not wrong and moved and self.choices.checkedId() > 0)

    def _goal(self) -> Goal:
        session, choice = self._controller.session, self.choices.checkedId()
        if choice == 0:
            count = parse_whole(self.count.text()) or 1
            at = session.position
            steps = count * at.batches if self.unit.currentIndex() else count
            return Goal(session.history.executed_at(at.updates + steps))
        if choice == 1:
            return loss_below(parse_number(self.loss.text()) or 0.0)
        return Goal(breakpoint=Breakpoint(condition=self.condition.text().strip()))

    def _remember(self) -> None:
        values = {
            "choice": _NAMES[self.choices.checkedId()],
            "count": self.count.text(),
            "unit": str(self.unit.currentIndex()),
            "loss": self.loss.text(),
            "condition": self.condition.text(),
        }
        for name, value in values.items():
            self._settings.setValue(f"until/{name}", value)

    def _run(self) -> None:
        if self.wrong:
            return
        self._remember()
        goal = self._goal()
        self.accept()
        self._controller.run_until(goal)

    def _back(self) -> None:
        self._remember()
        goal = self._goal()
        self.accept()
        go_back(self._controller, goal.besides, self._window)
