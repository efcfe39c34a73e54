"""Where the panels stand: at first, beside each other, and as the person left them."""

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow, QTabWidget

from bpsim.ui.controller import Controller
from bpsim.ui.docks import Dock, Tabs
from bpsim.ui.panels import PANELS

LAYOUT_VERSION = 5
WATCHES_HEIGHT = 124
"""Two watches and the field; the program needs the rest."""


class Docking(QObject):
    """Places a dock in the window for each panel of the table.

    Attributes
    ----------
    docks
        By the panels' names.
    """

    def __init__(self, controller: Controller, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.setDockNestingEnabled(True)
        # Not GroupedDragging: windows of several panels make Qt crash; `Tabs` lets tabs be dragged.
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        window.setCorner(Qt.Corner.BottomLeftCorner, bottom)
        window.setCorner(Qt.Corner.BottomRightCorner, bottom)
        self.docks: dict[str, Dock] = {}
        self._tabs = Tabs(self.docks, window)
        # Many docks tell of one change.
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._settle_docks)
        self._place(controller)
        self._settle_docks()
        self._first = self.state()

    def _place(self, controller: Controller) -> None:
        window = self._window
        for entry in PANELS:
            dock = Dock(entry, controller, window)
            self.docks[entry.name] = dock
            window.addDockWidget(entry.area, dock)
            if entry.under_tab_of:
                window.tabifyDockWidget(self.docks[entry.under_tab_of], dock)
            if entry.right_of:
                beside = self.docks[entry.right_of]
                window.splitDockWidget(beside, dock, Qt.Orientation.Horizontal)
            for signal in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
                signal.connect(self._settle_soon)
            if not entry.at_once:
                dock.wait()
        for entry in PANELS:
            if not entry.under_tab_of:
                self.docks[entry.name].raise_()
            if entry.hidden:
                self.docks[entry.name].hide()

    def _settle_soon(self, *_: object) -> None:
        self._settle.start(0)

    def _settle_docks(self) -> None:
        for dock in self.docks.values():
            dock.settle()
        self._tabs.watch()

    def show(self, name: str) -> None:
        """Bring a panel to the front."""
        self.docks[name].show()
        self.docks[name].raise_()

    def proportion(self, narrow: bool) -> None:
        """Give panels the widths and heights that they read best at, with less or more room."""
        docks, window = self.docks, self._window
        # What was just put into a window that stands has no size yet that could be changed.
        QCoreApplication.sendPostedEvents()
        sides = [docks["program"], docks["explanation"]]
        right = 300 if narrow else 370
        window.resizeDocks(sides, [270, right], Qt.Orientation.Horizontal)
        bottom = [docks["loss"], docks["prediction"]]
        window.resizeDocks(bottom, [window.width() - right, right], Qt.Orientation.Horizontal)
        window.resizeDocks([docks["loss"]], [200 if narrow else 280], Qt.Orientation.Vertical)
        left = [docks["program"], docks["watches"]]
        window.resizeDocks(left, [window.height(), WATCHES_HEIGHT], Qt.Orientation.Vertical)
        self._first = self.state()

    # Remembering

    def state(self) -> QByteArray:
        """Describe where everything stands."""
        return self._window.saveState(LAYOUT_VERSION)

    def restore(self, state: QByteArray) -> None:
        """Put everything where it stood; a state of another kind changes nothing."""
        self._window.restoreState(state, LAYOUT_VERSION)

    def reset(self) -> None:
        """Put every panel where it stood at first."""
        self.restore(self._first)
