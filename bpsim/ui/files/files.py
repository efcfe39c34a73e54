"""New, open, save, recover and export: what the File menu does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QDateTime,
    QLocale,
    QLockFile,
    QObject,
    QSettings,
    Signal,
)
from PySide6.QtWidgets import QMenu, QWidget

from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.storage.file_name import ENDING, file_name
from bpsim.storage.stamp import Stamp, is_changed
from bpsim.ui.controller import Controller
from bpsim.ui.dropped import is_csv
from bpsim.ui.files.ask import ask, ask_file, projects_filter
from bpsim.ui.files.autosave import Autosave, Left, left_behind, remove
from bpsim.ui.files.document import NEVER_SAVED, Document
from bpsim.ui.job import Job
from bpsim.words import translate

if TYPE_CHECKING:
    from bpsim.storage.history_export import Form
    from bpsim.ui.export_task import ExportTask
    from bpsim.ui.files.export_dialog import ExportDialog
    from bpsim.ui.gallery.dialog import GalleryDialog

MOST_RECENT = 8
Then = Callable[[], object]


def untitled() -> str:
    """Name a project that has no name yet: it gets that of the file that it is saved to."""
    return translate("Files", "Untitled")


class ChangedOnDiskError(ValueError):
    """The file holds something else than when it was read or written."""


class Files(QObject):
    """What the File menu does.

    Attributes
    ----------
    document
        What is open.

    Signals
    -------
    told
        A sentence that needs reading.
    done
        A sentence that may pass.
    csv_dropped
        The path of a file with rows that was dropped or opened.
    rows_wanted
        There is a new network whose rows are still to be filled in.
    """

    told = Signal(str)
    done = Signal(str)
    csv_dropped = Signal(object)
    rows_wanted = Signal()

    def __init__(self, controller: Controller, settings: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self._controller, self._settings, self._window = controller, settings, window
        self.document = Document(controller, self)
        self.autosave = Autosave(controller, self.document, self)
        self._exports: list[ExportTask] = []

    # Leaving what is open

    def leave(self, then: Then) -> None:
        """Go on to something else, once what is not saved is saved or given up."""
        self._controller.pause()
        if not self.document.modified:
            then()
            return
        name = self._controller.session.project.name
        ask(
            self._window,
            self.tr("Save the changes to “{name}”?").format(name=name),
            self.tr("What is not saved is lost."),
            {
                self.tr("Save"): lambda: self.save(then),
                self.tr("Don’t save"): then,
                self.tr("Cancel"): None,
            },
        )

    # Beginning

    def new(self) -> GalleryDialog:
        """Show what a new project can begin with."""
        # After the first paint.
        from bpsim.ui.gallery.dialog import GalleryDialog

        dialog = GalleryDialog(self._window)
        dialog.chosen.connect(self._begin)
        dialog.open()
        return dialog

    def _begin(self, project: Project, own_rows: bool) -> None:
        self.begin(project, self.rows_wanted.emit if own_rows else None)

    def begin(self, project: Project, then: Then | None = None) -> None:
        """Work on a project that is in no file, once what is open is left."""

        def begin() -> None:
            self._controller.open(Session(project))
            self.document.took(None, None)
            if then is not None:
                then()

        self.leave(begin)

    # Opening

    def open(self) -> None:
        """Ask for a project and open it."""
        self.leave(self._ask_open)

    def _ask_open(self) -> None:
        filters = projects_filter()
        ask_file(self._window, self.tr("Open a project"), filters, self.open_file)

    def open_path(self, path: Path) -> None:
        """Open a file that was dropped or chosen from a menu, once what is open is left."""
        if is_csv(path):
            self.csv_dropped.emit(path)
        else:
            self.leave(partial(self.open_file, path))

    def open_file(self, path: Path) -> Job:
        """Open a project; the present one stays if the file is no good."""
        job = Job(partial(_read, path), self)
        job.done.connect(partial(self.opened, path))
        job.failed.connect(self._failed)
        job.start()
        return job

    def opened(self, path: Path, result: tuple[Session, Stamp]) -> None:
        """Work on what was read from a file."""
        session, stamp = result
        self._controller.open(session)
        self.document.took(path, stamp)
        self._remember(path)
        other = self.document.shared_with
        if other:
            words = self.tr(
                "This project is open in another window, too (process {other}). What is saved "
                "last stays."
            )
            self.told.emit(words.format(other=other))

    def _failed(self, error: object) -> None:
        no_room = self.tr("There is not enough memory for this.")
        self.told.emit(no_room if isinstance(error, MemoryError) else str(error))

    # Saving

    def save(self, then: Then | None = None) -> None:
        """Save to the project's file, or ask for one; then go on."""
        if self.document.path is None:
            self.save_as(then)
        else:
            self.save_to(self.document.path, then)

    def save_as(self, then: Then | None = None) -> None:
        """Ask where to and save."""
        path, name = self.document.path, self._controller.session.project.name
        ask_file(
            self._window,
            self.tr("Save the project"),
            projects_filter(),
            lambda chosen: self.save_to(chosen, then),
            save_as=str(path) if path else file_name(name),
            ending=ENDING.lstrip("."),
        )

    def save_to(self, path: Path, then: Then | None = None, *, anyway: bool = False) -> Job:
        """Save to a file, in a thread of its own.

        Parameters
        ----------
        path
            The file.
        then
            What to do after it was saved.
        anyway
            Whether to replace what somebody else has written there meanwhile.
        """
        from bpsim.storage.project_text import snapshot_of, write_snapshot

        self._controller.pause()
        if self._controller.session.project.name == untitled():
            self._controller.rename(path.name.removesuffix(ENDING))
        snapshot, mark = snapshot_of(self._controller.session), self.document.mark()
        known = self.document.stamp if path == self.document.path and not anyway else None

        def write() -> object:
            if known is not None and is_changed(path, known):
                raise ChangedOnDiskError
            return write_snapshot(path, snapshot)

        def written(stamp: object) -> None:
            self.document.took(path, stamp, mark)
            self._remember(path)
            self.done.emit(self.tr("Saved to {path}").format(path=path))
            if then is not None:
                then()

        job = Job(write, self)
        job.done.connect(written)
        job.failed.connect(partial(self._not_saved, path, then))
        job.start()
        return job

    def _not_saved(self, path: Path, then: Then | None, error: object) -> None:
        if not isinstance(error, ChangedOnDiskError):
            self._failed(error)
            return
        ask(
            self._window,
            self.tr("{path} was changed by somebody else meanwhile.").format(path=path),
            self.tr("Overwriting it loses those changes."),
            {
                self.tr("Overwrite"): lambda: self.save_to(path, then, anyway=True),
                self.tr("Save as…"): lambda: self.save_as(then),
                self.tr("Cancel"): None,
            },
            default=1,
        )

    # Recovery

    def offer_recovery(self) -> bool:
        """Offer what windows left that have gone without a word; say whether there is any."""
        found = left_behind()
        if not found:
            return False
        newest, lock = found[0]
        moment = QDateTime.fromSecsSinceEpoch(newest.seconds)
        when = QLocale().toString(moment, QLocale.FormatType.ShortFormat)
        words = (
            self.tr("bpsim ended unexpectedly. Its work of {when} was kept.")
            if newest.origin is None
            else self.tr("bpsim ended unexpectedly. Its work of {when} on {path} was kept.")
        )
        text = words.format(when=when, path=newest.origin)
        if len(found) > 1:
            more = self.tr("There are {count} such files; this is the newest.")
            text += " " + more.format(count=len(found))
        ask(
            self._window,
            text,
            self.tr("Recovered work is not saved until you save it."),
            {
                self.tr("Recover"): partial(self._recover, newest, lock),
                self.tr("Discard"): partial(_discard, newest, lock),
                self.tr("Later"): None,
            },
        )
        return True

    def _recover(self, left: Left, lock: QLockFile) -> None:
        def recovered(result: tuple[Session, Stamp]) -> None:
            session, _ = result
            self.autosave.adopt(left, lock)
            self._controller.open(session)
            self.document.took(left.origin, left.stamp, NEVER_SAVED)

        job = Job(partial(_read, left.path), self)
        job.done.connect(recovered)
        job.failed.connect(self._failed)
        job.start()

    # Export

    def ask_export(self) -> ExportDialog:
        """Ask in which form and where to, and export the history; training may go on."""
        # Rarely wanted.
        from bpsim.ui.files.export_dialog import ExportDialog

        session = self._controller.session
        dialog = ExportDialog(
            session.history.record(), session.parameters(), self._settings, self._window
        )
        dialog.chosen.connect(self._ask_export_to)
        dialog.open()
        return dialog

    def _ask_export_to(self, form: Form) -> None:
        ending = "parquet" if form.parquet else "csv"
        name = file_name(self._controller.session.project.name).removesuffix(ENDING)
        ask_file(
            self._window,
            self.tr("Export the parameter history"),
            f"Parquet (*.{ending})" if form.parquet else f"CSV (*.{ending})",
            lambda path: self.export(path, form),
            save_as=f"{name} history.{ending}",
            ending=ending,
        )

    def export(self, path: Path, form: Form | None = None) -> ExportTask:
        """Write the history up to the furthest step."""
        from bpsim.storage.history_export import Form
        from bpsim.ui.export_task import ExportTask

        record = self._controller.session.history.record()
        task = ExportTask(record, path, form or Form(), self._window)
        task.finished.connect(self._exported)
        self._exports.append(task)
        task.finished.connect(lambda *_: self._exports.remove(task))
        task.start()
        return task

    def _exported(self, well: bool, words: str) -> None:
        # While training runs, news are gone before they are read.
        passing = well and not self._controller.running
        (self.done if passing else self.told).emit(words)

    def leave_exports(self, then: Then) -> bool:
        """Ask whether to stop exports that still go on, then go on; say whether there are any."""
        if not self._exports:
            return False

        def stop() -> None:
            for task in list(self._exports):
                task.cancel()
                task.wait()
            then()

        ask(
            self._window,
            self.tr("The history is still being exported."),
            self.tr("Leaving now stops that; no half file is left."),
            {self.tr("Stop it"): stop, self.tr("Go on exporting"): None},
            default=1,
        )
        return True

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
            menu.addAction(path).triggered.connect(partial(self.open_path, Path(path)))
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing yet")).setEnabled(False)


def _read(path: Path) -> tuple[Session, Stamp]:
    # In the thread that reads: the library behind it takes half a second to import.
    from bpsim.storage.project_file import read_stamped_session

    return read_stamped_session(path)


def _discard(left: Left, lock: QLockFile) -> None:
    remove(left.path)
    lock.unlock()
