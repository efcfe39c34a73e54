"""The network as a picture: values, weights, and what the current operation touches."""

from math import hypot

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.drawing import Drawing, draw_legend
from bpsim.ui.network.element import (
    beside,
    describe,
    number_text,
    on_picture,
    shown_value,
    unit_element,
)
from bpsim.ui.network.layout import HALO, LINE, WITH_TEXT, Picture, arrange
from bpsim.ui.network.touch import touch_of
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

REACH = 6.0
TITLE = 32.0
LEAST_ZOOM, MOST_ZOOM = 0.5, 8.0
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class NetworkView(QWidget):
    """Draws the session's network; it holds no values of its own.

    Units are selected by their activation, ``a1[0]``, and inputs as ``x[0]``.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self._selection = controller, controller.selection
        self._zoom, self._shift = 1.0, QPointF()
        self._drag: QPointF | None = None
        self._space = False
        self.setMinimumSize(300, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Network"))
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self._replaced)
        self._selection.changed.connect(self.refresh)
        self._selection.hover_changed.connect(self.update)
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
        return min(self._selection.sample, self.session.program.rows - 1)

    @property
    def selected(self) -> Element | None:
        """What the keys work on."""
        chosen = self._selection.current
        return None if chosen is None else on_picture(self.session, chosen)

    def _replaced(self) -> None:
        self.fit()
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Draw anew, and keep what screen readers say in step."""
        words = self.tr("Use the arrow keys to walk through units and weights.")
        if self._selection.current is not None:
            words = self.describe(self._selection.current)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(740, 500)

    def picture(self) -> Picture:
        """Where everything stands now, before zooming."""
        sizes = self.session.project.specification.network.sizes
        return arrange(sizes, float(self.width()), float(self.height()), TITLE)

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
        self._zoom, self._shift = 1.0, QPointF()
        self.update()

    def zoom_by(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, keeping one point of the widget (its middle by default) in place."""
        about = QPointF(self.rect().center()) if about is None else about
        zoom = min(max(self._zoom * factor, LEAST_ZOOM), MOST_ZOOM)
        self._shift = about - (about - self._shift) * (zoom / self._zoom)
        self._zoom = zoom
        self.update()

    def _transform(self) -> QTransform:
        return QTransform(self._zoom, 0, 0, self._zoom, self._shift.x(), self._shift.y())

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the network, its legend and the line above it."""
        painter = QPainter(self)
        tokens, touch = theme().tokens, touch_of(self.session.current)
        painter.fillRect(self.rect(), QColor(tokens.panel))
        painter.setTransform(self._transform())
        drawing = Drawing(painter, self.session, self.picture(), touch, tokens, self.sample)
        drawing.draw()
        hovered = self._selection.hovered
        if hovered is not None and hovered not in self._selection.elements:
            drawing.ring(hovered, dotted=True)
        for element in self._selection.elements:
            drawing.ring(element, dotted=False)
        painter.resetTransform()
        draw_legend(painter, tokens, drawing.largest, self.height())
        self._paint_title(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_title(self, painter: QPainter) -> None:
        tokens = theme().tokens
        row = QRectF(0, 0, self.width(), TITLE)
        painter.fillRect(row, QColor(tokens.panel))
        row.adjust(12, 0, -12, 0)
        painter.setPen(QColor(tokens.muted))
        painter.setFont(fonts.sans(12, 600))
        side = Qt.AlignmentFlag.AlignVCenter
        words = self.tr("Network")
        painter.drawText(row, side | Qt.AlignmentFlag.AlignLeft, words)
        row.setLeft(row.left() + painter.fontMetrics().horizontalAdvance(words) + 16)
        painter.setFont(fonts.sans(12))
        text = painter.fontMetrics().elidedText(
            self.touch_text(), Qt.TextElideMode.ElideRight, int(row.width())
        )
        painter.drawText(row, side | Qt.AlignmentFlag.AlignRight, text)

    # Pointing

    def hit(self, point: QPointF) -> Element | None:
        """Find the element under a point: units, biases, labels, then the nearest weight."""
        if point.y() < TITLE:
            return None
        inverse, _ = self._transform().inverted()
        spot = inverse.map(point)
        x, y, picture = spot.x(), spot.y(), self.picture()
        for layer, column in enumerate(picture.columns):
            for unit, middle in zip(column.units, column.ys, strict=True):
                if hypot(x - column.x, y - middle) <= picture.radius:
                    return unit_element(layer, unit)
                below = y - middle - picture.radius - HALO
                if picture.radius < WITH_TEXT or not layer:
                    continue
                if abs(x - column.x) < 38 and 0 <= below <= LINE:
                    return Element(f"b{layer}", (unit,))
        return self._weight_at(picture, x, y)

    def _weight_at(self, picture: Picture, x: float, y: float) -> Element | None:
        s = picture.segments
        at = next((k for k, box in picture.labels.items() if box.contains(x, y)), None)
        if at is None and len(s.layer):
            distances = s.distances(x, y)
            at = int(distances.argmin())
            if distances[at] > REACH / self._zoom:
                return None
        if at is None:
            return None
        return Element(f"W{s.layer[at]}", (int(s.unit[at]), int(s.source[at])))

    def describe(self, element: Element) -> str:
        """Say what an element is, with all digits of its value."""
        return describe(self.session, element, self.sample)

    def event(self, event: QEvent) -> bool:
        """Answer the request for a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            found = self.hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(found) if found else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose an element, or start to drag the picture."""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left:
            found = self.hit(event.position())
            if found is not None and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._selection.toggle(found)
            else:
                self._selection.choose([] if found is None else [found])

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if self._drag is not None:
            self._drag = None
            self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for a weight or a bias to be changed."""
        found = self.hit(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        if left and found is not None and found.is_parameter:
            self._selection.edit_requested.emit(found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture, or show what the pointer is on."""
        if self._drag is not None:
            self._shift += event.position() - self._drag
            self._drag = event.position()
            self.update()
        else:
            self._hover(event.position())

    def _hover(self, point: QPointF) -> None:
        found = self.hit(point)
        if self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif found is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self._selection.hover(found)

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what the pointer was on."""
        self._selection.hover(None)
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom with Ctrl."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(1.0015 ** event.angleDelta().y(), event.position())
            event.accept()
        else:
            super().wheelEvent(event)

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk among the elements, change one with F2 or Enter, or select nothing with Escape."""
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._walk(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self._ask_value()
        elif key == Qt.Key.Key_Escape:
            self._selection.choose([])
        elif key == Qt.Key.Key_Space:
            self._space = True
        else:
            super().keyPressEvent(event)

    def _ask_value(self) -> None:
        """Ask for the value of the weight, or of the unit's bias."""
        element = self.selected
        if element is not None and element.layer:
            bias = Element(f"b{element.layer}", element.index[-1:])
            self._selection.edit_requested.emit(element if element.is_parameter else bias)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End dragging with the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget the space bar, whose release goes elsewhere."""
        self._space = False
        super().focusOutEvent(event)

    def _walk(self, dx: int, dy: int) -> None:
        if self.selected is None:
            self._selection.choose([unit_element(0, 0)])
        else:
            self._selection.choose([beside(self.picture(), self.selected, dx, dy)])
