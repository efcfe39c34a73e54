"""Ways to draw the weights that a network starts from.

Draws come from NumPy's `RandomState` over MT19937, whose streams NumPy keeps unchanged for good
(NEP 19), so the same seed gives the same numbers on every machine and in every version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from bpsim.engine.parameters import Parameter
from bpsim.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from bpsim.engine.kernels import Array
    from bpsim.engine.specification import Specification

    # Naming it outside would load numpy.random at every start, needed or not.
    Draw = Callable[[np.random.RandomState, int, int, "Values"], Array]

Values = Mapping[str, float]


@dataclass(frozen=True)
class Initializer:
    """One way to draw a weight matrix from ``(generator, n_out, n_in, values)``."""

    name: str
    formula: str
    meaning: str
    draw: Draw
    parameters: tuple[Parameter, ...] = ()


def _within(limit: Callable[[int, int], float]) -> Draw:
    def draw(generator: np.random.RandomState, n_out: int, n_in: int, values: Values) -> Array:
        bound = limit(n_in, n_out)
        return generator.uniform(-bound, bound, (n_out, n_in))

    return draw


def _around(deviation: Callable[[int, int], float]) -> Draw:
    def draw(generator: np.random.RandomState, n_out: int, n_in: int, values: Values) -> Array:
        return generator.normal(0.0, deviation(n_in, n_out), (n_out, n_in))

    return draw


def _uniform(generator: np.random.RandomState, n_out: int, n_in: int, values: Values) -> Array:
    return generator.uniform(values["low"], values["high"], (n_out, n_in))


def _normal(generator: np.random.RandomState, n_out: int, n_in: int, values: Values) -> Array:
    return generator.normal(values["mean"], values["std"], (n_out, n_in))


def _zeros(generator: np.random.RandomState, n_out: int, n_in: int, values: Values) -> Array:
    return np.zeros((n_out, n_in))


INITIALIZERS: Mapping[str, Initializer] = {
    entry.name: entry
    for entry in (
        Initializer(
            "glorot_uniform",
            "uniform within sqrt(6 / (n_in + n_out))",
            QT_TRANSLATE_NOOP(
                "engine", "Keeps signals and errors alike in size; for sigmoid and tanh."
            ),
            _within(lambda n_in, n_out: sqrt(6.0 / (n_in + n_out))),
        ),
        Initializer(
            "glorot_normal",
            "normal with variance 2 / (n_in + n_out)",
            QT_TRANSLATE_NOOP("engine", "As glorot_uniform, from a normal distribution."),
            _around(lambda n_in, n_out: sqrt(2.0 / (n_in + n_out))),
        ),
        Initializer(
            "he_uniform",
            "uniform within sqrt(6 / n_in)",
            QT_TRANSLATE_NOOP("engine", "Keeps signals alike in size behind relu."),
            _within(lambda n_in, n_out: sqrt(6.0 / n_in)),
        ),
        Initializer(
            "he_normal",
            "normal with variance 2 / n_in",
            QT_TRANSLATE_NOOP("engine", "As he_uniform, from a normal distribution."),
            _around(lambda n_in, n_out: sqrt(2.0 / n_in)),
        ),
        Initializer(
            "lecun_normal",
            "normal with variance 1 / n_in",
            QT_TRANSLATE_NOOP("engine", "Keeps signals alike in size through linear units."),
            _around(lambda n_in, n_out: sqrt(1.0 / n_in)),
        ),
        Initializer(
            "uniform",
            "uniform from low to high",
            QT_TRANSLATE_NOOP("engine", "Any value of a range alike."),
            _uniform,
            (
                Parameter("low", -0.5, QT_TRANSLATE_NOOP("engine", "The smallest value.")),
                Parameter("high", 0.5, QT_TRANSLATE_NOOP("engine", "The largest value.")),
            ),
        ),
        Initializer(
            "normal",
            "normal with mean and std",
            QT_TRANSLATE_NOOP("engine", "Values around a mean."),
            _normal,
            (
                Parameter("mean", 0.0, QT_TRANSLATE_NOOP("engine", "The middle.")),
                Parameter("std", 0.1, QT_TRANSLATE_NOOP("engine", "The standard deviation."), 0.0),
            ),
        ),
        Initializer(
            "zeros", "0", QT_TRANSLATE_NOOP("engine", "All alike: units can never differ."), _zeros
        ),
    )
}
"""All initializers by name."""


def initial_parameters(specification: Specification) -> list[tuple[Array, Array]]:
    """Give each layer's weights ``(n_out, n_in)`` and biases ``(n_out,)`` before training.

    Every layer draws from a stream of its own, so that giving one layer's weights by hand leaves
    the other layers' as they are.
    """
    network, seed = specification.network, specification.training.seed
    entry = INITIALIZERS[network.initializer.name]
    values = network.initializer.values(entry.parameters)
    drawn = []
    for index, layer in enumerate(network.layers):
        n_in = network.sizes[index]
        if layer.weights is None:
            stream = np.random.MT19937(np.random.SeedSequence([seed, index + 1]))
            weights = entry.draw(np.random.RandomState(stream), layer.units, n_in, values)
        else:
            weights = np.array(layer.weights, dtype=np.float64)
        biases = np.zeros(layer.units) if layer.biases is None else np.array(layer.biases, float)
        drawn.append((weights, biases))
    return drawn
