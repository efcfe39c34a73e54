"""Where the labels of weights stand: on no unit, on no other label, on few other lines."""

from collections.abc import Iterator

import numpy as np

from bpsim.ui.network.picture import (
    HALO,
    LABEL_HEIGHT,
    LABEL_WIDTHS,
    LINE,
    WITH_TEXT,
    WITH_VALUE,
    Box,
    Column,
    Floats,
    Ints,
    Segments,
    distances,
)

MOST_LABELS = 24
MOST_CROSSED = 1
"""A label covers no more lines than these besides its own."""
_PLACES = np.linspace(0.16, 0.84, 18)


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


def place_labels(columns: list[Column], radius: float, segments: Segments) -> dict[int, Box]:
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
    lines = segments.ends[chosen]
    low, high = float(lines[:, 0].min()), float(lines[:, 2].max())
    taken = [box for box in taken if low <= box.x + box.width / 2 and box.x - box.width / 2 <= high]
    ends, starts = len(set(segments.unit[chosen])), len(set(segments.source[chosen]))
    for order, at in enumerate(chosen):
        x0, y0, x1, y1 = segments.ends[at]
        middles = np.column_stack([x0 + _PLACES * (x1 - x0), y0 + _PLACES * (y1 - y0)])
        others = _crossings(lines, middles, width) - 1
        wanted = (0.3, 0.7)[(order + int(segments.unit[at])) % 2]
        if min(ends, starts) == 1:
            # In a fan the lines lie apart on the side of the many.
            wanted = 0.5 if max(ends, starts) <= 4 else 0.3 if ends == 1 else 0.7
        # A label on a crossing hides to which line it belongs.
        costs = np.abs(_PLACES - wanted) + 0.25 * others
        for place in np.argsort(costs):
            x, y = middles[place].tolist()
            box = Box(x, y, width, LABEL_HEIGHT)
            if others[place] > MOST_CROSSED or any(box.overlaps(unit, 1.0) for unit in taken):
                continue
            if not any(box.overlaps(label) for label in found.values()):
                found[int(at)] = box
                break
    return found


def _crossings(lines: Floats, middles: Floats, width: float) -> Ints:
    """Count for each place of a label the lines that it would cover."""
    covered = np.zeros((len(middles), len(lines)), dtype=bool)
    for aside in (-0.4 * width, 0.0, 0.4 * width):
        covered |= distances(lines, middles + np.array([aside, 0.0])) < LABEL_HEIGHT * 0.6
    found: Ints = covered.sum(axis=1)
    return found
