"""Elements that can be pointed at, their texts and how the keys walk among them."""

import re
from typing import Any, Self

import numpy as np
from PySide6.QtCore import QCoreApplication

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number, full_number
from bpsim.session.session import Session
from bpsim.session.values import element_name
from bpsim.ui.network.layout import Picture

NOT_YET = "–"


class Hit(str):
    """An element as NumPy would write it, for one sample: ``W1[0,2]``, ``a1[1]``.

    Attributes
    ----------
    name, index
        The value and the place in it as the session gives it; an activation's index begins
        with the sample, which the text leaves out.
    """

    __slots__ = ("index", "name")
    name: str
    index: Any  # A tuple of ints; it takes the place of str.index, which nobody asks of a name.

    @classmethod
    def of(cls, name: str, *index: int, sample: int | None = None) -> Self:
        """Name an element."""
        hit = cls(element_name(name, index))
        hit.name = name
        hit.index = index if sample is None else (sample, *index)
        return hit

    @property
    def layer(self) -> int:
        """The layer that it belongs to; 0 for an input."""
        digits = re.sub(r"\D", "", self.name)
        return int(digits) if digits else 0


def row_of(session: Session, name: str, sample: int) -> Array | None:
    """Return one sample's row of a value, or ``None`` where it is not computed yet."""
    value = session.value(name)
    return None if value is None else value[min(sample, len(value) - 1)]


def shown_value(session: Session, layer: int, sample: int) -> tuple[str, Array | None]:
    """Choose what units show: the activation, or the weighted sum until that is computed."""
    if layer == 0:
        return "x", row_of(session, "x", sample)
    activation = row_of(session, f"a{layer}", sample)
    if activation is None:
        weighted = row_of(session, f"z{layer}", sample)
        if weighted is not None:
            return f"z{layer}", weighted
    return f"a{layer}", activation


def number_text(value: float | None, sign: bool = False) -> str:
    """Write a number in three digits, or a dash where there is none."""
    return NOT_YET if value is None else format_number(value, 3, sign)


def describe(session: Session, hit: Hit) -> str:
    """Say what an element is and what it means, with all digits of its value."""
    value = session.value(hit.name)
    if value is None:
        first = QCoreApplication.translate("NetworkView", "{name}: not computed yet")
        return f"{first.format(name=str(hit))}\n{meaning(session, hit)}"
    return f"{hit} = {full_number(float(value[hit.index]))}\n{meaning(session, hit)}"


def meaning(session: Session, hit: Hit) -> str:
    """Say in words what an element is."""
    layer, unit = hit.layer, hit.index[-1]
    if hit.name == "x":
        words = QCoreApplication.translate("NetworkView", "input {unit}, {feature}")
        return words.format(unit=unit, feature=session.project.data.features[unit])
    if hit.name.startswith("W"):
        unit, source = hit.index
        words = QCoreApplication.translate(
            "NetworkView", "weight from {source} to unit {unit} of layer {layer}"
        )
        below = element_name(f"a{layer - 1}" if layer > 1 else "x", (source,))
        return words.format(source=below, unit=unit, layer=layer)
    words = {
        "b": QCoreApplication.translate("NetworkView", "bias of unit {unit} of layer {layer}"),
        "a": QCoreApplication.translate(
            "NetworkView", "activation of unit {unit} of layer {layer}"
        ),
        "z": QCoreApplication.translate(
            "NetworkView", "weighted sum of unit {unit} of layer {layer}"
        ),
    }[hit.name[0]]
    return words.format(unit=unit, layer=layer)


def unit_hit(session: Session, layer: int, unit: int, sample: int) -> Hit:
    """Name a unit by the value that it shows."""
    rows = len(session.program.view("x"))
    return Hit.of(shown_value(session, layer, sample)[0], unit, sample=min(sample, rows - 1))


def beside(session: Session, picture: Picture, hit: Hit, sample: int, dx: int, dy: int) -> Hit:
    """Walk from an element: units and the weights between them take turns from left to right."""
    layer, last = hit.layer, len(picture.columns) - 1
    if hit.name.startswith("W"):
        unit, source = hit.index
        if dx:
            at, to = (layer, unit) if dx > 0 else (layer - 1, source)
            return unit_hit(session, at, to, sample)
        chosen = np.flatnonzero(picture.segments.layer == layer)
        pairs = [(int(picture.segments.unit[k]), int(picture.segments.source[k])) for k in chosen]
        place = min(max(pairs.index((unit, source)) + dy, 0), len(pairs) - 1)
        return Hit.of(f"W{layer}", *pairs[place])
    unit, units = hit.index[-1], picture.columns[layer].units
    if dx > 0 and layer < last:
        return Hit.of(f"W{layer + 1}", picture.columns[layer + 1].units[0], unit)
    if dx < 0 and layer > 0:
        return Hit.of(f"W{layer}", unit, picture.columns[layer - 1].units[0])
    place = min(max(units.index(unit) + dy, 0), len(units) - 1)
    return unit_hit(session, layer, units[place], sample)
