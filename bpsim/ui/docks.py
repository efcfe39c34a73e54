"""Docks that make their panel when it is first seen, with a quiet title bar."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QTabBar,
    QToolButton,
    QWidget,
)

from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.panels import Entry
from bpsim.ui.steady_label import SteadyLabel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import ROW

OFF_THE_BAR = 16
"""How far a tab is dragged before its panel leaves the others, in pixels."""


class TitleBar(QWidget):
    """A panel's title, a few words about it, and buttons while the pointer is there."""

    def __init__(self, title: str, dock: "Dock") -> None:
        super().__init__(dock)
        self._collapsed = False
        self._dock = dock
        self.title, self.info = QLabel(title, self), SteadyLabel(self)
        for label, weight in ((self.title, 600), (self.info, 400)):
            label.setProperty("tone", "muted")
            label.setFont(fonts.sans(ROW, weight))
        self._buttons: list[QToolButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(4)
        row.addWidget(self.title)
        row.addStretch(1)
        self.info.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.info)
        self._row = row

    def _make_buttons(self) -> None:
        actions = {"maximize-2": self._dock.float_action, "x": self._dock.hide_action}
        for image, action in actions.items():
            self._buttons.append(self._button(image, action))
            self._row.addWidget(self._buttons[-1])

    def _button(self, image: str, action: QAction) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(image, "muted"))
        button.setIconSize(QSize(14, 14))
        button.setProperty("small", True)
        button.setToolTip(action.text())
        button.setAccessibleName(action.text())
        button.clicked.connect(action.trigger)
        # The keyboard has the View menu for this; Tab goes from panel to panel.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _show_buttons(self, shown: bool) -> None:
        if shown and not self._buttons:
            self._make_buttons()
        for button in self._buttons:
            button.setVisible(shown and not self._collapsed)
        self.info.setVisible(not shown and not self._collapsed)

    def collapse(self, collapsed: bool) -> None:
        """Leave the title to the tab where panels share a place."""
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            self.title.setVisible(not collapsed)
            self._show_buttons(False)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for a line, or for nothing under a tab."""
        return QSize(120, 0 if self._collapsed else 32)

    def minimumSizeHint(self) -> QSize:
        """As high as asked for."""
        return QSize(40, self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer the buttons."""
        self._show_buttons(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the buttons away."""
        self._show_buttons(False)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer the same by the other mouse button."""
        self._dock.open_menu(event.globalPos())


class Dock(QDockWidget):
    """The place of one panel of the table.

    Attributes
    ----------
    bar
        Its title.
    float_action, hide_action
        What can be done with it; `toggleViewAction` shows it again.
    """

    def __init__(self, entry: Entry, controller: Controller, window: QMainWindow) -> None:
        super().__init__(self.tr(entry.title), window)
        self.setObjectName(entry.name)
        self._entry, self._controller, self._window = entry, controller, window
        self._panel: Panel | None = None
        self._in_sight = self._waiting = False
        words = self.tr("{panel} in a window of its own").format(panel=self.windowTitle())
        self.float_action = QAction(words, self)
        self.float_action.setCheckable(True)
        self.float_action.triggered.connect(self._set_floating)
        self.hide_action = QAction(self.tr("Hide; View brings it back"), self)
        self.hide_action.triggered.connect(self.close)
        self.topLevelChanged.connect(self.float_action.setChecked)
        self.bar = TitleBar(self.windowTitle(), self)
        self.setTitleBarWidget(self.bar)
        self.visibilityChanged.connect(self._seen)
        self.topLevelChanged.connect(self._floats)

    @property
    def panel(self) -> Panel:
        """The panel, made at the first call."""
        if self._panel is None:
            self._panel = self._entry.make(self._controller, self)
            self._panel.info_changed.connect(self.bar.info.setText)
            self.setWidget(self._panel)
            self._panel.tell_info()
        return self._panel

    def _seen(self, visible: bool) -> None:
        self._in_sight = visible
        self.fill()

    def _floats(self, floating: bool) -> None:
        # Around a window of its own there is a line, as its ground is that of the main window.
        margin = 1 if floating else 0
        self.setContentsMargins(margin, margin, margin, margin)
        if floating:
            self._seen(True)  # Qt doesn't tell of one that was behind a tab

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line around a window of its own."""
        super().paintEvent(event)
        if self.isFloating():
            painter = QPainter(self)
            painter.setPen(QColor(theme().tokens.faint))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
            painter.end()

    def wait(self) -> None:
        """Stay empty, even if it is seen, until `fill`: the window's first paint comes before."""
        self._waiting = True

    def fill(self, *, now: bool = False) -> None:
        """Show the panel if anybody sees it; one that waits does so `now`."""
        self._waiting = self._waiting and not now
        if self._in_sight and not self._waiting:
            self.panel.show()
        if self._panel is not None:
            self._panel.set_in_sight(self._in_sight)

    def hurry(self) -> None:
        """Let the panel do now what it left for later, if anybody sees it."""
        if self._in_sight:
            self.panel.hurry()

    def _set_floating(self, floating: bool) -> None:
        self.show()
        self.setFloating(floating)

    def carry(self, place: QPoint) -> None:
        """Be a window whose title is at a place on the screen."""
        if not self.isFloating():
            self._set_floating(True)
        self.move(place - QPoint(self.width() // 2, self.bar.sizeHint().height() // 2))

    def open_menu(self, place: QPoint) -> None:
        """Offer what can be done with the panel, at a place on the screen."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions([self.float_action, self.hide_action])
        menu.popup(place)

    def settle(self) -> None:
        """Show the title where no tab does."""
        beside = self._window.tabifiedDockWidgets(self)
        tabbed = any(not dock.isHidden() for dock in beside)
        self.bar.collapse(tabbed)


class Tabs(QObject):
    """Gives the tabs that Qt makes for docks what a title has: a menu, and to be dragged away."""

    def __init__(self, docks: Mapping[str, Dock], window: QMainWindow) -> None:
        super().__init__(window)
        self._docks, self._window = docks, window
        self._held: Dock | None = None

    def watch(self) -> None:
        """Take in tab bars that have come since."""
        only_own = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=only_own):
            bar.installEventFilter(self)
            # Qt counts tabs only where it moves one, but hidden panels too, and crashes.
            bar.setMovable(False)
            bar.setAccessibleName(self.tr("Panels that share this place"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at what the mouse or the menu key does to a tab."""
        if isinstance(watched, QTabBar):
            if isinstance(event, QContextMenuEvent):
                return self._open_menu(watched, event)
            if isinstance(event, QMouseEvent):
                self._follow(watched, event)
        return super().eventFilter(watched, event)

    def _dock(self, bar: QTabBar, tab: int) -> Dock | None:
        named = (dock for dock in self._docks.values() if dock.windowTitle() == bar.tabText(tab))
        return next(named, None)

    def _open_menu(self, bar: QTabBar, event: QContextMenuEvent) -> bool:
        """Open the menu of the tab under the pointer, or of the current one for the menu key."""
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        tab = bar.tabAt(event.pos()) if by_mouse else bar.currentIndex()
        place = event.pos() if by_mouse else bar.tabRect(tab).bottomLeft()
        dock = self._dock(bar, tab)
        if dock is not None:
            dock.open_menu(bar.mapToGlobal(place))
        return True

    def _follow(self, bar: QTabBar, event: QMouseEvent) -> None:
        """Make a window of the panel whose tab is dragged off the bar, and move it along."""
        place = event.position().toPoint()
        if event.type() == QEvent.Type.MouseButtonPress:
            self._held = self._dock(bar, bar.tabAt(place))
        elif event.buttons() != Qt.MouseButton.LeftButton:
            self._held = None
        elif self._held is not None:
            near = bar.rect().adjusted(-OFF_THE_BAR, -OFF_THE_BAR, OFF_THE_BAR, OFF_THE_BAR)
            if self._held.isFloating() or not near.contains(place):
                # Later: the bar may go with its last but one panel, and is just being used.
                carry = partial(self._held.carry, event.globalPosition().toPoint())
                QTimer.singleShot(0, self._held, carry)
