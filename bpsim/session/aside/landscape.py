"""The loss over one or two parameters, the others held; computed little by little."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.aside.evaluate import Objective
from bpsim.session.project import Project

_MOST_WORK = 5_000_000
"""How many products of a row and a parameter one value of the loss may take."""
_AT_ONCE = 8


@dataclass(frozen=True)
class Rows:
    """The rows whose loss is looked at.

    Attributes
    ----------
    indices
        Which of the training rows.
    total
        Of how many; more than there are indices where all would take too long.
    """

    indices: tuple[int, ...]
    total: int


def all_rows(project: Project, parameters: int) -> Rows:
    """Take all training rows, or as many as are quickly computed, evenly spread."""
    total = len(project.data.train)
    return Rows(tuple(spread(total, parameters).tolist()), total)


def spread(total: int, parameters: int) -> NDArray[np.intp]:
    """Return all of so many places, or as many as are quickly computed, evenly spread."""
    count = min(total, max(_MOST_WORK // parameters, 1))
    return np.linspace(0, total - 1, count).astype(np.intp)


class Landscape:
    """Values of the loss on a grid.

    Parameters
    ----------
    objective
        Gives the loss.
    parameters
        All of them, as they are stored; not changed.
    places
        The one or two that run along the axes.
    axes
        Their values.

    Attributes
    ----------
    values
        Shape ``(len(axes[0]),)`` or ``(len(axes[1]), len(axes[0]))``: the second parameter runs
        from row to row. NaN where not computed yet.
    """

    def __init__(
        self,
        objective: Objective,
        parameters: Array,
        places: tuple[int, ...],
        axes: tuple[Array, ...],
    ) -> None:
        self._objective, self._parameters = objective, parameters.copy()
        self._places, self._axes = places, axes
        self.values: Array = np.full([len(axis) for axis in axes[::-1]], np.nan)
        self._next = 0

    @property
    def done(self) -> bool:
        """Whether all values are there."""
        return self._next == self.values.size

    def advance(self, out_of_time: Callable[[], bool]) -> None:
        """Compute more values, a few at the least, until the time is up.

        Parameters
        ----------
        out_of_time
            Asked every few values; free of any clock, so that callers decide.
        """
        flat, wide = self.values.reshape(-1), len(self._axes[0])
        while not self.done:
            for at in range(self._next, min(self._next + _AT_ONCE, self.values.size)):
                row, column = divmod(at, wide)
                indices = (column, row)[: len(self._places)]
                for place, axis, index in zip(self._places, self._axes, indices, strict=True):
                    self._parameters[place] = axis[index]
                flat[at] = self._objective.value(self._parameters)
                self._next = at + 1
            if out_of_time():
                return
