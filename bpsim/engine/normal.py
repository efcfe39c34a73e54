"""The standard normal distribution, exact to a few units in the last place."""

from math import erfc, sqrt

import numpy as np

from bpsim.engine.kernels import Array, Call, Calls, bind, constant

_FAR = 40.0
"""From here on the normal distribution function is 0 or 1."""
_ROOT_HALF = sqrt(0.5)
_ROOT_HALF_LOW = -4.833646656726457e-17  # sqrt(1/2) - float(sqrt(1/2))
_ROOT_TWO_PI = 2.5066282746310007
_SPLIT = 134217729.0  # 2**27 + 1, which splits a float64 into two halves (Dekker 1971)
_ROOT_HALF_HIGH = _ROOT_HALF * _SPLIT - (_ROOT_HALF * _SPLIT - _ROOT_HALF)


def _erfc(x: Array, out: Array) -> Call:
    """NumPy has no error function; Python's is exact, and goes element by element."""

    def apply() -> None:
        values = np.fromiter(map(erfc, x.ravel().tolist()), np.float64, x.size)
        out[...] = values.reshape(x.shape)

    return apply


def normal(z: Array, below: Array, density: Array) -> Calls:
    """Give the standard normal distribution function Phi(z), and the density phi(z).

    Both are steep far from 0, and a rounded argument would cost them digits. exp takes its in two
    parts, whose products are exact; erfc is given back what rounding took from z sqrt(1/2).
    """
    c, high, low, x, lost, part, product = (np.empty_like(z) for _ in range(7))
    return [
        bind(np.fmax, z, constant(-_FAR), part),
        bind(np.fmin, part, constant(_FAR), c),
        bind(np.multiply, c, constant(_SPLIT), part),
        bind(np.subtract, part, c, product),
        bind(np.subtract, part, product, high),
        bind(np.subtract, c, high, low),
        # exp(-z**2 / 2) / sqrt(2 pi), with z**2 = high**2 + low (z + high)
        bind(np.multiply, high, high, part),
        bind(np.multiply, part, constant(-0.5), product),
        bind(np.exp, product, density),
        bind(np.add, c, high, part),
        bind(np.multiply, part, low, product),
        bind(np.multiply, product, constant(-0.5), part),
        bind(np.exp, part, product),
        bind(np.multiply, product, constant(1.0 / _ROOT_TWO_PI), part),
        bind(np.multiply, density, part, density),
        # erfc(-z sqrt(1/2)) / 2
        bind(np.multiply, c, constant(-_ROOT_HALF), x),
        _erfc(x, below),
        bind(np.multiply, below, constant(0.5), below),
        # What x lacks, as the sum of exact products; Phi changes sqrt(2) phi times as much.
        bind(np.multiply, high, constant(_ROOT_HALF_HIGH), part),
        bind(np.add, part, x, lost),
        bind(np.multiply, high, constant(_ROOT_HALF - _ROOT_HALF_HIGH), part),
        bind(np.add, lost, part, lost),
        bind(np.multiply, low, constant(_ROOT_HALF), part),
        bind(np.add, lost, part, lost),
        bind(np.multiply, c, constant(_ROOT_HALF_LOW), part),
        bind(np.add, lost, part, lost),
        bind(np.multiply, lost, density, part),
        bind(np.multiply, part, constant(2.0 * _ROOT_HALF), lost),
        bind(np.add, below, lost, below),
    ]
