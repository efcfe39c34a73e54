"""What the keys do on the picture: walk, type, nudge and let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.element import beside, unit_element
from bpsim.ui.network.scrub import moved, unit_of

if TYPE_CHECKING:
    from bpsim.ui.network.canvas import NetworkView

_SHIFT, _KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_NUDGES = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}
_BEGIN_A_NUMBER = "0123456789.-−"


class Keys:
    """Takes the keys that mean something on the picture."""

    def __init__(self, view: NetworkView, controller: Controller) -> None:
        self._view, self._controller = view, controller

    def press(self, event: QKeyEvent) -> bool:
        """Do what a key means; return whether it means anything."""
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        parameter, text = self._parameter(), event.text()
        if key in _ARROWS and not modifiers & ~_KEYPAD:
            self._walk(*_ARROWS[key])
        elif modifiers & _SHIFT and key in _NUDGES and parameter is not None:
            self._nudge(parameter, _NUDGES[key], modifiers)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and parameter is not None:
            self._view.selection.edit_requested.emit(parameter)
        elif text and text in _BEGIN_A_NUMBER and parameter is not None:
            self._view.edit(parameter, text)
        elif key == Qt.Key.Key_Escape:
            self._view.selection.choose([])
        else:
            return False
        return True

    def _parameter(self) -> Element | None:
        """Return the selected weight or bias; a unit stands for its bias."""
        element = self._view.selected
        if element is None or not element.layer:
            return None
        return element if element.is_parameter else Element(f"b{element.layer}", element.index[-1:])

    def _walk(self, dx: int, dy: int) -> None:
        view = self._view
        there = unit_element(0, 0)
        if view.selected is not None:
            there = beside(view.picture(), view.selected, dx, dy)
        view.selection.choose([there])
        view.reveal(there)

    def _nudge(self, parameter: Element, steps: int, modifiers: Qt.KeyboardModifier) -> None:
        session = self._controller.session
        value = session.number(parameter)
        if value is None:
            return
        unit = unit_of(value, modifiers & ~_SHIFT)
        label = session.undo_label
        going_on = label is not None and label.values.get("name") == str(parameter)
        self._controller.edit(parameter, moved(value, steps, unit), going_on=going_on, follow=True)
