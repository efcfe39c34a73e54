"""Changes of the network's shape: from a project and its present numbers to another project."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.kernels import Array
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import BiasMask, Layer, WeightMask
from bpsim.session.columns import reordered, unused, with_column, without_column
from bpsim.session.project import Dataset, Project, with_network, with_training
from bpsim.words import translate

Present = Callable[[str], Array]
"""Gives ``W1``, ``b1`` and so on as they are, in their public shapes."""


def given(project: Project) -> Present:
    """Give the numbers that a project starts from, for the next of several changes."""
    start = initial_parameters(project.specification)

    def present(name: str) -> Array:
        return start[int(name[1:]) - 1][0 if name.startswith("W") else 1]

    return present


_Mask = bool | NDArray[np.bool_]


@dataclass(frozen=True)
class _Part:
    """A layer with its numbers; `drawn` where they still are what its seed gave."""

    activation: str
    weights: Array
    biases: Array
    frozen_weights: _Mask
    frozen_biases: _Mask
    drawn: bool

    @property
    def units(self) -> int:
        return len(self.biases)


def _parts(project: Project, present: Present) -> list[_Part]:
    start = initial_parameters(project.specification)
    found = []
    for number, layer in enumerate(project.specification.network.layers, 1):
        w, b = present(f"W{number}").copy(), present(f"b{number}").copy()
        drawn = (
            layer.weights is None
            and layer.biases is None
            and np.array_equal(w, start[number - 1][0])
            and np.array_equal(b, start[number - 1][1])
        )
        masks = (_mask(layer.frozen_weights), _mask(layer.frozen_biases))
        found.append(_Part(layer.activation, w, b, *masks, drawn))
    return found


def _mask(mask: object) -> _Mask:
    return mask if isinstance(mask, bool) else np.array(mask, dtype=bool)


def plain_weights(mask: _Mask) -> WeightMask:
    """Write a mask as a layer keeps it; one of all or none as a switch."""
    if isinstance(mask, bool) or mask.all() or not mask.any():
        return bool(np.all(mask))
    return tuple(map(tuple, mask.tolist()))


def plain_biases(mask: _Mask) -> BiasMask:
    """Write a mask of biases likewise."""
    if isinstance(mask, bool) or mask.all() or not mask.any():
        return bool(np.all(mask))
    return tuple(mask.tolist())


def _built(project: Project, inputs: int, parts: list[_Part]) -> Project:
    layers = []
    for part in parts:
        layer = Layer(part.units, part.activation)
        if not part.drawn:
            layer = replace(
                layer,
                weights=tuple(map(tuple, part.weights.tolist())),
                biases=tuple(part.biases.tolist()),
            )
        layers.append(
            replace(
                layer,
                frozen_weights=plain_weights(part.frozen_weights),
                frozen_biases=plain_biases(part.frozen_biases),
            )
        )
    network = project.specification.network
    return with_network(project, replace(network, inputs=inputs, layers=tuple(layers)))


def _fresh(project: Project, inputs: int, units: list[int]) -> list[Array]:
    """Draw the weights of a network of this shape."""
    layers = tuple(Layer(n, "identity") for n in units)
    network = replace(project.specification.network, inputs=inputs, layers=layers)
    drawn = initial_parameters(replace(project.specification, network=network))
    return [weights for weights, _ in drawn]


# Units


def add_unit(project: Project, present: Present, layer: int, at: int | None = None) -> Project:
    """Add a unit to a layer; 0 adds an input, and the last layer's units are the outputs.

    Its weights are drawn by the network's initializer. An input or output brings a column of
    zeros to the data.

    Parameters
    ----------
    project, present
        What is changed, and its present numbers.
    layer
        The layer's number.
    at
        Before which unit; at the end if left out.
    """
    parts, data = _parts(project, present), project.data
    sizes = [project.specification.network.inputs, *(part.units for part in parts)]
    at = sizes[layer] if at is None else at
    sizes[layer] += 1
    drawn = _fresh(project, sizes[0], sizes[1:])
    if layer:
        part = parts[layer - 1]
        parts[layer - 1] = _with_unit(part, at, drawn[layer - 1][at], 0.0)
    if layer < len(parts):
        parts[layer] = _with_source(parts[layer], at, drawn[layer][:, at])
    if layer == 0:
        data = with_column(data, at, unused("x", data.features), target=False)
    elif layer == len(parts):
        data = with_column(data, at, unused("y", data.targets), target=True)
    return replace(_built(project, sizes[0], parts), data=data)


def duplicate_unit(project: Project, present: Present, layer: int, unit: int) -> Project:
    """Add a unit like another one behind it, with the same weights in and out."""
    parts, data = _parts(project, present), project.data
    inputs = project.specification.network.inputs
    if layer:
        part = parts[layer - 1]
        parts[layer - 1] = _with_unit(part, unit + 1, part.weights[unit], part.biases[unit])
    if layer < len(parts):
        parts[layer] = _with_source(parts[layer], unit + 1, parts[layer].weights[:, unit])
    if layer in (0, len(parts)):
        target = layer > 0
        names = data.targets if target else data.features
        column = (len(data.features) if target else 0) + unit
        name = unused(names[unit].rstrip("0123456789") or "x", names)
        data = with_column(data, unit + 1, name, target=target, like=column)
    return replace(_built(project, inputs + (layer == 0), parts), data=data)


def remove_unit(project: Project, present: Present, layer: int, unit: int) -> Project:
    """Take a unit out of a layer with all its weights; an input or output with its data.

    Raises
    ------
    ValueError
        If it is the layer's only one.
    """
    parts, data = _parts(project, present), project.data
    sizes = project.specification.network.sizes
    if sizes[layer] == 1:
        raise ValueError(
            translate("session", "A layer needs at least one unit; remove the whole layer instead.")
        )
    if layer:
        part = parts[layer - 1]
        parts[layer - 1] = replace(
            part,
            weights=np.delete(part.weights, unit, axis=0),
            biases=np.delete(part.biases, unit),
            frozen_weights=_deleted(part.frozen_weights, unit, 0),
            frozen_biases=_deleted(part.frozen_biases, unit, 0),
            drawn=False,
        )
    if layer < len(parts):
        above = parts[layer]
        parts[layer] = replace(
            above,
            weights=np.delete(above.weights, unit, axis=1),
            frozen_weights=_deleted(above.frozen_weights, unit, 1),
            drawn=False,
        )
    if layer in (0, len(parts)):
        data = without_column(data, unit, target=layer > 0)
    return replace(_built(project, sizes[0] - (layer == 0), parts), data=data)


def move_unit(project: Project, present: Present, layer: int, unit: int, to: int) -> Project:
    """Put a unit into another place of its layer; nothing that is computed changes."""
    parts, data = _parts(project, present), project.data
    order = list(range(project.specification.network.sizes[layer]))
    order.insert(to, order.pop(unit))
    if layer:
        part = parts[layer - 1]
        parts[layer - 1] = replace(
            part,
            weights=part.weights[order],
            biases=part.biases[order],
            frozen_weights=_ordered(part.frozen_weights, order, 0),
            frozen_biases=_ordered(part.frozen_biases, order, 0),
            drawn=False,
        )
    if layer < len(parts):
        above = parts[layer]
        parts[layer] = replace(
            above,
            weights=above.weights[:, order],
            frozen_weights=_ordered(above.frozen_weights, order, 1),
            drawn=False,
        )
    if layer in (0, len(parts)):
        data = reordered(data, order, target=layer > 0)
    return replace(_built(project, project.specification.network.inputs, parts), data=data)


def _with_unit(part: _Part, at: int, weights: Array, bias: float) -> _Part:
    return replace(
        part,
        weights=np.insert(part.weights, at, weights, axis=0),
        biases=np.insert(part.biases, at, bias),
        frozen_weights=_inserted(part.frozen_weights, at, 0),
        frozen_biases=_inserted(part.frozen_biases, at, 0),
        drawn=False,
    )


def _with_source(part: _Part, at: int, weights: Array) -> _Part:
    return replace(
        part,
        weights=np.insert(part.weights, at, weights, axis=1),
        frozen_weights=_inserted(part.frozen_weights, at, 1),
        drawn=False,
    )


def _inserted(mask: _Mask, at: int, axis: int) -> _Mask:
    return mask if isinstance(mask, bool) else np.insert(mask, at, False, axis=axis)


def _deleted(mask: _Mask, at: int, axis: int) -> _Mask:
    return mask if isinstance(mask, bool) else np.delete(mask, at, axis=axis)


def _ordered(mask: _Mask, order: list[int], axis: int) -> _Mask:
    return mask if isinstance(mask, bool) else np.take(mask, order, axis=axis)


# Layers


def add_layer(
    project: Project, present: Present, number: int, units: int, activation: str
) -> Project:
    """Put a new layer before layer `number`; weights into it and out of it are drawn.

    Raises
    ------
    ValueError
        If `units` is less than 1.
    """
    if units < 1:
        raise ValueError(translate("session", "A layer needs at least one unit."))
    parts = _parts(project, present)
    # No inputs: it fits nowhere, so its weights are drawn.
    new = _Part(activation, np.empty((units, 0)), np.zeros(units), False, False, False)
    return _joined(project, [*parts[: number - 1], new, *parts[number - 1 :]])


def duplicate_layer(project: Project, present: Present, number: int) -> Project:
    """Put a layer of as many units and the same activation before a hidden layer or the output."""
    layer = project.specification.network.layers[number - 1]
    hidden = number < len(project.specification.network.layers)
    activation = layer.activation if hidden else "tanh"
    return add_layer(project, present, number, layer.units, activation)


def remove_layer(project: Project, present: Present, number: int) -> Project:
    """Take a hidden layer out; weights that no longer fit are drawn anew.

    Raises
    ------
    ValueError
        If it is the output layer.
    """
    parts = _parts(project, present)
    if number == len(parts):
        raise ValueError(
            translate("session", "The output layer cannot be removed; the data's targets need it.")
        )
    return _joined(project, [*parts[: number - 1], *parts[number:]])


def move_layer(project: Project, present: Present, number: int, to: int) -> Project:
    """Put a hidden layer into another place; weights that no longer fit are drawn anew.

    Raises
    ------
    ValueError
        If the output layer would move.
    """
    parts = _parts(project, present)
    if len(parts) in (number, to):
        raise ValueError(translate("session", "The output layer stays the last one."))
    parts.insert(to - 1, parts.pop(number - 1))
    return _joined(project, parts)


def _joined(project: Project, parts: list[_Part]) -> Project:
    """Draw the weights of layers whose inputs are other than before."""
    inputs = project.specification.network.inputs
    drawn = _fresh(project, inputs, [part.units for part in parts])
    before = inputs
    for index, part in enumerate(parts):
        if part.weights.shape[1] != before:
            parts[index] = replace(
                part,
                weights=drawn[index],
                frozen_weights=part.frozen_weights is True,
                drawn=False,
            )
        elif part.drawn:
            # Its place, and with it what its seed gives, may be another.
            parts[index] = replace(part, drawn=np.array_equal(part.weights, drawn[index]))
        before = part.units
    return _built(project, inputs, parts)


def reinitialise(project: Project, initializer: Choice, seed: int) -> Project:
    """Draw all weights by an initializer and a seed; biases become 0."""
    network, training = project.specification.network, project.specification.training
    layers = tuple(replace(layer, weights=None, biases=None) for layer in network.layers)
    project = with_network(project, replace(network, layers=layers, initializer=initializer))
    return with_training(project, replace(training, seed=seed))


def fitted(project: Project, present: Present, data: Dataset) -> Project:
    """Return the project on other data, with as many inputs and outputs as those have.

    Inputs and outputs that both have keep their weights; new ones' are drawn.
    """
    parts = _parts(project, present)
    inputs, outputs = len(data.features), len(data.targets)
    units = [*(part.units for part in parts[:-1]), outputs]
    drawn = _fresh(project, inputs, units)
    if inputs != project.specification.network.inputs:
        parts[0] = _resized(parts[0], drawn[0])
    if outputs != parts[-1].units:
        parts[-1] = _resized(parts[-1], drawn[-1])
    return replace(_built(project, inputs, parts), data=data)


def _resized(part: _Part, drawn: Array) -> _Part:
    """Give a layer's weights another shape, filled up from what is drawn."""
    rows, columns = (min(a, b) for a, b in zip(part.weights.shape, drawn.shape, strict=True))
    weights, biases = drawn.copy(), np.zeros(len(drawn))
    weights[:rows, :columns] = part.weights[:rows, :columns]
    biases[:rows] = part.biases[:rows]
    kept_w, kept_b = part.frozen_weights is True, part.frozen_biases is True
    return _Part(part.activation, weights, biases, kept_w, kept_b, False)
