"""How layers fare, against plain calculations and networks that are known to be ill."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.session.aside.health import BINS, Health, Trouble, gradient_norms
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small
from tests.reference import network as reference
from tests.unit.session.aside.test_evaluate import layers_of


def test_lengths_are_those_of_the_next_update():
    session, health = Session(small("adam", rows=6)), Health()
    session.run(7)
    found = health.look(session)
    before = {n: session.value(n).copy() for n in ("W2", "b2")}
    session.run(1)
    update = np.sqrt(
        sum(np.square(session.value(n) - values).sum() for n, values in before.items())
    )
    size = np.sqrt(sum(np.square(values).sum() for values in before.values()))
    gradient = np.sqrt(sum(np.square(session.value(f"d{n}")).sum() for n in before))
    assert found[1].gradient == pytest.approx(gradient, rel=1e-14)
    assert found[1].ratio == pytest.approx(update / size, rel=1e-9)


def test_outputs_are_counted_over_all_training_rows():
    project = small(rows=30)
    session = Session(project)
    session.run(3)
    first = Health().look(session)[0]
    outputs = reference.sums(layers_of(session), project.data.train[:, :2])[0][1].real
    counts, _ = np.histogram(outputs, bins=BINS, range=(-1.0, 1.0))
    assert first.ends == (-1.0, 1.0)
    assert first.counts.tolist() == counts.tolist()
    assert first.counts.sum() == 30 * 4


def test_looking_changes_no_number():
    session, alone = Session(small("adam", shuffle=True)), Session(small("adam", shuffle=True))
    health = Health()
    for _ in range(30):
        session.jump(session.position.executed + 5)
        health.look(session)
    alone.jump(150)
    memory = session.machine.compiled.memory.array
    np.testing.assert_array_equal(memory, alone.machine.compiled.memory.array)


def test_dead_units_are_counted():
    session = Session(small(layers=((4, "relu"), (1, "sigmoid"))))
    session.edit({Element("b1", (unit,)): 5.0 for unit in range(4)})
    assert not any(layer.dead for layer in Health().look(session))
    session.edit({Element("b1", (0,)): -50.0, Element("b1", (2,)): -50.0})
    first = Health().look(session)[0]
    assert first.dead == 2
    assert Trouble.DEAD in first.troubles


def test_saturated_layers_are_told():
    session = Session(small(layers=((4, "tanh"), (1, "sigmoid"))))
    session.edit({Element("b1", (unit,)): 9.0 for unit in range(3)})
    first, last = Health().look(session)
    assert first.saturated == 0.75
    assert Trouble.SATURATED in first.troubles
    assert Trouble.SATURATED not in last.troubles


def test_a_deep_sigmoid_network_s_gradient_vanishes():
    layers = (*((6, "sigmoid") for _ in range(8)), (1, "sigmoid"))
    found = Health().look(Session(small(layers=layers, rows=20, batch_size=0)))
    assert Trouble.VANISHING in found[0].troubles
    assert found[-1].troubles == ()
    assert found[0].gradient < found[4].gradient < found[-1].gradient


def test_large_gradients_and_updates_are_told():
    project = small(layers=((4, "relu"), (1, "identity")), rate=0.5)
    rows = project.data.train.copy()
    rows[:, 2] = 1e5
    found = Health().look(Session(replace(project, data=replace(project.data, train=rows))))
    assert found[-1].troubles == (Trouble.EXPLODING, Trouble.FAST)


def test_where_numbers_overflow_there_is_no_length():
    session = Session(small(layers=((2, "identity"), (1, "identity")), rate=1e5))
    assert session.run(1000).halt is not None
    found = Health().look(session)
    assert np.isnan(found[0].gradient)
    assert Trouble.EXPLODING in found[0].troubles


def test_the_trend_is_that_of_the_kept_gradients():
    session = Session(small())
    session.run(12)
    steps, norms = gradient_norms(session, 2)
    assert steps.tolist() == list(range(13))
    both = [session.value("dW2"), session.value("db2")]
    expected = np.sqrt(sum(np.square(part).sum() for part in both))
    assert norms[-1] == pytest.approx(expected, rel=1e-14)
    assert np.isnan(norms[0])
