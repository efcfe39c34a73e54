"""The inputs at which a prediction is drawn, and the range of what may come out."""

from dataclasses import dataclass
from math import isqrt

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.project import Project
from bpsim.ui.plots.thinning import drawable

SIDE, LEAST_SIDE = 100, 16
"""Cells of a map, each way: usually, and at the least where the network is large."""
_MOST_WORK = 150_000_000
"""How many products of a cell and a parameter a map may take: a fraction of a frame's time."""
POINTS = 240
"""Points of a curve."""
_SPREAD = 0.15
"""A column with a deviation of this part of its range varies enough; a uniform one has 0.29."""
WINNER = -1
"""In place of an output: the class that wins."""

Range = tuple[float, float]


@dataclass(frozen=True)
class Choice:
    """What a person looks at.

    Attributes
    ----------
    x, y
        Which features run along the axes; `y` means nothing where there is one input.
    output
        Which output is shown, or `WINNER`.
    mean
        Whether the features that are not on the axes are held at their mean over the training
        rows, and not as in the row in view.
    """

    x: int = 0
    y: int = 1
    output: int = 0
    mean: bool = False


def default_choice(project: Project) -> Choice:
    """Choose the first two features that vary, and the winning class where there are classes."""
    classes = project.specification.network.layers[-1].activation == "softmax"
    x, y = _varying(project.data.train[:, : len(project.data.features)])
    return Choice(x, y, output=WINNER if classes else 0)


def _varying(inputs: Array) -> tuple[int, int]:
    """Find the first two columns that are spread over their range, and not nearly constant."""
    if inputs.shape[1] <= 2:
        return 0, 1
    columns = drawable(inputs)
    ranges = np.ptp(columns, axis=0)
    spread = columns.std(axis=0) / np.where(ranges > 0.0, ranges, 1.0)
    best = np.argsort(-np.minimum(spread, _SPREAD), kind="stable")
    first, second = sorted(best[:2].tolist())
    return first, second


def feature_range(project: Project, feature: int) -> Range:
    """Return the range of a feature in all rows, with a little room."""
    rows = [project.data.train[:, feature], project.data.test[:, feature]]
    column = drawable(np.concatenate(rows))
    low, high = float(column.min()), float(column.max())
    low, high = _apart(low, high)
    room = 0.08 * (high - low)
    return low - room, high + room


def target_range(project: Project, output: int) -> Range:
    """Return the range of a target in the training rows, or one unit about a lone value."""
    column = drawable(project.data.train[:, len(project.data.features) + output])
    low, high = float(column.min()), float(column.max())
    return _apart(low, high)


def _apart(low: float, high: float) -> Range:
    """Return a range, or one about its middle where it is too narrow to be drawn."""
    least = max(1e-100, 1e-9 * max(abs(low), abs(high)))
    if high - low > least:
        return low, high
    room = max(1.0, 1e-3 * abs(low))
    return low - room, high + room


def centres(ends: Range, count: int) -> Array:
    """Return the middles of equal cells."""
    half = (ends[1] - ends[0]) / (2 * count)
    return np.linspace(ends[0] + half, ends[1] - half, count)


def side_for(parameters: int) -> int:
    """Choose how many cells a map has each way, so that it never stops the window."""
    return max(min(isqrt(_MOST_WORK // parameters), SIDE), LEAST_SIDE)


def map_inputs(row: Array, choice: Choice, x: Range, y: Range, side: int = SIDE) -> Array:
    """Return the inputs of a map's cells, row by row from below; other features as in `row`."""
    inputs = np.tile(row, (side * side, 1))
    inputs[:, choice.y] = np.repeat(centres(y, side), side)
    inputs[:, choice.x] = np.tile(centres(x, side), side)
    return inputs


def curve_inputs(x: Range) -> Array:
    """Return the inputs of a curve over a lone feature."""
    return np.linspace(*x, POINTS)[:, np.newaxis]
