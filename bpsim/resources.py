"""Finds the files that ship with the program: fonts, icons, examples, lessons."""

from pathlib import Path

_HERE = Path(__file__).parent


def resource(*parts: str) -> Path:
    """Find a shipped file or folder, in an installed package, a bundle or a checkout.

    Parameters
    ----------
    *parts
        Its path inside ``resources/``, such as ``"icons", "play.svg"``.

    Raises
    ------
    FileNotFoundError
        If it is not there.
    """
    # A wheel and a bundle carry the files inside the package; in a checkout they lie beside it.
    for root in (_HERE / "_resources", _HERE.parent / "resources"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(
        f"bpsim is not installed whole: {'/'.join(parts)} is missing. Installing it again helps."
    )
