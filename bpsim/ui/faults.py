"""What happens where the program itself is at fault: a word to the person, details to a file."""

import sys
import traceback
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, QStandardPaths, Signal


class Faults(QObject):
    """Takes every error that nothing else has caught, so that no traceback reaches a person.

    Signals
    -------
    told
        A sentence; once for each kind of fault.
    """

    told = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._known: set[str] = set()

    def catch(self) -> None:
        """Begin; the end of the program ends it."""
        sys.excepthook = self._take

    def _take(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.exit(130)
        details = "".join(traceback.format_exception(kind, error, trace))
        if details in self._known:
            return
        self._known.add(details)
        path = write_details(details)
        words = self.tr(
            "Something went wrong inside bpsim. Your work is still here; saving it now is wise."
        )
        if path is not None:
            words += "\n\n" + self.tr("Details for a report: {path}").format(path=path)
        self.told.emit(words)


def log_file() -> Path:
    """Return where details are written."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    return Path(place) / "faults.log"


def write_details(details: str) -> Path | None:
    """Append details to the log; return it, or ``None`` where it cannot be written."""
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(details + "\n")
    except OSError:
        return None
    return path
