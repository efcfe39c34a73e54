"""A whole network in complex numbers, and its gradients by complex steps.

For a function that is analytic, ``f(x + ih) = f(x) + ih f'(x)`` up to ``h**2``, so the imaginary
part over ``h = 1e-200`` is the derivative, with no difference of near numbers taken (Squire and
Trapp 1998). Functions with branches (relu, abs, the shift by a maximum) choose by the real part.
Where NumPy has no accurate complex function (erf, log1p, expm1), the real part is the real
function's, and the imaginary part is ``f'(x)`` times it: exact here, since ``h**2`` is zero
beside anything.

Arrays are ``(..., batch, units)``; leading axes are copies of the network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import erf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
Values = Mapping[str, float]

STEP = 1e-200


@dataclass(frozen=True)
class Layer:
    """Weights ``(n_out, n_in)``, biases ``(n_out,)`` and the activation's name."""

    weights: NDArray[Any]
    biases: NDArray[Any]
    activation: str


@dataclass(frozen=True)
class Objective:
    """What is made small: a loss with its own parameters, and the penalties."""

    loss: str
    parameters: Values
    l1: float = 0.0
    l2: float = 0.0


def _first_order(z: Complex, value: Real, slope: Real) -> Complex:
    return value + 1j * (slope * z.imag)


def _log1p(z: Complex) -> Complex:
    return _first_order(z, np.log1p(z.real), 1 / (1 + z.real))


def _expm1(z: Complex) -> Complex:
    return _first_order(z, np.expm1(z.real), np.exp(z.real))


def _erf(z: Complex) -> Complex:
    value = np.array([erf(x) for x in z.real.ravel()]).reshape(z.shape)
    return _first_order(z, value, 2 / sqrt(pi) * np.exp(-(z.real**2)))


def _absolute(z: Complex) -> Complex:
    return np.asarray(np.sign(z.real) * z)


def _positive(z: Complex) -> Complex:
    return np.where(z.real > 0, z, 0)


def _sigmoid(z: Complex) -> Complex:
    small = np.exp(-np.where(z.real < 0, -z, z))
    return np.asarray(np.where(z.real < 0, small, 1) / (1 + small))


def _softplus(z: Complex) -> Complex:
    return _positive(z) + _log1p(np.exp(-np.where(z.real < 0, -z, z)))


def _log_sum(z: Complex) -> Complex:
    """Give log(sum(exp(z))) over the units."""
    top = np.take_along_axis(z, z.real.argmax(axis=-1)[..., None], axis=-1)
    return np.asarray(top + np.log(np.exp(z - top).sum(axis=-1, keepdims=True)))


ACTIVATIONS: Mapping[str, Callable[[Complex], Complex]] = {
    "identity": lambda z: z,
    "sigmoid": _sigmoid,
    "tanh": lambda z: np.tanh(z),
    "relu": _positive,
    "leaky_relu": lambda z: np.where(z.real > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z.real > 0, z, _expm1(np.where(z.real > 0, 0, z))),
    "gelu": lambda z: z * (0.5 * (1 + _erf(z / sqrt(2)))),
    "gelu_tanh": lambda z: 0.5 * z * (1 + np.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))),
    "softplus": _softplus,
    "silu": lambda z: z * _sigmoid(z),
    "softmax": lambda z: np.exp(z - _log_sum(z)),
}


def _huber(r: Complex, p: Values) -> Complex:
    size, delta = _absolute(r), p.get("delta", 1.0)
    return np.where(size.real <= delta, 0.5 * r**2, delta * (size - 0.5 * delta))


def _log(z: Complex, a: Complex, activation: str) -> Complex:
    """Give log(a), from z where a may round to 0."""
    if activation == "sigmoid":
        return -_softplus(-z)
    return np.asarray(z - _log_sum(z) if activation == "softmax" else np.log(a))


