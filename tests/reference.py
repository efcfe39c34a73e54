"""A reference network, written from the formats' definitions alone; it imports nothing of ours.

It takes complex parameters: the derivative of the loss is then the imaginary part over a tiny
step (complex-step differentiation, Squire and Trapp 1998), exact to rounding.
"""

from math import erf, exp, pi, sqrt

import numpy as np

STEP = 1e-200


def _erf(z):
    real = np.vectorize(erf)(z.real)
    slope = np.vectorize(lambda x: 2 / sqrt(pi) * exp(-x * x))(z.real)
    return real + 1j * slope * z.imag


def _sigmoid(z):
    return np.where(z.real >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "leaky_relu": lambda z: np.where(z.real > 0, z, 0.01 * z),
    "elu": lambda z: np.where(z.real > 0, z, np.exp(z) - 1),
    "gelu": lambda z: 0.5 * z * (1 + _erf(z / sqrt(2))),
    "gelu_tanh": lambda z: 0.5 * z * (1 + np.tanh(sqrt(2 / pi) * (z + 0.044715 * z**3))),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "silu": lambda z: z * _sigmoid(z),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True),
}


def _abs(r):
    return np.where(r.real < 0, -r, r)


LOSSES = {
    "half_squared_error": lambda a, y: 0.5 * ((a - y) ** 2).sum(axis=1),
    "mean_squared_error": lambda a, y: ((a - y) ** 2).mean(axis=1),
    "mean_absolute_error": lambda a, y: _abs(a - y).mean(axis=1),
    "huber": lambda a, y: np.where(
        np.abs((a - y).real) <= 1, 0.5 * (a - y) ** 2, _abs(a - y) - 0.5
    ).mean(axis=1),
}


def _from_outputs(loss, a, y, z, activation):
    """Give each sample's loss; the logarithms of saturated outputs are taken from z."""
    if loss == "binary_cross_entropy":
        return (y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z))).mean(axis=1)
    if loss == "cross_entropy" and activation == "softmax":
        return (y * (np.log(np.exp(z).sum(axis=1, keepdims=True)) - z)).sum(axis=1)
    if loss == "cross_entropy":
        return (y * np.log(1 + np.exp(-z))).sum(axis=1)
    return LOSSES[loss](a, y)


def total_loss(layers, loss, x, y, l1=0.0, l2=0.0):
    """Give the mean loss of a batch plus the penalty; a layer is ``(W, b, activation)``."""
    a = x.astype(complex)
    for w, b, activation in layers:
        z = a @ w.T + b
        a = ACTIVATIONS[activation](z)
    penalty = sum(l1 * _abs(w).sum() + 0.5 * l2 * (w**2).sum() for w, _, _ in layers)
    return _from_outputs(loss, a, y, z, activation).mean() + penalty


def gradients(layers, loss, x, y, l1=0.0, l2=0.0):
    """Give the derivative by every W and b, in that order for each layer."""
    found = []
    for number, (w, b, _) in enumerate(layers):
        for place, tensor in enumerate((w, b)):
            derivative = np.zeros_like(tensor)
            for index in np.ndindex(tensor.shape):
                moved = [list(layer) for layer in layers]
                moved[number][place] = tensor.astype(complex)
                moved[number][place][index] += 1j * STEP
                derivative[index] = total_loss(moved, loss, x, y, l1, l2).imag / STEP
            found.append(derivative)
    return found
