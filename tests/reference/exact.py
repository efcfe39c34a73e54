"""Activations and losses with their derivatives, to as many digits as it takes.

Where the definition as it is written cancels (``1 + tanh(z)`` for a large negative ``z``), an
identity stands in its place; `tests.unit.engine.test_reference` compares those with the
definitions, and the derivatives with numerical ones.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import mpmath

Number = Any
"""An mpmath number; mpmath has no types of its own."""

Function = Callable[[Number], Number]

DIGITS = 40
MOST_DIGITS = 5000


def agreed(compute: Callable[[], Number]) -> Number:
    """Compute with more and more digits until 40 of them stay as they are."""
    digits, before = 60, None
    while digits <= MOST_DIGITS:
        with mpmath.workdps(digits):
            value = +mpmath.mpf(compute())
        if before is not None and abs(value - before) <= mpmath.mpf(10) ** -DIGITS * abs(value):
            return value
        digits, before = 2 * digits, value
    raise ArithmeticError(f"no {DIGITS} digits agree at {digits} digits")


def ulp(exact: Number) -> Number:
    """Give the distance of float64 numbers around a value, at least 5e-324."""
    if not exact:
        return mpmath.ldexp(1, -1074)
    return mpmath.ldexp(1, max(int(mpmath.mag(exact)) - 53, -1074))


def distance(found: float, exact: Number) -> Number:
    """Give how far a float64 is from an exact value, in units of its last place."""
    return abs(mpmath.mpf(float(found)) - exact) / ulp(exact)


def _step(z: Number) -> Number:
    return mpmath.mpf(1 if z > 0 else 0)


def _sigmoid(z: Number) -> Number:
    return 1 / (1 + mpmath.exp(-z))


def _sigmoid_slope(z: Number) -> Number:
    # 1 - sigmoid(z) = sigmoid(-z)
    return _sigmoid(z) * _sigmoid(-z)


def _softplus(z: Number) -> Number:
    return mpmath.log1p(mpmath.exp(z)) if z < 0 else z + mpmath.log1p(mpmath.exp(-z))


def _density(z: Number) -> Number:
    return mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi)


def _below(z: Number) -> Number:
    """Phi, the standard normal distribution function."""
    if z > 0:
        return 1 - _below(-z)
    if z > -1000:
        return mpmath.erfc(-z / mpmath.sqrt(2)) / 2
    # DLMF 7.12.1; past 1000 forty terms give more than 60 digits, and mpmath's erfc ends at 1e154.
    term = total = mpmath.mpf(1)
    for k in range(1, 40):
        term *= -(2 * k - 1) / (z * z)
        total += term
    return _density(z) / -z * total


def _gelu_tanh_argument(z: Number) -> Number:
    return mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf("0.044715") * z**3)


def _gelu_tanh(z: Number) -> Number:
    # (1 + tanh(u)) / 2 = sigmoid(2 u)
    return z * _sigmoid(2 * _gelu_tanh_argument(z))


def _gelu_tanh_slope(z: Number) -> Number:
    u = _gelu_tanh_argument(z)
    inner = 2 * mpmath.sqrt(2 / mpmath.pi) * (1 + 3 * mpmath.mpf("0.044715") * z**2)
    return _sigmoid(2 * u) + z * _sigmoid_slope(2 * u) * inner


ACTIVATIONS: Mapping[str, tuple[Function, Function]] = {
    "identity": (lambda z: z, lambda z: mpmath.mpf(1)),
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "tanh": (mpmath.tanh, lambda z: 1 / mpmath.cosh(z) ** 2),
    "relu": (lambda z: z if z > 0 else mpmath.mpf(0), _step),
    "leaky_relu": (
        lambda z: z if z > 0 else z / 100,
        lambda z: mpmath.mpf(1) if z > 0 else mpmath.mpf(1) / 100,
    ),
    "elu": (
        lambda z: z if z > 0 else mpmath.expm1(z),
        lambda z: mpmath.mpf(1) if z > 0 else mpmath.exp(z),
    ),
    "gelu": (lambda z: z * _below(z), lambda z: _below(z) + z * _density(z)),
    "gelu_tanh": (_gelu_tanh, _gelu_tanh_slope),
    "softplus": (_softplus, _sigmoid),
    "silu": (lambda z: z * _sigmoid(z), lambda z: _sigmoid(z) + z * _sigmoid_slope(z)),
}
"""The activation and its derivative by ``z``, for each that works unit by unit."""


def activation(name: str, z: float) -> Number:
    """Give f(z)."""
    return agreed(lambda: ACTIVATIONS[name][0](mpmath.mpf(z)))


def slope(name: str, z: float) -> Number:
    """Give f'(z)."""
    return agreed(lambda: ACTIVATIONS[name][1](mpmath.mpf(z)))


