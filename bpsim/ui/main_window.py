"""The main window: panels around the controller, with menu, toolbar and keys."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QByteArray, QCoreApplication, QSettings, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFileDialog,
    QLabel,
    QMainWindow,
    QMenu,
    QMessageBox,
    QSizePolicy,
    QSlider,
    QToolBar,
    QWidget,
)

from bpsim.explain.explain import explain
from bpsim.explain.structure import as_text
from bpsim.resources import resource
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.storage.project_file import ProjectFileError, project_text, read_project
from bpsim.storage.safe_write import write_safely
from bpsim.ui.actions import BACK, CONTEXT, FORWARD, Move
from bpsim.ui.controller import FULL_SPEED, Controller, operations_a_second
from bpsim.ui.editing.number import NumberDialog
from bpsim.ui.explanation.panel import ExplanationPanel
from bpsim.ui.export_task import ExportTask
from bpsim.ui.loss.panel import LossPanel
from bpsim.ui.network.canvas import Hit, NetworkView
from bpsim.ui.program.panel import ProgramPanel
from bpsim.ui.readout import Readout
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.theme import CHOICES, theme

LAYOUT_VERSION = 1
NARROW = 1180
MOST_RECENT = 8


class MainWindow(QMainWindow):
    """The window on one session."""

    def __init__(self, project: Project, settings: QSettings) -> None:
        super().__init__()
        self.settings = settings
        self.controller = Controller(project, self)
        self.path: Path | None = None
        self.actions_by_name: dict[str, QAction] = {}
        self.setDockNestingEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.program = ProgramPanel(self.controller, self)
        self.network = NetworkView(self.controller, self)
        self.explanation = ExplanationPanel(self.controller, self)
        self.loss = LossPanel(self.controller, self)
        self._place_panels()
        self._make_actions()
        self._make_toolbar()
        self._make_timeline()
        self._make_menus()
        self._connect()
        self._paint_run()
        self._first_layout: QByteArray = self.saveState(LAYOUT_VERSION)
        self.refresh()

    # Building

    def _place_panels(self) -> None:
        left, right = Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea
        bottom = Qt.DockWidgetArea.BottomDockWidgetArea
        self.setCentralWidget(self.network)
        self.docks = [
            self._dock("program", self.tr("Program"), self.program, left),
            self._dock("explanation", self.tr("Explanation"), self.explanation, right),
            self._dock("loss", self.tr("Loss"), self.loss, bottom),
        ]
        self.setCorner(Qt.Corner.BottomLeftCorner, bottom)
        self.setCorner(Qt.Corner.BottomRightCorner, bottom)

    def _dock(self, name: str, title: str, widget: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self.addDockWidget(area, dock)
        return dock

    def _action(
        self, name: str, words: str, slot: Callable[[], None], key: str = "", image: str = ""
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
        words = QCoreApplication.translate(CONTEXT, move.words)
        action = self._action(move.name, words, self._mover(move), move.key, move.icon)
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
        self._action("open", self.tr("Open…"), self._open, "Ctrl+O", "folder-open")
        self._action("save", self.tr("Save as…"), self._save, "Ctrl+S", "save")
        self._action("export", self.tr("Export history…"), self._export, "Ctrl+E", "download")
        self._action("quit", self.tr("Quit"), self._quit, "Ctrl+Q")
        self._action("undo", self.tr("Undo"), self._undo, "Ctrl+Z", "undo-2")
        self._action("redo", self.tr("Redo"), self._redo, "Ctrl+Shift+Z", "redo-2")
        self._action("copy", self.tr("Copy explanation"), self._copy_explanation, "Ctrl+Shift+C")
        self._action("layout", self.tr("Restore panels"), self._restore_layout)
        self._action("about", self.tr("Keys and about"), self._about, "F1", "info")

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Steps"), self)
        bar.setObjectName("steps")
        bar.setMovable(False)
        bar.setIconSize(QSize(18, 18))
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.addToolBar(bar)
        bar.addAction(self._back[0])
        bar.addSeparator()
        bar.addActions(self._back[2:])
        bar.addSeparator()
        bar.addActions(self._forward)
        bar.addSeparator()
        bar.addAction(self.run_action)
        for action in (*self._back[:4],):
            button = bar.widgetForAction(action)
            if hasattr(button, "setToolButtonStyle"):
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        run = bar.widgetForAction(self.run_action)
        run.setProperty("primary", True)
        self.speed_label = QLabel(self.tr("Speed"), self)
        self.speed_label.setContentsMargins(10, 0, 6, 0)
        bar.addWidget(self.speed_label)
        self.speed = QSlider(Qt.Orientation.Horizontal, self)
        self.speed.setRange(0, FULL_SPEED)
        self.speed.setValue(self.controller.speed)
        self.speed.setFixedWidth(110)
        self.speed.setAccessibleName(self.tr("Speed"))
        bar.addWidget(self.speed)
        self.speed_text = QLabel("", self)
        self.speed_text.setFixedWidth(62)
        self.speed_text.setContentsMargins(6, 0, 0, 0)
        bar.addWidget(self.speed_text)
        space = QWidget(self)
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        self.readout = Readout(self.controller, self)
        bar.addWidget(self.readout)
        self.toolbar = bar
        self._show_speed(self.controller.speed)

    def _make_timeline(self) -> None:
        bar = self.statusBar()
        bar.setSizeGripEnabled(False)
        self.timeline = QSlider(Qt.Orientation.Horizontal, self)
        self.timeline.setAccessibleName(self.tr("Timeline"))
        self.timeline.setToolTip(self.tr("Go to any step"))
        self.timeline_text = QLabel("", self)
        self.timeline_text.setContentsMargins(8, 0, 12, 0)
        title = QLabel(self.tr("Timeline"), self)
        title.setContentsMargins(12, 6, 8, 6)
        bar.addWidget(title)
        bar.addWidget(self.timeline, 1)
        bar.addPermanentWidget(self.timeline_text)

    def _make_menus(self) -> None:
        act = self.actions_by_name
        bar = self.menuBar()
        file = bar.addMenu(self.tr("&File"))
        file.addAction(act["open"])
        self.recent_menu = file.addMenu(self.tr("Recent"))
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        examples = file.addMenu(self.tr("Examples"))
        examples.aboutToShow.connect(self._fill_examples)
        self.examples_menu = examples
        file.addSeparator()
        file.addActions([act["save"], act["export"]])
        file.addSeparator()
        file.addAction(act["quit"])
        edit = bar.addMenu(self.tr("&Edit"))
        edit.addActions([act["undo"], act["redo"]])
        edit.addSeparator()
        edit.addAction(act["copy"])
        run = bar.addMenu(self.tr("&Run"))
        run.addActions([self.run_action, self._run_back])
        run.addSeparator()
        run.addActions(self._forward)
        run.addSeparator()
        run.addActions(self._back[::-1])
        view = bar.addMenu(self.tr("&View"))
        for dock in self.docks:
            view.addAction(dock.toggleViewAction())
        view.addAction(act["layout"])
        view.addSeparator()
        group = QActionGroup(self)
        words = {
            "system": self.tr("Colours of the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        for choice in CHOICES:
            action = view.addAction(words[choice])
            action.setCheckable(True)
            action.setChecked(theme().choice == choice)
            action.setData(choice)
            group.addAction(action)
        group.triggered.connect(self._choose_theme)
        bar.addMenu(self.tr("&Help")).addAction(act["about"])

    def _add_opener(self, menu: QMenu, words: str, path: Path) -> None:
        action = menu.addAction(words)
        action.setData(str(path))
        action.triggered.connect(self._open_chosen)

    def _connect(self) -> None:
        controller = self.controller
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.running_changed.connect(self._running)
        controller.failed.connect(self.tell)
        self.speed.valueChanged.connect(self._show_speed)
        self.timeline.valueChanged.connect(self._jump)
        self.loss.step_chosen.connect(self._jump)
        self.program.chosen.connect(self.explanation.show_operation)
        self.program.run_to.connect(self._run_to)
        self.network.clicked.connect(self.explanation.show_element)
        self.network.edit_requested.connect(self._ask_value)

    # Showing

    def refresh(self, *_: object) -> None:
        """Show what is the window's own: title, timeline, and what can be done."""
        session = self.controller.session
        at, steps = session.position, session.history.steps
        self.setWindowTitle(f"{session.project.name} — bpsim")
        self.timeline.blockSignals(True)
        self.timeline.setRange(0, max(min(steps, 2**31 - 1), 1))
        self.timeline.setValue(min(at.updates, 2**31 - 1))
        self.timeline.setEnabled(steps > 0)
        self.timeline.blockSignals(False)
        edits = len(session.history.edits)
        words = self.tr("step {step} of {steps}").format(step=at.updates, steps=steps)
        if edits:
            words += " · " + self.tr("{count} edits").format(count=edits)
        self.timeline_text.setText(words)
        for action in (*self._back, self._run_back):
            action.setEnabled(at.executed > 0)
        for name, label, empty, filled in (
            ("undo", session.undo_label, self.tr("Undo"), self.tr("Undo {name}")),
            ("redo", session.redo_label, self.tr("Redo"), self.tr("Redo {name}")),
        ):
            self.actions_by_name[name].setEnabled(label is not None)
            self.actions_by_name[name].setText(filled.format(name=label) if label else empty)

    def tell(self, message: str) -> None:
        """Say something that needs reading, without blocking."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle("bpsim")
        box.setText(message)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _paint_run(self) -> None:
        name = "pause-filled" if self.controller.running else "play-filled"
        self.run_action.setIcon(icon(name, "panel"))

    def _running(self, running: bool) -> None:
        self.run_action.setText(self.tr("Pause") if running else self.tr("Run"))
        self._paint_run()

    def _show_speed(self, speed: int) -> None:
        self.controller.speed = speed
        if speed >= FULL_SPEED:
            self.speed_text.setText(self.tr("full"))
        else:
            self.speed_text.setText(f"{operations_a_second(speed):.0f}/s")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the buttons' words where the window is narrow."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if narrow
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        for action in (self._back[4], *self._forward, self.run_action):
            button = self.toolbar.widgetForAction(action)
            if hasattr(button, "setToolButtonStyle"):
                button.setToolButtonStyle(style)
        self.speed_label.setVisible(not narrow)

    # Doing

    def _run(self) -> None:
        self.controller.toggle(1)

    def _run_backwards(self) -> None:
        self.controller.toggle(-1)

    def _undo(self) -> None:
        self.controller.do(Session.undo)

    def _redo(self) -> None:
        self.controller.do(Session.redo)

    def _jump(self, step: int) -> None:
        self.controller.do(lambda session: session.jump(int(step) * session.operations))

    def _run_to(self, operation: int) -> None:
        at = self.controller.session.position
        self.controller.do(lambda session: session.jump(at.executed - at.done + operation + 1))

    def _ask_value(self, hit: Hit) -> None:
        value = float(self.controller.session.program.view(hit.name)[hit.index])
        dialog = NumberDialog(hit, value, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.entered.connect(self._change_value)
        dialog.open()

    def _change_value(self, hit: Hit, value: float) -> None:
        self.controller.edit(hit.name, hit.index, value)

    def _copy_explanation(self) -> None:
        session = self.controller.session
        if session.current is not None:
            clipboard = QCoreApplication.instance().clipboard()  # type: ignore[union-attr]
            clipboard.setText(as_text(explain(session, session.current)))

    def _choose_theme(self, action: QAction) -> None:
        theme().choose(str(action.data()))
        self.settings.setValue("theme", action.data())

    def _restore_layout(self) -> None:
        self.restoreState(self._first_layout, LAYOUT_VERSION)

    def _quit(self) -> None:
        self.close()

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

    # Files

    def open_file(self, path: Path) -> None:
        """Open a project; the present one stays if the file is no good."""
        try:
            session = Session(read_project(path))
        except ProjectFileError as error:
            self.tell(str(error))
            return
        self.path = path
        self.controller.open(session)
        self._remember(path)

    def _remember(self, path: Path) -> None:
        recent = [p for p in self._recent() if p != str(path)]
        self.settings.setValue("recent", [str(path), *recent][:MOST_RECENT])

    def _recent(self) -> list[str]:
        value = self.settings.value("recent", [])
        return [value] if isinstance(value, str) else [str(p) for p in value or []]  # type: ignore[attr-defined]

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self._recent():
            self._add_opener(self.recent_menu, path, Path(path))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(self.tr("Nothing yet")).setEnabled(False)

    def _fill_examples(self) -> None:
        if self.examples_menu.isEmpty():
            for path in sorted(resource("examples").glob("*.bpsim.json")):
                self._add_opener(self.examples_menu, read_project(path).name, path)

    def _open_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.open_file(Path(str(action.data())))

    def _open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open a project"), "", self.tr("Projects (*.bpsim.json)")
        )
        if name:
            self.open_file(Path(name))

    def _save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the project"), "", self.tr("Projects (*.bpsim.json)")
        )
        if not name:
            return
        text = project_text(self.controller.session.project)
        try:
            write_safely(Path(name), [text.encode()])
        except OSError as error:
            self.tell(str(error))
            return
        self._remember(Path(name))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Export the parameter history"), "history.csv", "CSV (*.csv)"
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> ExportTask:
        """Write the history up to the furthest step."""
        self.controller.pause()
        task = ExportTask(self.controller.session, path, self)
        task.finished.connect(self.statusBar().showMessage)
        task.finished.connect(self.tell)
        task.start()
        return task

    def restore(self) -> None:
        """Take the layout of the last time."""
        geometry, state = self.settings.value("geometry"), self.settings.value("state")
        if isinstance(geometry, QByteArray) and isinstance(state, QByteArray):
            self.restoreGeometry(geometry)
            self.restoreState(state, LAYOUT_VERSION)

    def proportion(self) -> None:
        """Give panels the widths and heights that they read best at."""
        small = self.width() < NARROW
        across, down = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks(self.docks[:2], [270, 300 if small else 370], across)
        self.resizeDocks(self.docks[2:], [200 if small else 280], down)
        self._first_layout = self.saveState(LAYOUT_VERSION)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the layout for the next time."""
        self.controller.pause()
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("state", self.saveState(LAYOUT_VERSION))
        event.accept()


def save_picture(window: MainWindow, path: Path, then: Callable[[], object]) -> None:
    """Save a picture of the window once it is laid out, then go on."""

    def grab() -> None:
        window.grab().save(str(path))
        then()

    QTimer.singleShot(300, window, grab)
