"""A line for an expression, which completes names and says at once what is wrong."""

import re
from collections.abc import Callable

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QLineEdit, QWidget

from bpsim.engine.program import Program
from bpsim.session.conditions.functions import FUNCTIONS
from bpsim.session.conditions.reading import ConditionError
from bpsim.session.conditions.scope import COUNTERS, public_names
from bpsim.session.values import element_name, is_of_a_sample
from bpsim.ui.theme import fonts
from bpsim.words import translate

Check = Callable[[str], ConditionError | None]
_WORD = re.compile(r"[A-Za-z_]\w*(?:\[[\d,]*)?$", re.ASCII)
_MOST_WORDS, _MOST_ELEMENTS = 3000, 150


def words_of(program: Program) -> list[str]:
    """List what can be typed: values, elements of small ones, and functions."""
    found = [*COUNTERS]
    for name in public_names(program):
        shape = program.view(name).shape
        shape = shape[1:] if is_of_a_sample(name) else shape
        found.append(name)
        size = 1
        for part in shape:
            size *= part
        if shape and size <= _MOST_ELEMENTS:
            rows = [(i,) for i in range(shape[0])]
            places = rows if len(shape) == 1 else [(*i, j) for i in rows for j in range(shape[1])]
            found += [element_name(name, place) for place in places]
    functions = [f"{name}(" for name in FUNCTIONS if name.isidentifier() and name != "negative"]
    words = [w.removesuffix("(") if w in ("and(", "or(", "not(") else w for w in functions]
    return [*found[:_MOST_WORDS], *words]


class ExpressionField(QLineEdit):
    """The line.

    Parameters
    ----------
    check
        Says what is wrong with a text, or nothing.

    Signals
    -------
    complained
        What is wrong now; empty where nothing is.
    finished
        Enter was pressed on a text that is right.
    left
        Escape was pressed.
    """

    complained = Signal(str)
    finished = Signal(str)
    left = Signal()

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check = check
        self.setFont(fonts.mono(12))
        self._words = QStringListModel(self)
        self._offered = (0, 0)
        self.completions = QCompleter(self._words, self)
        self.completions.setWidget(self)
        self.completions.setCaseSensitivity(Qt.CaseSensitivity.CaseSensitive)
        self.completions.setMaxVisibleItems(8)
        self.completions.activated.connect(self._complete)
        self.textEdited.connect(self._edited)
        self.textChanged.connect(self._changed)
        self.returnPressed.connect(self._finish)

    def set_words(self, words: list[str]) -> None:
        """Complete these from now on."""
        self._words.setStringList(words)

    @property
    def popup(self) -> QAbstractItemView:
        """The list of completions."""
        popup = self.completions.popup()
        assert popup is not None
        return popup

    @property
    def problem(self) -> ConditionError | None:
        """What is wrong with the text."""
        return self._check(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape close the list first."""
        if event.key() == Qt.Key.Key_Escape and not self.popup.isVisible():
            self.left.emit()
            return
        super().keyPressEvent(event)

    def _edited(self, _: str) -> None:
        match = _WORD.search(self.text()[: self.cursorPosition()])
        popup = self.popup
        if match is None:
            popup.hide()
            return
        self._offered = match.span()
        self.completions.setCompletionPrefix(match[0])
        count = self.completions.completionCount()
        exact = count == 1 and self.completions.currentCompletion() == match[0]
        if count and not exact:
            popup.setFont(self.font())
            self.completions.complete()
        else:
            popup.hide()

    def _complete(self, word: str) -> None:
        start, stop = self._offered
        text = self.text()
        self.setText(text[:start] + word + text[stop:])
        self.setCursorPosition(start + len(word))

    def _changed(self, text: str) -> None:
        # What is only missing its end is no mistake while it is typed.
        problem = self._check(text) if text.strip() else None
        unfinished = problem is not None and problem.column >= len(text.rstrip())
        self.show_problem(None if unfinished else problem)

    def show_problem(self, problem: ConditionError | None) -> None:
        """Mark the line where something is wrong with it."""
        wrong = problem is not None
        if bool(self.property("wrong")) != wrong:
            self.setProperty("wrong", wrong)
            self.style().unpolish(self)
            self.style().polish(self)
        self.complained.emit(complaint(problem))

    def _finish(self) -> None:
        problem = self.problem
        if problem is None:
            self.finished.emit(self.text().strip())
            return
        self.show_problem(problem)
        self.setCursorPosition(problem.column)


def complaint(problem: ConditionError | None) -> str:
    """Say what is wrong, with its place."""
    if problem is None:
        return ""
    words = translate("ExpressionField", "Column {column}: {message}")
    return words.format(column=problem.column + 1, message=problem.message)
