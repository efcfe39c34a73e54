"""Projects that many tests use."""

from dataclasses import replace

import numpy as np

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.example import one_neuron_a_layer
from bpsim.session.project import Dataset, Project


def one_neuron(learning_rate=0.1, optimizer="sgd"):
    project = one_neuron_a_layer()
    choice = Choice(optimizer, {"learning_rate": learning_rate})
    training = replace(project.specification.training, optimizer=choice)
    return replace(project, specification=replace(project.specification, training=training))


def two_two_two(frozen_biases):
    layers = (
        Layer(2, "sigmoid", ((0.15, 0.20), (0.25, 0.30)), (0.35, 0.35), False, frozen_biases),
        Layer(2, "sigmoid", ((0.40, 0.45), (0.50, 0.55)), (0.60, 0.60), False, frozen_biases),
    )
    training = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.5}))
    data = Dataset.of(("i1", "i2"), ("o1", "o2"), [[0.05, 0.10, 0.01, 0.99]])
    return Project("2-2-2", Specification(Network(2, layers), training), data)


def small(
    optimizer="sgd",
    *,
    layers=((4, "tanh"), (3, "relu"), (1, "sigmoid")),
    loss="half_squared_error",
    rate=0.1,
    rows=5,
    batch_size=2,
    shuffle=False,
    l1=0.0,
    l2=0.0,
    seed=1,
):
    """A network with random weights and data; the last batch of an epoch may be smaller."""
    draws = np.random.default_rng(seed)
    training = Training(
        Choice(loss),
        Choice(optimizer, {"learning_rate": rate}),
        l1=l1,
        l2=l2,
        batch_size=batch_size,
        shuffle=shuffle,
        seed=seed,
    )
    network = Network(2, tuple(Layer(units, name) for units, name in layers))
    names = tuple(f"y{i}" for i in range(network.outputs))
    data = draws.random((rows, 2 + network.outputs))
    return Project("small", Specification(network, training), Dataset.of(("a", "b"), names, data))
