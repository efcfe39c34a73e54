"""2,000 random networks: loss, penalty and every gradient against complex-step derivatives."""

from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.kernels import run
from bpsim.engine.losses import LOSSES
from bpsim.engine.memory import Memory
from bpsim.engine.parameters import Choice
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Layer, Network, Specification, Training, check
from tests.reference import network as reference

NETWORKS = 2000
HIDDEN = [name for name in reference.ACTIVATIONS if name != "softmax"]
# Outputs whose logarithms exist: of a for cross_entropy, of a and 1 - a for the binary one.
OUTPUTS = {
    "binary_cross_entropy": ["sigmoid", "softmax"],
    "cross_entropy": ["softmax", "softmax", "sigmoid", "softplus"],
}
KINKS = ("relu", "leaky_relu")
CLEARANCE = 1e-6


@dataclass(frozen=True)
class Case:
    """A network with a batch; `x` and `y` are (batch, units)."""

    layers: list[reference.Layer]
    objective: reference.Objective
    x: np.ndarray
    y: np.ndarray

    @property
    def title(self):
        names = [f"{len(layer.biases)} {layer.activation}" for layer in self.layers]
        return f"{self.x.shape[1]} - {' - '.join(names)}, {self.objective}, batch {len(self.x)}"


def random_case(draws):
    loss = str(draws.choice(list(reference.LOSSES)))
    sizes = draws.integers(1, 6, draws.integers(2, 6)).tolist()
    last = str(draws.choice(OUTPUTS.get(loss, list(reference.ACTIVATIONS))))
    if (loss, last) == ("binary_cross_entropy", "softmax"):
        sizes[-1] = max(sizes[-1], 2)  # a single share is 1, and log(1 - a) undefined
    names = [str(draws.choice(HIDDEN)) for _ in sizes[2:]] + [last]
    layers = [
        reference.Layer(draws.normal(0, 1, (o, i)), draws.normal(0, 1, o), name)
        for i, o, name in zip(sizes[:-1], sizes[1:], names, strict=True)
    ]
    batch = int(draws.integers(1, 7))
    y = draws.random((batch, sizes[-1]))
    if loss.endswith("entropy") and draws.random() < 0.4:
        y = y.round() if loss.startswith("binary") else np.eye(sizes[-1])[y.argmax(axis=1)]
    parameters = {"delta": float(draws.choice([0.3, 1.0, 2.5]))} if loss == "huber" else {}
    l1, l2 = draws.choice([0.0, 0.03, 0.5], 2).tolist()
    objective = reference.Objective(loss, parameters, l1, l2)
    return Case(layers, objective, draws.normal(0, 1, (batch, sizes[0])), y)


def near_a_kink(case):
    """Tell whether a derivative is about to jump, in an activation or in the loss."""
    found = reference.sums(case.layers, case.x)
    for layer, (z, _) in zip(case.layers, found, strict=True):
        if layer.activation in KINKS and np.abs(z.real).min() < CLEARANCE:
            return True
    size = np.abs(found[-1][1].real - case.y)
    if case.objective.loss == "mean_absolute_error":
        return size.min() < CLEARANCE
    # Huber's slope has no jump, but its complex step takes one branch or the other.
    delta = case.objective.parameters.get("delta", np.inf)
    return np.abs(size - delta).min() < CLEARANCE


def engine_step(case, optimizer="sgd"):
    """Run forward and backward pass by the engine; give its program."""
    rows = len(case.x)
    layers = tuple(
        Layer(
            len(layer.biases),
            layer.activation,
            tuple(map(tuple, layer.weights.tolist())),
            tuple(layer.biases.tolist()),
        )
        for layer in case.layers
    )
    o = case.objective
    training = Training(
        Choice(o.loss, o.parameters), Choice(optimizer, {"learning_rate": 0.1}), o.l1, o.l2, 0
    )
    specification = Specification(Network(case.x.shape[1], layers), training)
    check(specification)
    program = Program(specification, Memory(specification, [rows]), rows)
    for number, layer in enumerate(case.layers, 1):
        program.view(f"W{number}")[:] = layer.weights
        program.view(f"b{number}")[:] = layer.biases
    program.view("x")[:] = case.x
    program.view("y")[:] = case.y
    for operation in program.operations:
        if operation.phase is not Phase.UPDATE:
            run(operation.calls)
    return program


