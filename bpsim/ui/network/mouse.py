"""What the mouse does on the picture: choose, drag, scrub, frame, and press handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.carry import Carry
from bpsim.ui.network.edits import move_layer_to, move_unit_to
from bpsim.ui.network.element import unit_element
from bpsim.ui.network.handles import Handle, handle_at, handles
from bpsim.ui.network.pointing import elements_within
from bpsim.ui.network.scrub import Scrub

if TYPE_CHECKING:
    from bpsim.ui.network.canvas import NetworkView

_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Mouse:
    """The gesture in progress, if any.

    Attributes
    ----------
    handles
        The handles that are offered where the pointer is.
    handle
        The one that it is on.
    frame
        The frame being drawn around units, in the widget's coordinates.
    carry
        The unit or layer that is being dragged to another place.
    space
        Whether the space bar is held, which makes dragging move the picture.
    """

    def __init__(self, view: NetworkView, controller: Controller) -> None:
        self._view, self._controller = view, controller
        self.handles: list[Handle] = []
        self.handle: Handle | None = None
        self.frame: QRectF | None = None
        self.carry: Carry | None = None
        self.space = False
        self._pan: QPointF | None = None
        self._scrub: Scrub | None = None
        self._extend: Element | None = None

    @property
    def busy(self) -> bool:
        """Whether a button is held for a gesture."""
        return bool(self._pan or self._scrub or self.frame or (self.carry and self.carry.begun))

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        view, point = self._view, event.position()
        left, spot = event.button() == _LEFT, view.to_picture(point)
        # Only one that has been shown, and where the pointer still is.
        handle = handle_at([self.handle] if self.handle else [], spot.x(), spot.y())
        if event.button() == _MIDDLE or (left and self.space):
            self._pan = point
            view.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and handle is not None:
            view.press_handle(handle)
            self.leave()
        elif left:
            self._choose(point, event.modifiers())

    def _choose(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        view, found = self._view, self._view.hit(point)
        layer = view.caption_at(point) if found is None else None
        if layer is not None:
            view.select_layer(layer)
            if 0 < layer < len(view.picture().columns) - 1:
                self.carry = Carry(layer, None, point, view.to_picture(point), layer)
        elif found is None:
            if not modifiers & (_CONTROL | _SHIFT):
                view.selection.choose([])
            self.frame = QRectF(point, point)
        elif modifiers & _CONTROL:
            view.selection.toggle(found)
        elif modifiers & _SHIFT:
            # A drag with Shift is a fine scrub; a click selects all up to here.
            self._extend = found
            self._begin(found, point)
        else:
            view.selection.choose([found])
            self._begin(found, point)

    def _begin(self, found: Element, point: QPointF) -> None:
        """Be ready for a drag: of a number sideways, of a unit up or down."""
        view = self._view
        if found.is_parameter:
            value = view.session.number(found, view.sample)
            if value is not None:
                self._scrub = Scrub(found, point, value)
        elif found.index[-1] in view.picture().columns[found.layer].units:
            unit = found.index[-1]
            self.carry = Carry(found.layer, unit, point, view.to_picture(point), unit)

    def move(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or show what the pointer is on."""
        view, point = self._view, event.position()
        if self._pan is not None:
            view.pan(point - self._pan)
            self._pan = point
        elif self._scrub is not None:
            self._scrub_to(self._scrub, event)
        elif self.carry is not None:
            if self.carry.move(point, view.to_picture(point), view.picture()):
                view.setCursor(Qt.CursorShape.ClosedHandCursor)
                view.update()
        elif self.frame is not None:
            self.frame.setBottomRight(point)
            view.update()
        else:
            self.hover(point)

    def _scrub_to(self, scrub: Scrub, event: QMouseEvent) -> None:
        value = scrub.value_at(event.position(), event.modifiers())
        if value is None:
            return
        self._view.setCursor(Qt.CursorShape.SizeHorCursor)
        if self._view.scrub(scrub.element, value, scrub.begun):
            scrub.begun = True
        else:
            self._scrub = None

    def release(self, event: QMouseEvent) -> None:
        """End a gesture."""
        carry, scrub, extend = self.carry, self._scrub, self._extend
        if self.frame is not None:
            self._choose_framed(bool(event.modifiers() & (_CONTROL | _SHIFT)))
        dragged = bool((carry and carry.begun) or (scrub and scrub.begun))
        if extend is not None and not dragged:
            self._view.selection.choose(self._up_to(extend))
        self._end()
        if carry is not None and carry.moved:
            if carry.unit is None:
                move_layer_to(self._controller, carry.layer, carry.to)
            else:
                move_unit_to(self._controller, carry.layer, carry.unit, carry.to)
        self.hover(event.position())

    def _up_to(self, found: Element) -> list[Element]:
        """Give what is chosen, and all units from the last chosen one to another of its layer."""
        chosen, current = list(self._view.selection.elements), self._view.selected
        alike = current is not None and (current.name, current.is_parameter) == (found.name, False)
        if current is None or not alike:
            return [*chosen, found]
        first, last = current.index[-1], found.index[-1]
        between = range(first, last, 1 if last > first else -1)
        return [*chosen, *(unit_element(found.layer, unit) for unit in between), found]

    def _choose_framed(self, more: bool) -> None:
        view, frame = self._view, (self.frame or QRectF()).normalized()
        if frame.width() < 4 and frame.height() < 4:
            return
        low, high = view.to_picture(frame.topLeft()), view.to_picture(frame.bottomRight())
        inside = elements_within(view.picture(), low.x(), low.y(), high.x(), high.y())
        view.selection.choose([*view.selection.elements, *inside] if more else inside)

    def hover(self, point: QPointF) -> None:
        """Show what the pointer is on, and the handles there."""
        view = self._view
        spot = view.to_picture(point)
        sizes = view.session.project.specification.network.sizes
        offered = handles(view.picture(), sizes, spot.x(), spot.y()) if not view.cramped else []
        handle = handle_at(offered, spot.x(), spot.y())
        if (offered, handle) != (self.handles, self.handle):
            self.handles, self.handle = offered, handle
            view.update()
        found = view.hit(point) if handle is None else None
        shape = Qt.CursorShape
        if self.space:
            view.setCursor(shape.OpenHandCursor)
        elif handle is not None or found is not None or view.caption_at(point) is not None:
            view.setCursor(shape.PointingHandCursor)
        else:
            view.unsetCursor()
        view.selection.hover(found)

    def leave(self) -> None:
        """Offer nothing any more."""
        self.handles, self.handle = [], None
        self._view.selection.hover(None)
        self._view.update()

    def cancel(self) -> bool:
        """Drop the gesture and take back what it has done; tell whether there was one."""
        busy, scrub = self.busy, self._scrub
        self.space = False
        self._end()
        if scrub is not None and scrub.begun:
            self._controller.do(Session.undo)
        return busy

    def drop(self) -> None:
        """Drop the gesture where it stands, as when the focus goes elsewhere."""
        self.space = False
        self._end()

    def _end(self) -> None:
        self._pan = self._scrub = self.frame = self.carry = self._extend = None
        self._view.unsetCursor()
        self._view.update()
