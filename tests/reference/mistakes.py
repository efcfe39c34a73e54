"""A textbook network in plain loops and NumPy, and what comes of the usual mistakes in it.

Half squared error and stochastic gradient descent; rows are samples. Nothing is shared with the
program: each mistake is calculated as a person would make it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Real = np.ndarray


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


FUNCTIONS: Mapping[str, Callable[[Real], Real]] = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "identity": lambda z: z,
}
SLOPES: Mapping[str, Callable[[Real], Real]] = {
    "sigmoid": lambda z: sigmoid(z) * (1 - sigmoid(z)),
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "relu": lambda z: np.where(z > 0, 1.0, 0.0),
    "identity": np.ones_like,
}
BY_OUTPUT: Mapping[str, Callable[[Real], Real]] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a**2,
}


@dataclass
class Textbook:
    """One training step; layer n's values stand at index n, with nothing at 0."""

    weights: list[Real]
    biases: list[Real]
    names: list[str]
    x: Real
    y: Real
    rate: float

    def __post_init__(self):
        self.z, self.a = [None], [self.x]
        for w, b, name in zip(self.weights[1:], self.biases[1:], self.names[1:], strict=True):
            self.z.append(self.a[-1] @ w.T + b)
            self.a.append(FUNCTIONS[name](self.z[-1]))
        self.last, self.rows = len(self.weights) - 1, len(self.x)
        self.delta = [None] * (self.last + 1)
        self.slopes = [None] + [
            SLOPES[name](z) for name, z in zip(self.names[1:], self.z[1:], strict=True)
        ]
        self.delta[self.last] = (self.a[-1] - self.y) * self.slopes[-1]
        for n in range(self.last - 1, 0, -1):
            self.delta[n] = (self.delta[n + 1] @ self.weights[n + 1]) * self.slopes[n]
        self.dw = [None] + [
            self.delta[n].T @ self.a[n - 1] / self.rows for n in range(1, self.last + 1)
        ]
        self.db = [None] + [self.delta[n].mean(axis=0) for n in range(1, self.last + 1)]

    def coming_back(self, n):
        """Give what reaches layer n before f' is multiplied."""
        if n == self.last:
            return self.a[-1] - self.y
        return self.delta[n + 1] @ self.weights[n + 1]

    def square(self, n):
        """Tell whether a layer has as many units as the one below."""
        return n <= self.last and self.weights[n].shape[0] == self.weights[n].shape[1]


def _deltas(make, when=lambda t, n: True):
    """Tell where a mistake in an error signal shows, and what comes of it."""

    def wrong(t):
        return {f"delta{n}": make(t, n) for n in range(1, t.last + 1) if when(t, n)}

    return wrong


def _hidden(make, when=lambda t, n: True):
    return _deltas(make, lambda t, n: n < t.last and when(t, n))


def _weights(make, when=lambda t, n: True):
    def wrong(t):
        return {f"dW{n}": make(t, n) for n in range(1, t.last + 1) if when(t, n)}

    return wrong


def _swapped(t, n):
    """Give dW with row and column swapped, NaN where the network has no such weight."""
    found = np.full_like(t.dw[n], np.nan)
    side = min(found.shape)
    found[:side, :side] = t.dw[n][:side, :side].T
    return found


def _updated(t, n):
    return (t.delta[n + 1] @ (t.weights[n + 1] - t.rate * t.dw[n + 1])) * t.slopes[n]


def _loss(t):
    return 0.5 * ((t.a[-1] - t.y) ** 2).sum(axis=1).mean()


def _has_output_form(t, n):
    return t.names[n] in BY_OUTPUT


def _not_divided(t):
    layers = range(1, t.last + 1)
    found = {f"dW{n}": t.delta[n].T @ t.a[n - 1] for n in layers}
    found |= {f"db{n}": t.delta[n].sum(axis=0) for n in layers}
    found["loss"] = 0.5 * ((t.a[-1] - t.y) ** 2).sum()
    return found


