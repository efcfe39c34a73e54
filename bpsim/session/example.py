"""The smallest network there is, with which the program starts: no file needs to be read."""

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project


def one_neuron_a_layer() -> Project:
    """Make the example with one input, one hidden and one output unit, all sigmoid."""
    layers = (
        Layer(1, "sigmoid", ((0.4,),), (0.3,)),
        Layer(1, "sigmoid", ((0.7,),), (0.2,)),
    )
    training = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}))
    data = Dataset.of(("x",), ("y",), [[0.5, 1.0]])
    return Project("One neuron a layer", Specification(Network(1, layers), training), data)
