"""Where units, weights and their labels stand; plain arithmetic, without Qt."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_SHOWN = 12
MOST_CIRCLES = 48
"""A layer of more units than these is unfolded as a map of cells."""
FIRST, LAST = 5, 2
LARGEST, SMALLEST = 34.0, 8.0
WITH_TEXT = 24.0
"""From this radius on a unit has room for its value and its name."""
WITH_VALUE = 11.0
"""From this radius on a unit has room for its value below it."""
MOST_LABELS = 24
LABEL_HEIGHT = 20.0
LABEL_WIDTHS = (76.0, 56.0)
"""With and without room for the name of a gradient."""
HALO = 5.0
LINE = 17.0
"""Height of a line of text beside a unit."""
STEP = 180.0
"""Units stand no farther apart than this."""
TOP, BOTTOM = 14.0, 58.0
_PLACES = np.linspace(0.16, 0.84, 18)


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
    x0, y0, x1, y1
        From where to where its line runs.
    """

    layer: Ints
    unit: Ints
    source: Ints
    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats

    def distances(self, x: float, y: float) -> Floats:
        """Return each line's distance from a point."""
        dx, dy = self.x1 - self.x0, self.y1 - self.y0
        share = ((x - self.x0) * dx + (y - self.y0) * dy) / np.maximum(dx * dx + dy * dy, 1e-9)
        share = np.clip(share, 0.0, 1.0)
        return np.hypot(self.x0 + share * dx - x, self.y0 + share * dy - y)


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
    segments: Segments
    labels: dict[int, Box]


@lru_cache(maxsize=16)
def arrange(
    sizes: tuple[int, ...],
    width: float,
    height: float,
    top: float = 0.0,
    unfolded: frozenset[int] = frozenset(),
) -> Picture:
    """Spread layers over a picture; large layers show their first and last units.

    Parameters
    ----------
    sizes
        Units of each column.
    width, height
        Of the picture, in pixels.
    top
        How much of it is taken by a title.
    unfolded
        Large layers that show all their units: as circles, or as a map if they are too many.
    """
    side = min(max(width * 0.15, 56.0), 130.0) if width >= 520.0 else 56.0
    step = (width - 2 * side) / max(len(sizes) - 1, 1)
    maps = {n for n in unfolded if n < len(sizes) and sizes[n] > MOST_CIRCLES}
    shown = [
        () if n in maps else tuple(range(size)) if n in unfolded else shown_units(size)
        for n, size in enumerate(sizes)
    ]
    rows = [
        0 if n in maps else len(units) + (len(units) < size)
        for n, (units, size) in enumerate(zip(shown, sizes, strict=True))
    ]
    radius = _radius(rows, step, height - top - TOP - BOTTOM)
    columns = []
    low, high = top + TOP + _above(radius), height - BOTTOM - _below(radius)
    for number, units in enumerate(shown):
        x = side + step * number if len(sizes) > 1 else width / 2
        if number in maps:
            edge = max(min(step * 0.7, 2 * side - 12, height - BOTTOM - top - 2 * TOP), 24.0)
            heat = Box(x, (top + height - BOTTOM) / 2, edge, edge)
            columns.append(Column(x, (), (), None, heat, sizes[number]))
            continue
        pitch = min((high - low) / max(rows[number] - 1, 1), STEP)
        middle = (low + high) / 2
        spots = [middle + (row - (rows[number] - 1) / 2) * pitch for row in range(rows[number])]
        gap = spots.pop(FIRST) if rows[number] > len(units) else None
        columns.append(Column(x, units, tuple(spots), gap, None, sizes[number]))
    segments = _segments(columns, radius)
    labels = _labels(columns, radius, segments)
    return Picture(tuple(columns), width, height, radius, step, segments, labels)


def is_large(size: int) -> bool:
    """Tell whether a layer folds."""
    return size > MOST_SHOWN


def shown_units(size: int) -> tuple[int, ...]:
    """Choose the units of a layer that are shown: all, or the first and the last."""
    if size <= MOST_SHOWN:
        return tuple(range(size))
    return (*range(FIRST), *range(size - LAST, size))


def _above(radius: float) -> float:
    return radius + HALO + (LINE if radius >= WITH_TEXT else 0.0)


def _below(radius: float) -> float:
    # The outputs' second line reaches into the margin, where the legend is far to the left.
    return radius + HALO + (LINE if radius >= WITH_VALUE else 0.0)


