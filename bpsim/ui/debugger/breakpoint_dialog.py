"""The dialog for one breakpoint: where, on what condition, and whether it counts."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from bpsim.engine.program import Operation
from bpsim.session.conditions.reading import ConditionError
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint
from bpsim.session.stopping.check_points import problem_of
from bpsim.session.stopping.marking import (
    breakpoint_for,
    breakpoints_at,
    changed_breakpoint,
    with_breakpoint,
)
from bpsim.ui.controller import Controller
from bpsim.ui.debugger.expression_field import ExpressionField, words_of
from bpsim.ui.program.formula import short_formula
from bpsim.ui.theme import fonts

WIDTH = 460


class BreakpointDialog(QDialog):
    """Makes or changes a breakpoint; nothing is changed before it is accepted.

    Parameters
    ----------
    session
        For its operations and values.
    known
        The breakpoint to change; the one to begin with for a new one.

    Signals
    -------
    chosen
        The `Breakpoint`.
    """

    chosen = Signal(object)

    def __init__(self, session: Session, known: Breakpoint, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Breakpoint"))
        self._session, self._known = session, known
        self.places = QComboBox(self)
        self.places.setFont(fonts.mono(12))
        self.places.addItem(self.tr("wherever the condition comes true"), Breakpoint())
        operations = session.program.operations
        for operation in operations:
            self.places.addItem(short_formula(operation), breakpoint_for(operation, operations))
        self._choose_place()
        self.condition = ExpressionField(self._check, self)
        self.condition.set_words(words_of(session.program))
        self.condition.setPlaceholderText("abs(dW1[0,0]) > 10")
        self.condition.setText(known.condition)
        self.enabled = QCheckBox(self.tr("Stop here"), self)
        self.enabled.setChecked(known.enabled)
        self.problem, self.help = QLabel("", self), QLabel(self._help(), self)
        self.problem.setProperty("tone", "problem")
        self.help.setProperty("tone", "muted")
        for label in (self.problem, self.help):
            label.setWordWrap(True)
        # Room for a long message, so that the dialog does not jump while one types.
        self.problem.setMinimumHeight(2 * self.problem.fontMetrics().lineSpacing())
        self.problem.setAlignment(Qt.AlignmentFlag.AlignTop)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.addRow(self.tr("At"), self.places)
        form.addRow(self.tr("If"), self.condition)
        form.addRow("", self.problem)
        form.addRow("", self.enabled)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 16, 16, 16)
        rows.setSpacing(12)
        rows.addLayout(form)
        rows.addWidget(self.help)
        rows.addWidget(buttons)
        self.places.currentIndexChanged.connect(self._judge)
        self.condition.textChanged.connect(self._judge)
        self.setMinimumWidth(WIDTH)
        self.condition.setFocus()
        self._judge()

    def _help(self) -> str:
        return self.tr(
            "Values as everywhere: W1[0,2], b1[0], z1, a1[2], delta2, dW1, mW1, loss, x, y, step. "
            "With + - * / **, comparisons, and, or, not, abs, min, max, sum, mean, norm, finite; "
            "changed_sign(W1[0,0]), change(loss), previous(loss), dead(a1[2], 50). In a batch it "
            "holds where it holds for any sample."
        )

    def _choose_place(self) -> None:
        known = self._known
        for row in range(1, self.places.count()):
            place = self.places.itemData(row)
            if place.operation == known.operation and known.kind in ("", place.kind):
                self.places.setCurrentIndex(row)
                return
        if known.operation:
            # Of another network: it stays what it is unless it is changed.
            self.places.addItem(known.operation, Breakpoint(known.operation, known.kind))
            self.places.setCurrentIndex(self.places.count() - 1)

    @property
    def breakpoint(self) -> Breakpoint:
        """What is chosen now."""
        place = self.places.currentData()
        condition = self.condition.text().strip()
        return Breakpoint(place.operation, place.kind, condition, self.enabled.isChecked())

    def _check(self, text: str) -> ConditionError | None:
        place = self.places.currentData()
        wanted = Breakpoint(place.operation, place.kind, text.strip())
        if not wanted.operation and not wanted.condition:
            return ConditionError(self.tr("Choose an operation, or write a condition."), 0)
        return problem_of(wanted, self._session.program)

    def _judge(self, *_: object) -> None:
        problem = self._check(self.condition.text())
        self._ok.setEnabled(problem is None)
        empty = not self.condition.text().strip()
        self.condition.show_problem(None if empty else problem)
        self.problem.setText("" if empty or problem is None else problem.message)

    def _accept(self) -> None:
        if self._check(self.condition.text()) is None:
            self.chosen.emit(self.breakpoint)
            self.accept()


def ask_breakpoint(
    controller: Controller, begin: Breakpoint, old: Breakpoint | None, parent: QWidget
) -> BreakpointDialog:
    """Ask for a breakpoint, in place of an old one if there is one."""

    def chosen(new: Breakpoint) -> None:
        marks = controller.session.marks
        if old in marks.breakpoints:
            controller.mark(*changed_breakpoint(marks, old, new))
        else:
            controller.mark(*with_breakpoint(marks, new))

    dialog = BreakpointDialog(controller.session, begin, parent)
    dialog.chosen.connect(chosen)
    dialog.open()
    return dialog


def ask_condition(controller: Controller, operation: Operation, parent: QWidget) -> None:
    """Ask for the condition of the breakpoint at an operation, which may be a new one."""
    session = controller.session
    there = breakpoints_at(session.marks, operation)
    begin = there[0] if there else breakpoint_for(operation, session.program.operations)
    ask_breakpoint(controller, begin, there[0] if there else None, parent)
