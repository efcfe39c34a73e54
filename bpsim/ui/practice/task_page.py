"""Asks for one value after another."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from bpsim.explain.numbers import format_number
from bpsim.practice.given import Given
from bpsim.practice.given import given as given_of
from bpsim.practice.grading import Grade, Verdict
from bpsim.practice.hints import DEGREES, Hint
from bpsim.practice.practice import Item, Practice
from bpsim.session.values import element_name, is_of_a_sample
from bpsim.ui.practice.hint_sheet import HintSheet
from bpsim.ui.selection import Selection
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import HEADING, ROW, SMALL

_DIGITS = 6
_MARGIN, _BETWEEN = 12, 8
_MARKS = {
    Verdict.RIGHT: ("✓", "positive"),
    Verdict.NEAR: ("✓", "positive"),
    Verdict.COARSE: ("≈", "text"),
    Verdict.WRONG: ("○", "negative"),
    Verdict.UNREADABLE: ("?", "negative"),
}
"""Of each verdict glyph and colour."""


def item_name(item: Item, practice: Practice, rows: int) -> str:
    """Name a value as NumPy does, with its row where the batch has several."""
    element = item.element
    if rows > 1 and is_of_a_sample(element.name):
        return element_name(element.name, (practice.sample, *element.index))
    return str(element)


class TaskPage(QWidget):
    """The value that is asked for, a field, and what is said to the answer.

    Signals
    -------
    answered
        The text that was typed.
    hint_wanted, value_wanted, end_wanted
        The buttons.
    """

    answered = Signal(str)
    hint_wanted = Signal()
    value_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint: Hint | None = None
        self._given: tuple[Given, ...] = ()
        self._grade: Grade | None = None
        self.title, self.about, self.said = self._label(), self._label("muted"), self._label()
        self.list, self.takes = self._label(), self._label()
        self.sheet = HintSheet(selection, self)
        self.list.setFont(fonts.mono(ROW))
        self.takes.setFont(fonts.mono(SMALL))
        self.field = QLineEdit(self)
        self.field.setFont(fonts.mono(ROW))
        self.field.setPlaceholderText(self.tr("0.65 or 13/20"))
        self.check = QPushButton(self.tr("Check"), self)
        self.check.setProperty("primary", True)
        self.hint_button = QPushButton(self.tr("Hint"), self)
        self.show_button = QPushButton(self.tr("Show value"), self)
        self.end_button = QPushButton(self.tr("End"), self)
        self._keyed(self.hint_button, self.tr("The rule first, then more and more of it"), "Ctrl+H")
        self._keyed(
            self.show_button,
            self.tr("Fill in this value and go on; F10 fills in the operation"),
            "Ctrl+J",
        )
        self.end_button.setToolTip(self.tr("End the practice here; everything stays as it is"))
        self._list_head, self._list_box = self._section(self.tr("To find")), self._boxed(self.list)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.check)
        helps = QHBoxLayout()
        helps.setSpacing(8)
        helps.addWidget(self.hint_button)
        helps.addWidget(self.show_button)
        helps.addStretch(1)
        helps.addWidget(self.end_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 8, 12, 12)
        rows.setSpacing(8)
        rows.addWidget(self.title)
        rows.addWidget(self.about)
        rows.addLayout(line)
        rows.addWidget(self.said)
        rows.addLayout(helps)
        rows.addWidget(self.sheet)
        rows.addWidget(self._section(self.tr("Given")))
        rows.addWidget(self._boxed(self.takes))
        rows.addWidget(self._list_head)
        rows.addWidget(self._list_box)
        rows.addStretch(1)
        self.field.returnPressed.connect(self._answer)
        self.check.clicked.connect(self._answer)
        self.hint_button.clicked.connect(self.hint_wanted)
        self.show_button.clicked.connect(self.value_wanted)
        self.end_button.clicked.connect(self.end_wanted)
        self.setFocusProxy(self.field)
        self.show_grade(None)
        self.show_hint(None)

    def _label(self, tone: str = "") -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setProperty("tone", tone)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setMinimumWidth(1)  # or a long line would push everything out of sight
        return label

    def _section(self, words: str) -> QLabel:
        label = QLabel(words, self)
        label.setProperty("tone", "section")
        return label

    def _boxed(self, label: QLabel) -> QFrame:
        frame = QFrame(self)
        frame.setProperty("box", "sunk")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 6, 12, 6)
        inside.addWidget(label)
        return frame

    def _keyed(self, button: QPushButton, words: str, key: str) -> None:
        # The button's own shortcut would go with every change of its text.
        shortcut = QShortcut(QKeySequence(key), self, button.click)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        named = shortcut.key().toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{words} ({named})")

    # Asking

    def ask(self, practice: Practice, subtitle: str, about: str, rows: int) -> None:
        """Ask for the present value of a round."""
        item = practice.item
        if item is None:
            return
        name = item_name(item, practice, rows)
        self.title.setText(_heading(name, subtitle))
        self.about.setText(about)
        self.about.setVisible(bool(about))
        self.field.setAccessibleName(self.tr("Value of {name}").format(name=name))
        self.list.setText(self._listed(practice, rows))
        for part in (self._list_head, self._list_box):
            part.setVisible(len(practice.items) > 1)
        if practice.question is not None:
            self._given = given_of(practice.question)
            self.takes.setText(self._taken())

    def _listed(self, practice: Practice, rows: int) -> str:
        tokens, current, lines = theme().tokens, practice.item, []
        for item in practice.items:
            mark, colour, value = "·", tokens.muted, "?"
            if item is current:
                mark, colour = "▸", tokens.accent
            elif item.done:
                mark = "✓" if item.found else "·"
                colour = tokens.positive if item.found else tokens.muted
                value = format_number(practice.value(item), _DIGITS)
            name = escape(item_name(item, practice, rows))
            weight = "600" if item is current else "400"
            lines.append(
                f'<tr><td style="color:{colour};padding-right:8px">{mark}</td>'
                f'<td style="font-weight:{weight};padding-right:16px">{name}</td>'
                f'<td align="right">{value}</td></tr>'
            )
        return f'<table cellspacing="0" cellpadding="1">{"".join(lines)}</table>'

    def _taken(self) -> str:
        """List what the operation takes, matrices row by row, in as many columns as fit."""
        texts = _texts(self._given)
        digit = self.takes.fontMetrics().horizontalAdvance("0")
        longest = max((len(text) for _, row in texts for text in row), default=0)
        names = max((len(value.name) + 3 for value in self._given), default=0)
        room = self.width() - 4 * _MARGIN - names * digit
        columns = max(room // (longest * digit + _BETWEEN), 1)
        lines = [
            _cells("" if start else name, row[start : start + columns])
            for name, row in texts
            for start in range(0, len(row), columns)
        ]
        for value in self._given:
            if value.numbers is None:
                words = self.tr("{size} numbers, see the table")
                size = " × ".join(f"{n:,}" for n in value.shape)
                lines.append(_wide(value.name, words.format(size=size)))
        return f'<table cellspacing="0" cellpadding="0">{"".join(lines)}</table>'

    def resizeEvent(self, event: QResizeEvent) -> None:
        """List in as many columns as fit now."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.takes.setText(self._taken())

    def _answer(self) -> None:
        self.answered.emit(self.field.text())

    def clear_field(self) -> None:
        """Make room for the next answer."""
        self.field.clear()

    # What is said

    def show_grade(self, given: Grade | None) -> None:
        """Say what was to be said to the last answer."""
        self._grade = given
        words = "" if given is None else given.words
        if given is not None:
            mark, colour = _MARKS[given.verdict]
            hue = getattr(theme().tokens, colour)
            self.said.setText(f'<span style="color:{hue}"><b>{mark}</b></span> {escape(words)}')
        self.said.setVisible(given is not None)
        self.field.setAccessibleDescription(words)

    def show_hint(self, hint: Hint | None) -> None:
        """Show a hint, or none."""
        self._hint = hint
        self.sheet.setVisible(hint is not None)
        self.hint_button.setEnabled(hint is None or hint.degree < DEGREES)
        words = self.tr("Hint") if hint is None else self.tr("More")
        self.hint_button.setText(words)
        if hint is not None:
            self.sheet.show_hint(hint)

    def show_again(self) -> None:
        """Take the theme's colours."""
        self.show_grade(self._grade)
        self.show_hint(self._hint)


Texts = list[tuple[str, list[str]]]


def _texts(values: Sequence[Given]) -> Texts:
    """Write each row of each value that is listed."""
    return [
        (
            f"{value.name}[{at}]" if len(value.numbers) > 1 else value.name,
            [format_number(number, _DIGITS) for number in row],
        )
        for value in values
        if value.numbers is not None
        for at, row in enumerate(value.numbers.tolist())
    ]


def _cells(name: str, texts: Sequence[str]) -> str:
    numbers = "".join(
        f'<td align="right" style="padding-left:{_BETWEEN}px">{text}</td>' for text in texts
    )
    return f'<tr><td style="color:{theme().tokens.muted}">{escape(name)}</td>{numbers}</tr>'


def _wide(name: str, words: str) -> str:
    cell = f'<td colspan="3" style="padding-left:{_BETWEEN}px">{escape(words)}</td>'
    return f'<tr><td style="color:{theme().tokens.muted}">{escape(name)}</td>{cell}</tr>'


def _heading(title: str, subtitle: str) -> str:
    muted = theme().tokens.muted
    return (
        f'<span style="font-size:{HEADING}px;font-weight:600">{escape(title)}</span> '
        f'<span style="color:{muted}">{escape(subtitle)}</span>'
    )
