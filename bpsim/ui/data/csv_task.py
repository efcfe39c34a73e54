"""Reads a CSV file while the window stays alive, with progress and cancel."""

from contextlib import suppress
from pathlib import Path
from threading import Event

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpsim.session.project import Dataset
from bpsim.storage.csv_choices import Choices, CsvError
from bpsim.storage.csv_import import read_csv
from bpsim.storage.progress import CancelledError
from bpsim.ui.job import Job

SHOW_AFTER_MS = 400
_PARTS = 1000


class CsvTask(Job):
    """One import.

    Attributes
    ----------
    empty_cells
        Whether it failed for cells that are empty.

    Signals
    -------
    finished
        The `Dataset`, or a text that says what is wrong; an empty one if it was cancelled.
    """

    LOOK_MS = 40
    finished = Signal(object)

    def __init__(self, source: Path | bytes, name: str, choices: Choices, parent: QWidget) -> None:
        super().__init__(self._read, parent, expected=(CsvError, MemoryError))
        self._source, self._name, self._choices = source, name, choices
        self._done, self._cancelled, self.empty_cells = 0, Event(), False
        self._found: Dataset | str = ""
        self.dialog = QProgressDialog(parent)
        self.dialog.setLabelText(self.tr("Reading {name}…").format(name=name))
        self.dialog.setMaximum(_PARTS)
        self.dialog.setMinimumDuration(SHOW_AFTER_MS)
        self.dialog.setAutoReset(False)
        self.dialog.canceled.connect(self._cancelled.set)
        self.looked.connect(self._show)
        self.ended.connect(self._end)

    def cancel(self) -> None:
        """Stop; nothing comes of it."""
        self._cancelled.set()

    def _progress(self, done: int, total: int) -> bool:
        self._done = _PARTS * done // max(total, 1)
        return not self._cancelled.is_set()

    def _read(self) -> None:
        with suppress(CancelledError):
            self._found = read_csv(self._source, self._name, self._choices, self._progress)

    def _show(self) -> None:
        # A full bar would look done while the columns are put together.
        self.dialog.setValue(min(self._done, _PARTS - 1))

    def _end(self, error: Exception | None) -> None:
        self.dialog.reset()
        if isinstance(error, CsvError):
            self._found, self.empty_cells = str(error), error.empty_cells
        elif isinstance(error, MemoryError):
            self._found = self.tr("There is not enough memory for this file.")
        self.finished.emit(self._found)
        self.dialog.deleteLater()
