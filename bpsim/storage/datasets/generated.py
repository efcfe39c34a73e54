"""Sets that are drawn from a seed.

Draws come from `numpy.random.RandomState`, whose stream NumPy keeps unchanged. Coordinates are
rounded to four digits: short to read, and the same on processors whose sines differ in the last
bit. Two classes take turns, so that any stretch of rows has both.
"""

from collections.abc import Callable, Mapping

import numpy as np

from bpsim.engine.kernels import Array

Values = Mapping[str, float]
Maker = Callable[[Values], Array]

DIGITS = 4
_CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


def _start(values: Values) -> tuple[int, np.random.RandomState]:
    return int(values["rows"]), np.random.RandomState(int(values["seed"]))


def _noisy(points: Array, values: Values, draws: np.random.RandomState) -> Array:
    return points + np.float64(values["noise"]) * draws.standard_normal(points.shape)


def _rounded(*columns: Array) -> Array:
    rows: Array = np.column_stack(columns)
    # Adding 0 turns -0.0 into 0.0.
    return rows.round(DIGITS) + 0.0


def _classes(rows: int) -> Array:
    return np.arange(rows, dtype=np.float64) % 2.0


def truth_table(targets: tuple[float, float, float, float]) -> Maker:
    """Make rows that go through the four states of two inputs in turn."""

    def make(values: Values) -> Array:
        rows, draws = _start(values)
        state = np.arange(rows) % 4
        inputs = np.array(_CORNERS)[state]
        return _rounded(_noisy(inputs, values, draws), np.array(targets)[state])

    return make


def gaussians(values: Values) -> Array:
    """Draw two clouds around (-1, -1) and (1, 1); `noise` is their standard deviation."""
    rows, draws = _start(values)
    label = _classes(rows)
    centres = np.repeat(2.0 * label - 1.0, 2).reshape(rows, 2)
    return _rounded(_noisy(centres, values, draws), label)


def circles(values: Values) -> Array:
    """Draw a ring of radius 1 and one of radius 0.5 inside it."""
    rows, draws = _start(values)
    label = _classes(rows)
    angle = 2.0 * np.pi * draws.random_sample(rows)
    radius = 1.0 - 0.5 * label
    points = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return _rounded(_noisy(points, values, draws), label)


def moons(values: Values) -> Array:
    """Draw two half circles of radius 1 that reach into each other."""
    rows, draws = _start(values)
    label = _classes(rows)
    angle = np.pi * draws.random_sample(rows)
    side = 1.0 - 2.0 * label
    points = np.column_stack(
        [side * np.cos(angle) + label - 0.5, side * np.sin(angle) + 0.5 * label - 0.25]
    )
    return _rounded(_noisy(points, values, draws), label)


def spirals(values: Values) -> Array:
    """Draw two spiral arms of one and a half turns."""
    rows, draws = _start(values)
    label = _classes(rows)
    along = np.sqrt(draws.random_sample(rows))
    angle = 3.0 * np.pi * along + np.pi * label
    points = np.column_stack([along * np.cos(angle), along * np.sin(angle)])
    return _rounded(_noisy(points, values, draws), label)


def line(values: Values) -> Array:
    """Draw ``y = 0.7 * x + 0.2``, x from -1 to 1."""
    rows, draws = _start(values)
    x = 2.0 * draws.random_sample(rows) - 1.0
    return _rounded(x, _noisy(0.7 * x + 0.2, values, draws))


def sine(values: Values) -> Array:
    """Draw ``y = sin(pi * x)``, x from -1 to 1."""
    rows, draws = _start(values)
    x = 2.0 * draws.random_sample(rows) - 1.0
    return _rounded(x, _noisy(np.sin(np.pi * x), values, draws))


def houses(values: Values) -> Array:
    """Draw invented prices in thousands: larger is dearer, older is cheaper, small ones most so.

    ``price = 60 + 2.4 * size - 1.1 * age * (1 - size / 400)``, size from 40 to 200 square metres,
    age from 0 to 80 years, `noise` in thousands.
    """
    rows, draws = _start(values)
    size = np.round(40.0 + 160.0 * draws.random_sample(rows))
    age = np.round(80.0 * draws.random_sample(rows))
    price = 60.0 + 2.4 * size - 1.1 * age * (1.0 - size / 400.0)
    return _rounded(size, age, np.round(_noisy(price, values, draws), 1))
