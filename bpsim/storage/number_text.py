"""Writes arrays of numbers as text, so that each reads back as the same float64."""

import numpy as np
import orjson
from numpy.typing import NDArray

from bpsim.engine.kernels import Array

_PLAIN = orjson.OPT_SERIALIZE_NUMPY
_NOTHING, _EMPTY = b"null", b""


def rows_of_numbers(table: Array) -> list[bytes]:
    """Write each row of a table, its numbers parted by commas; NaN becomes an empty field.

    Parameters
    ----------
    table
        Shape ``(rows, columns)``, at least one column.
    """
    if np.isinf(table).any():
        return [",".join(map(_text, row)).encode() for row in table.tolist()]
    # A row is written as ``[1.5,null]``: null where the number is not finite.
    text = orjson.dumps(np.ascontiguousarray(table), option=_PLAIN)
    if _NOTHING in text:
        text = text.replace(_NOTHING, _EMPTY)
    return text[2:-2].split(b"],[")


def rows_of_integers(table: NDArray[np.int64]) -> list[bytes]:
    """Write each row of a table of whole numbers likewise."""
    return orjson.dumps(np.ascontiguousarray(table), option=_PLAIN)[2:-2].split(b"],[")


def _text(value: float) -> str:
    return "" if value != value else repr(value)
