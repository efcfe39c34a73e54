"""Keeps a picture of the loss up to date: a coarse one at once, a fine one when there is time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.aside.evaluate import Objective
from bpsim.session.aside.landscape import Landscape

Range = tuple[float, float]

_COARSE = {1: 61, 2: 21}
_FINE = {1: 241, 2: 61}
"""Values along each axis, for one and for two parameters."""
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class View:
    """What is to be computed.

    Attributes
    ----------
    objective
        The loss.
    parameters
        All of them, as they are stored.
    places
        The one or two that run along the axes.
    ranges
        From where to where they do.
    """

    objective: Objective
    parameters: Array
    places: tuple[int, ...]
    ranges: tuple[Range, ...]

    def same(self, other: "View | None") -> bool:
        """Tell whether another would give the same picture."""
        return (
            other is not None
            and self.objective is other.objective
            and (self.places, self.ranges) == (other.places, other.ranges)
            and np.array_equal(self.parameters, other.parameters)
        )


@dataclass(frozen=True, eq=False)
class Picture:
    """What was computed.

    Attributes
    ----------
    view
        For what.
    axes
        The values of each parameter.
    values
        The loss, see `Landscape`.
    """

    view: View
    axes: tuple[Array, ...]
    values: Array


class Survey:
    """Computes what is wanted, a little at each call of `work`.

    Attributes
    ----------
    picture
        The last that is complete.
    """

    def __init__(self) -> None:
        self.picture: Picture | None = None
        self._wanted: View | None = None
        self._view: View | None = None
        self._sides: dict[int, int] = _COARSE
        self._axes: tuple[Array, ...] = ()
        self._scan: Landscape | None = None

    def want(self, view: View) -> None:
        """Ask for a picture; one that is on its way is finished first if it is a coarse one."""
        if view.same(self._wanted):
            return
        self._wanted = view
        if self._scan is None or self._sides is _FINE:
            self._begin(view, _COARSE)

    def refine(self) -> None:
        """Ask for a fine picture where a coarse one is all there is."""
        if self._scan is None and self._sides is _COARSE and self._wanted is not None:
            self._begin(self._wanted, _FINE)

    @property
    def busy(self) -> bool:
        """Whether something is left to compute."""
        return self._scan is not None

    def work(self, out_of_time: Callable[[], bool], refine: bool) -> bool:
        """Go on until the time is up.

        Parameters
        ----------
        out_of_time
            Asked every few values.
        refine
            Whether a fine picture is worth the time.

        Returns
        -------
        bool
            Whether there is a new picture.
        """
        if self._scan is None or self._view is None or self._wanted is None:
            return False
        self._scan.advance(out_of_time)
        if not self._scan.done:
            return False
        self.picture = Picture(self._view, self._axes, self._scan.values)
        if not self._wanted.same(self._view):
            self._begin(self._wanted, _COARSE)
        elif self._sides is _COARSE and refine:
            self._begin(self._wanted, _FINE)
        else:
            self._scan = None
        return True

    def _begin(self, view: View, sides: dict[int, int]) -> None:
        self._view, self._sides = view, sides
        side = sides[len(view.places)]
        self._axes = tuple(np.linspace(*ends, side) for ends in view.ranges)
        self._scan = Landscape(view.objective, view.parameters, view.places, self._axes)


def smooth(values: Array, times: int) -> Array:
    """Enlarge a picture by straight lines between its values."""
    for axis in (0, 1):
        count = values.shape[axis]
        at = (np.arange(count * times) + 0.5) / (count * times) * (count - 1)
        below = np.minimum(at.astype(int), count - 2)
        share = np.expand_dims(at - below, 1 - axis)
        values = (1.0 - share) * values.take(below, axis) + share * values.take(below + 1, axis)
    return values


def _ends(values: Array) -> Range:
    """Return the lowest and the highest finite value; one for both where only rounding differs."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    return (low, high) if high - low > _ROUNDING * max(abs(low), abs(high)) else (low, low)


def is_flat(values: Array) -> bool:
    """Tell whether values differ by nothing but rounding."""
    low, high = _ends(values)
    return low == high


def bands(values: Array, count: int) -> NDArray[np.intp]:
    """Sort values into bands from the lowest to the highest, narrower near the lowest.

    What is not finite belongs to the highest.
    """
    low, high = _ends(values)
    shares = np.clip((np.nan_to_num(values) - low) / ((high - low) or np.inf), 0.0, 1.0)
    shares = np.where(np.isfinite(values), shares, 1.0)
    found: NDArray[np.intp] = np.minimum(np.sqrt(shares) * count, count - 1).astype(np.intp)
    return found


def levels(values: Array, count: int) -> Array:
    """Return the heights at which `bands` goes from one band to the next."""
    low, high = _ends(values)
    if high == low:
        return np.empty(0)
    return low + np.square(np.arange(1, count) / count) * (high - low)


def contours(values: Array, heights: Array) -> tuple[Array, Array]:
    """Find where a grid of values has certain heights, by straight lines in each cell.

    Returns
    -------
    tuple
        Rows and columns, in pairs: each pair are the ends of a line. Counted from 0, in parts of
        a cell too.
    """
    # The corners of each cell, round from its first; values[row, column].
    corners = [values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]]
    offsets = np.array([(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)])
    starts = np.stack(corners, axis=-1)
    ends = np.roll(starts, -1, axis=-1)
    height = heights[:, np.newaxis, np.newaxis, np.newaxis]
    crossed = (starts < height) != (ends < height)
    at = np.nonzero(crossed)  # height, row, column, edge: the edges of a cell follow each other
    with np.errstate(all="ignore"):
        share = (heights[at[0]] - starts[at[1:]]) / (ends[at[1:]] - starts[at[1:]])
    way = np.roll(offsets, -1, axis=0) - offsets
    places = np.stack(at[1:3], axis=1) + offsets[at[3]] + share[:, np.newaxis] * way[at[3]]
    # A closed walk round a cell crosses a height an even number of times.
    return places[:, 0], places[:, 1]
