"""Activation functions with their derivatives, exact to a few units in the last place.

Every function here works on arrays of shape ``(units, batch)``. The forward calls may keep
arrays for the backward ones (``kept``): the derivative is then made from what the forward pass
already found, not from ``a``, whose distance from 0 or 1 is lost by rounding when a unit
saturates.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Array, Calls, bind, constant, run
from bpsim.engine.normal import normal
from bpsim.words import QT_TRANSLATE_NOOP

Kept = tuple[Array, ...]
Builder = Callable[[Array, Array, Kept], Calls]

LEAKY_SLOPE = 0.01
"""The slope of leaky_relu where z is not positive."""


def _nothing(z: Array, a: Array, kept: Kept) -> Calls:
    return []


@dataclass(frozen=True)
class Activation:
    """One activation function.

    Attributes
    ----------
    name
        As written in a project file.
    formula, derivative_formula
        The function and its derivative by ``z``, as plain text.
    meaning
        One line for people.
    forward
        Builds the calls ``(z, a, kept)`` that write ``a`` and what is kept.
    derivative
        Builds the calls ``(z, a, kept)`` that write f'(z) into the array ``a`` stands for.
        Absent where the units of a layer depend on each other (softmax).
    keeps
        How many arrays of the shape of ``z`` the forward pass keeps.
    output_only
        Whether only the last layer may have it.
    mend
        Builds the calls that put right what `forward` wrote where the first array that it keeps
        isn't finite.
    """

    name: str
    formula: str
    derivative_formula: str
    meaning: str
    forward: Builder
    derivative: Builder | None
    keeps: int = 0
    output_only: bool = False
    mend: Builder = _nothing


def _identity(z: Array, a: Array, kept: Kept) -> Calls:
    return [bind(np.copyto, a, z)]


def _identity_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    return [bind(out.fill, 1.0)]


def _sigmoid(z: Array, a: Array, kept: Kept) -> Calls:
    # e / (1 + e) with e = exp(z) keeps its digits at both ends, and so does e / (1 + e)**2, the
    # slope; until e is larger than any number.
    e, d = kept
    return [
        bind(np.exp, z, e),
        bind(np.add, e, constant(1.0), d),
        bind(np.divide, e, d, a),
    ]


def _sigmoid_mend(z: Array, a: Array, kept: Kept) -> Calls:
    # There exp(-z) and 1 take the places of e and 1 + e.
    e, d = kept
    flat = e.reshape(-1)
    largest, value = flat.argmax, flat.item

    def mend() -> None:
        if not value(largest()) < np.inf:
            beyond = np.isposinf(e)
            e[beyond] = np.exp(-z[beyond])
            d[beyond] = a[beyond] = 1.0

    return [mend]


def sigmoid(z: Array, a: Array, kept: Kept) -> Calls:
    """Build ``a = 1 / (1 + exp(-z))`` for any ``z``, and keep what its slope is made of."""
    return [*_sigmoid(z, a, kept), *_sigmoid_mend(z, a, kept)]


def _sigmoid_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    (e, d), quotient = kept, np.empty_like(z)
    return [bind(np.divide, e, d, quotient), bind(np.divide, quotient, d, out)]


def _tanh(z: Array, a: Array, kept: Kept) -> Calls:
    return [bind(np.tanh, z, a)]


def _tanh_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    # 1/cosh(z)**2, since 1 - a**2 has lost everything once a rounds to 1; 1/inf is the limit 0.
    cosh, sech = np.empty_like(z), np.empty_like(z)
    return [
        bind(np.cosh, z, cosh),
        bind(np.reciprocal, cosh, sech),
        bind(np.multiply, sech, sech, out),
    ]


def _relu(z: Array, a: Array, kept: Kept) -> Calls:
    return [bind(np.fmax, z, constant(0.0), a)]


def _relu_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    return [bind(np.heaviside, z, constant(0.0), out)]


def _leaky_relu(z: Array, a: Array, kept: Kept) -> Calls:
    slope = constant(LEAKY_SLOPE)
    return [bind(np.multiply, z, slope, a), bind(np.fmax, z, a, a)]


def _leaky_relu_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    slope = constant(LEAKY_SLOPE)
    return [bind(np.heaviside, z, constant(0.0), out), bind(np.fmax, out, slope, out)]


def _elu(z: Array, a: Array, kept: Kept) -> Calls:
    zero, positive = constant(0.0), np.empty_like(z)
    return [
        bind(np.fmin, z, zero, a),
        bind(np.expm1, a, a),
        bind(np.fmax, z, zero, positive),
        bind(np.add, a, positive, a),
    ]


def _elu_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    return [bind(np.fmin, z, constant(0.0), out), bind(np.exp, out, out)]


def _softplus(z: Array, a: Array, kept: Kept) -> Calls:
    return [bind(np.logaddexp, constant(0.0), z, a)]


def _softplus_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    return sigmoid(z, out, tuple(np.empty_like(z) for _ in range(2)))


def _silu(z: Array, a: Array, kept: Kept) -> Calls:
    return [*sigmoid(z, a, kept), bind(np.multiply, z, a, a)]


def _silu_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    # s + z s' with s' from what was kept; z s' is at most 0.3 in size and cannot overflow.
    slope = np.empty_like(z)
    return [
        *sigmoid(z, out, tuple(np.empty_like(z) for _ in range(2))),
        *_sigmoid_derivative(z, slope, kept),
        bind(np.multiply, slope, z, slope),
        bind(np.add, out, slope, out),
    ]


def _gelu(z: Array, a: Array, kept: Kept) -> Calls:
    below, density = kept
    return [*normal(z, below, density), bind(np.multiply, z, below, a)]


def _gelu_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    (below, density), part = kept, np.empty_like(z)
    return [bind(np.multiply, z, density, part), bind(np.add, below, part, out)]


_GELU_SCALE = 1.5957691216057308  # 2 sqrt(2/pi)
_GELU_CUBE = 0.044715
_GELU_LIMIT = 100.0


def _gelu_tanh_inner(z: Array, u: Array) -> Calls:
    # 0.5 z (1 + tanh(u/2)) is z sigmoid(u), which keeps its digits where tanh nears -1. The cut
    # keeps z**3 finite; sigmoid is 0 or 1 there already.
    limit, clipped = constant(_GELU_LIMIT), np.empty_like(z)
    return [
        bind(np.fmin, z, limit, clipped),
        bind(np.fmax, clipped, constant(-_GELU_LIMIT), clipped),
        bind(np.multiply, clipped, clipped, u),
        bind(np.multiply, u, constant(_GELU_CUBE), u),
        bind(np.add, u, constant(1.0), u),
        bind(np.multiply, u, clipped, u),
        bind(np.multiply, u, constant(_GELU_SCALE), u),
    ]


def _gelu_tanh(z: Array, a: Array, kept: Kept) -> Calls:
    u = np.empty_like(z)
    return [*_gelu_tanh_inner(z, u), *sigmoid(u, a, kept), bind(np.multiply, z, a, a)]


def _gelu_tanh_derivative(z: Array, out: Array, kept: Kept) -> Calls:
    # sigmoid(u) + z sigmoid'(u) u'(z), u' = scale (1 + 3 cube z**2)
    limit, inner, slope = constant(_GELU_LIMIT), np.empty_like(z), np.empty_like(z)
    return [
        *_gelu_tanh_inner(z, inner),
        *sigmoid(inner, out, tuple(np.empty_like(z) for _ in range(2))),
        *_sigmoid_derivative(z, slope, kept),
        bind(np.fmin, z, limit, inner),
        bind(np.fmax, inner, constant(-_GELU_LIMIT), inner),
        bind(np.multiply, slope, inner, slope),
        bind(np.multiply, inner, inner, inner),
        bind(np.multiply, inner, constant(3.0 * _GELU_CUBE), inner),
        bind(np.add, inner, constant(1.0), inner),
        bind(np.multiply, inner, constant(_GELU_SCALE), inner),
        bind(np.multiply, slope, inner, slope),
        bind(np.add, out, slope, out),
    ]


def _softmax(z: Array, a: Array, kept: Kept) -> Calls:
    # Kept: z - (largest z), halved, since two numbers can be further apart than any number; and
    # 1 - a without cancellation: the others' share, also for the largest.
    half, complement = kept
    columns = np.arange(z.shape[1])

    def apply() -> None:
        largest = z.argmax(axis=0)
        np.multiply(z, 0.5, out=half)
        np.subtract(half, half[largest, columns], out=half)
        exponentials = np.exp(half + half)
        exponentials[largest, columns] = 0.0
        others = exponentials.sum(axis=0)
        exponentials[largest, columns] = 1.0
        np.divide(exponentials, 1.0 + others, out=a)
        np.subtract(1.0, a, out=complement)
        complement[largest, columns] = others / (1.0 + others)

    return [apply]


ACTIVATIONS: Mapping[str, Activation] = {
    entry.name: entry
    for entry in (
        Activation(
            "identity",
            "z",
            "1",
            QT_TRANSLATE_NOOP("engine", "Passes the weighted sum on."),
            _identity,
            _identity_derivative,
        ),
        Activation(
            "sigmoid",
            "1 / (1 + exp(-z))",
            "sigmoid(z) * (1 - sigmoid(z))",
            QT_TRANSLATE_NOOP("engine", "Squeezes into 0 to 1; flat at both ends."),
            _sigmoid,
            _sigmoid_derivative,
            keeps=2,
            mend=_sigmoid_mend,
        ),
        Activation(
            "tanh",
            "tanh(z)",
            "1 - tanh(z)**2",
            QT_TRANSLATE_NOOP("engine", "Squeezes into -1 to 1; flat at both ends."),
            _tanh,
            _tanh_derivative,
        ),
        Activation(
            "relu",
            "max(z, 0)",
            "1 if z > 0 else 0",
            QT_TRANSLATE_NOOP("engine", "Lets positive sums through and stops the rest."),
            _relu,
            _relu_derivative,
        ),
        Activation(
            "leaky_relu",
            "z if z > 0 else 0.01 * z",
            "1 if z > 0 else 0.01",
            QT_TRANSLATE_NOOP(
                "engine", "Like relu, with a small slope below zero so that no unit dies."
            ),
            _leaky_relu,
            _leaky_relu_derivative,
        ),
        Activation(
            "elu",
            "z if z > 0 else exp(z) - 1",
            "1 if z > 0 else exp(z)",
            QT_TRANSLATE_NOOP("engine", "Like relu, bending smoothly towards -1 below zero."),
            _elu,
            _elu_derivative,
        ),
        Activation(
            "gelu",
            "z * Phi(z)",
            "Phi(z) + z * phi(z)",
            QT_TRANSLATE_NOOP("engine", "Weighs z by the share of a normal distribution below it."),
            _gelu,
            _gelu_derivative,
            keeps=2,
        ),
        Activation(
            "gelu_tanh",
            "0.5 * z * (1 + tanh(sqrt(2/pi) * (z + 0.044715 * z**3)))",
            "derivative of the formula by z",
            QT_TRANSLATE_NOOP("engine", "The common approximation of gelu."),
            _gelu_tanh,
            _gelu_tanh_derivative,
            keeps=2,
        ),
        Activation(
            "softplus",
            "log(1 + exp(z))",
            "sigmoid(z)",
            QT_TRANSLATE_NOOP("engine", "A smooth relu."),
            _softplus,
            _softplus_derivative,
        ),
        Activation(
            "silu",
            "z * sigmoid(z)",
            "sigmoid(z) * (1 + z * (1 - sigmoid(z)))",
            QT_TRANSLATE_NOOP("engine", "Weighs z by its own sigmoid; also called swish."),
            _silu,
            _silu_derivative,
            keeps=2,
        ),
        Activation(
            "softmax",
            "exp(z) / sum(exp(z))",
            "a[i] * ((i == j) - a[j])",
            QT_TRANSLATE_NOOP("engine", "Turns the sums of a layer into shares that add up to 1."),
            _softmax,
            None,
            keeps=2,
            output_only=True,
        ),
    )
}
"""All activation functions by name."""


def activate(name: str, z: Array) -> tuple[Array, Array | None]:
    """Compute an activation and its derivative, by the very calls that training makes.

    Parameters
    ----------
    name
        A key of `ACTIVATIONS`.
    z
        Weighted sums, shape ``(units, batch)``.

    Returns
    -------
    tuple
        ``a`` and ``f'(z)``, both of the shape of `z`; the derivative is ``None`` for softmax.
    """
    entry = ACTIVATIONS[name]
    z = np.ascontiguousarray(z, dtype=np.float64)
    a, slope = np.empty_like(z), np.empty_like(z)
    kept = tuple(np.empty_like(z) for _ in range(entry.keeps))
    run([*entry.forward(z, a, kept), *entry.mend(z, a, kept)])
    if entry.derivative is None:
        return a, None
    run(entry.derivative(z, slope, kept))
    return a, slope