def _log_rest(z: Complex, a: Complex, activation: str) -> Complex:
    """Give log(1 - a), from z where a may round to 1."""
    if activation == "sigmoid":
        return -_softplus(z)
    if activation == "softmax":
        units = range(z.shape[-1])
        others = [_log_sum(np.delete(z, k, axis=-1)) for k in units]
        return np.asarray(np.concatenate(others, axis=-1) - _log_sum(z))
    return np.log(1 - a)


def _binary_cross_entropy(z: Complex, a: Complex, y: Real, activation: str) -> Complex:
    terms = y * _log(z, a, activation) + (1 - y) * _log_rest(z, a, activation)
    return np.asarray(-terms.mean(axis=-1))


def _cross_entropy(z: Complex, a: Complex, y: Real, activation: str) -> Complex:
    return np.asarray(-(y * _log(z, a, activation)).sum(axis=-1))


Loss = Callable[[Complex, Complex, Real, str, Values], Complex]

LOSSES: Mapping[str, Loss] = {
    "half_squared_error": lambda z, a, y, f, p: 0.5 * ((a - y) ** 2).sum(axis=-1),
    "mean_squared_error": lambda z, a, y, f, p: ((a - y) ** 2).mean(axis=-1),
    "mean_absolute_error": lambda z, a, y, f, p: _absolute(a - y).mean(axis=-1),
    "huber": lambda z, a, y, f, p: _huber(a - y, p).mean(axis=-1),
    "binary_cross_entropy": lambda z, a, y, f, p: _binary_cross_entropy(z, a, y, f),
    "cross_entropy": lambda z, a, y, f, p: _cross_entropy(z, a, y, f),
}
"""The loss of each sample."""


def sums(layers: Sequence[Layer], x: Real) -> list[tuple[Complex, Complex]]:
    """Give each layer's weighted sums and activations."""
    found, a = [], x.astype(np.complex128)
    for layer in layers:
        z = a @ layer.weights.swapaxes(-1, -2) + layer.biases[..., None, :]
        a = ACTIVATIONS[layer.activation](z)
        found.append((z, a))
    return found


def data_loss(layers: Sequence[Layer], objective: Objective, x: Real, y: Real) -> Complex:
    """Give the mean over the batch of each sample's loss."""
    z, a = sums(layers, x)[-1]
    each = LOSSES[objective.loss](z, a, y, layers[-1].activation, objective.parameters)
    return np.asarray(each.mean(axis=-1))


def penalty(layers: Sequence[Layer], objective: Objective) -> Complex:
    """Give the penalty, over all weights and no bias."""
    total = np.zeros((), dtype=np.complex128)
    for layer in layers:
        w = layer.weights.astype(np.complex128)
        total = total + objective.l1 * _absolute(w).sum(axis=(-1, -2))
        total = total + 0.5 * objective.l2 * (w**2).sum(axis=(-1, -2))
    return total


def gradients(
    layers: Sequence[Layer], objective: Objective, x: Real, y: Real
) -> list[tuple[Real, Real]]:
    """Give the derivatives of loss and penalty by each layer's weights and biases.

    Every parameter has a copy of the network in which it alone has moved.
    """
    tensors = [tensor for layer in layers for tensor in (layer.weights, layer.biases)]
    copies = sum(tensor.size for tensor in tensors)
    moved, first = [], 0
    for tensor in tensors:
        stack = np.tile(tensor.astype(np.complex128).ravel(), (copies, 1))
        here = np.arange(tensor.size)
        stack[first + here, here] += 1j * STEP
        moved.append(stack.reshape(copies, *tensor.shape))
        first += tensor.size
    networks = [
        Layer(moved[2 * k], moved[2 * k + 1], layer.activation) for k, layer in enumerate(layers)
    ]
    total = data_loss(networks, objective, x, y) + penalty(networks, objective)
    parts = np.split(total.imag / STEP, np.cumsum([tensor.size for tensor in tensors])[:-1])
    shaped = [part.reshape(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]
    return list(zip(shaped[::2], shaped[1::2], strict=True))
