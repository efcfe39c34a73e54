"""Changes of settings: from a project to one that is trained otherwise."""

from collections.abc import Iterable
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


def with_frozen(project: Project, elements: Iterable[Element], frozen: bool) -> Project:
    """Return a project in which training leaves these weights and biases alone, or not."""
    for element in elements:
        network = project.specification.network
        number, layer = element.layer, network.layers[element.layer - 1]
        if element.name.startswith("W"):
            shape = (layer.units, network.sizes[number - 1])
            mask = np.array(np.broadcast_to(np.array(layer.frozen_weights, dtype=bool), shape))
            mask[element.index] = frozen
            layer = replace(layer, frozen_weights=plain_weights(mask))
        else:
            mask = np.array(np.broadcast_to(np.array(layer.frozen_biases, dtype=bool), layer.units))
            mask[element.index] = frozen
            layer = replace(layer, frozen_biases=plain_biases(mask))
        project = with_layer(project, number, layer)
    return project
