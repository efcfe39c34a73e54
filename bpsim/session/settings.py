"""Changes of settings: from a project to one that is trained otherwise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.specification import Layer
from bpsim.session.project import Project, with_network
from bpsim.session.structure import plain_biases, plain_weights
from bpsim.session.values import Element


def with_layer(project: Project, number: int, layer: Layer) -> Project:
    """Return a project with another layer of the same shape in a layer's place."""
    network = project.specification.network
    layers = [*network.layers]
    layers[number - 1] = layer
    return with_network(project, replace(network, layers=tuple(layers)))


def with_activation(project: Project, number: int, activation: str) -> Project:
    """Return a project in which a layer has another activation."""
    layer = project.specification.network.layers[number - 1]
    return with_layer(project, number, replace(layer, activation=activation))


def frozen_mask(project: Project, name: str) -> bool | NDArray[np.bool_]:
    """Return which elements of ``W1``, ``b1`` and so on training leaves alone: all, none, some."""
    layer = project.specification.network.layers[int(name[1:]) - 1]
    mask = layer.frozen_weights if name.startswith("W") else layer.frozen_biases
    return mask if isinstance(mask, bool) else np.array(mask)


def is_frozen(project: Project, element: Element) -> bool:
    """Tell whether training leaves a weight or a bias alone."""
    mask = frozen_mask(project, element.name)
    return mask if isinstance(mask, bool) else bool(mask[element.index])


Places = Mapping[str, Sequence[tuple[int, ...]]]
"""By ``W1``, ``b1`` and so on: indices of elements, or of units for all that leads into them."""


def places_of(elements: Iterable[Element]) -> Places:
    """Gather elements by the parameter that they are of."""
    found: dict[str, list[tuple[int, ...]]] = {}
    for element in elements:
        found.setdefault(element.name, []).append(element.index)
    return found


def are_frozen(project: Project, places: Places) -> bool:
    """Tell whether training leaves all of these alone."""
    return all(bool(np.all(_whole_mask(project, name)[_index(places[name])])) for name in places)


def with_frozen(project: Project, places: Places, frozen: bool) -> Project:
    """Return a project in which training leaves these weights and biases alone, or not."""
    for name, indices in places.items():
        number, mask = int(name[1:]), _whole_mask(project, name)
        mask[_index(indices)] = frozen
        layer = project.specification.network.layers[number - 1]
        if name.startswith("W"):
            layer = replace(layer, frozen_weights=plain_weights(mask))
        else:
            layer = replace(layer, frozen_biases=plain_biases(mask))
        project = with_layer(project, number, layer)
    return project


def _whole_mask(project: Project, name: str) -> NDArray[np.bool_]:
    sizes, number = project.specification.network.sizes, int(name[1:])
    shape = (sizes[number], sizes[number - 1]) if name.startswith("W") else (sizes[number],)
    return np.array(np.broadcast_to(frozen_mask(project, name), shape))


def _index(indices: Sequence[tuple[int, ...]]) -> tuple[list[int], ...]:
    return tuple(map(list, zip(*indices, strict=True)))
