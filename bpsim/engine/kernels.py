"""How operations are written down: as lists of NumPy calls bound to their arrays.

A call is bound once, when a program is compiled, and made as often as the operation runs. What
makes small networks quick: all arrays are float64 and contiguous, constants are arrays without a
dimension (one with costs 0.3 microseconds more, a Python number 0.5), reductions are products with
ones, and products are ``a.dot``, a tenth of a microsecond less to call than ``np.dot``. Where it is
often run, a call doesn't write over what it reads: NumPy takes twice as long for that on arrays of
one number. ``fmin`` and ``fmax`` take ``out`` by position, ``minimum`` and ``maximum`` no longer
do.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Call = Callable[[], Any]
Calls = list[Call]

bind = partial


def constant(value: float) -> Array:
    """Return a new constant that meets arrays of any shape."""
    return np.array(value, dtype=np.float64)


def mean_parts(count: int) -> tuple[float, float]:
    """Give a power of two of at most ``1 / count``, and what is left to divide by.

    Numbers that are multiplied by the first, added up and divided by the second have the same
    mean to the last bit, and their sum cannot overflow.
    """
    part = 2.0 ** -(count - 1).bit_length()
    return part, count * part


def sum_of_others(values: Array) -> Array:
    """Add up each column but for one's own element, from both sides so that nothing cancels."""
    others = np.zeros_like(values)
    others[1:] = values[:-1].cumsum(axis=0)
    others[:-1] += values[:0:-1].cumsum(axis=0)[::-1]
    return others


def run(calls: Sequence[Call]) -> None:
    """Make the calls in their order; overflow shows in the values, not as warnings."""
    with np.errstate(all="ignore"):
        for call in calls:
            call()
