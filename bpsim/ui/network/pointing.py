"""What is at a point of the picture, and where elements are; plain arithmetic."""

from math import hypot

from bpsim.session.values import Element
from bpsim.ui.network.element import unit_element
from bpsim.ui.network.picture import HALO, LINE, WITH_TEXT, Picture
from bpsim.ui.network.weights import find_weight

REACH = 6.0
"""How near a weight the pointer must be, in pixels of the widget."""
CAPTION = 30.0
"""Height of the captions at the bottom."""


def element_at(picture: Picture, x: float, y: float, reach: float) -> Element | None:
    """Find the element at a point: units, biases, labels, then the nearest weight."""
    for layer, column in enumerate(picture.columns):
        cell = column.unit_at(x, y)
        if cell is not None:
            return unit_element(layer, cell)
        for unit, middle in zip(column.units, column.ys, strict=True):
            if hypot(x - column.x, y - middle) <= picture.radius:
                return unit_element(layer, unit)
            below = y - middle - picture.radius - HALO
            if picture.radius < WITH_TEXT or not layer:
                continue
            if abs(x - column.x) < 38 and 0 <= below <= LINE:
                return Element(f"b{layer}", (unit,))
    return _weight_at(picture, x, y, reach)


def _weight_at(picture: Picture, x: float, y: float, reach: float) -> Element | None:
    s = picture.segments
    at = next((k for k, box in picture.labels.items() if box.contains(x, y)), None)
    if at is None and len(s.layer):
        distances = s.distances(x, y)
        at = int(distances.argmin())
        if distances[at] > reach:
            return None
    if at is None:
        return None
    return Element(f"W{s.layer[at]}", (int(s.unit[at]), int(s.source[at])))


def caption_at(picture: Picture, x: float, y: float) -> int | None:
    """Find the layer whose caption is at a point."""
    if not -CAPTION <= y - picture.height <= 0.0:
        return None
    reach = min(picture.step / 2 - 14.0, 70.0)
    near = (n for n, column in enumerate(picture.columns) if abs(x - column.x) <= reach)
    return next(near, None)


def place_of(picture: Picture, element: Element) -> tuple[float, float] | None:
    """Find where an element stands; ``None`` if it is folded away."""
    column, unit = picture.columns[element.layer], element.index[0]
    cell = column.cell_of(unit)
    if cell is not None:
        return cell.x, cell.y
    if unit not in column.units:
        return None
    if element.name.startswith("W"):
        return _middle_of(picture, element)
    y = column.ys[column.units.index(unit)]
    below = picture.radius + HALO + LINE / 2 if element.is_parameter else 0.0
    return column.x, y + below


def _middle_of(picture: Picture, weight: Element) -> tuple[float, float] | None:
    at = find_weight(picture, weight)
    if at is None:
        return None
    box = picture.labels.get(at)
    if box is not None:
        return box.x, box.y
    x0, y0, x1, y1 = picture.segments.ends[at].tolist()
    return (x0 + x1) / 2, (y0 + y1) / 2


def elements_within(
    picture: Picture, left: float, top: float, right: float, bottom: float
) -> list[Element]:
    """List the units whose middles are in a frame; the weights, if no unit is."""
    units = [
        unit_element(layer, unit)
        for layer, column in enumerate(picture.columns)
        for unit, y in zip(column.units, column.ys, strict=True)
        if left <= column.x <= right and top <= y <= bottom
    ]
    if units:
        return units
    s = picture.segments
    x, y = (s.ends[:, :2] + s.ends[:, 2:]).T / 2
    for at, box in picture.labels.items():
        x[at], y[at] = box.x, box.y
    inside = (left <= x) & (x <= right) & (top <= y) & (y <= bottom)
    found = zip(s.layer[inside], s.unit[inside], s.source[inside], strict=True)
    return [Element(f"W{layer}", (int(unit), int(source))) for layer, unit, source in found]
