"""What another value of a parameter would do, beside what it does when it is really set."""

import numpy as np
import pytest

from bpsim.session.aside.what_if import WhatIf
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import one_neuron, small


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("operations", [0, 3, 9, 40])
@pytest.mark.parametrize("element", [Element("W1", (2, 1)), Element("b2", (0,))])
def test_what_comes_out_is_what_an_edit_gives(element, operations, shuffle):
    project = small(layers=((3, "tanh"), (1, "sigmoid")), l1=0.02, l2=0.1, shuffle=shuffle)
    session = Session(project)
    for _ in range(operations):
        session.step_operation()
    asked = WhatIf(session, element)
    found = asked.outcome(asked.value + 0.25)
    session.edit({element: asked.value + 0.25})
    while session.value("penalty") is None:
        session.step_operation()
    assert found.actual == float(session.value("loss") + session.value("penalty"))


def test_the_prediction_is_the_tangent():
    asked = WhatIf(Session(one_neuron()), Element("W2", (0, 0)))
    assert asked.value == 0.7
    assert asked.loss == pytest.approx(0.059932181935981)
    steps = 1e-4, 1e-5
    for step in steps:
        found = asked.outcome(0.7 + step)
        assert found.predicted - asked.loss == pytest.approx(-0.048779400938788 * step, rel=1e-9)
        # What is left goes with the square of the step.
        assert abs(found.actual - found.predicted) < 0.1 * step**2


def test_asking_changes_nothing():
    session = Session(small("adam", l2=0.1))
    for _ in range(20):
        session.step_operation()
    memory, at = session.memory.array.copy(), session.position
    asked = WhatIf(session, Element("W1", (0, 1)))
    for value in (-3.0, 0.0, 1e200):
        asked.outcome(value)
    assert session.position == at
    assert np.array_equal(session.memory.array, memory)
    assert session.undo_label is None


def test_only_parameters_can_be_asked_about():
    session = Session(one_neuron())
    with pytest.raises(ValueError, match="a1 is not a weight or a bias"):
        WhatIf(session, Element("a1", (0,)))
    with pytest.raises(IndexError):
        WhatIf(session, Element("W1", (0, 5)))
