"""Which values a layer has, and how each is laid out as a table."""

import re
from collections.abc import Iterable

from bpsim.engine.kernels import Array
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.session.session import Session
from bpsim.session.values import Element, is_of_a_sample

_OF_PARAMETERS = re.compile(r"[a-z]*([Wb]\d+)")
_OF_UNITS = re.compile(r"(?:z|a|delta)(\d+)")


def letters_of(session: Session, layer: int) -> list[str]:
    """List a layer's values without its number: ``W``, ``b``, ``z``; 0 is the input."""
    if layer == 0:
        return ["x"]
    optimizer = session.project.specification.training.optimizer.name
    states = [f"{state}{kind}" for state in OPTIMIZERS[optimizer].states for kind in "Wb"]
    last = layer == len(session.project.specification.network.layers)
    return ["W", "b", "z", "a", *(["y"] if last else []), "delta", "dW", "db", *states]


def name_of(letter: str, layer: int) -> str:
    """Write a layer's value by its name: ``W1``; inputs and targets have no number."""
    return letter if letter in "xy" else f"{letter}{layer}"


def place_of(session: Session, element: Element) -> tuple[int, str] | None:
    """Find the layer and the letter of an element's value; ``None`` if no layer has it."""
    last = len(session.project.specification.network.layers)
    layer = last if element.name == "y" else element.layer
    letter = element.name.rstrip("0123456789")
    known = layer <= last and letter in letters_of(session, layer)
    return (layer, letter) if known else None


def family(name: str) -> str:
    """Tell what values share cells: ``W1`` and ``dW1`` do, and ``z1``, ``a1`` and ``delta1``."""
    if of_parameters := _OF_PARAMETERS.fullmatch(name):
        return of_parameters[1]
    of_units = _OF_UNITS.fullmatch(name)
    return f"units{of_units[1]}" if of_units else name


def shape_of(session: Session, name: str) -> tuple[int, int]:
    """Count the rows and columns of a value's table: units by sources, or samples by units."""
    shape = session.program.view(name).shape
    return (shape[0], 1) if len(shape) == 1 else (shape[0], shape[1])


def matrix_of(session: Session, name: str) -> Array | None:
    """Return a value as rows and columns, or ``None`` where it is not computed yet."""
    value = session.value(name)
    return value if value is None or value.ndim == 2 else value[:, None]


def element_at(name: str, row: int, column: int) -> Element:
    """Name the element in a cell; a sample is no part of it."""
    if is_of_a_sample(name):
        return Element(name, (column,))
    return Element(name, (row, column) if "W" in name else (row,))


def cell_of(name: str, element: Element, sample: int) -> tuple[int, int] | None:
    """Find the cell of an element in a value's table; ``None`` if it belongs to others."""
    if family(element.name) != family(name):
        return None
    if is_of_a_sample(name):
        return sample, element.index[-1]
    return element.index[0], element.index[1] if len(element.index) > 1 else 0


def cells_of(name: str, elements: Iterable[Element], sample: int) -> list[tuple[int, int]]:
    """Find the cells of those elements that the table has."""
    found = (cell_of(name, element, sample) for element in elements)
    return [cell for cell in found if cell is not None]


def column_words(session: Session, name: str, column: int) -> str:
    """Name what a column belongs to: a feature, a target, a source or a unit."""
    data, layer = session.project.data, Element(name).layer
    if name == "y":
        return data.targets[column]
    if name == "x" or (layer == 1 and "W" in name):
        return data.features[column]
    return f"a{layer - 1}[{column}]" if "W" in name else ""
