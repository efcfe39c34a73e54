"""The main window: panels around the controller, with menu, toolbar and keys."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QCheckBox, QInputDialog, QMainWindow, QMessageBox, QTabWidget

from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.ui.actions import BACK, CONTEXT, FORWARD, Move
from bpsim.ui.changes import words
from bpsim.ui.controller import Controller
from bpsim.ui.docks import Dock, TabMenus
from bpsim.ui.dropped import dropped_file
from bpsim.ui.files.files import Files
from bpsim.ui.network.canvas import NetworkView
from bpsim.ui.panel import Panel
from bpsim.ui.panels import PANELS
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.theme import CHOICES, theme
from bpsim.ui.timeline import Timeline
from bpsim.ui.toolbar import StepBar

LAYOUT_VERSION = 3
NARROW = 1180


class MainWindow(QMainWindow):
    """The window on one session."""

    def __init__(self, project: Project, settings: QSettings) -> None:
        super().__init__()
        self.settings = settings
        self.controller = Controller(Session(project), self)
        self.files = Files(self.controller, settings, self)
        self._leaving = False
        self.setAcceptDrops(True)
        self.actions_by_name: dict[str, QAction] = {}
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.network = NetworkView(self.controller, self)
        self.setCentralWidget(self.network)
        self._place_docks()
        self._make_actions()
        self.toolbar = StepBar(self.controller, self._back, self._forward, self.run_action, self)
        self.addToolBar(self.toolbar)
        self.timeline = Timeline(self.controller, self)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addPermanentWidget(self.timeline, 1)
        self._make_menus()
        self._connect()
        self._running(False)
        self._first_layout: QByteArray = self.saveState(LAYOUT_VERSION)
        self.refresh()

    def panel(self, name: str) -> Panel:
        """Return a panel of the table by its name, made if it has not been seen yet."""
        return self.docks[name].panel

    # Building

    def _place_docks(self) -> None:
        self.setDockNestingEnabled(True)
        # Without this Qt lets no tab be dragged out.
        self.setDockOptions(self.dockOptions() | QMainWindow.DockOption.GroupedDragging)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.setCorner(Qt.Corner.BottomLeftCorner, bottom)
        self.setCorner(Qt.Corner.BottomRightCorner, bottom)
        self.docks: dict[str, Dock] = {}
        self._tab_menus = TabMenus(self.docks, self)
        for entry in PANELS:
            dock = Dock(entry, self.controller, self)
            self.docks[entry.name] = dock
            self.addDockWidget(entry.area, dock)
            if entry.under_tab_of:
                self.tabifyDockWidget(self.docks[entry.under_tab_of], dock)
            if entry.right_of:
                beside = self.docks[entry.right_of]
                self.splitDockWidget(beside, dock, Qt.Orientation.Horizontal)
            for signal in (dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged):
                signal.connect(self._settle_docks)
        for entry in PANELS:
            if not entry.under_tab_of:
                self.docks[entry.name].raise_()

    def _settle_docks(self, *_: object) -> None:
        for dock in self.docks.values():
            dock.settle()
        self._tab_menus.watch()

    def _action(
        self, name: str, words: str, slot: Callable[[], object], key: str = "", image: str = ""
    ) -> QAction:
        action = QAction(words, self)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
        if image:
            action.setIcon(icon(image))
        self.actions_by_name[name] = action
        return action

    def _move_action(self, move: Move) -> QAction:
        text = QCoreApplication.translate(CONTEXT, move.words)
        action = self._action(move.name, text, self._mover(move), move.key, move.icon)
        tip = QCoreApplication.translate(CONTEXT, move.tip)
        action.setToolTip(f"{tip} ({move.key})")
        return action

    def _mover(self, move: Move) -> Callable[[], None]:
        controller = self.controller
        return lambda: controller.do(move.do)

    def _make_actions(self) -> None:
        self._back = [self._move_action(move) for move in BACK]
        self._forward = [self._move_action(move) for move in FORWARD]
        self.run_action = self._action("run", self.tr("Run"), self._run, "F5")
        self._run_back = self._action(
            "run_back", self.tr("Run backwards"), self._run_backwards, "Shift+F5"
        )
        files = self.files
        self._action("open", self.tr("Open…"), files.open, "Ctrl+O", "folder-open")
        self._action("save", self.tr("Save"), self._save, "Ctrl+S", "save")
        self._action("save_as", self.tr("Save as…"), self._save_as, "Ctrl+Shift+S")
        self._action("rename", self.tr("Rename…"), self._rename)
        self._action("export", self.tr("Export history…"), files.ask_export, "Ctrl+E", "download")
        self._action("quit", self.tr("Quit"), self.close, "Ctrl+Q")
        self._action("undo", self.tr("Undo"), self._undo, "Ctrl+Z", "undo-2")
        self._action("redo", self.tr("Redo"), self._redo, "Ctrl+Shift+Z", "redo-2")
        self._action("copy", self.tr("Copy explanation"), self._copy_explanation, "Ctrl+Shift+C")
        self._action("layout", self.tr("Restore panels"), self._restore_layout)
        self._action("next", self.tr("Next sample"), self._next_sample, "Alt+Down")
        self._action("previous", self.tr("Previous sample"), self._previous_sample, "Alt+Up")
        self._action("about", self.tr("Keys and about"), self._about, "F1", "info")

    def _make_menus(self) -> None:
        act, bar = self.actions_by_name, self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addAction(act["open"])
        self.recent_menu = file.addMenu(self.tr("Recent"))
        self.examples_menu = file.addMenu(self.tr("Examples"))
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.examples_menu.aboutToShow.connect(self._fill_examples)
        file.addSeparator()
        file.addActions([act["save"], act["save_as"], act["rename"]])
        file.addSeparator()
        file.addAction(act["export"])
        file.addSeparator()
        file.addAction(act["quit"])
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([act["undo"], act["redo"]])
        edit.addSeparator()
        edit.addAction(act["copy"])
        bar.addMenu(self.network.menu)
        run = bar.addMenu(self.tr("&Run"))
        run.addActions([self.run_action, self._run_back])
        run.addSeparator()
        run.addActions(self._forward)
        run.addSeparator()
        run.addActions(self._back[::-1])
        view = bar.addMenu(self.tr("&View"))
        view.addActions([act["next"], act["previous"]])
        view.addSeparator()
        for dock in self.docks.values():
            view.addAction(dock.toggleViewAction())
        windows = view.addMenu(self.tr("Separate windows"))
        windows.addActions([dock.float_action for dock in self.docks.values()])
        view.addAction(act["layout"])
        view.addSeparator()
        self._themes = QActionGroup(self)
        names = {
            "system": self.tr("Colours of the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        for choice in CHOICES:
            action = view.addAction(names[choice])
            action.setCheckable(True)
            action.setChecked(theme().choice == choice)
            action.setData(choice)
            self._themes.addAction(action)
        bar.addMenu(self.tr("&Help")).addAction(act["about"])

    def _connect(self) -> None:
        controller = self.controller
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.running_changed.connect(self._running)
        controller.failed.connect(self.tell)
        controller.asked.connect(self._ask_to_drop)
        self.files.told.connect(self.tell)
        self.files.document.changed.connect(self.refresh)
        self.files.csv_dropped.connect(self._import_csv)
        self.files.done.connect(self.statusBar().showMessage)
        self._themes.triggered.connect(self._choose_theme)

    # Showing

    def refresh(self, *_: object) -> None:
        """Show what is the window's own: title and what can be done."""
        session = self.controller.session
        self.setWindowTitle(f"{session.project.name}[*] — bpsim")
        self.setWindowModified(self.files.document.modified)
        for action in (*self._back, self._run_back):
            action.setEnabled(session.position.executed > 0)
        for name, label, empty, filled in (
            ("undo", session.undo_label, self.tr("Undo"), self.tr("Undo {name}")),
            ("redo", session.redo_label, self.tr("Redo"), self.tr("Redo {name}")),
        ):
            self.actions_by_name[name].setEnabled(label is not None)
            text = filled.format(name=words(label)) if label else empty
            self.actions_by_name[name].setText(text)

    def tell(self, message: str) -> None:
        """Say something that needs reading, without blocking."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("bpsim")
        box.setText(message)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _ask_to_drop(self, steps: int, go_on: Callable[[], None]) -> None:
        """Ask before a change by hand drops what was trained after it."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("bpsim")
        first = self.tr("This drops {steps} steps of training that come after it.")
        box.setText(first.format(steps=f"{steps:,}"))
        box.setInformativeText(self.tr("Undo brings them back."))
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        box.button(QMessageBox.StandardButton.Ok).setText(self.tr("Change it"))
        never = QCheckBox(self.tr("Do not ask again"), box)
        box.setCheckBox(never)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def answered(answer: int) -> None:
            if answer == QMessageBox.StandardButton.Ok:
                self.controller.asks = not never.isChecked()
                go_on()

        box.finished.connect(answered)
        box.open()

    def _running(self, running: bool) -> None:
        self.run_action.setText(self.tr("Pause") if running else self.tr("Run"))
        self.run_action.setIcon(icon("pause-filled" if running else "play-filled", "panel"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the buttons' words where the window is narrow."""
        super().resizeEvent(event)
        self.toolbar.narrow(self.width() < NARROW)

    # Doing

    def _run(self) -> None:
        self.controller.toggle(1)

    def _run_backwards(self) -> None:
        self.controller.toggle(-1)

    def _save(self) -> None:
        self.files.save()

    def _save_as(self) -> None:
        self.files.save_as()

    def _rename(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Rename the project"))
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(self.controller.session.project.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self.controller.rename)
        dialog.open()

    def _import_csv(self, path: Path) -> None:
        # After the first paint, like all of that panel.
        from bpsim.ui.data.panel import DataPanel

        self.docks["data"].show()
        self.docks["data"].raise_()
        panel = self.panel("data")
        assert isinstance(panel, DataPanel)
        panel.import_file(path)

    def _undo(self) -> None:
        self.controller.do(Session.undo)

    def _redo(self) -> None:
        self.controller.do(Session.redo)

    def _next_sample(self) -> None:
        self._show_sample(1)

    def _previous_sample(self) -> None:
        self._show_sample(-1)

    def _show_sample(self, by: int) -> None:
        selection, rows = self.controller.selection, self.controller.session.program.rows
        selection.show_sample((min(selection.sample, rows - 1) + by) % rows)

    def _copy_explanation(self) -> None:
        # After the first paint, like all of that panel.
        from bpsim.ui.explanation.panel import ExplanationPanel

        panel = self.panel("explanation")
        assert isinstance(panel, ExplanationPanel)
        QGuiApplication.clipboard().setText(panel.text())

    def _choose_theme(self, action: QAction) -> None:
        theme().choose(str(action.data()))
        self.settings.setValue("theme", action.data())

    def _restore_layout(self) -> None:
        self.restoreState(self._first_layout, LAYOUT_VERSION)

    def _fill_recent(self) -> None:
        self.files.fill_recent(self.recent_menu)

    def _fill_examples(self) -> None:
        self.files.fill_examples(self.examples_menu)

    def _about(self) -> None:
        keys = "\n".join(
            f"{a.shortcut().toString()}\t{a.text()}"
            for a in self.actions_by_name.values()
            if not a.shortcut().isEmpty()
        )
        box = QMessageBox(self)
        box.setWindowTitle("bpsim")
        box.setText(self.tr("A debugger for backpropagation."))
        box.setInformativeText(keys)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # Layout

    def restore(self) -> None:
        """Take the layout of the last time."""
        geometry, state = self.settings.value("geometry"), self.settings.value("state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            self.restoreGeometry(geometry)
            self.restoreState(state, LAYOUT_VERSION)

    def proportion(self) -> None:
        """Give panels the widths and heights that they read best at."""
        small, docks = self.width() < NARROW, self.docks
        sides = [docks["program"], docks["explanation"]]
        right = 300 if small else 370
        self.resizeDocks(sides, [270, right], Qt.Orientation.Horizontal)
        bottom = [docks["loss"], docks["prediction"]]
        self.resizeDocks(bottom, [self.width() - right, right], Qt.Orientation.Horizontal)
        self.resizeDocks([docks["loss"]], [200 if small else 280], Qt.Orientation.Vertical)
        self._first_layout = self.saveState(LAYOUT_VERSION)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is not saved, once, and keep the layout for the next time."""
        self.controller.pause()
        if self.files.document.modified and not self._leaving:
            event.ignore()
            self.files.leave(self._leave)
            return
        self.files.autosave.end()
        self.files.document.close()
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("state", self.saveState(LAYOUT_VERSION))
        event.accept()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a project or a file with rows."""
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.files.open_path(path)


def save_picture(window: MainWindow, path: Path, then: Callable[[], object]) -> None:
    """Save a picture of the window once it is laid out, then go on."""

    def grab() -> None:
        window.grab().save(str(path))
        then()

    QTimer.singleShot(300, window, grab)
