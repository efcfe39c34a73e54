"""The texts of elements and how the keys walk among them."""

import re

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.explain.numbers import format_number, full_number
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.network.picture import Picture
from bpsim.words import translate

NOT_YET = "–"


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


def largest(values: Array) -> float:
    """Return the size of the largest value, by which shades and widths are measured; 1 for none."""
    return float(np.abs(values).max(initial=0.0)) or 1.0


def number_text(value: float | None, sign: bool = False) -> str:
    """Write a number in three digits, or a dash where there is none."""
    return NOT_YET if value is None else format_number(value, 3, sign)


def unit_element(layer: int, unit: int) -> Element:
    """Name a unit, or an input, by what it puts out."""
    return Element(f"a{layer}" if layer else "x", (unit,))


def shown_element(session: Session, element: Element) -> Element:
    """Name what stands in the element's place: a unit shows ``z`` until ``a`` is computed."""
    if not element.name.startswith("a"):
        return element
    return Element(shown_value(session, element.layer, 0)[0], element.index)


def on_picture(session: Session, element: Element) -> Element:
    """Name what stands for an element on the picture: a gradient is shown at its parameter."""
    if element.name == "y":
        return unit_element(len(session.project.specification.network.layers), element.index[-1])
    parameter = re.search(r"[Wb]\d+$", element.name)
    if parameter is not None:
        return Element(parameter[0], element.index)
    return unit_element(element.layer, element.index[-1]) if element.index else element


def describe(session: Session, element: Element, sample: int, exact: bool = False) -> str:
    """Say what an element is and what it means, with all digits of its value.

    Parameters
    ----------
    session, element, sample
        Where the number is.
    exact
        Whether ``a`` is meant even where the picture still shows ``z``.
    """
    element = element if exact else shown_element(session, element)
    value = session.value(element.name)
    if value is None:
        first = translate("NetworkView", "{name}: not computed yet")
        return f"{first.format(name=str(element))}\n{meaning(session, element)}"
    number = full_number(float(value[element.at(sample)]))
    return f"{element} = {number}\n{meaning(session, element)}"


def meaning(session: Session, element: Element) -> str:
    """Say in words what an element is."""
    layer, unit = element.layer, element.index[-1]
    if element.name == "x":
        words = translate("NetworkView", "input {unit}, {feature}")
        return words.format(unit=unit, feature=session.project.data.features[unit])
    if element.name == "y":
        words = translate("NetworkView", "target of output {unit}, {target}")
        return words.format(unit=unit, target=session.project.data.targets[unit])
    parameter = on_picture(session, element)
    if element.name != parameter.name and parameter.is_parameter:
        words = translate("NetworkView", "gradient of the loss by {name}")
        if not element.name.startswith("d"):
            words = translate("NetworkView", "optimizer’s memory of {name}")
        return words.format(name=parameter)
    if element.name.startswith("W"):
        unit, source = element.index
        words = translate("NetworkView", "weight from {source} to unit {unit} of layer {layer}")
        below = unit_element(layer - 1, source)
        return words.format(source=below, unit=unit, layer=layer)
    words = {
        "b": translate("NetworkView", "bias of unit {unit} of layer {layer}"),
        "a": translate("NetworkView", "activation of unit {unit} of layer {layer}"),
        "z": translate("NetworkView", "weighted sum of unit {unit} of layer {layer}"),
        "d": translate("NetworkView", "error signal of unit {unit} of layer {layer}"),
    }[element.name[0]]
    return words.format(unit=unit, layer=layer)


def beside(picture: Picture, element: Element, dx: int, dy: int) -> Element:
    """Walk from an element: units and the weights between them take turns from left to right."""
    layer, last = element.layer, len(picture.columns) - 1
    if element.name.startswith("W"):
        unit, source = element.index
        if dx:
            return unit_element(layer, unit) if dx > 0 else unit_element(layer - 1, source)
        chosen = np.flatnonzero(picture.segments.layer == layer)
        pairs = [(int(picture.segments.unit[k]), int(picture.segments.source[k])) for k in chosen]
        at = pairs.index((unit, source)) if (unit, source) in pairs else 0
        return Element(f"W{layer}", pairs[min(max(at + dy, 0), len(pairs) - 1)])
    unit, here = element.index[-1], picture.columns[layer]
    units = here.units or tuple(range(here.size))
    if dx and 0 <= layer + dx <= last:
        there = picture.columns[layer + dx]
        if not there.units or not here.units:
            return unit_element(layer + dx, (there.units or (0,))[0])
        if dx > 0:
            return Element(f"W{layer + 1}", (there.units[0], unit))
        return Element(f"W{layer}", (unit, there.units[0]))
    at = units.index(unit) if unit in units else 0
    return unit_element(layer, units[min(max(at + dy, 0), len(units) - 1)])
