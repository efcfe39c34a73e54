"""Opening, saving and exporting, with the dialogues that ask where."""

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from bpsim.resources import resource
from bpsim.session.session import Session
from bpsim.storage.project_file import ProjectFileError, read_project
from bpsim.storage.project_text import project_text
from bpsim.storage.safe_write import write_safely
from bpsim.ui.controller import Controller
from bpsim.ui.export_task import ExportTask

MOST_RECENT = 8


class Files(QObject):
    """What the File menu does.

    Attributes
    ----------
    path
        Where the project was read from or written to; none for an example.

    Signals
    -------
    told
        A sentence that needs reading.
    done
        A sentence that may pass.
    """

    told = Signal(str)
    done = Signal(str)

    def __init__(self, controller: Controller, settings: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._settings, self._window = controller, settings, window
        self.path: Path | None = None

    def open_file(self, path: Path) -> None:
        """Open a project; the present one stays if the file is no good."""
        try:
            session = Session(read_project(path))
        except ProjectFileError as error:
            self.told.emit(str(error))
            return
        self.path = path
        self._controller.open(session)
        self._remember(path)

    def open(self) -> None:
        """Ask for a project and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a project"), "", self.tr("Projects (*.bpsim.json)")
        )
        if name:
            self.open_file(Path(name))

    def save(self) -> None:
        """Ask where to and write the project."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the project"), "", self.tr("Projects (*.bpsim.json)")
        )
        if not name:
            return
        text = project_text(self._controller.session.project)
        try:
            write_safely(Path(name), [text.encode()])
        except OSError as error:
            self.told.emit(str(error))
            return
        self._remember(Path(name))

    def ask_export(self) -> None:
        """Ask where to and export the history."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export the parameter history"), "history.csv", "CSV (*.csv)"
        )
        if name:
            self.export(Path(name))

    def export(self, path: Path) -> ExportTask:
        """Write the history up to the furthest step."""
        self._controller.pause()
        task = ExportTask(self._controller.session, path, self._window)
        task.finished.connect(self.done)
        task.finished.connect(self.told)
        task.start()
        return task

    # Recent files and examples

    def _remember(self, path: Path) -> None:
        recent = [p for p in self._recent() if p != str(path)]
        self._settings.setValue("recent", [str(path), *recent][:MOST_RECENT])

    def _recent(self) -> list[str]:
        value = self._settings.value("recent", [])
        if isinstance(value, str):
            return [value]
        return [str(p) for p in value] if isinstance(value, list) else []

    def fill_recent(self, menu: QMenu) -> None:
        """List what was open before."""
        menu.clear()
        for path in self._recent():
            self._add(menu, path, Path(path))
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing yet")).setEnabled(False)

    def fill_examples(self, menu: QMenu) -> None:
        """List what ships with the program."""
        if menu.isEmpty():
            for name, path in examples():
                self._add(menu, name, path)

    def _add(self, menu: QMenu, words: str, path: Path) -> None:
        action = menu.addAction(words)
        action.triggered.connect(lambda: self.open_file(path))


def examples() -> Iterator[tuple[str, Path]]:
    """Name each project that ships, with its file."""
    for path in sorted(resource("examples").glob("*.bpsim.json")):
        yield read_project(path).name, path
