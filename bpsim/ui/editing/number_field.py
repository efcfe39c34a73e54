"""A line for one number: typed, or changed by the arrow keys."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from bpsim.explain.typed import number_text, parse_number, parse_whole
from bpsim.ui.theme import fonts

Complaint = Callable[[float], str | None]
"""Says what is wrong with a value, or nothing."""
Nudge = Callable[[str, int], str]
"""From a text and a count of steps, of which ten are a large one, to another text."""


def by_last_digit(text: str, steps: int) -> str:
    """Count the last digit up or down, but the fourth one in front of longer numbers."""
    value = parse_number(text)
    if value is None:
        return text
    plain = text.strip().replace(",", ".").replace("−", "-")
    number = Decimal(repr(value) if "/" in plain else plain)
    digits = number.as_tuple().digits
    one = Decimal(1).scaleb(max(_exponent(number), _exponent(number) + len(digits) - 4))
    return str(number + steps * one).lower()


def by_factors(text: str, steps: int) -> str:
    """Go along 0.1, 0.2, 0.5, 1, 2, 5 and so on; a large step is a factor of 10.

    0 goes up to 0.001.
    """
    value = parse_number(text)
    if value == 0.0 and steps > 0:
        return "0.001"
    if value is None or value <= 0.0:
        return text
    number = Decimal(repr(value))
    if abs(steps) >= _LARGE:
        return number_text(float(number.scaleb(steps // _LARGE)))
    size = number.adjusted()
    ladder = [Decimal(k).scaleb(size + e) for e in (-1, 0, 1) for k in (1, 2, 5)]
    if steps > 0:
        return number_text(float(next(rung for rung in ladder if rung > number)))
    return number_text(float(next(rung for rung in reversed(ladder) if rung < number)))


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


_LARGE = 10
_KEYS: Mapping[int, int] = {
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_PageUp: _LARGE,
    Qt.Key.Key_PageDown: -_LARGE,
}

_UNDO_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberField(QLineEdit):
    """A line for one number, typed or changed by the arrow keys.

    Enter, or leaving the field, commits what was typed; a wrong text stays to be mended, and
    Escape brings the value back. Escape is passed on, so that whatever holds the field may close.

    Parameters
    ----------
    parent
        Where it stands.
    complaint
        What is wrong with a number besides, if anything.
    nudge
        What the keys Up, Down, Page up and Page down make of a text.

    Signals
    -------
    committed
        Another value was typed; `value` is that one already.
    refused
        What is wrong with the text that was typed; empty as soon as that is mended.
    """

    committed = Signal(object)
    refused = Signal(str)

    def __init__(
        self,
        parent: QWidget | None = None,
        complaint: Complaint | None = None,
        nudge: Nudge = by_last_digit,
    ) -> None:
        super().__init__(parent)
        self._complaint, self._nudge = complaint, nudge
        self._value = 0.0
        self._problem = ""
        self.setFont(fonts.mono(12))
        self.textEdited.connect(self._mend)
        self.returnPressed.connect(self.commit)
        self._write()

    # Other kinds of numbers

    def parse(self, text: str) -> float | None:
        """Read a text; None if it is no number of this kind."""
        return parse_number(text)

    def wrong_text(self) -> str:
        """Say what would be right."""
        return self.tr("Not a number such as 0.1, 1/3 or 1e-3.")

    # The value

    @property
    def problem(self) -> str:
        """What is wrong with the text; empty if nothing is known to be."""
        return self._problem

    def value(self) -> float:
        """Return the last value that was set or committed."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value; a text that a person is typing stays, and Escape gives this one."""
        another = repr(value) != repr(self._value)
        self._value = value
        typing = self.isModified() and self.hasFocus()
        if not typing and (another or not self.isModified()):
            self._write()

    def commit(self) -> None:
        """Take what was typed, if it is right."""
        if not self.isModified():
            return
        value = self.parse(self.text())
        problem = self.wrong_text() if value is None else self._complain(value)
        if value is None or problem:
            self._tell(problem)
            return
        another = repr(value) != repr(self._value)
        self._value = value
        self._write()
        if another:
            self.committed.emit(value)

    def restore(self) -> None:
        """Forget what was typed."""
        self._write()
        self.selectAll()

    def _complain(self, value: float) -> str:
        return (self._complaint(value) if self._complaint else None) or ""

    def _write(self) -> None:
        text = number_text(self._value)
        if text != self.text() or self.isModified():
            self.setText(text)
            self.setCursorPosition(0)
        self._tell("")

    def _mend(self) -> None:
        self._tell("")

    def _tell(self, problem: str) -> None:
        if problem != self._problem:
            self._problem = problem
            self.setProperty("wrong", bool(problem))
            self.style().unpolish(self)
            self.style().polish(self)
            self.refused.emit(problem)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Count up and down, restore, or type."""
        steps = _KEYS.get(event.key())
        if steps is not None and not self.isReadOnly():
            text = self._nudge(self.text(), steps)
            if text != self.text():
                self.selectAll()
                self.insert(text)
        elif event.key() == Qt.Key.Key_Escape:
            if self.isModified():
                self.restore()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep keys that belong to typing; leave undo to the window where nothing was typed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            typed, key = self.isModified(), event.key()
            if key in _KEYS or (typed and key == Qt.Key.Key_Escape):
                event.accept()
                return True
            if not typed and any(event.matches(standard) for standard in _UNDO_KEYS):
                event.ignore()
                return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Commit, unless only a menu of the field opened."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()


class WholeField(NumberField):
    """A line for a whole number."""

    def parse(self, text: str) -> int | None:
        """Read a text; None if it is no whole number."""
        return parse_whole(text)

    def wrong_text(self) -> str:
        """Say what would be right."""
        return self.tr("Not a whole number.")
