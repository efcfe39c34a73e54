"""Where units stand; plain arithmetic, without Qt."""

from dataclasses import dataclass

MOST_SHOWN = 12
FIRST, LAST = 7, 3


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
    """

    x: float
    units: tuple[int, ...]
    ys: tuple[float, ...]
    gap_y: float | None


@dataclass(frozen=True)
class Picture:
    """Columns from left to right, and the radius of a unit."""

    columns: tuple[Column, ...]
    radius: float


def arrange(sizes: tuple[int, ...], width: float, height: float) -> Picture:
    """Spread layers over a picture; large layers show their first and last units.

    Parameters
    ----------
    sizes
        Units of each column.
    width, height
        Of the picture, in pixels.
    """
    top, bottom = 34.0, 44.0
    side = max(78.0, min(92.0, 0.13 * width))
    most = max(min(size, MOST_SHOWN) for size in sizes)
    places = max(most, 1)
    pitch = (height - top - bottom) / places
    # Between two units stand a bias, an error signal and some air.
    radius = max(7.0, min(34.0, (pitch - 48.0) / 2 if pitch > 84.0 else pitch * 0.3))
    columns = []
    for number, size in enumerate(sizes):
        x = side + (width - 2 * side) * number / max(len(sizes) - 1, 1)
        folded = size > MOST_SHOWN
        units = (*range(FIRST), *range(size - LAST, size)) if folded else tuple(range(size))
        rows = len(units) + folded
        step = min(pitch * (places / max(rows, 1)) ** 0.5, 170.0)
        middle = (top + height - bottom) / 2
        spots = [middle + (row - (rows - 1) / 2) * step for row in range(rows)]
        gap = spots.pop(FIRST) if folded else None
        columns.append(Column(x, units, tuple(spots), gap))
    return Picture(tuple(columns), radius)