MISTAKES = {
    "missing slope": _deltas(lambda t, n: t.coming_back(n), lambda t, n: t.names[n] != "identity"),
    "wrong sign": lambda t: {
        f"delta{t.last}": (t.y - t.a[-1]) * t.slopes[-1],
        **{f"W{n}": t.weights[n] + t.rate * t.dw[n] for n in range(1, t.last + 1)},
        **{f"dW{n}": -t.dw[n] for n in range(1, t.last + 1)},
    },
    "not transposed": _hidden(
        lambda t, n: (t.delta[n + 1] @ t.weights[n + 1].T) * t.slopes[n],
        lambda t, n: t.square(n + 1),
    ),
    "updated weights": _hidden(_updated),
    "not divided by N": _not_divided,
    "half forgotten": lambda t: {
        "loss": 2 * _loss(t),
        f"delta{t.last}": 2 * (t.a[-1] - t.y) * t.slopes[-1],
    },
    "z in place of a": lambda t: {
        **_deltas(lambda t, n: t.coming_back(n) * BY_OUTPUT[t.names[n]](t.z[n]), _has_output_form)(
            t
        ),
        **{f"dW{n}": t.delta[n].T @ t.z[n - 1] / t.rows for n in range(2, t.last + 1)},
        **{f"a{n}": t.z[n] for n in range(1, t.last + 1)},
        **{f"z{n}": t.z[n - 1] @ t.weights[n].T + t.biases[n] for n in range(2, t.last + 1)},
    },
    "row and column swapped": lambda t: {
        **_weights(_swapped)(t),
        **{
            f"z{n}": t.a[n - 1] @ t.weights[n] + t.biases[n]
            for n in range(1, t.last + 1)
            if t.square(n)
        },
    },
    "no bias": lambda t: {f"z{n}": t.a[n - 1] @ t.weights[n].T for n in range(1, t.last + 1)},
    "slope at a": _deltas(
        lambda t, n: t.coming_back(n) * SLOPES[t.names[n]](t.a[n]), _has_output_form
    ),
    "divided by N too early": _deltas(lambda t, n: t.delta[n] / t.rows, lambda t, n: t.rows > 1),
    "learning rate forgotten": lambda t: {
        **{f"W{n}": t.weights[n] - t.dw[n] for n in range(1, t.last + 1)},
        **{f"b{n}": t.biases[n] - t.db[n] for n in range(1, t.last + 1)},
    },
    "learning rate too early": _weights(lambda t, n: t.rate * t.dw[n]),
    "step alone": lambda t: {f"W{n}": -t.rate * t.dw[n] for n in range(1, t.last + 1)},
    "input forgotten": _weights(lambda t, n: np.tile(t.db[n][:, None], t.dw[n].shape[1])),
    "slope in place of the function": lambda t: {
        f"a{n}": t.slopes[n] for n in range(1, t.last + 1) if t.names[n] != "identity"
    },
}
"""By the mistake's name: from a network to the values that come of it, in all their elements."""


def random_textbook(draws):
    """Draw a network of two to four layers, of which many have as many units as the one below."""
    depth = int(draws.integers(2, 5))
    sizes = draws.integers(1, 4, depth + 1).tolist()
    if draws.random() < 0.6:
        sizes = [int(draws.integers(2, 4))] * (depth + 1)
    names = ["", *(str(draws.choice(["sigmoid", "tanh", "relu"])) for _ in range(depth - 1))]
    names.append(str(draws.choice(["sigmoid", "tanh", "identity"])))
    rows = int(draws.integers(1, 5))
    pairs = list(pairwise(sizes))
    return Textbook(
        [None, *(draws.normal(0, 1, (o, i)) for i, o in pairs)],
        [None, *(draws.normal(0, 1, o) for _, o in pairs)],
        names,
        draws.normal(0, 1, (rows, sizes[0])),
        draws.random((rows, sizes[-1])),
        float(draws.choice([0.05, 0.1, 0.3])),
    )
