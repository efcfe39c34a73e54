"""Writes a file so that the old one stays whole until the new one is."""

import errno
import os
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from bpsim.words import QT_TRANSLATE_NOOP, translate

_CAUSES = {
    errno.ENOSPC: QT_TRANSLATE_NOOP("files", "the disk is full"),
    errno.EDQUOT: QT_TRANSLATE_NOOP("files", "the disk quota is used up"),
    errno.EFBIG: QT_TRANSLATE_NOOP("files", "the file would be larger than allowed"),
    errno.EACCES: QT_TRANSLATE_NOOP("files", "there is no permission to write there"),
    errno.EPERM: QT_TRANSLATE_NOOP("files", "there is no permission to write there"),
    errno.EROFS: QT_TRANSLATE_NOOP("files", "the disk is read-only"),
    errno.EISDIR: QT_TRANSLATE_NOOP("files", "it is a folder"),
    errno.ENOTDIR: QT_TRANSLATE_NOOP("files", "a part of the path is not a folder"),
    errno.ENAMETOOLONG: QT_TRANSLATE_NOOP("files", "the name is too long"),
}


def cause_of(error: OSError) -> str:
    """Say in plain words why the system refused."""
    cause = _CAUSES.get(error.errno or 0)
    return translate("files", cause) if cause else error.strerror or str(error)


Write = Callable[[bytes], None]


def write_safely(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks to a file, or leave what was there as it was; see `fill_safely`."""

    def fill(write: Write) -> None:
        for chunk in chunks:
            write(chunk)

    fill_safely(path, fill)


def fill_safely(path: Path, fill: Callable[[Write], None]) -> None:
    """Let a function write a file, or leave what was there as it was.

    A link is followed; a device or a pipe is written to as it is.

    Parameters
    ----------
    path
        The file.
    fill
        Gets the function that writes.

    Raises
    ------
    OSError
        With the path and the cause; the temporary file is gone then. What `fill` raises
        itself is passed on, after the same cleaning up.
    """
    try:
        path = path.resolve()
        if not path.parent.is_dir():
            words = translate("files", "there is no folder {folder}")
            raise OSError(words.format(folder=path.parent))
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        if path.exists() and not path.is_file():
            with path.open("wb") as device:
                _write(device, fill)
            return
        _replace(path, fill)
    except BrokenPipeError:
        raise
    except FileNotFoundError as error:
        # It was there when writing began.
        cause = translate("files", "the folder has gone meanwhile")
        raise OSError(_not_written(path, cause)) from error
    except OSError as error:
        raise OSError(_not_written(path, cause_of(error))) from error


def _not_written(path: Path, cause: str) -> str:
    return translate("files", "{path} was not written: {cause}").format(path=path, cause=cause)


def _replace(path: Path, fill: Callable[[Write], None]) -> None:
    temporary = path.with_name(f".{path.name[:40]}.{os.urandom(6).hex()}.tmp")
    # Created so, it gets the rights that a new file of this person gets.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(temporary, flags, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            length = _write(file, fill)
            os.fsync(file.fileno())
            if os.fstat(file.fileno()).st_size != length:
                raise OSError(errno.ENOSPC, "")
        if path.exists():
            temporary.chmod(stat.S_IMODE(path.stat().st_mode))
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    # Some systems cannot sync a folder; the file itself is whole either way.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _write(file: BinaryIO, fill: Callable[[Write], None]) -> int:
    length = 0

    def write(chunk: bytes) -> None:
        nonlocal length
        length += file.write(chunk)

    fill(write)
    file.flush()
    return length
