"""Where units and weights stand; plain arithmetic, without Qt."""

from functools import lru_cache
from itertools import pairwise

import numpy as np

from bpsim.ui.network.labels import place_labels
from bpsim.ui.network.picture import (
    HALO,
    LINE,
    WITH_TEXT,
    WITH_VALUE,
    Box,
    Column,
    Picture,
    Segments,
)

MOST_SHOWN = 12
MOST_CIRCLES = 64
"""A layer of more units than these is unfolded as a map of cells."""
FIRST, LAST = 5, 2
LARGEST, SMALLEST = 34.0, 8.0
STEP = 180.0
"""Units stand no farther apart than this."""
TOP, BOTTOM = 14.0, 58.0


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
    labels = place_labels(columns, radius, segments)
    pitch = min((b - a for column in columns for a, b in pairwise(column.ys)), default=STEP)
    return Picture(tuple(columns), width, height, radius, step, pitch, segments, labels)


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
    tables = [np.empty((7, 0))]
    for layer, (left, right) in enumerate(pairwise(columns), 1):
        units, sources = len(right.units), len(left.units)
        table = np.empty((7, units * sources))
        table[0], table[3], table[5] = layer, left.x + radius, right.x - radius
        table[1], table[6] = (np.repeat(part, sources) for part in (right.units, right.ys))
        table[2], table[4] = (np.tile(part, units) for part in (left.units, left.ys))
        tables.append(table)
    table = np.hstack(tables)
    layer, unit, source = table[:3].astype(np.int64)
    return Segments(layer, unit, source, np.ascontiguousarray(table[3:].T))
