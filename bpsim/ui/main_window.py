"""The main window: panels around the controller, with menu, toolbar and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QCheckBox, QInputDialog, QMainWindow, QMessageBox

from bpsim.ui.dropped import dropped_file
from bpsim.ui.theme.theme import theme

if TYPE_CHECKING:
    from bpsim.session.project import Project
    from bpsim.session.values import Element
    from bpsim.ui.controller import Controller
    from bpsim.ui.data.panel import DataPanel
    from bpsim.ui.docks import Dock
    from bpsim.ui.explanation.panel import ExplanationPanel
    from bpsim.ui.files.files import Files
    from bpsim.ui.menus import Menus
    from bpsim.ui.network.canvas import NetworkView
    from bpsim.ui.notice import Notice
    from bpsim.ui.panel import Panel
    from bpsim.ui.timeline import Timeline
    from bpsim.ui.toolbar import StepBar

NARROW = 1180
PICTURE_MS = 200


class MainWindow(QMainWindow):
    """The window on one session: at first its frame, which is there at once, then what is in it.

    Attributes
    ----------
    filled
        Whether there is anything in it; until then there are none of the other attributes.
    docks
        The panels' places, by the names in the table.

    Signals
    -------
    framed
        Once, when its frame can be seen and has nothing in it yet.
    first_painted
        Once, when all panels in sight are there too, and there is time for what could wait.
    """

    framed = Signal()
    first_painted = Signal()

    controller: Controller
    files: Files
    network: NetworkView
    menus: Menus
    toolbar: StepBar
    timeline: Timeline
    notice: Notice

    def __init__(self, settings: QSettings) -> None:
        super().__init__()
        self.settings = settings
        self.filled = self._leaving = self._framed = self._painted = False
        self.setWindowTitle("bpsim")

    def fill(self, project: Project) -> None:
        """Put in all that belongs to the window, on a project."""
        # Importing this takes longer than showing an empty window, which comes before.
        from bpsim.session.session import Session
        from bpsim.ui.controller import Controller
        from bpsim.ui.docking import Docking
        from bpsim.ui.files.files import Files
        from bpsim.ui.menus import Menus
        from bpsim.ui.network.canvas import NetworkView
        from bpsim.ui.notice import Notice
        from bpsim.ui.timeline import Timeline
        from bpsim.ui.toolbar import StepBar

        self.controller = Controller(Session(project), self)
        self.files = Files(self.controller, self.settings, self)
        self.setAcceptDrops(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.network = NetworkView(self.controller, self)
        self.setCentralWidget(self.network)
        self._docking = Docking(self.controller, self)
        self.docks: Mapping[str, Dock] = self._docking.docks
        self.menus = Menus(self)
        self.toolbar = StepBar(
            self.controller,
            self.menus.back,
            self.menus.forward,
            self.menus.actions["run"],
            self,
        )
        self.addToolBar(self.toolbar)
        self.timeline = Timeline(self.controller, self)
        self.statusBar().setSizeGripEnabled(False)
        self.notice = Notice(self)
        self.statusBar().addPermanentWidget(self.notice)
        self.statusBar().addPermanentWidget(self.timeline, 1)
        self._connect()
        self.menus.running(False)
        self.toolbar.narrow(self.narrow)
        self.filled = True
        self.refresh()

    def panel(self, name: str) -> Panel:
        """Return a panel of the table by its name, made if it has not been seen yet."""
        return self.docks[name].panel

    @property
    def narrow(self) -> bool:
        """Whether there is less room than everything would like."""
        return self.width() < NARROW

    def _connect(self) -> None:
        controller = self.controller
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.running_changed.connect(self.menus.running)
        controller.failed.connect(self.tell)
        controller.changed.connect(self.notice.clear_news)
        controller.told.connect(self.notice.say)
        controller.asked.connect(self._ask_to_drop)
        self.files.told.connect(self.tell)
        self.files.document.changed.connect(self.refresh)
        self.files.csv_dropped.connect(self._import_csv)
        controller.begin_asked.connect(self.files.begin)
        controller.panel_asked.connect(self.show_panel)
        self.files.rows_wanted.connect(self._fill_in_rows)
        self.files.done.connect(self.notice.say)

    # Showing

    def refresh(self, *_: object) -> None:
        """Show what is the window's own: title and what can be done."""
        session = self.controller.session
        self.setWindowTitle(f"{session.project.name}[*] — bpsim")
        self.setWindowModified(self.files.document.modified)
        self.menus.refresh()

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
        first = (
            self.tr("This drops the step of training that comes after it.")
            if steps == 1
            else self.tr("This drops {steps} steps of training that come after it.")
        )
        box.setText(first.format(steps=f"{steps:,}"))
        box.setInformativeText(self.tr("Undo brings that back."))
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

    def paintEvent(self, event: QPaintEvent) -> None:
        """Go on right after the first paint: of the frame, and of what is in it."""
        super().paintEvent(event)
        if self.filled:
            if not self._painted:
                self._painted = True
                self._fill_soon(list(self.docks.values()))
            return
        painter = QPainter(self)
        painter.setPen(QColor(theme().tokens.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Starting…"))
        painter.end()
        if not self._framed:
            self._framed = True
            QTimer.singleShot(0, self, self.framed.emit)

    def _fill_soon(self, docks: Sequence[Dock]) -> None:
        QTimer.singleShot(0, self, partial(self._fill_docks, docks))

    def _fill_docks(self, docks: Sequence[Dock]) -> None:
        """Make the panels that are seen one by one, with time for everything else between them."""
        if docks:
            docks[0].fill(now=True)
            self._fill_soon(docks[1:])
            return
        # Not before the first paint.
        from bpsim.ui.ready import Ready

        Ready(self)
        self.first_painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the buttons' words where the window is narrow."""
        super().resizeEvent(event)
        if self.filled:
            self.toolbar.narrow(self.narrow)

    # Doing

    def ask_name(self) -> None:
        """Ask for another name of the project."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Rename the project"))
        dialog.setLabelText(self.tr("Name"))
        dialog.setTextValue(self.controller.session.project.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.textValueSelected.connect(self.controller.rename)
        dialog.open()

    def _data_panel(self) -> DataPanel:
        """Show the data and return their panel."""
        # After the first paint, like all of that panel.
        from bpsim.ui.data.panel import DataPanel

        self.show_panel("data")
        panel = self.panel("data")
        assert isinstance(panel, DataPanel)
        return panel

    def _import_csv(self, path: Path) -> None:
        self._data_panel().import_file(path)

    def _fill_in_rows(self) -> None:
        self._data_panel().edit()

    def show_sample(self, by: int) -> None:
        """Show another sample of the batch, so many further on."""
        selection, rows = self.controller.selection, self.controller.session.program.rows
        selection.show_sample((min(selection.sample, rows - 1) + by) % rows)

    def explanation(self) -> ExplanationPanel:
        """Return the panel that explains."""
        # After the first paint, like all of that panel.
        from bpsim.ui.explanation.panel import ExplanationPanel

        panel = self.panel("explanation")
        assert isinstance(panel, ExplanationPanel)
        return panel

    def show_settings(self) -> None:
        """Bring the settings to the front, ready for the keys."""
        self.show_panel("settings")
        self.panel("settings").setFocus(Qt.FocusReason.ShortcutFocusReason)

    def practise(self) -> None:
        """Show where values are filled in, and put the keys there."""
        # After the first paint, like all of that panel.
        from bpsim.ui.practice.panel import PracticePanel

        self.show_panel("practice")
        panel = self.panel("practice")
        assert isinstance(panel, PracticePanel)
        panel.take_focus()

    def show_conventions(self) -> None:
        """State what makes calculations by hand disagree."""
        # Rarely wanted, and not before the first paint.
        from bpsim.ui.explanation.conventions import ConventionsDialog

        ConventionsDialog(self.controller, self).show()

    def show_lessons(self) -> None:
        """Show the lessons, or the page that is open, and put the keys there."""
        # After the first paint, like all of that panel.
        from bpsim.ui.lessons.panel import LessonsPanel

        self.show_panel("lessons")
        panel = self.panel("lessons")
        assert isinstance(panel, LessonsPanel)
        panel.take_focus()

    def show_panel(self, name: str) -> None:
        """Bring a panel to the front."""
        self._docking.show(name)

    def check_gradients(self, elements: Iterable[Element]) -> None:
        """Compare the gradients of some elements, or of all, with numerical ones."""
        # Rarely wanted, and not before the first paint.
        from bpsim.ui.check.chosen import parameters_of
        from bpsim.ui.check.dialog import CheckDialog

        if self.controller.practising:
            self.tell(self.tr("This would give values away. End the practice first."))
            return
        chosen = parameters_of(self.controller.session, elements)
        CheckDialog(self.controller, chosen, self).show()

    def choose_theme(self, action: QAction) -> None:
        """Use the theme that an action stands for, and remember it."""
        theme().choose(str(action.data()))
        self.settings.setValue("theme", action.data())

    def restore_layout(self) -> None:
        """Put every panel where it stood at first."""
        self._docking.reset()

    def show_about(self) -> None:
        """List the keys and say what this is."""
        # Rarely wanted, and not before the first paint.
        from bpsim.ui.keys_dialog import KeysDialog

        KeysDialog(self.menuBar(), self).open()

    # Layout

    def restore_frame(self) -> None:
        """Take the place and the size of the last time."""
        geometry = self.settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def restore(self) -> None:
        """Put the panels where they were the last time."""
        state = self.settings.value("state")
        if isinstance(state, QByteArray):
            self._docking.restore(state)

    def proportion(self) -> None:
        """Give panels the widths and heights that they read best at."""
        self._docking.proportion(self.narrow)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about what is not saved, once, and keep the layout for the next time."""
        if not self.filled:
            return
        self.controller.pause()
        if self.files.leave_exports(self.close):
            event.ignore()
            return
        if self.files.document.modified and not self._leaving:
            event.ignore()
            self.files.leave(self._leave)
            return
        self.files.autosave.end()
        self.files.document.close()
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("state", self._docking.state())
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


def save_picture(window: MainWindow, path: Path, then: Callable[[bool], object]) -> None:
    """Save a picture of the window once all of it is there, then go on with whether it could be."""

    def hurry() -> None:
        for dock in window.docks.values():
            dock.hurry()
        QTimer.singleShot(PICTURE_MS, window, grab)

    def grab() -> None:
        picture = window.grab()
        then(picture.save(str(path)) if path.suffix else picture.save(str(path), "PNG"))

    QTimer.singleShot(PICTURE_MS, window, hurry)
