"""Keeps what is not saved yet in a folder of its own, and finds what a crash left there."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QTimer

from bpsim.storage.stamp import Stamp
from bpsim.ui.controller import Controller
from bpsim.ui.files.document import Document, Mark, data_folder
from bpsim.ui.job import Job

AFTER_MS = 400
"""An edit is kept so long after it was made."""
TRAINING_MS = 5000
ENDING = ".bpsim.json"


@dataclass(frozen=True)
class Left:
    """What a window that has gone without a word left behind.

    Attributes
    ----------
    path
        The file.
    seconds
        When it was last written, in seconds since 1970.
    origin, stamp
        The project's own file and what that held, if it has one.
    """

    path: Path
    seconds: int
    origin: Path | None = None
    stamp: Stamp | None = None


class Autosave(QObject):
    """Writes the session to the recovery folder soon after it has changed.

    Parameters
    ----------
    controller, document
        What to keep.
    """

    def __init__(self, controller: Controller, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._controller, self._document = controller, document
        self._kept: Mark | None = None
        self._job: Job | None = None
        self._path: Path | None = None
        self._lock: QLockFile | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write)
        controller.changed.connect(self._soon)
        document.changed.connect(self._soon)

    def _soon(self, *_: object) -> None:
        """Write after a while, unless it is about to be written anyway."""
        if not self._document.modified:
            self.discard()
            return
        edited = self._kept is None or self._document.mark().version is not self._kept.version
        wanted = AFTER_MS if edited else TRAINING_MS
        if not self._timer.isActive() or self._timer.remainingTime() > wanted:
            self._timer.start(wanted)

    def _write(self) -> None:
        from bpsim.storage.project_text import snapshot_of, write_snapshot
        from bpsim.storage.safe_write import write_safely

        mark = self._document.mark()
        if self._job is not None:
            self._timer.start(AFTER_MS)
            return
        if mark == self._kept or not self._document.modified or not self._ready():
            return
        snapshot, path = snapshot_of(self._controller.session), self._path
        assert path is not None
        self._kept = mark
        origin = _origin_text(self._document)

        def write() -> None:
            write_snapshot(path, snapshot)
            write_safely(_origin_of(path), [origin])

        self._job = Job(write, self)
        self._job.done.connect(self._written)
        # There is nothing to be done about it, and saving itself will tell.
        self._job.failed.connect(self._written)
        self._job.start()

    def _written(self, _: object) -> None:
        self._job = None
        if not self._document.modified:
            self.discard()

    def _ready(self) -> bool:
        """Make a file of our own, which other windows leave alone while we hold its lock."""
        if self._path is None:
            try:
                folder = data_folder("recovery")
            except OSError:
                return False
            self._path = folder / f"{os.urandom(16).hex()}{ENDING}"
            self._lock = _lock_of(self._path)
            self._lock.tryLock(0)
        return True

    def adopt(self, left: Left, lock: QLockFile) -> None:
        """Go on with what another window left: it stays until this one has saved it."""
        self.end()
        self._path, self._lock = left.path, lock

    def discard(self) -> None:
        """Forget what was kept: it is saved, or not wanted."""
        self._timer.stop()
        self._kept = None
        if self._path is not None and self._job is None:
            remove(self._path)

    def end(self) -> None:
        """Leave nothing behind."""
        if self._job is not None:
            self._job.wait()
        self.discard()
        self._path = self._lock = None


def remove(path: Path) -> None:
    """Remove a file of the recovery folder, with what belongs to it."""
    for each in (path, _origin_of(path)):
        with suppress(OSError):
            each.unlink(missing_ok=True)


def _origin_of(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(ENDING) + ".origin")


def _origin_text(document: Document) -> bytes:
    if document.path is None:
        return b"{}"
    content = {"path": str(document.path.resolve())}
    if document.stamp is not None:
        content |= {"size": str(document.stamp.size), "digest": document.stamp.digest}
    import json  # after the first paint

    return json.dumps(content).encode()


def _left(path: Path) -> Left:
    import json  # after the first paint

    seconds = int(path.stat().st_mtime)
    try:
        content = json.loads(_origin_of(path).read_text("utf-8"))
        stamp = Stamp(int(content["size"]), str(content["digest"])) if "size" in content else None
        return Left(path, seconds, Path(content["path"]), stamp)
    except (OSError, ValueError, KeyError, TypeError):
        # Never saved, or written by an older version.
        return Left(path, seconds)


def _lock_of(path: Path) -> QLockFile:
    lock = QLockFile(str(path) + ".lock")
    lock.setStaleLockTime(0)
    return lock


def left_behind() -> list[tuple[Left, QLockFile]]:
    """Find what windows that have gone left, newest first; the locks keep it from others."""
    found = []
    try:
        files = list(data_folder("recovery").glob(f"*{ENDING}"))
    except OSError:
        return []
    for path in files:
        lock = _lock_of(path)
        if lock.tryLock(0):
            with suppress(OSError):
                found.append((_left(path), lock))
    return sorted(found, key=lambda pair: pair[0].seconds, reverse=True)
