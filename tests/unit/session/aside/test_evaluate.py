"""Outputs, losses and gradients beside the training, against the reference network."""

import numpy as np
import pytest

from bpsim.engine.losses import LOSSES
from bpsim.session.aside.evaluate import Evaluator, Objective
from bpsim.session.session import Session
from tests.examples import small
from tests.reference import network as reference
from tests.reference.network import Layer

PROJECTS = [
    small(),
    small(layers=((3, "softplus"), (3, "softmax")), loss="cross_entropy", batch_size=0),
    small(layers=((5, "gelu"), (2, "identity")), loss="huber", l1=0.01, l2=0.1),
]


def layers_of(session):
    layers = session.project.specification.network.layers
    return [
        Layer(session.value(f"W{n}").copy(), session.value(f"b{n}").copy(), layer.activation)
        for n, layer in enumerate(layers, 1)
    ]


def forward(layers, x):
    return reference.sums(layers, x)[-1][1].real


@pytest.mark.parametrize("project", PROJECTS)
@pytest.mark.parametrize("rows", [1, 7, 20_011])
def test_outputs_are_the_reference_s(project, rows):
    session = Session(project)
    session.run(3)
    inputs = np.random.default_rng(rows).normal(size=(rows, 2))
    evaluator = Evaluator(project.specification)
    found = evaluator.outputs(session.parameters(), inputs)
    assert found == pytest.approx(forward(layers_of(session), inputs), rel=1e-12, abs=1e-14)
    moved = session.parameters() + 0.1
    assert (evaluator.outputs(moved, inputs) != found).any()
    again = evaluator.outputs(session.parameters(), inputs)
    np.testing.assert_array_equal(again, found)


@pytest.mark.parametrize("project", PROJECTS)
def test_loss_and_gradient_are_the_reference_s(project):
    session = Session(project)
    session.run(3)
    data, training = project.data.train, project.specification.training
    layers = layers_of(session)
    named = LOSSES[training.loss.name]
    wanted = reference.Objective(
        named.name, training.loss.values(named.parameters), training.l1, training.l2
    )
    x, y = data[:, :2], data[:, 2:]
    objective = Objective(project.specification, data)
    value = objective.value(session.parameters())
    expected_value = reference.data_loss(layers, wanted, x, y) + reference.penalty(layers, wanted)
    assert value == pytest.approx(expected_value.real, rel=1e-12)
    expected = [part for pair in reference.gradients(layers, wanted, x, y) for part in pair]
    gradient = objective.gradient(session.parameters())
    # As they are stored: W turned round, then b.
    flat = np.concatenate([part.T.ravel() for part in expected])
    assert gradient == pytest.approx(flat, rel=1e-9, abs=1e-13)


def test_the_session_is_left_alone():
    project = small(batch_size=0)
    session = Session(project)
    session.run(3)
    before = session.memory.array.copy()
    Evaluator(project.specification).outputs(session.parameters() * 2, project.data.train[:, :2])
    Objective(project.specification, project.data.train).gradient(session.parameters() * 2)
    np.testing.assert_array_equal(session.memory.array, before)


def test_overflow_is_told_by_the_value_alone():
    project = small(layers=((2, "identity"), (1, "identity")))
    session = Session(project)
    value = Objective(project.specification, project.data.train).value(session.parameters() + 1e200)
    assert not np.isfinite(value)


@pytest.mark.parametrize("project", PROJECTS)
def test_what_each_layer_puts_out_is_the_reference_s(project):
    session = Session(project)
    session.run(3)
    inputs = np.random.default_rng(5).normal(size=(9, 2))
    found = Evaluator(project.specification).activations(session.parameters(), inputs)
    expected = reference.sums(layers_of(session), inputs)
    for layer, (_, a) in zip(found, expected, strict=True):
        assert layer == pytest.approx(a.real, rel=1e-12, abs=1e-14)
