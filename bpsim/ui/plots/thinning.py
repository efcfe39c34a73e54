"""Long curves made short enough to draw, with every peak kept."""

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array

MOST_POINTS = 4000
FARTHEST = 1e150
"""Numbers beyond are drawn here."""


def outline(values: Array, first: int = 1, most: int = MOST_POINTS) -> tuple[Array, Array]:
    """Thin a long curve to the smallest and largest value of each stretch.

    Parameters
    ----------
    values
        One a step.
    first
        The step of the first value.
    most
        How many points to keep at most, roughly.

    Returns
    -------
    tuple
        Steps and values.
    """
    if len(values) <= most:
        return np.arange(float(first), first + len(values)), values
    width = -(-2 * len(values) // most)
    whole = len(values) // width * width
    starts = np.arange(0, whole, width)
    both = [starts + extreme for extreme in extremes(values[:whole].reshape(-1, width))]
    places = np.sort(np.stack(both), axis=0).T.ravel()
    # The last stretch is shorter than the others; its own extremes count too.
    rest = values[whole:]
    if len(rest):
        ends = [int(extreme[0]) for extreme in extremes(rest[np.newaxis])]
        places = np.append(places, [whole + at for at in sorted({*ends, len(rest) - 1})])
    return places + float(first), values[places]


def extremes(stretches: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the smallest and the largest number of each row, of those that are numbers."""
    least, largest = stretches.argmin(axis=1), stretches.argmax(axis=1)
    rows = np.arange(len(stretches))
    if np.isnan(stretches[rows, largest]).any():  # where one is NaN, so are both
        least = np.where(np.isnan(stretches), np.inf, stretches).argmin(axis=1)
        largest = np.where(np.isnan(stretches), -np.inf, stretches).argmax(axis=1)
    return least, largest


def drawable(values: Array) -> Array:
    """Keep numbers so small that axes can work out distances between them."""
    return np.clip(values, -FARTHEST, FARTHEST)
