"""What stands where on the picture; plain numbers, without Qt."""

from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LABEL_HEIGHT = 20.0
LABEL_WIDTHS = (76.0, 56.0)
"""With and without room for the name of a gradient."""
HALO = 5.0
LINE = 17.0
"""Height of a line of text beside a unit."""
WITH_TEXT = 24.0
"""From this radius on a unit has room for its value and its name."""
WITH_VALUE = 11.0
"""From this radius on a unit has room for its value below it."""


@dataclass(frozen=True)
class Column:
    """One layer of the picture.

    Attributes
    ----------
    x
        Its middle.
    units
        The indices of the units that are shown.
    ys
        Their middles.
    gap_y
        Where the ellipsis for the hidden units stands, if any are.
    heat
        The place of the map that shows all units as cells instead, if it is shown so.
    size
        How many units the layer has.
    """

    x: float
    units: tuple[int, ...]
    ys: tuple[float, ...]
    gap_y: float | None
    heat: "Box | None" = None
    size: int = 0

    @property
    def cells(self) -> int:
        """How many cells a row of the map has."""
        return max(isqrt(max(self.size - 1, 0)) + 1, 1)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return -(-self.size // self.cells)

    def cell_of(self, unit: int) -> "Box | None":
        """Return a unit's cell of the map, if there is one."""
        if self.heat is None:
            return None
        wide, high = self.heat.width / self.cells, self.heat.height / self.rows
        row, column = divmod(unit, self.cells)
        left, top = self.heat.x - self.heat.width / 2, self.heat.y - self.heat.height / 2
        return Box(left + (column + 0.5) * wide, top + (row + 0.5) * high, wide, high)

    def unit_at(self, x: float, y: float) -> int | None:
        """Return the unit whose cell is at a point of the map, if there is one."""
        if self.heat is None or not self.heat.contains(x, y):
            return None
        across = (x - self.heat.x) / self.heat.width + 0.5
        down = (y - self.heat.y) / self.heat.height + 0.5
        row, column = (
            min(int(share * n), n - 1) for share, n in ((down, self.rows), (across, self.cells))
        )
        unit = row * self.cells + column
        return unit if unit < self.size else None

    def top(self, radius: float) -> float:
        """Return where its topmost unit begins."""
        return self.heat.y - self.heat.height / 2 if self.heat else min(self.ys) - radius

    def half(self, radius: float) -> float:
        """Return how far it reaches to each side."""
        return self.heat.width / 2 if self.heat else radius


@dataclass(frozen=True, eq=False)
class Segments:
    """The weights between the units that are shown; all arrays have one entry a weight.

    Attributes
    ----------
    layer, unit, source
        Which weight: ``W{layer}[unit,source]``.
    ends
        From where to where its line runs: x and y of the source's side, then of the unit's.
    """

    layer: Ints
    unit: Ints
    source: Ints
    ends: Floats

    def distances(self, x: float, y: float) -> Floats:
        """Return each line's distance from a point."""
        return distances(self.ends, np.array([[x, y]])).ravel()

    def touching(self, layer: int, unit: int) -> NDArray[np.bool_]:
        """Tell which weights lead into a unit or out of it."""
        into = (self.layer == layer) & (self.unit == unit)
        touching: NDArray[np.bool_] = into | ((self.layer == layer + 1) & (self.source == unit))
        return touching


def distances(ends: Floats, points: Floats) -> Floats:
    """Return the distances of points, one a row, from stretches, one a column."""
    x0, y0, x1, y1 = ends.T
    x, y = points[:, :1], points[:, 1:]
    dx, dy = x1 - x0, y1 - y0
    share = ((x - x0) * dx + (y - y0) * dy) / np.maximum(dx * dx + dy * dy, 1e-9)
    share = np.clip(share, 0.0, 1.0)
    found: Floats = np.hypot(x0 + share * dx - x, y0 + share * dy - y)
    return found


@dataclass(frozen=True)
class Box:
    """A rectangle by its middle and its size."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Box", gap: float = 3.0) -> bool:
        """Tell whether two boxes are nearer than a gap."""
        return (
            abs(self.x - other.x) < (self.width + other.width) / 2 + gap
            and abs(self.y - other.y) < (self.height + other.height) / 2 + gap
        )

    def contains(self, x: float, y: float) -> bool:
        """Tell whether a point is inside."""
        return abs(x - self.x) <= self.width / 2 and abs(y - self.y) <= self.height / 2


@dataclass(frozen=True, eq=False)
class Picture:
    """All places.

    Attributes
    ----------
    columns
        From left to right, inputs first.
    width, height
        Of the whole picture.
    radius
        Of each unit.
    step
        Distance of the columns.
    pitch
        The smallest distance of two units of a column; `STEP` where none has two.
    segments
        The weights.
    labels
        By a weight's place in `segments`, where its label stands, if it has one.
    """

    columns: tuple[Column, ...]
    width: float
    height: float
    radius: float
    step: float
    pitch: float
    segments: Segments
    labels: dict[int, Box]