def assert_agrees(case, program):
    expected = reference.gradients(case.layers, case.objective, case.x, case.y)
    largest = max(np.abs(part).max() for pair in expected for part in pair)
    room = 1e-12 * largest + 1e-15  # for gradients that cancel to nothing
    for number, (dw, db) in enumerate(expected, 1):
        off_w = np.abs(program.view(f"dW{number}") - dw).max()
        off_b = np.abs(program.view(f"db{number}") - db).max()
        assert max(off_w, off_b) <= room, (case.title, number)
    loss = reference.data_loss(case.layers, case.objective, case.x, case.y).item().real
    penalty = reference.penalty(case.layers, case.objective).item().real
    assert abs(program.view("loss").item() - loss) <= 1e-13 * max(1.0, abs(loss)), case.title
    if case.objective.l1 or case.objective.l2:
        assert abs(program.view("penalty").item() - penalty) <= 1e-14 * penalty, case.title


@pytest.fixture(scope="module")
def cases():
    draws, found = np.random.default_rng(2026), []
    while len(found) < NETWORKS:
        case = random_case(draws)
        if not near_a_kink(case):
            found.append(case)
    return found


def test_gradients_of_random_networks(cases):
    for case in cases:
        assert_agrees(case, engine_step(case))


def test_the_networks_cover_everything(cases):
    outputs = {(case.objective.loss, case.layers[-1].activation) for case in cases}
    for loss in LOSSES:
        for name in OUTPUTS.get(loss, list(ACTIVATIONS)):
            assert (loss, name) in outputs
    hidden = {layer.activation for case in cases for layer in case.layers[:-1]}
    assert hidden == {name for name, entry in ACTIVATIONS.items() if not entry.output_only}
    assert {len(case.layers) for case in cases} == {1, 2, 3, 4}
    assert {len(case.x) for case in cases} == set(range(1, 7))
    penalties = {(bool(c.objective.l1), bool(c.objective.l2)) for c in cases}
    assert len(penalties) == 4


def test_saturated_units_keep_their_gradients():
    """Where sigmoid and softmax round to 0 or 1, what comes from z still agrees."""
    draws = np.random.default_rng(41)
    entropies = ("binary_cross_entropy", "cross_entropy")
    for loss, name in product(entropies, ("sigmoid", "softmax")):
        for _ in range(50):
            layers = [
                reference.Layer(draws.normal(0, 1, (3, 2)), draws.normal(0, 1, 3), "tanh"),
                reference.Layer(draws.normal(0, 200, (3, 3)), draws.normal(0, 200, 3), name),
            ]
            y = np.eye(3)[draws.integers(0, 3, 4)]
            objective = reference.Objective(loss, {})
            case = Case(layers, objective, draws.normal(0, 1, (4, 2)), y)
            assert_agrees(case, engine_step(case))


def test_the_weight_gradient_does_not_depend_on_the_optimizer(cases):
    for case in cases[:20]:
        plain, other = engine_step(case), engine_step(case, "adamw")
        for number in range(1, len(case.layers) + 1):
            assert plain.view(f"dW{number}").tolist() == other.view(f"dW{number}").tolist()


def test_delta_is_the_derivative_by_z_of_one_sample(cases):
    """A bias moves z alone: with one row, db is delta."""
    alone = [case for case in cases if len(case.x) == 1][:100]
    for case in alone:
        program = engine_step(case)
        expected = reference.gradients(case.layers, case.objective, case.x, case.y)
        largest = max(np.abs(part).max() for pair in expected for part in pair)
        room = 1e-12 * largest + 1e-15
        for number, (_, db) in enumerate(expected, 1):
            assert np.abs(program.view(f"delta{number}")[0] - db).max() <= room
