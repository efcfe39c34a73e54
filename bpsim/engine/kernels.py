"""How operations are written down: as lists of NumPy calls bound to their arrays.

A call is bound once, when a program is compiled, and made as often as the operation runs. All
arrays are float64 and contiguous, constants have the full shape of what they meet, and reductions
are products with ones: that is what makes small networks quick.
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


def full_like(array: Array, value: float) -> Array:
    """Return a new contiguous constant of the shape of `array`."""
    return np.full(array.shape, value)


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
