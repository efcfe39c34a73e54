"""What is open: its file, what that held, and whether there is anything to save."""

import os
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QSysInfo, Signal

from bpsim.storage.stamp import Stamp
from bpsim.ui.controller import Controller
from bpsim.words import translate

WORTH_ASKING = 1000
"""Steps of training that are worth a question where nothing was ever saved or edited."""


@dataclass(frozen=True)
class Mark:
    """What a session was like at some moment: its version, and how far it had come."""

    version: object
    furthest: int


NEVER_SAVED = Mark(object(), -1)
"""What a session never is like: whatever it is, there is something to save."""


class Document(QObject):
    """The file of the present session.

    Attributes
    ----------
    path
        Where it was read from or written to; none for an example or something new.
    stamp
        What the file held then.

    Signals
    -------
    changed
        Another file, or another answer to whether it is saved.
    """

    changed = Signal()

    def __init__(self, controller: Controller, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self.path: Path | None = None
        self.stamp: Stamp | None = None
        self._lock: QLockFile | None = None
        self._saved = self.mark()
        self._was_modified = False
        controller.changed.connect(self._look)
        controller.replaced.connect(self._look)

    def mark(self) -> Mark:
        """Tell what the session is like now."""
        session = self._controller.session
        return Mark(session.version, session.history.horizon)

    @property
    def modified(self) -> bool:
        """Whether there is something that leaving would lose."""
        now = self.mark()
        if now.version is not self._saved.version:
            return True
        trained = now.furthest != self._saved.furthest
        steps = self._controller.session.history.steps
        return trained and (self.path is not None or steps >= WORTH_ASKING)

    def took(self, path: Path | None, stamp: object, mark: Mark | None = None) -> None:
        """Note that the session is what a file holds, or what it is if nothing is named."""
        if path != self.path:
            self._lock = None if path is None else _locked(path)
        self.path, self._saved = path, mark or self.mark()
        self.stamp = stamp if isinstance(stamp, Stamp) else None
        self._was_modified = False
        self.changed.emit()

    @property
    def shared_with(self) -> str:
        """Name the other window that has this file open, if there is one."""
        if self._lock is None or self._lock.isLocked():
            return ""
        process, host, _ = _owner(self._lock)
        here = host in ("", QSysInfo.machineHostName())
        if here:
            return f"{process}"
        return translate("Files", "{process} on {host}").format(process=process, host=host)

    def close(self) -> None:
        """Let other windows have the file."""
        self._lock = None

    def _look(self, *_: object) -> None:
        if self.modified != self._was_modified:
            self._was_modified = not self._was_modified
            self.changed.emit()


def data_folder(name: str) -> Path:
    """Return a folder of the program's own, made if it is not there.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)
    folder = Path(place) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _locked(path: Path) -> QLockFile | None:
    """Lock a file against other windows; the lock may be another's, see `isLocked`."""
    from hashlib import blake2b  # not before the first paint: it brings OpenSSL along

    real = os.path.normcase(str(path.resolve()))
    try:
        folder = data_folder("locks")
    except OSError:
        return None
    lock = QLockFile(str(folder / blake2b(real.encode(), digest_size=16).hexdigest()))
    # Only a lock whose process has gone is stale, however long it has been held.
    lock.setStaleLockTime(0)
    lock.tryLock(0)
    return lock


def _owner(lock: QLockFile) -> tuple[int, str, str]:
    found = lock.getLockInfo()
    process, host, program = found[-3:] if isinstance(found, tuple) else (0, "", "")
    return int(process), str(host), str(program)
