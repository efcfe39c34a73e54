"""Long curves made short enough to draw, with every peak kept."""

import numpy as np

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
    stretches = values[:whole].reshape(-1, width)
    starts = np.arange(0, whole, width)
    places = np.sort(
        np.stack([starts + stretches.argmin(axis=1), starts + stretches.argmax(axis=1)]), axis=0
    ).T.ravel()
    # The last stretch is shorter than the others; its own extremes count too.
    rest = values[whole:]
    if len(rest):
        extremes = sorted({int(rest.argmin()), int(rest.argmax()), len(rest) - 1})
        places = np.append(places, [whole + at for at in extremes])
    return places + float(first), values[places]


def drawable(values: Array) -> Array:
    """Keep numbers so small that axes can work out distances between them."""
    return np.clip(values, -FARTHEST, FARTHEST)
