"""What the mouse does on the picture: choose, drag, scrub, frame, and press handles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from bpsim.session.values import Element
from bpsim.ui.network.element import unit_element
from bpsim.ui.network.handles import Handle, handle_at, handles
from bpsim.ui.network.scrub import Scrub

if TYPE_CHECKING:
    from bpsim.ui.network.canvas import NetworkView

_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
_CONTROL = Qt.KeyboardModifier.ControlModifier


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
    space
        Whether the space bar is held, which makes dragging move the picture.
    """

    def __init__(self, view: NetworkView) -> None:
        self._view = view
        self.handles: list[Handle] = []
        self.handle: Handle | None = None
        self.frame: QRectF | None = None
        self.space = False
        self._pan: QPointF | None = None
        self._scrub: Scrub | None = None

    @property
    def busy(self) -> bool:
        """Whether a button is held for a gesture."""
        return bool(self._pan or self._scrub or self.frame)

    def press(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        view, point = self._view, event.position()
        left = event.button() == _LEFT
        if event.button() == _MIDDLE or (left and self.space):
            self._pan = point
            view.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left and self.handle is not None:
            view.press_handle(self.handle)
            self.leave()
        elif left:
            self._choose(view.hit(point), point, bool(event.modifiers() & _CONTROL))

    def _choose(self, found: Element | None, point: QPointF, more: bool) -> None:
        view = self._view
        layer = view.caption_at(point) if found is None else None
        if layer is not None:
            view.select_layer(layer)
        elif found is None:
            if not more:
                view.selection.choose([])
            self.frame = QRectF(point, point)
        elif more:
            view.selection.toggle(found)
        else:
            view.selection.choose([found])
            value = view.session.number(found, view.sample) if found.is_parameter else None
            if value is not None:
                self._scrub = Scrub(found, point, value)

    def move(self, event: QMouseEvent) -> None:
        """Go on with a gesture, or show what the pointer is on."""
        view, point = self._view, event.position()
        if self._pan is not None:
            view.pan(point - self._pan)
            self._pan = point
        elif self._scrub is not None:
            value = self._scrub.value_at(point, event.modifiers())
            if value is not None:
                view.setCursor(Qt.CursorShape.SizeHorCursor)
                if not view.scrub(self._scrub.element, value, self._scrub.begun):
                    self._scrub = None
                    return
                self._scrub.begun = True
        elif self.frame is not None:
            self.frame.setBottomRight(point)
            view.update()
        else:
            self.hover(point)

    def release(self, event: QMouseEvent) -> None:
        """End a gesture."""
        if self.frame is not None:
            self._choose_framed(bool(event.modifiers() & _CONTROL))
        self._pan = self._scrub = self.frame = None
        self._view.update()
        self.hover(event.position())

    def _choose_framed(self, more: bool) -> None:
        view, frame = self._view, (self.frame or QRectF()).normalized()
        if frame.width() < 4 and frame.height() < 4:
            return
        transform, picture = view.transform(), view.picture()
        inside = [
            unit_element(layer, unit)
            for layer, column in enumerate(picture.columns)
            for unit, y in zip(column.units, column.ys, strict=True)
            if frame.contains(transform.map(QPointF(column.x, y)))
        ]
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

    def cancel(self) -> None:
        """Drop the gesture, as when the focus goes elsewhere."""
        self.space = False
        self._pan = self._scrub = self.frame = None
