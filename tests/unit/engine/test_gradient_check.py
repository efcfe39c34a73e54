"""The check of gradients at places where numerical derivatives are hard to come by."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.gradient_check import GradientCheck, check_gradients
from bpsim.engine.kernels import bind
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.session import Session
from tests.examples import small

TRAINING = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}))


def one_unit(activation, z):
    """Give a network of one input 1 whose only hidden unit has the weighted sum z."""
    layers = (Layer(1, activation, ((z,),), (0.0,)), Layer(1, "identity", ((2.0,),), (0.0,)))
    return Specification(Network(1, layers), TRAINING)


def verdicts(specification, parameters):
    batch = np.array([[1.0], [1.0], [-3.0]])
    found = check_gradients(specification, batch, np.array(parameters))
    return {row.name: row for row in found}


@pytest.mark.parametrize("z", [1e-3, -1e-4, 1e-5, -2e-6, 1e-6, 3e-7])
def test_beside_a_kink_the_derivative_is_found(z):
    """With input 1, weight 2 and target -3 the slope is 2 (2 z + 3), or 0 where relu is off."""
    rows = verdicts(one_unit("relu", z), [z, 0.0, 2.0, 0.0])
    assert {row.verdict for row in rows.values()} == {"right"}
    expected = 2 * (2 * z + 3) if z > 0 else 0.0
    assert rows["dW1[0,0]"].numerical == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_at_a_kink_both_sides_are_told():
    rows = verdicts(one_unit("leaky_relu", 0.0), [0.0, 0.0, 2.0, 0.0])
    row = rows["dW1[0,0]"]
    assert row.verdict == "kink"
    assert row.sides == pytest.approx((0.01 * 6, 6), rel=1e-4)
    assert rows["dW2[0,0]"].verdict == "right"
    assert rows["dW2[0,0]"].sides is None


@pytest.mark.parametrize("z", [0.3, 1e-5])
def test_a_wrong_slope_beside_a_kink_is_found(monkeypatch, z):
    right = ACTIVATIONS["relu"]

    def wrong(z, slope, kept):
        return [*right.derivative(z, slope, kept), bind(np.multiply, slope, 1.001, slope)]

    monkeypatch.setitem(ACTIVATIONS, "relu", replace(right, derivative=wrong))
    rows = verdicts(one_unit("relu", z), [z, 0.0, 2.0, 0.0])
    assert rows["dW1[0,0]"].verdict == "wrong"
    assert rows["dW1[0,0]"].relative == pytest.approx(0.001, rel=1e-2)
    assert rows["dW2[0,0]"].verdict == "right"


def test_the_order_of_the_checks_does_not_matter():
    session = Session(small(layers=((4, "tanh"), (3, "softplus"), (2, "sigmoid"))))
    check = GradientCheck(
        session.project.specification, session.upcoming_batch(), session.parameters()
    )
    forwards = {row.name: row for row in map(check.compare, check.places)}
    backwards = {row.name: row for row in map(check.compare, reversed(check.places))}
    assert forwards == backwards
    assert len(forwards) == 12 + 15 + 8


def test_a_few_places_only():
    session = Session(small())
    found = check_gradients(
        session.project.specification,
        session.upcoming_batch(),
        session.parameters(),
        [("b2", (1,)), ("W1", (3, 0))],
    )
    assert [row.name for row in found] == ["db2[1]", "dW1[3,0]"]
