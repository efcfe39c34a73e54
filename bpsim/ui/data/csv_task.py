"""Reads a CSV file while the window stays alive, with progress and cancel."""

from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressDialog, QWidget

from bpsim.session.project import Dataset
from bpsim.storage.csv_choices import Choices, CsvError
from bpsim.storage.csv_import import read_csv
from bpsim.storage.progress import CancelledError

LOOK_MS = 40
SHOW_AFTER_MS = 400
_PARTS = 1000


class CsvTask(QObject):
    """One import, in a thread of its own, which asks no more of Qt than translations.

    Attributes
    ----------
    empty_cells
        Whether it failed for cells that are empty.

    Signals
    -------
    finished
        The `Dataset`, or a text that says what is wrong; an empty one if it was cancelled.
    """

    finished = Signal(object)

    def __init__(self, source: Path | bytes, name: str, choices: Choices, parent: QWidget) -> None:
        super().__init__(parent)
        self._source, self._name, self._choices = source, name, choices
        self._done, self._cancelled, self.empty_cells = 0, Event(), False
        self._result: Dataset | str | None = ""
        self.dialog = QProgressDialog(parent)
        self.dialog.setLabelText(self.tr("Reading {name}…").format(name=name))
        self.dialog.setMaximum(_PARTS)
        self.dialog.setMinimumDuration(SHOW_AFTER_MS)
        self.dialog.setAutoReset(False)
        self.dialog.canceled.connect(self._cancelled.set)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._thread = Thread(target=self._read, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()
        self._timer.start()

    def cancel(self) -> None:
        """Stop; nothing comes of it."""
        self._cancelled.set()

    def _progress(self, done: int, total: int) -> bool:
        self._done = _PARTS * done // max(total, 1)
        return not self._cancelled.is_set()

    def _read(self) -> None:
        try:
            self._result = read_csv(self._source, self._name, self._choices, self._progress)
        except CancelledError:
            self._result = ""
        except CsvError as error:
            self._result, self.empty_cells = str(error), error.empty_cells
        except MemoryError:
            self._result = None

    def _look(self) -> None:
        if self._thread.is_alive():
            # A full bar would look done while the columns are put together.
            self.dialog.setValue(min(self._done, _PARTS - 1))
            return
        self._timer.stop()
        self.dialog.reset()
        too_large = self.tr("There is not enough memory for this file.")
        self.finished.emit(too_large if self._result is None else self._result)
        self.dialog.deleteLater()
        self.deleteLater()
