"""Every activation and its derivative against arbitrary precision, extremes included."""

import mpmath
import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS, activate

SIZES = [0.0, 5e-324, 2.2e-308, 1e-300, 1e-10, 0.5, 1, 2, 5, 10, 20, 36, 40, 100, 700, 710]
SIZES += [744, 746, 1e3, 1e10, 1e154, 1e308]
POINTS = np.array([s * size for size in SIZES for s in (1, -1)])
RANDOM = np.random.default_rng(7).normal(0, 5, 200)


def _sigmoid(z):
    return 1 / (1 + mpmath.exp(-z))


def _gelu_tanh(z):
    return z * _sigmoid(2 * mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf(0.044715) * z**3))


def _gelu_tanh_slope(z):
    c, k = 2 * mpmath.sqrt(2 / mpmath.pi), mpmath.mpf(0.044715)
    s = _sigmoid(c * (z + k * z**3))
    return s + z * s * _sigmoid(-c * (z + k * z**3)) * c * (1 + 3 * k * z**2)


EXACT = {
    "identity": (lambda z: z, lambda z: mpmath.mpf(1)),
    "sigmoid": (_sigmoid, lambda z: _sigmoid(z) * _sigmoid(-z)),
    "tanh": (mpmath.tanh, lambda z: 1 / mpmath.cosh(z) ** 2),
    "relu": (lambda z: max(z, 0), lambda z: int(z > 0)),
    "leaky_relu": (
        lambda z: z if z > 0 else mpmath.mpf(0.01) * z,
        lambda z: 1 if z > 0 else mpmath.mpf(0.01),
    ),
    "elu": (
        lambda z: z if z > 0 else mpmath.expm1(z),
        lambda z: 1 if z > 0 else mpmath.exp(z),
    ),
    "gelu": (lambda z: z * mpmath.ncdf(z), lambda z: mpmath.ncdf(z) + z * mpmath.npdf(z)),
    "gelu_tanh": (_gelu_tanh, _gelu_tanh_slope),
    "softplus": (lambda z: mpmath.log1p(mpmath.exp(z)) if z < 800 else z, _sigmoid),
    "silu": (
        lambda z: z * _sigmoid(z),
        lambda z: _sigmoid(z) + z * _sigmoid(z) * _sigmoid(-z),
    ),
}


def _exact(function, z):
    # Past 1e5 every function here has reached its limit to the last digit of a float64.
    z = mpmath.mpf(float(z))
    with mpmath.workdps(60):
        return function(z)


def tolerance(name, z, exact):
    # exp(-u) multiplies an error of u's last digit by u: the far tails are that much steeper,
    # and a product with a subnormal number keeps only its digits.
    size = min(abs(float(z)), 1e3)
    steep = size**3 * 0.2 + size if name.startswith("gelu") else size
    relative = min(4e-16 * (5 + steep), 1e-10)
    crossing = 4e-16 if size < 4 and name in ("gelu", "gelu_tanh", "silu") else 0.0
    return abs(exact) * relative + 1e-323 * max(1.0, size) + crossing


@pytest.mark.parametrize("name", list(EXACT))
def test_agrees_with_arbitrary_precision(name):
    z = np.concatenate([POINTS, RANDOM])
    a, slope = activate(name, z.reshape(1, -1))
    for function, found in zip(EXACT[name], (a, slope), strict=True):
        for at, value in zip(z, found[0], strict=True):
            if abs(at) > 1e5 and name not in ("identity", "relu", "leaky_relu"):
                limit = np.sign(at) * 1e5
                exact = _exact(function, limit)
                exact = mpmath.mpf(float(at)) if exact == limit else mpmath.mpf(float(exact))
            else:
                exact = _exact(function, at)
            assert np.isfinite(value), (name, at)
            assert abs(mpmath.mpf(float(value)) - exact) <= tolerance(name, at, exact), (
                name,
                at,
                value,
                exact,
            )


def test_every_activation_is_tested():
    assert set(EXACT) | {"softmax"} == set(ACTIVATIONS)


@pytest.mark.parametrize("spread", [0.0, 1.0, 40.0, 800.0, 1e308])
def test_softmax_keeps_its_digits(spread):
    z = np.array([[0.0, 0.0], [-spread, 0.0], [-spread / 2, -spread]])
    a, _ = activate("softmax", z)
    with mpmath.workdps(60):
        for column in range(2):
            shares = [mpmath.exp(mpmath.mpf(max(v, -1e6))) for v in z[:, column]]
            for found, share in zip(a[:, column], shares, strict=True):
                exact = share / sum(shares)
                assert abs(mpmath.mpf(float(found)) - exact) <= 1e-15 * exact + 1e-323
