"""The network as a picture: values, weights, and what the current operation touches."""

from math import hypot

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
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
from bpsim.ui.controller import Controller
from bpsim.ui.network.drawing import Drawing, draw_legend
from bpsim.ui.network.element import Hit, beside, describe, number_text, shown_value, unit_hit
from bpsim.ui.network.layout import HALO, LINE, WITH_TEXT, Picture, arrange
from bpsim.ui.network.touch import touch_of
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

__all__ = ["Hit", "NetworkView"]

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
    """Draws a session's network; it holds no values of its own.

    Parameters
    ----------
    controller
        Whose session to show and follow; without one, use `set_session` and `refresh`.

    Attributes
    ----------
    sample
        Which sample of the batch is shown.
    title
        Whether the first line says what the panel is and what the operation touches.

    Signals
    -------
    element_hovered, element_clicked
        A `Hit`, which is a ``str`` such as ``"W1[0,2]"``; ``None`` where nothing is.
    clicked
        As `element_clicked`, but never ``None``.
    edit_requested
        The `Hit` of a weight or bias to be changed.
    """

    element_hovered = Signal(object)
    element_clicked = Signal(object)
    clicked = Signal(object)
    edit_requested = Signal(object)

    def __init__(self, controller: Controller | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._session: Session | None = None
        self._sample = 0
        self.title = True
        self.selected: Hit | None = None
        self.hovered: Hit | None = None
        self._zoom, self._shift = 1.0, QPointF()
        self._drag: QPointF | None = None
        self._space = False
        self.setMinimumSize(300, 240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Network"))
        if controller is not None:
            controller.changed.connect(self.refresh)
            controller.replaced.connect(self._replaced)
            self._session = controller.session
        theme().changed.connect(self.update)
        self._tell_selected()

    # What is shown

    @property
    def session(self) -> Session | None:
        """The session in view."""
        return self._session

    def set_session(self, session: Session | None) -> None:
        """Show another session, or none."""
        self._session = session
        self.selected = self.hovered = None
        self._sample = 0
        self.fit()
        self.refresh()

    def _replaced(self) -> None:
        if self._controller is not None:
            self.set_session(self._controller.session)

    @property
    def sample(self) -> int:
        """Which sample of the batch is shown."""
        return self._sample

    @sample.setter
    def sample(self, sample: int) -> None:
        self._sample = max(sample, 0)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Draw anew."""
        self._tell_selected()
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(740, 500)

    def picture(self) -> Picture:
        """Where everything stands now, before zooming."""
        if self._session is None:
            raise ValueError("There is no session to draw.")
        sizes = self._session.project.specification.network.sizes
        top = TITLE if self.title else 0.0
        return arrange(sizes, float(self.width()), float(self.height()), top)

    def unit_text(self, layer: int, unit: int) -> str:
        """Give a unit's value, or a dash where it is not computed yet."""
        if self._session is None:
            return number_text(None)
        values = shown_value(self._session, layer, self._sample)[1]
        return number_text(None if values is None else float(values[unit]))

    def touch_text(self) -> str:
        """Say what the current operation reads and writes; empty at the very start."""
        current = self._session.current if self._session is not None else None
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
        """Draw the network, or a line that says how to get one."""
        painter = QPainter(self)
        tokens = theme().tokens
        painter.fillRect(self.rect(), QColor(tokens.panel))
        if self._session is None:
            self._paint_empty(painter)
        else:
            self._paint_network(painter, self._session)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_empty(self, painter: QPainter) -> None:
        painter.setPen(QColor(theme().tokens.muted))
        painter.setFont(fonts.sans(12))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        words = self.tr("No network yet. Open an example from the File menu.")
        painter.drawText(self.rect().adjusted(16, 16, -16, -16), flags, words)

    def _paint_network(self, painter: QPainter, session: Session) -> None:
        tokens, touch = theme().tokens, touch_of(session.current)
        painter.setTransform(self._transform())
        drawing = Drawing(painter, session, self.picture(), touch, tokens, self._sample)
        drawing.draw()
        if self.hovered is not None and self.hovered != self.selected:
            drawing.ring(self.hovered, dotted=True)
        if self.selected is not None and self.hasFocus():
            drawing.ring(self.selected, dotted=False)
        painter.resetTransform()
        draw_legend(painter, tokens, drawing.largest, self.height())
        if self.title:
            self._paint_title(painter)

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

    def hit(self, point: QPointF) -> Hit | None:
        """Find the element under a point: units, biases, labels, then the nearest weight."""
        if self._session is None or (self.title and point.y() < TITLE):
            return None
        inverse, _ = self._transform().inverted()
        spot = inverse.map(point)
        x, y, picture = spot.x(), spot.y(), self.picture()
        for layer, column in enumerate(picture.columns):
            for unit, middle in zip(column.units, column.ys, strict=True):
                if hypot(x - column.x, y - middle) <= picture.radius:
                    return unit_hit(self._session, layer, unit, self._sample)
                below = y - middle - picture.radius - HALO
                if picture.radius < WITH_TEXT or not layer:
                    continue
                if abs(x - column.x) < 38 and 0 <= below <= LINE:
                    return Hit.of(f"b{layer}", unit)
        return self._weight_at(picture, x, y)

    def _weight_at(self, picture: Picture, x: float, y: float) -> Hit | None:
        s = picture.segments
        at = next((k for k, box in picture.labels.items() if box.contains(x, y)), None)
        if at is None and len(s.layer):
            distances = s.distances(x, y)
            at = int(distances.argmin())
            if distances[at] > REACH / self._zoom:
                return None
        return None if at is None else Hit.of(f"W{s.layer[at]}", int(s.unit[at]), int(s.source[at]))

    def describe(self, hit: Hit) -> str:
        """Say what an element is, with all digits of its value."""
        return describe(self._session, hit) if self._session is not None else ""

    def event(self, event: QEvent) -> bool:
        """Answer the request for a tool tip."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self.hit(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.describe(hit) if hit else "", self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose an element, or start to drag the picture."""
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and self._space):
            self._drag = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif left:
            self._choose(self.hit(event.position()))

    def _choose(self, hit: Hit | None) -> None:
        self._select(hit)
        self.element_clicked.emit(hit)
        if hit is not None:
            self.clicked.emit(hit)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if self._drag is not None:
            self._drag = None
            self._hover(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for a weight or a bias to be changed."""
        hit = self.hit(event.position())
        left = event.button() == Qt.MouseButton.LeftButton
        if left and hit is not None and hit.name[0] in "Wb":
            self.edit_requested.emit(hit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the picture, or show what the pointer is on."""
        if self._drag is not None:
            self._shift += event.position() - self._drag
            self._drag = event.position()
            self.update()
        else:
            self._hover(event.position())

    def _hover(self, point: QPointF) -> None:
        hit = self.hit(point)
        if self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif hit is not None:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.unsetCursor()
        self._set_hovered(hit)

    def _set_hovered(self, hit: Hit | None) -> None:
        if hit != self.hovered:
            self.hovered = hit
            self.element_hovered.emit(hit)
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Forget what the pointer was on."""
        self._set_hovered(None)
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
        """Walk among the elements, choose one, or change it with F2."""
        key = Qt.Key(event.key())
        if self._session is None:
            super().keyPressEvent(event)
        elif key in _ARROWS and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self._walk(*_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selected is not None:
            self._choose(self.selected)
        elif key == Qt.Key.Key_F2 and self.selected is not None and self.selected.layer:
            hit = self.selected
            bias = Hit.of(f"b{hit.layer}", hit.index[-1])
            self.edit_requested.emit(hit if hit.name[0] in "Wb" else bias)
        elif key == Qt.Key.Key_Space:
            self._space = True
        else:
            super().keyPressEvent(event)

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
        if self._session is None:
            return
        if self.selected is None:
            self._select(unit_hit(self._session, 0, 0, self._sample))
            return
        self._select(beside(self._session, self.picture(), self.selected, self._sample, dx, dy))

    def _select(self, hit: Hit | None) -> None:
        self.selected = hit
        self._tell_selected()
        self.update()

    def _tell_selected(self) -> None:
        """Keep what screen readers say in step with the selection and its value."""
        if self.selected is not None and not self.selected.name.startswith(("W", "b")):
            # The activation takes the place of the weighted sum once it is computed.
            unit = self.selected.index[-1]
            if self._session is not None:
                self.selected = unit_hit(self._session, self.selected.layer, unit, self._sample)
        words = self.tr("Use the arrow keys to walk through units and weights.")
        if self.selected is not None:
            words = self.describe(self.selected)
        if words != self.accessibleDescription():
            self.setAccessibleDescription(words)
