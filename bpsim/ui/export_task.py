"""Writes the history while the window stays alive: in slices, with progress and cancel."""

from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpsim.session.session import Session
from bpsim.storage.history_csv import history_csv
from bpsim.storage.progress import CancelledError
from bpsim.storage.safe_write import write_safely


class ExportTask(QObject):
    """One export, in a thread of its own that touches no Qt.

    Signals
    -------
    finished
        A sentence that says how it ended.
    """

    finished = Signal(str)

    def __init__(self, session: Session, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._path, self._record = path, session.history.record()
        self._done, self._cancelled, self._result = 0, Event(), ""
        self._dialog = QProgressDialog(parent)
        self._dialog.setLabelText(self.tr("Writing the parameter history…"))
        self._dialog.setMaximum(max(self._record.steps, 1))
        self._dialog.setMinimumDuration(400)
        self._dialog.canceled.connect(self._cancelled.set)
        self._timer = QTimer(self)
        self._timer.setInterval(50)
        self._timer.timeout.connect(self._look)
        self._thread = Thread(target=self._write, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def _progress(self, done: int, total: int) -> bool:
        self._done = done
        return not self._cancelled.is_set()

    def _write(self) -> None:
        chunks = history_csv(self._record, progress=self._progress)
        self._result = _attempt(lambda: write_safely(self._path, chunks))

    def _look(self) -> None:
        if self._thread.is_alive():
            self._dialog.setValue(self._done)
            return
        self._timer.stop()
        self._dialog.reset()
        message = self._result or self.tr("{steps} steps written to {path}").format(
            steps=self._record.steps, path=self._path
        )
        self.finished.emit(message)
        self._dialog.deleteLater()
        self.deleteLater()


def _attempt(write: Callable[[], None]) -> str:
    try:
        write()
    except CancelledError:
        return "Export cancelled; nothing was written."
    except (OSError, MemoryError) as error:
        return str(error)
    return ""
