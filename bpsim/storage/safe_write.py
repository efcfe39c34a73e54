"""Writes a file so that the old one stays whole until the new one is."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_safely(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks to a file, or leave what was there as it was.

    Raises
    ------
    OSError
        With the path and the cause; the temporary file is gone then.
    """
    path = path.resolve()
    if not path.parent.is_dir():
        raise OSError(f"{path}: there is no folder {path.parent}")
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                length = sum(file.write(chunk) for chunk in chunks)
                file.flush()
                os.fsync(file.fileno())
                if os.fstat(file.fileno()).st_size != length:
                    raise OSError("the disk is full")
                temporary = Path(file.name)
                temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
                temporary.replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(file.name).unlink()
                raise
    except OSError as error:
        raise OSError(f"{path} was not written: {error.strerror or error}") from error
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
