"""Finds the files that ship with the program."""

from pathlib import Path

_HERE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Find a shipped file, in an installed package, a bundle or a checkout.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    for root in (_HERE / "_resources", _HERE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"bpsim is not installed whole: {'/'.join(parts)} is missing.")
