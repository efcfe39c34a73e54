"""Docks that make their panel when it is first seen, with a quiet title bar."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QLabel, QMainWindow, QToolButton, QWidget

from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.panels import Entry
from bpsim.ui.theme.icons import icon


class TitleBar(QWidget):
    """A panel's title, a few words about it, and buttons while the pointer is there."""

    def __init__(self, title: str, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._collapsed = False
        self.title, self.info = QLabel(title, self), QLabel("", self)
        self.title.setProperty("tone", "section")
        self.info.setProperty("tone", "muted")
        self._float = self._button("maximize-2", self.tr("Make a window of its own"))
        self._close = self._button("x", self.tr("Hide; View brings it back"))
        self._float.clicked.connect(self._toggle_floating)
        self._close.clicked.connect(dock.close)
        self._dock = dock
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 8, 0)
        row.setSpacing(4)
        row.addWidget(self.title)
        row.addStretch(1)
        for widget in (self.info, self._float, self._close):
            row.addWidget(widget)
        self._show_buttons(False)

    def _button(self, image: str, words: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(image, "muted"))
        button.setIconSize(QSize(14, 14))
        button.setProperty("small", True)
        button.setToolTip(words)
        button.setAccessibleName(words)
        # Reached by View in the menu; Tab goes from panel to panel.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _toggle_floating(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def _show_buttons(self, shown: bool) -> None:
        self._float.setVisible(shown)
        self._close.setVisible(shown)
        self.info.setVisible(not shown)

    def collapse(self, collapsed: bool) -> None:
        """Leave the title to the tab where panels share a place."""
        if collapsed != self._collapsed:
            self._collapsed = collapsed
            for label in (self.title, self.info):
                label.setVisible(not collapsed)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Ask for a line, or for nothing under a tab."""
        return QSize(120, 0 if self._collapsed else 32)

    def minimumSizeHint(self) -> QSize:
        """As high as asked for."""
        return QSize(40, self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        """Offer the buttons."""
        if not self._collapsed:
            self._show_buttons(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Take the buttons away."""
        if not self._collapsed:
            self._show_buttons(False)
        super().leaveEvent(event)


class Dock(QDockWidget):
    """The place of one panel of the table."""

    def __init__(self, entry: Entry, controller: Controller, window: QMainWindow) -> None:
        super().__init__(self.tr(entry.title), window)
        self.setObjectName(entry.name)
        self._entry, self._controller, self._window = entry, controller, window
        self._panel: Panel | None = None
        self.bar = TitleBar(self.windowTitle(), self)
        self.setTitleBarWidget(self.bar)
        self.visibilityChanged.connect(self._seen)

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
        # Behind a tab a dock stays visible for Qt; its panel can tell that nobody sees it.
        if visible:
            self.panel.show()
        elif self._panel is not None:
            self._panel.hide()

    def settle(self) -> None:
        """Show the title where no tab does."""
        tabbed = bool(self._window.tabifiedDockWidgets(self))
        self.bar.collapse(tabbed and not self.isFloating())
