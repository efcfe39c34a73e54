"""The length of a vector, whatever the size of its numbers."""

import math

import numpy as np

from bpsim.engine.kernels import Array

_NO_LESS, _NO_MORE = 1e-280, 1e300


def norm(values: Array) -> Array | float:
    """Return the Euclidean length along the first axis; where squares overflow NumPy may warn.

    Parameters
    ----------
    values
        Shape ``(n,)`` or ``(n, vectors)``.

    Returns
    -------
    Array or float
        One length, or shape ``(vectors,)``.
    """
    if values.ndim == 1:
        square = float(np.dot(values, values))
        if _NO_LESS < square < _NO_MORE:
            return math.sqrt(square)
    # The squares of large numbers overflow, those of small ones vanish: scale first.
    largest = np.maximum.reduce(np.abs(values), axis=0)
    scale = np.where((largest > 0.0) & np.isfinite(largest), largest, 1.0)
    lengths: Array = np.sqrt(np.add.reduce((values / scale) ** 2, axis=0)) * scale
    return lengths
