"""Writes the history while the window stays alive and training may go on."""

from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpsim.session.history import Record
from bpsim.storage.history_export import Form, write_history
from bpsim.storage.progress import CancelledError
from bpsim.ui.job import Job

LOOK_MS = 100
SHOW_AFTER_MS = 400
_PARTS = 1000


class ExportTask(QObject):
    """One export, in a thread of its own, up to the step where training stood as it began.

    Parameters
    ----------
    record
        What is written.
    path, form
        Where to, and how.

    Signals
    -------
    finished
        Whether it was written, and a sentence that says how it ended.
    """

    finished = Signal(bool, str)

    def __init__(self, record: Record, path: Path, form: Form, parent: QWidget) -> None:
        super().__init__(parent)
        self._record, self._path, self._form = record, path, form
        self._done, self._cancelled = 0, Event()
        self.dialog = QProgressDialog(parent)
        self.dialog.setWindowTitle(self.tr("Export history"))
        self.dialog.setMinimumWidth(420)
        self.dialog.setMaximum(_PARTS)
        self.dialog.setMinimumDuration(SHOW_AFTER_MS)
        self.dialog.setAutoReset(False)
        # It comes up while a person goes on working, whose next key is not meant for Cancel.
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.dialog.canceled.connect(self.cancel)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._show)
        self._job = Job(self._write, self)
        self._job.done.connect(self._ended)
        self._job.failed.connect(self._failed)

    def start(self) -> None:
        """Begin."""
        self._show()
        self._job.start()
        self._timer.start()

    def cancel(self) -> None:
        """Stop; what was there before stays."""
        self._cancelled.set()

    def wait(self) -> None:
        """Wait until the thread has ended."""
        self._job.wait()

    def _progress(self, done: int, total: int) -> bool:
        self._done = done
        return not self._cancelled.is_set()

    def _write(self) -> bool:
        try:
            write_history(self._path, self._record, self._form, self._progress)
        except CancelledError:
            return False
        return True

    def _show(self) -> None:
        steps = self._record.steps
        words = self.tr("Writing step {done} of {steps} to\n{path}")
        self.dialog.setLabelText(
            words.format(done=f"{self._done:,}", steps=f"{steps:,}", path=self._path)
        )
        # A full bar would look done while the file is put in its place.
        self.dialog.setValue(min(_PARTS * self._done // max(steps, 1), _PARTS - 1))

    def _ended(self, written: bool) -> None:
        words = (
            self.tr("{steps} steps written to {path}")
            if written
            else self.tr("Export cancelled; {path} is as it was before.")
        )
        self._end(True, words.format(steps=f"{self._record.steps:,}", path=self._path))

    def _failed(self, error: object) -> None:
        no_room = self.tr("There is not enough memory for this.")
        self._end(False, no_room if isinstance(error, MemoryError) else str(error))

    def _end(self, well: bool, words: str) -> None:
        self._timer.stop()
        self.dialog.reset()
        self.dialog.deleteLater()
        self.finished.emit(well, words)
        self.deleteLater()