def _share(z: Sequence[Number], k: int) -> Number:
    return 1 / mpmath.fsum(mpmath.exp(other - z[k]) for other in z)


def softmax(z: Sequence[float]) -> list[Number]:
    """Give the shares of one sample's units."""
    exact = [mpmath.mpf(value) for value in z]
    return [agreed(partial(_share, exact, k)) for k in range(len(exact))]


Loss = Callable[[Sequence[Number], Sequence[Number], Mapping[str, float]], Number]
Slope = Callable[[Sequence[Number], Sequence[Number], Mapping[str, float]], list[Number]]


def _residuals(a: Sequence[Number], y: Sequence[Number]) -> list[Number]:
    return [one - target for one, target in zip(a, y, strict=True)]


def _huber_term(r: Number, delta: Number) -> Number:
    return r * r / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2)


def _times_log(factor: Number, argument: Number) -> Number:
    """Give ``factor * log(argument)``; an outcome that is never asked for costs nothing."""
    return factor * mpmath.log(argument) if factor else mpmath.mpf(0)


def _over(numerator: Number, denominator: Number) -> Number:
    return numerator / denominator if numerator else mpmath.mpf(0)


LOSSES: Mapping[str, tuple[Loss, Slope]] = {
    "half_squared_error": (
        lambda a, y, p: mpmath.fsum(r * r for r in _residuals(a, y)) / 2,
        lambda a, y, p: _residuals(a, y),
    ),
    "mean_squared_error": (
        lambda a, y, p: mpmath.fsum(r * r for r in _residuals(a, y)) / len(a),
        lambda a, y, p: [2 * r / len(a) for r in _residuals(a, y)],
    ),
    "mean_absolute_error": (
        lambda a, y, p: mpmath.fsum(abs(r) for r in _residuals(a, y)) / len(a),
        lambda a, y, p: [mpmath.sign(r) / len(a) for r in _residuals(a, y)],
    ),
    "huber": (
        lambda a, y, p: (
            mpmath.fsum(_huber_term(r, mpmath.mpf(p["delta"])) for r in _residuals(a, y)) / len(a)
        ),
        lambda a, y, p: [
            (r if abs(r) <= p["delta"] else mpmath.sign(r) * mpmath.mpf(p["delta"])) / len(a)
            for r in _residuals(a, y)
        ],
    ),
    "binary_cross_entropy": (
        lambda a, y, p: (
            -mpmath.fsum(
                _times_log(t, one) + _times_log(1 - t, 1 - one) for one, t in zip(a, y, strict=True)
            )
            / len(a)
        ),
        lambda a, y, p: [
            (_over(1 - t, 1 - one) - _over(t, one)) / len(a) for one, t in zip(a, y, strict=True)
        ],
    ),
    "cross_entropy": (
        lambda a, y, p: -mpmath.fsum(_times_log(t, one) for one, t in zip(a, y, strict=True)),
        lambda a, y, p: [-_over(t, one) for one, t in zip(a, y, strict=True)],
    ),
}
"""The loss of one sample and its derivatives by each output."""


def _exact(values: Sequence[float]) -> list[Number]:
    return [mpmath.mpf(value) for value in values]


def loss(
    name: str, a: Sequence[float], y: Sequence[float], parameters: Mapping[str, float] | None = None
) -> Number:
    """Give the loss of one sample whose outputs are exactly ``a``."""
    return agreed(lambda: LOSSES[name][0](_exact(a), _exact(y), parameters or {}))


def loss_slopes(
    name: str, a: Sequence[float], y: Sequence[float], parameters: Mapping[str, float] | None = None
) -> list[Number]:
    """Give dL/da of one sample."""

    def one(k: int) -> Number:
        return LOSSES[name][1](_exact(a), _exact(y), parameters or {})[k]

    return [agreed(partial(one, k)) for k in range(len(a))]


def logistic_loss(z: Sequence[float], y: Sequence[float]) -> Number:
    """Give the binary cross-entropy of sigmoid(z): ``-log(sigmoid(z)) = softplus(-z)``."""

    def compute() -> Number:
        terms = [
            t * _softplus(-one) + (1 - t) * _softplus(one)
            for one, t in zip(_exact(z), _exact(y), strict=True)
        ]
        return mpmath.fsum(terms) / len(z)

    return agreed(compute)


