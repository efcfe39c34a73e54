"""What is stated as a convention holds, and what others would get is what it says."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.losses import LOSSES
from bpsim.engine.parameters import Choice
from bpsim.explain.conventions import conventions
from bpsim.session.session import Session
from tests.examples import one_neuron, small


def about(project, rows=1):
    return {c.about: c for c in conventions(project.specification, rows)}


def gradients(project):
    session = Session(project)
    session.step_batch()
    return session.memory.array[
        session.memory.gradients.start : session.memory.gradients.stop
    ].copy()


def with_loss(project, name):
    spec = project.specification
    return replace(
        project, specification=replace(spec, training=replace(spec.training, loss=Choice(name)))
    )


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("outputs", [1, 3])
def test_every_loss_is_stated(loss, outputs):
    stated = about(small(loss=loss, layers=((2, "tanh"), (outputs, "sigmoid"))))
    assert list(stated) == [
        *("Counting", "Shape of W", "Loss of one sample", "Loss of a batch"),
        *("Error signal", "Penalty", "When updates apply"),
    ]
    assert all(c.here.endswith(".") and c.elsewhere.endswith(".") for c in stated.values())
    assert ("Σ" in str(stated["Loss of one sample"].formula)) == (outputs > 1)
    exact = "computed from z" in stated["Loss of one sample"].here
    assert exact == (loss == "binary_cross_entropy")


def test_without_the_half_gradients_are_twice_as_large():
    assert "twice as large" in about(one_neuron())["Loss of one sample"].elsewhere
    half, mean = one_neuron(), with_loss(one_neuron(), "mean_squared_error")
    assert np.allclose(gradients(mean), 2 * gradients(half), rtol=1e-14)


def test_the_batch_is_named():
    stated = about(small(), rows=5)
    assert "5 times as large" in stated["Loss of a batch"].elsewhere
    assert "1/N" in str(stated["Error signal"].formula)
    assert "1/N" not in str(about(small(), rows=1)["Error signal"].formula)


def test_the_penalty_says_whether_there_is_one():
    assert "None is set now" in about(small())["Penalty"].here
    assert "None is set now" not in about(small(l2=0.1))["Penalty"].here
