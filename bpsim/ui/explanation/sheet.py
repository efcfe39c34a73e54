"""Draws a page and answers pointer and keys: every term is a link to its element."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from bpsim.ui.explanation.marks import (
    Face,
    Frame,
    Link,
    Mark,
    Page,
    Spot,
    Stroke,
    Words,
    font,
    metrics,
    width_of,
)
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import Tokens

Layout = Callable[[float], Page]
Marked = Callable[[Link], bool]


class Sheet(QWidget):
    """One page, laid out for the width that there is.

    Parameters
    ----------
    marked
        Tells of a link whether it is pointed at elsewhere.
    words
        Says what a link is.

    Signals
    -------
    pointed
        The `Link` under the pointer or the keyboard's, or ``None``.
    followed
        A `Link` that was clicked, or chosen by Enter.
    """

    pointed = Signal(object)
    followed = Signal(object)

    def __init__(
        self, marked: Marked, words: Callable[[Link], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._marked, self._words = marked, words
        self._layout: Layout | None = None
        self._page = Page()
        self._at: int | None = None
        self._hovered: Link | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def hovered(self) -> Link | None:
        """The link that is pointed at here."""
        return self._hovered

    @property
    def page(self) -> Page:
        """What is drawn."""
        return self._page

    def show_page(self, layout: Layout) -> None:
        """Show another page, made for any width by `layout`."""
        self._layout = layout
        self._lay_out()

    def _lay_out(self) -> None:
        if self._layout is None:
            return
        before = self._focused()
        self._page = self._layout(float(self.width()))
        self._at = self._found(before)
        height = round(self._page.height)
        if height != self.minimumHeight():
            self.setFixedHeight(height)
        self.update()

    def _focused(self) -> Link | None:
        spots = self._page.spots
        return spots[self._at].link if self._at is not None and self._at < len(spots) else None

    def _found(self, link: Link | None) -> int | None:
        """Find a link again on a new page."""
        places = (k for k, spot in enumerate(self._page.spots) if spot.link == link)
        return None if link is None else next(places, None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew for another width."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay_out()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint(painter, theme().tokens, QRectF(event.rect()))
        finally:
            painter.end()

    def _paint(self, painter: QPainter, tokens: Tokens, part: QRectF) -> None:
        marked = {link for link in {spot.link for spot in self._page.spots} if self._marked(link)}
        brush = _Brush(painter, tokens, marked)
        for mark in self._page.marks:
            top = mark.y0 if isinstance(mark, Stroke) else mark.y
            tall = mark.height if isinstance(mark, Frame) else 30.0
            if part.top() - tall <= top <= part.bottom() + 30.0:
                brush.draw(mark)
        if self._at is not None and self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self._page.spots[self._at].rect.adjusted(-2, -1, 2, 1), 3, 3)
        elif self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    # Pointing

    def _spot_at(self, point: QPointF) -> Spot | None:
        return next((s for s in reversed(self._page.spots) if s.rect.contains(point)), None)

    def _point(self, link: Link | None) -> None:
        if link != self._hovered:
            self._hovered = link
            self.pointed.emit(link)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell what the pointer is on."""
        spot = self._spot_at(event.position())
        hand, arrow = Qt.CursorShape.PointingHandCursor, Qt.CursorShape.ArrowCursor
        self.setCursor(arrow if spot is None else hand)
        self._point(None if spot is None else spot.link)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell that the pointer has gone."""
        self._point(None)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Follow a link."""
        spot = self._spot_at(event.position())
        if spot is not None and event.button() == Qt.MouseButton.LeftButton:
            self._at = self._page.spots.index(spot)
            self.followed.emit(spot.link)

    def event(self, event: QEvent) -> bool:
        """Say more of what the pointer is on."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            spot = self._spot_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), "" if spot is None else self.tip(spot), self)
            return True
        return super().event(event)

    def tip(self, spot: Spot) -> str:
        """Give the words for a tool tip, and for a screen reader."""
        return "\n".join(filter(None, (spot.says, self._words(spot.link))))

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk among the links with the arrow keys, follow one with Enter."""
        ways = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}
        way = ways.get(Qt.Key(event.key()))
        follow = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if way is not None and self._page.spots:
            self._walk(way)
        elif follow and self._focused() is not None:
            self.followed.emit(self._focused())
        elif event.key() == Qt.Key.Key_Escape and self._at is not None:
            self._at = None
            self._point(None)
            self.update()
        else:
            super().keyPressEvent(event)

    def _walk(self, way: int) -> None:
        last = len(self._page.spots) - 1
        start = -1 if way > 0 else last + 1
        at = start if self._at is None else self._at
        self._at = min(max(at + way, 0), last)
        spot = self._page.spots[self._at]
        self._point(spot.link)
        self.setAccessibleDescription(self.tip(spot) or spot.link.name)
        self.update()

    @property
    def focus_rect(self) -> QRectF | None:
        """Where the keyboard's link is."""
        return None if self._at is None else self._page.spots[self._at].rect

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Point at nothing any more."""
        self._point(None)
        self.update()
        super().focusOutEvent(event)


class _Brush:
    """Draws marks one by one, and changes font and pen only where they differ."""

    def __init__(self, painter: QPainter, tokens: Tokens, marked: set[Link]) -> None:
        self._painter, self._tokens, self._marked = painter, tokens, marked
        self._face: Face | None = None
        self._pens: dict[str, QPen] = {}

    def draw(self, mark: Mark) -> None:
        """Draw one mark."""
        match mark:
            case Words():
                self._words(mark)
            case Stroke():
                self._painter.setPen(self._pen(mark.colour))
                self._painter.drawLine(QPointF(mark.x0, mark.y0), QPointF(mark.x1, mark.y1))
            case Frame():
                self._frame(mark)

    def _pen(self, colour: str) -> QPen:
        if colour not in self._pens:
            self._pens[colour] = QPen(QColor(getattr(self._tokens, colour)), 1.0)
        return self._pens[colour]

    def _words(self, mark: Words) -> None:
        if mark.face != self._face:
            self._face = mark.face
            self._painter.setFont(font(mark.face))
        self._painter.setPen(self._pen(mark.colour))
        self._painter.drawText(QPointF(mark.x, mark.y), mark.text)
        if mark.link in self._marked:
            y = mark.y + metrics(mark.face).underlinePos() + 0.5
            end = mark.x + width_of(mark.face, mark.text)
            self._painter.drawLine(QPointF(mark.x, y), QPointF(end, y))

    def _frame(self, mark: Frame) -> None:
        ground = QColor(getattr(self._tokens, mark.ground))
        ground.setAlphaF(mark.strength)
        self._painter.setBrush(ground)
        rect, same = QRectF(mark.x, mark.y, mark.width, mark.height), mark.edge == mark.ground
        self._painter.setPen(QPen(Qt.PenStyle.NoPen) if same else self._pen(mark.edge))
        inner = rect if same else rect.adjusted(0.5, 0.5, -0.5, -0.5)
        self._painter.drawRoundedRect(inner, mark.radius, mark.radius)
