"""Practice: the coming values are hidden, and a person fills them in."""

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from bpsim.practice.hints import explanation_of
from bpsim.practice.practice import Practice, Scope
from bpsim.session.position import Change
from bpsim.session.session import Session
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.practice.end_page import EndPage
from bpsim.ui.practice.start_page import StartPage
from bpsim.ui.practice.task_page import TaskPage
from bpsim.ui.theme.theme import theme


class PracticePanel(Panel):
    """Asks how much, then for value after value, then says how it went.

    What is asked for is what the session has not computed yet: when the values of an operation
    are there, the session runs it. So there is nothing to take back when one leaves.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.practice: Practice | None = None
        self._session: Session = controller.session
        self.start, self.end = StartPage(self), EndPage(self)
        self.task = TaskPage(controller.selection, self)
        self.pages, self._areas = QStackedWidget(self), []
        for page in (self.start, self.task, self.end):
            area = QScrollArea(self)
            area.setWidget(page)
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.pages.addWidget(area)
            self._areas.append(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.pages)
        self.start.started.connect(self.begin)
        self.task.answered.connect(self._answer)
        self.task.hint_wanted.connect(self._hint)
        self.task.value_wanted.connect(self._show_value)
        self.task.end_wanted.connect(self._stop)
        self.end.next_wanted.connect(self._again)
        self.end.other_wanted.connect(self._other)
        controller.changed.connect(self._changed)
        controller.replaced.connect(self._replaced)
        controller.running_changed.connect(self._follow)
        theme().changed.connect(self._colour)

    def sizeHint(self) -> QSize:
        """Ask for the width of the explanation."""
        return QSize(340, 400)

    def tell_info(self) -> None:
        """Say how far it is."""
        if self.practice is None or self.practice.goal is None:
            self.info_changed.emit("")
            return
        at, count = self.practice.places
        self.info_changed.emit(self.tr("{at} of {count}").format(at=at, count=count))

    def take_focus(self) -> None:
        """Put the keys where they are wanted."""
        (self.start, self.task, self.end)[self.pages.currentIndex()].setFocus()

    def _turn_to(self, page: QWidget) -> None:
        focused = QApplication.focusWidget()
        here = focused is not None and self.isAncestorOf(focused)
        self.pages.setCurrentIndex((self.start, self.task, self.end).index(page))
        if here:
            page.setFocus()
        self.tell_info()

    # A round

    def begin(self, scope: Scope) -> None:
        """Hide the coming values and ask for the first."""
        self._controller.pause()
        session = self._controller.session
        try:
            self.practice = Practice(session, scope, self._controller.selection.sample)
        except ValueError as error:
            self.start.tell(str(error))
            return
        self.start.tell("")
        self._session = session
        self.task.show_grade(None)
        self.task.clear_field()
        self._controller.set_practising(True)
        self._turn_to(self.task)
        self._go(self.practice.goal)

    def _go(self, goal: int | None) -> None:
        """Let the session run to where the next question stands, and ask it."""
        if goal is None:
            self._finish(finished=True)
        elif goal != self._controller.session.position.executed:
            self._controller.do(lambda session: session.jump(goal))
        else:
            self._ask()

    def _ask(self) -> None:
        practice = self.practice
        if practice is None or practice.question is None:
            return
        told = explanation_of(practice.question)
        self.task.show_hint(practice.told)
        self.task.ask(practice, told.subtitle, self._about(), practice.question.rows)
        self._controller.selection.hover(practice.question.element)
        self.tell_info()

    def _about(self) -> str:
        """Say which step and row it is about."""
        assert self.practice is not None
        question, at = self.practice.question, self._controller.session.position
        if question is None:
            return ""
        place, count = self.practice.places
        words = [self.tr("Operation {at} of {count}.").format(at=place, count=count)]
        if at.done == at.operations:
            words.append(self.tr("The next step begins."))
        if question.rows > 1:
            row = self.tr("Row {row} of the batch’s {rows}.")
            words.append(row.format(row=self.practice.sample + 1, rows=question.rows))
        return " ".join(words)

    def _answer(self, text: str) -> None:
        if self.practice is None or self.practice.item is None or not text.strip():
            return
        given = self.practice.answer(text)
        self.task.show_grade(given)
        if given.accepted:
            self.task.clear_field()
            self._next()
        else:
            self.task.field.selectAll()
            self.task.setFocus()

    def _hint(self) -> None:
        if self.practice is not None and self.practice.item is not None:
            self.task.show_hint(self.practice.hint())
            QTimer.singleShot(0, self, self._bring_hint)
            self.task.setFocus()

    def _bring_hint(self) -> None:
        """Scroll the hint into sight, once it has its size."""
        self._areas[1].ensureWidgetVisible(self.task.sheet, 0, 16)

    def _show_value(self) -> None:
        if self.practice is not None:
            self.practice.show()
            self.task.show_grade(None)
            self.task.clear_field()
            self._next()

    def _next(self) -> None:
        """Ask for the next value, or run the operation whose values are all there."""
        assert self.practice is not None
        if self.practice.complete:
            self._controller.do(Session.step_operation)
        else:
            self._ask()
        if self.practice is not None:
            self.task.setFocus()

    # Ends

    def _stop(self) -> None:
        self._finish(finished=False)

    def _finish(self, finished: bool) -> None:
        if self.practice is None:
            return
        score = self.practice.score
        self.practice = None
        self._controller.set_practising(False)
        self._controller.selection.hover(None)
        self.end.show_score(score, finished)
        self._turn_to(self.end)

    def _again(self) -> None:
        self.begin(self.start.scope)
        if self.practice is None:
            self._turn_to(self.start)

    def _other(self) -> None:
        self._turn_to(self.start)

    # What happens elsewhere

    def _changed(self, change: Change) -> None:
        by_hand = change.label is not None and change.label.kind != "rename"
        self._follow(changed=by_hand or change.replaced)

    def _follow(self, running: bool = False, *, changed: bool = False) -> None:
        """Follow the session, whoever moved it; what runs is waited for."""
        practice = self.practice
        if practice is None or self._controller.running:
            return
        if changed and not practice.fits(self._controller.session):
            self._finish(finished=False)
        else:
            self._go(practice.follow(changed=changed))

    def _replaced(self) -> None:
        if self.practice is not None and self._controller.session is not self._session:
            self._finish(finished=False)

    def _colour(self) -> None:
        if self.practice is not None:
            self.task.show_again()
            practice = self.practice
            if practice.question is not None:
                told = explanation_of(practice.question)
                self.task.ask(practice, told.subtitle, self._about(), practice.question.rows)
