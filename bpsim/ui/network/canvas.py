"""The network as a picture: values, weights, and what the current operation touches."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.backdrop import Backdrop
from bpsim.ui.network.drawing import Drawing
from bpsim.ui.network.edits import (
    Aim,
    add_layer,
    add_unit,
    aim_of,
    duplicate,
    remove_layer,
    remove_units,
    select_layer,
)
from bpsim.ui.network.element import (
    describe,
    number_text,
    on_picture,
    shown_value,
    unit_element,
)
from bpsim.ui.network.handles import Handle, draw_handles
from bpsim.ui.network.inline import InlineEditor
from bpsim.ui.network.keys import Keys
from bpsim.ui.network.layout import is_large
from bpsim.ui.network.legend import legend_words
from bpsim.ui.network.maps import UnitMaps
from bpsim.ui.network.menu import NetworkMenu
from bpsim.ui.network.mouse import Mouse
from bpsim.ui.network.picture import Picture
from bpsim.ui.network.pointing import REACH, caption_at, element_at, place_of
from bpsim.ui.network.touch import touch_of
from bpsim.ui.network.weights import ALL_LINES, MOST_LINES
from bpsim.ui.network.zoom import Zoom
from bpsim.ui.plots.choices import recall, remember
from bpsim.ui.selection import Strand
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

TITLE = 32.0
MOST_RINGS = 200
_UNIT_HANDLES = {"add_unit": add_unit, "duplicate_unit": duplicate, "remove_unit": remove_units}


class NetworkView(QWidget):
    """Draws the session's network; it holds no values of its own.

    Units are selected by their activation, ``a1[0]``, and inputs as ``x[0]``.

    Attributes
    ----------
    all_weights
        Whether all weights are drawn, however many.
    maps
        Whether units show what they put out over both inputs, where there are two.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self.selection = controller, controller.selection
        self.zoom = Zoom()
        self._unfolded: set[int] = set()
        self.all_weights = False
        self.maps = recall("unit_maps", "off", ("on", "off")) == "on"
        self._unit_maps, self._backdrop, self._title = UnitMaps(), Backdrop(), Backdrop()
        self._mouse, self._keys = Mouse(self, controller), Keys(self, controller)
        self.menu = NetworkMenu(controller, self)
        self.addActions(self.menu.actions())
        self.editor = InlineEditor(self)
        self.editor.entered.connect(self._entered)
        # It covers its whole place: what is under it need not be painted each time.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(300, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Network"))
        controller.changed.connect(self.refresh)
        controller.glimpsed.connect(self.update)
        controller.replaced.connect(self._replaced)
        controller.practising_changed.connect(self.update)
        self.selection.changed.connect(self.refresh)
        self.selection.traced_changed.connect(self.update)
        self.selection.hover_changed.connect(self.update)
        self.selection.edit_requested.connect(self.edit)
        theme().changed.connect(self.update)
        self.refresh()

    # What is shown

    @property
    def session(self) -> Session:
        """The session in view."""
        return self._controller.session

    @property
    def sample(self) -> int:
        """Which sample of the batch is shown."""
        return min(self.selection.sample, self.session.program.rows - 1)

    @property
    def selected(self) -> Element | None:
        """What the keys work on."""
        chosen = self.selection.current
        return None if chosen is None else on_picture(self.session, chosen)

    def _replaced(self) -> None:
        self._mouse.leave()
        sizes = self.session.project.specification.network.sizes
        self._unfolded = {n for n in self._unfolded if n < len(sizes) and is_large(sizes[n])}
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Draw anew, and keep what screen readers say in step."""
        words = self.tr("Use the arrow keys to walk through units and weights.")
        if self.selection.current is not None:
            words = self.describe(self.selection.current)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(740, 500)

    def picture(self) -> Picture:
        """Where everything stands now, before the rest of zooming."""
        sizes = self.session.project.specification.network.sizes
        width, height = float(self.width()), float(self.height())
        return self.zoom.show(sizes, width, height, TITLE, frozenset(self._unfolded))

    def toggle_fold(self, layer: int) -> None:
        """Show all units of a large layer, or its first and last ones."""
        self._unfolded ^= {layer}
        self._mouse.leave()

    def is_unfolded(self, layer: int) -> bool:
        """Tell whether all units of a large layer are shown."""
        return layer in self._unfolded

    def show_maps(self, shown: bool) -> None:
        """Show a map inside each unit, or its value; keep the choice for the next time."""
        self.maps = shown
        remember("unit_maps", "on" if shown else "off")
        self.update()

    def show_all_weights(self, all_of_them: bool) -> None:
        """Draw all weights between the units that are shown, or only the largest where many."""
        self.all_weights = all_of_them
        self.update()

    def unit_text(self, layer: int, unit: int) -> str:
        """Give a unit's value, or a dash where it is not computed yet."""
        values = shown_value(self.session, layer, self.sample)[1]
        return number_text(None if values is None else float(values[unit]))

    def touch_text(self) -> str:
        """Say what the current operation reads and writes; empty at the very start."""
        current = self.session.current
        if current is None:
            return ""
        return self.tr("reads {reads}   writes {writes}").format(
            reads=", ".join(current.reads), writes=current.name
        )

    # Zoom

    def fit(self) -> None:
        """Show the whole network again."""
        self.zoom.fit()
        self.update()

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, keeping one point of the widget (what is chosen, by default) in place."""
        if about is None:
            chosen = self.selected
            about = QPointF(self.rect().center()) if chosen is None else self.place_of(chosen)
        self.zoom.by(factor, about, self.picture())
        self._mouse.leave()

    def pan(self, way: QPointF) -> None:
        """Move the picture."""
        self.zoom.pan(way)
        self.update()

    def reveal(self, element: Element) -> None:
        """Bring an element into sight, where the picture is larger than its place."""
        if self.zoom.factor > 1.0:
            room = QRectF(self.rect()).adjusted(90, TITLE + 60, -90, -60)
            self.zoom.reveal(self.place_of(element), room)
            self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the network, its legend and the line above it."""
        painter = QPainter(self)
        try:
            self._paint(painter)
        finally:
            # A painter that is left open takes the whole process with it.
            painter.end()

    def _paint(self, painter: QPainter) -> None:
        tokens, touch = theme().tokens, touch_of(self.session.current)
        picture = self.picture()
        painter.setTransform(self.zoom.transform())
        hovered = self.selection.hovered
        drawing = Drawing(
            painter,
            self.session,
            picture,
            touch,
            tokens,
            self.sample,
            most=ALL_LINES if self.all_weights else MOST_LINES,
            focus=self._focus(),
            # While a person practises they would give values away.
            maps=self._unit_maps if self.maps and not self._controller.practising else None,
            strands=self._strands(),
            backdrop=self._backdrop,
            place=self.size(),
        )
        drawing.draw()
        if hovered is not None and hovered not in self.selection.elements:
            drawing.ring(hovered, dotted=True)
        for element in self.selection.elements[-MOST_RINGS:]:
            drawing.ring(element, dotted=False)
        if not self._mouse.busy:
            draw_handles(painter, tokens, self._mouse.handles, self._mouse.handle)
        if self._mouse.carry is not None:
            self._mouse.carry.draw(painter, tokens, picture)
        painter.resetTransform()
        painter.setPen(QPen(QColor(tokens.accent), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._mouse.frame is not None:
            painter.drawRect(self._mouse.frame)
        drawing.legend(self.height())
        self._paint_title(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _strands(self) -> tuple[Strand, ...]:
        """Give the paths to draw; a changed network may not have the weights of all any more."""
        traced, has = self.selection.traced, self.session.has
        return tuple(s for s in traced if all(has(weight) for weight in s.weights))

    def _focus(self) -> tuple[Element, ...]:
        """Give the units whose weights stand out: the one pointed at, or else the chosen one."""
        chosen = self.selection.hovered or self.selection.current
        element = None if chosen is None else on_picture(self.session, chosen)
        return () if element is None or element.is_parameter or not element.index else (element,)

    def _paint_title(self, painter: QPainter) -> None:
        tokens, words, touched = theme().tokens, self.tr("Network"), self.touch_text()

        def draw(inner: QPainter) -> None:
            row = QRectF(12, 0, self.width() - 24, TITLE)
            inner.setPen(QColor(tokens.muted))
            inner.setFont(fonts.sans(12, 600))
            side = Qt.AlignmentFlag.AlignVCenter
            inner.drawText(row, side | Qt.AlignmentFlag.AlignLeft, words)
            row.setLeft(row.left() + inner.fontMetrics().horizontalAdvance(words) + 16)
            inner.setFont(fonts.sans(12))
            text = inner.fontMetrics().elidedText(
                touched, Qt.TextElideMode.ElideRight, int(row.width())
            )
            inner.drawText(row, side | Qt.AlignmentFlag.AlignRight, text)

        size = QSize(self.width(), round(TITLE))
        self._title.show(painter, size, tokens.panel, (tokens, words, touched), draw)

    # Pointing

    def to_picture(self, point: QPointF) -> QPointF:
        """Translate a point of the widget to the picture's coordinates."""
        return self.zoom.to_picture(point)

    @property
    def cramped(self) -> bool:
        """Whether there is no room for handles."""
        return self.picture().step < 70.0

    def hit(self, point: QPointF) -> Element | None:
        """Find the element under a point of the widget."""
        if point.y() < TITLE:
            return None
        picture, spot = self.picture(), self.to_picture(point)
        return element_at(picture, spot.x(), spot.y(), REACH / self.zoom.scale)

    def caption_at(self, point: QPointF) -> int | None:
        """Find the layer whose caption is under a point of the widget."""
        picture, spot = self.picture(), self.to_picture(point)
        return caption_at(picture, spot.x(), spot.y())

    def place_of(self, element: Element) -> QPointF:
        """Find where an element stands in the widget; the middle if it is folded away."""
        spot = place_of(self.picture(), element)
        if spot is None:
            return QPointF(self.rect().center())
        return self.zoom.transform().map(QPointF(*spot))

    def describe(self, element: Element) -> str:
        """Say what an element is, with all digits of its value."""
        return describe(self.session, element, self.sample)

    def event(self, event: QEvent) -> bool:
        """Answer the request for a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found, handle = self.hit(QPointF(event.pos())), self._mouse.handle
            words = handle.words if handle else self.describe(found) if found else ""
            words = words or legend_words(QPointF(event.pos()), self.height())
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a gesture."""
        self._mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or show what the pointer is on."""
        self._mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End it."""
        self._mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for a weight or a bias to be changed, or for a layer's activation."""
        if event.button() != Qt.MouseButton.LeftButton or self._mouse.handle is not None:
            self._mouse.press(event)
            return
        found = self.hit(event.position())
        if found is not None and found.is_parameter:
            self.selection.edit_requested.emit(found)
        elif found is None and self.caption_at(event.position()):
            self.menu.activations.popup(event.globalPosition().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what the pointer was on."""
        self._mouse.leave()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom; a touchpad moves the picture, and zooms with Ctrl."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if not event.pixelDelta().isNull() and not control:
            self.pan(QPointF(event.pixelDelta()))
        else:
            self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with what is under the pointer, or with the selection."""
        point = QPointF(event.pos())
        mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        found = self.hit(point) if mouse else None
        layer = self.caption_at(point) if mouse else None
        if found is not None and found not in self.selection.elements:
            self.selection.choose([found])
        elif found is None and layer is not None:
            select_layer(self._controller, layer)
        self.menu.popup(event.globalPos())

    # Editing

    def press_handle(self, handle: Handle) -> None:
        """Do what a handle offers."""
        if handle.kind == "add_layer":
            add_layer(self._controller, handle.layer)
        elif handle.kind == "fold":
            self.toggle_fold(handle.layer)
        elif handle.kind.endswith("layer"):
            aim = Aim.of_layer(self.session, handle.layer)
            (remove_layer if handle.kind == "remove_layer" else duplicate)(self._controller, aim)
        else:
            unit = max(handle.unit - (handle.kind == "add_unit"), 0)
            aim = aim_of(self.session, (unit_element(handle.layer, unit),))
            _UNIT_HANDLES[handle.kind](self._controller, aim)

    def select_layer(self, layer: int) -> None:
        """Select all units of a layer."""
        select_layer(self._controller, layer)

    def edit(self, element: Element, text: str = "") -> None:
        """Let the value of a weight or a bias be typed."""
        value = self.session.number(element)
        if value is not None:
            self.editor.open(element, value, self.place_of(element), text)

    def _entered(self, element: Element, value: float) -> None:
        """Take a number that was typed, for all weights and biases that are chosen with it."""
        chosen = [e for e in self.selection.elements if e.is_parameter]
        alike = chosen if element in chosen else [element]
        self._controller.edit_many(dict.fromkeys(alike, value))

    def scrub(self, element: Element, value: float, going_on: bool) -> bool:
        """Change a value while it is dragged; return whether to go on."""
        asks = not going_on and self._controller.asks and self.session.would_drop() > 0
        self._controller.edit(element, value, going_on=going_on, follow=True)
        return not asks

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk among the elements, type or nudge a value, or select nothing with Escape."""
        if event.key() == Qt.Key.Key_Space:
            self._mouse.space = True
        elif event.key() == Qt.Key.Key_Escape and self._mouse.cancel():
            event.accept()
        elif not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End dragging with the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._mouse.space = False
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Drop a gesture whose end goes elsewhere."""
        self._mouse.drop()
        super().focusOutEvent(event)
