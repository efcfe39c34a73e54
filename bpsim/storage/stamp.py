"""Tells whether a file is still what was read or written."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """What a file held: its size and a digest. Times are left out, for a copy keeps them."""

    size: int
    digest: str


class Stamper:
    """Makes the stamp of what comes in pieces.

    Attributes
    ----------
    size
        How many bytes have come.
    """

    def __init__(self) -> None:
        import hashlib  # only where a file is read or written: it brings OpenSSL along

        self._digest = hashlib.blake2b(digest_size=20)
        self.size = 0

    def add(self, chunk: bytes) -> None:
        """Take the next piece."""
        self._digest.update(chunk)
        self.size += len(chunk)

    def stamp(self) -> Stamp:
        """Return the stamp of all that has come."""
        return Stamp(self.size, self._digest.hexdigest())


def stamp_of_bytes(content: bytes) -> Stamp:
    """Return the stamp of a file with this content."""
    stamper = Stamper()
    stamper.add(content)
    return stamper.stamp()


def is_changed(path: Path, stamp: Stamp) -> bool:
    """Tell whether there is a file that holds something else; one that has gone holds nothing.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    try:
        if path.stat().st_size != stamp.size:
            return True
        stamper = Stamper()
        with path.open("rb") as file:
            while chunk := file.read(2**20):
                stamper.add(chunk)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stamper.stamp() != stamp
