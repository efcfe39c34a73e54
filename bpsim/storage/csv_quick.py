"""Reads pieces of plain CSV text with NumPy's own reader; the rest is left to the csv module.

Both ways give the same. NumPy's reader takes no digits of other scripts and no ``1_000``, but it
takes ``nan`` and ``inf``: where it gives one, the piece is not plain.
"""

from collections.abc import Sequence
from operator import methodcaller

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.storage.csv_columns import only_numbers
from bpsim.storage.csv_dialect import Dialect

_PRINTABLE = bytes(range(32, 127))


def quick_numbers(text: str, dialect: Dialect, width: int) -> Array | None:
    """Read text in which every cell is a number.

    Returns
    -------
    Array or None
        Shape ``(lines, width)``; ``None`` where anything else is in it.
    """
    if not only_numbers(text, f"{dialect.delimiter}{dialect.decimal}\r\n"):
        return None
    if not text.strip():
        return np.empty((0, width))
    # Its delimiter None is any run of blanks.
    delimiter = None if dialect.delimiter == " " else dialect.delimiter
    table = _numbers(_lines(_pointed(text, dialect.decimal)), delimiter, None)
    return table if table is not None and table.shape[1] == width else None


def quick_cells(
    text: str, dialect: Dialect, width: int, numbers: Sequence[int], words: Sequence[int]
) -> tuple[Array, list[list[str]]] | None:
    """Read text in which some columns hold numbers and others words, without quotes.

    Parameters
    ----------
    text
        Whole lines.
    dialect
        How it is written.
    width
        How many cells a line has.
    numbers, words
        The places of the columns that are wanted.

    Returns
    -------
    tuple or None
        The numbers, shape ``(lines, numbers)``, and the cells of each column of words; ``None``
        where the text is not so plain.
    """
    delimiter = dialect.delimiter
    if '"' in text or delimiter == " " or (dialect.decimal == "," and "." in text):
        return None
    lines = [line for line in _lines(text) if line]
    if not _is_printable("".join(lines), delimiter):
        return None
    if not lines:
        return np.empty((0, len(numbers))), [[] for _ in words]
    if set(map(methodcaller("count", delimiter), lines)) != {width - 1}:
        return None
    table: Array | None = np.empty((len(lines), 0))
    if numbers:
        pointed = lines if dialect.decimal == "." else _lines(_pointed("\n".join(lines), ","))
        table = _numbers(pointed, delimiter, numbers)
    if table is None:
        return None
    return table, [_column(lines, delimiter, place, width - 1 - place) for place in words]


def _is_printable(text: str, delimiter: str) -> bool:
    """Tell that there are no blanks but spaces and no control characters: readers differ there."""
    if text.isascii():
        return not text.encode().translate(None, _PRINTABLE + delimiter.encode())
    return text.replace(delimiter, "").isprintable()


def _pointed(text: str, decimal: str) -> str:
    return text.replace(",", ".") if decimal == "," else text


def _lines(text: str) -> list[str]:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def _numbers(lines: list[str], delimiter: str | None, places: Sequence[int] | None) -> Array | None:
    try:
        table: Array = np.loadtxt(
            lines, delimiter=delimiter, comments=None, usecols=places, ndmin=2
        )
    except ValueError:
        return None
    return table if np.isfinite(table).all() else None


def _column(lines: list[str], delimiter: str, before: int, after: int) -> list[str]:
    """Take one cell of each line, given how many stand before and after it."""
    if after == 0:
        return [line.rpartition(delimiter)[2] for line in lines]
    if before <= after:
        return [line.split(delimiter, before + 1)[before] for line in lines]
    return [line.rsplit(delimiter, after + 1)[-after - 1] for line in lines]
