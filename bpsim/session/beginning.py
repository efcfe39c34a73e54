"""A project from nothing but how many units each layer has."""

from dataclasses import replace

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project

RATE = 0.5


def blank_data(inputs: int, outputs: int) -> Dataset:
    """Make data of one row of zeros, to be filled in."""
    features = tuple(f"x{i}" for i in range(inputs)) if inputs > 1 else ("x",)
    targets = tuple(f"y{i}" for i in range(outputs)) if outputs > 1 else ("y",)
    return Dataset.of(features, targets, [[0.0] * (inputs + outputs)])


def own_project(name: str, hidden: tuple[int, ...], data: Dataset, *, classes: bool) -> Project:
    """Make a network for some data.

    Hidden layers are tanh. Targets of one class give a sigmoid output, those of more a softmax
    with cross-entropy, and other values an identity.

    Parameters
    ----------
    name
        What to call it.
    hidden
        Units of the hidden layers, from the inputs on.
    data
        What to train on; its columns say how many inputs and outputs there are.
    classes
        Whether the targets are classes, 0 and 1.
    """
    outputs = len(data.targets)
    loss, activation, rate = "half_squared_error", "sigmoid", RATE
    if classes and outputs > 1:
        loss, activation, rate = "cross_entropy", "softmax", RATE / 5
    elif not classes:
        activation, rate = "identity", RATE / 5
    layers = [Layer(units, "tanh") for units in hidden]
    network = Network(len(data.features), (*layers, Layer(outputs, activation)))
    training = Training(Choice(loss), Choice("sgd", {"learning_rate": rate}))
    if len(data.train) > 1:
        training = replace(training, shuffle=True)
    return Project(name, Specification(network, training), data)