def logistic_delta(z: Sequence[float], y: Sequence[float]) -> list[Number]:
    """Give its derivatives by z: ``(sigmoid(z) - y) / n``."""

    def one(k: int) -> Number:
        s, rest = _sigmoid(mpmath.mpf(z[k])), _sigmoid(-mpmath.mpf(z[k]))
        return (s * (1 - mpmath.mpf(y[k])) - rest * mpmath.mpf(y[k])) / len(z)

    return [agreed(partial(one, k)) for k in range(len(z))]


def log_sigmoid_loss(z: Sequence[float], y: Sequence[float]) -> Number:
    """Give the cross-entropy of sigmoid(z)."""
    return agreed(
        lambda: mpmath.fsum(
            t * _softplus(-one) for one, t in zip(_exact(z), _exact(y), strict=True)
        )
    )


def log_sigmoid_delta(z: Sequence[float], y: Sequence[float]) -> list[Number]:
    """Give its derivatives by z: ``-y * sigmoid(-z)``."""
    pairs = zip(_exact(z), _exact(y), strict=True)
    return [agreed(partial(lambda one, t: -t * _sigmoid(-one), *pair)) for pair in pairs]


def _rest(z: Sequence[Number], k: int) -> Number:
    """Give 1 - a[k] of a softmax as the other shares."""
    return mpmath.fsum(_share(z, j) for j in range(len(z)) if j != k)


def _log_share(share: Number, rest: Number) -> Number:
    return mpmath.log1p(-rest) if share > 0.5 else mpmath.log(share)


def binary_softmax_loss(z: Sequence[float], y: Sequence[float]) -> Number:
    """Give the binary cross-entropy of softmax(z)."""

    def compute() -> Number:
        exact = _exact(z)
        return -mpmath.fsum(
            t * _log_share(_share(exact, k), _rest(exact, k))
            + (1 - t) * _log_share(_rest(exact, k), _share(exact, k))
            for k, t in enumerate(_exact(y))
        ) / len(z)

    return agreed(compute)


def binary_softmax_delta(z: Sequence[float], y: Sequence[float]) -> list[Number]:
    """Give its derivatives by z."""

    def one(j: int) -> Number:
        exact, n = _exact(z), len(z)
        slopes = [
            ((1 - t) / _rest(exact, k) - t / _share(exact, k)) / n for k, t in enumerate(_exact(y))
        ]
        return _through_softmax(exact, slopes, j)

    return [agreed(partial(one, j)) for j in range(len(z))]


def _through_softmax(z: Sequence[Number], slopes: Sequence[Number], j: int) -> Number:
    """Give dL/dz[j] from dL/da: ``a[j] * (p[j] - sum(a * p))``, with 1 - a[j] as other shares."""
    others = mpmath.fsum(_share(z, k) * slopes[k] for k in range(len(z)) if k != j)
    return _share(z, j) * (slopes[j] * _rest(z, j) - others)


def through_softmax(z: Sequence[float], slopes: Sequence[Number]) -> list[Number]:
    """Give dL/dz of a softmax from dL/da."""
    return [agreed(partial(_through_softmax, _exact(z), slopes, j)) for j in range(len(z))]


def softmax_loss(z: Sequence[float], y: Sequence[float]) -> Number:
    """Give the cross-entropy of softmax(z): ``-log(a[k]) = log(sum(exp(z - z[k])))``."""

    def compute() -> Number:
        exact, targets = _exact(z), _exact(y)
        top = max(exact)
        rest = [mpmath.exp(one - top) for k, one in enumerate(exact) if k != exact.index(top)]
        log_sum = mpmath.log1p(mpmath.fsum(rest))
        return mpmath.fsum(
            t * (log_sum + (top - one)) for one, t in zip(exact, targets, strict=True)
        )

    return agreed(compute)


def softmax_delta(z: Sequence[float], y: Sequence[float]) -> list[Number]:
    """Give its derivatives by z: ``a * sum(y) - y``."""

    def one(k: int) -> Number:
        # a sum(y) - y = a (sum of the other targets) - y (sum of the other shares)
        a, targets = [_share(_exact(z), j) for j in range(len(z))], _exact(y)
        others = [j for j in range(len(targets)) if j != k]
        return a[k] * mpmath.fsum(targets[j] for j in others) - targets[k] * mpmath.fsum(
            a[j] for j in others
        )

    return [agreed(partial(one, k)) for k in range(len(z))]
