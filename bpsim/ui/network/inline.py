"""Typing a number right on the picture."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from bpsim.explain.typed import parse_number
from bpsim.session.values import Element
from bpsim.ui.network.scrub import moved, unit_of
from bpsim.ui.theme import fonts

WIDTH, HEIGHT = 176, 30
_BY = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


class InlineEditor(QLineEdit):
    """A field over an element; Enter takes the number, Escape leaves the old one.

    Signals
    -------
    entered
        The `Element` and its new value.
    """

    entered = Signal(object, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._element: Element | None = None
        self._old = 0.0
        self.setFont(fonts.mono(12))
        self.setFixedSize(WIDTH, HEIGHT)
        self.textEdited.connect(self._typed)
        self.hide()

    def open(self, element: Element, value: float, middle: QPointF, text: str = "") -> None:
        """Ask for the value of an element, at some place of the parent.

        Parameters
        ----------
        element, value
            What is changed and what it is.
        middle
            Where.
        text
            What the person has typed already, in place of the old value.
        """
        self._element, self._old = element, value
        self.setAccessibleName(self.tr("New value of {name}").format(name=element))
        self.setPlaceholderText(str(element))
        self.setText(text or repr(value))
        room = self._over.rect()
        x = min(max(round(middle.x()) - WIDTH // 2, 4), max(room.width() - WIDTH - 4, 4))
        y = min(max(round(middle.y()) - HEIGHT // 2, 4), max(room.height() - HEIGHT - 4, 4))
        self.move(x, y)
        self._mark(True)
        self.show()
        self.setFocus()
        if not text:
            self.selectAll()

    def _typed(self, text: str) -> None:
        self._mark(parse_number(text) is not None)

    def _mark(self, good: bool) -> None:
        if self.property("wrong") != (not good):
            self.setProperty("wrong", not good)
            self.style().unpolish(self)
            self.style().polish(self)

    def _complain(self) -> None:
        words = self.tr("Not a number. Write it like 0.1, 0,1, 1/3 or 1e-3; Escape keeps {old}.")
        place = self.mapToGlobal(QPoint(0, self.height()))
        QToolTip.showText(place, words.format(old=repr(self._old)), self)
        self._mark(False)

    def _take(self) -> bool:
        value = parse_number(self.text())
        if value is None:
            return False
        element, self._element = self._element, None
        self.hide()
        if element is not None and value != self._old:
            self.entered.emit(element, value)
        return True

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the window's shortcuts that belong to typing."""
        overriding = event.type() == QEvent.Type.ShortcutOverride
        mine = (*_BY, Qt.Key.Key_Escape, Qt.Key.Key_Return)
        if overriding and isinstance(event, QKeyEvent) and event.key() in mine:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the number, leave the old one, or nudge it with the arrow keys."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._take():
                self._over.setFocus()
            else:
                self._complain()
        elif key == Qt.Key.Key_Escape:
            self._element = None
            self.hide()
            self._over.setFocus()
        elif key in _BY:
            value = parse_number(self.text())
            if value is not None:
                unit = unit_of(value, event.modifiers())
                self.setText(repr(moved(value, _BY[key], unit)))
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take a number that is one; forget what is none."""
        super().focusOutEvent(event)
        if self.isVisible() and not self._take():
            self._element = None
            self.hide()