def _radius(rows: list[int], step: float, room: float) -> float:
    """Find the largest radius at which neither units nor their texts meet."""
    most = max(rows)
    for radius in np.arange(LARGEST, 2.0, -1.0):
        between = 2 * radius + 2.0
        if radius >= WITH_TEXT:
            # The output's second line stands below a single column, so it counts there only.
            lines = 3 if rows[-1] == most and most > 1 else 2
            between += 2 * HALO + lines * LINE
        elif radius >= WITH_VALUE:
            between += HALO + LINE
        across = 2 * radius + (96.0 if radius >= WITH_TEXT else 40.0)
        space = room - _above(radius) - _below(radius)
        if space >= between * (most - 1) and (step >= across or radius <= SMALLEST):
            return float(radius)
    return 3.0


def _segments(columns: list[Column], radius: float) -> Segments:
    parts: list[tuple[float, ...]] = [
        (layer, unit, source, left.x + radius, below, right.x - radius, y)
        for layer, (left, right) in enumerate(pairwise(columns), 1)
        for unit, y in zip(right.units, right.ys, strict=True)
        for source, below in zip(left.units, left.ys, strict=True)
    ]
    table = np.array(parts, dtype=np.float64).reshape(-1, 7).T
    layer, unit, source = table[:3].astype(np.int64)
    return Segments(layer, unit, source, *table[3:])


def unit_boxes(columns: list[Column], radius: float) -> Iterator[Box]:
    """List what units and the texts above and below them cover."""
    for number, column in enumerate(columns):
        for y in column.ys:
            yield Box(column.x, y, 2 * radius + 12, 2 * radius + 12)
            if radius >= WITH_TEXT:
                lines = 2 if number == len(columns) - 1 else 1
                yield Box(column.x, y + radius + HALO + lines * LINE / 2, 70.0, lines * LINE)
                if number:
                    yield Box(column.x, y - radius - HALO - LINE / 2, 108.0, LINE)
            elif radius >= WITH_VALUE:
                yield Box(column.x, y + radius + HALO + LINE / 2, 50.0, LINE)


def _labels(columns: list[Column], radius: float, segments: Segments) -> dict[int, Box]:
    """Place labels on weights; between two layers at least half of them, or none."""
    taken = list(unit_boxes(columns, radius))
    labels: dict[int, Box] = {}
    for layer in range(1, len(columns)):
        chosen = np.flatnonzero(segments.layer == layer)
        if not 0 < len(chosen) <= MOST_LABELS:
            continue
        found: dict[int, Box] = {}
        for width in LABEL_WIDTHS:
            placed = _place(chosen, segments, taken, width)
            found = placed if len(placed) > len(found) else found
        if 2 * len(found) >= len(chosen):
            labels.update(found)
            taken.extend(found.values())
    return labels


def _place(chosen: Ints, segments: Segments, taken: list[Box], width: float) -> dict[int, Box]:
    found: dict[int, Box] = {}
    low, high = float(segments.x0[chosen].min()), float(segments.x1[chosen].max())
    taken = [box for box in taken if low <= box.x + box.width / 2 and box.x - box.width / 2 <= high]
    ends, starts = len(set(segments.unit[chosen])), len(set(segments.source[chosen]))
    for order, at in enumerate(chosen):
        x0, y0 = segments.x0[at], segments.y0[at]
        dx, dy = segments.x1[at] - x0, segments.y1[at] - y0
        wanted = (0.3, 0.7)[(order + int(segments.unit[at])) % 2]
        if min(ends, starts) == 1:
            # In a fan the lines lie apart on the side of the many.
            wanted = 0.5 if max(ends, starts) <= 4 else 0.3 if ends == 1 else 0.7
        best: tuple[float, Box] | None = None
        for share in sorted(_PLACES, key=lambda share: abs(share - wanted)):
            if best is not None and abs(share - wanted) >= best[0]:
                break
            box = Box(float(x0 + share * dx), float(y0 + share * dy), width, LABEL_HEIGHT)
            if any(box.overlaps(unit, 1.0) for unit in taken):
                continue
            if any(box.overlaps(label) for label in found.values()):
                continue
            near = segments.distances(box.x, box.y)[chosen] < LABEL_HEIGHT * 0.75
            # A label on a crossing hides to which line it belongs.
            cost = abs(share - wanted) + 0.25 * (int(near.sum()) - 1)
            if best is None or cost < best[0]:
                best = (cost, box)
        if best is not None:
            found[int(at)] = best[1]
    return found
