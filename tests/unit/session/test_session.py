"""Stepping, running and going back are one and the same, bit for bit."""

import random

import numpy as np
import pytest

from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.session.session import Session
from tests.examples import one_neuron, small, two_two_two

MOVES = [
    f"{way}_{far}" for way in ("step", "back") for far in ("operation", "phase", "batch", "epoch")
]


def state(session):
    return session.memory.array[: session.memory.state_stop].copy()


def shown(session):
    values = {op.name: session.value(op.name) for op in session.program.operations}
    return {name: None if v is None else v.copy() for name, v in values.items()}


def same(first, second):
    return all(
        (v is None and second[n] is None) or np.array_equal(v, second[n]) for n, v in first.items()
    )


def test_the_example_to_the_last_digit():
    session = Session(one_neuron())
    session.step_batch()
    assert session.value("a2").item() == pytest.approx(0.653786, abs=5e-7)
    assert session.value("loss").item() == pytest.approx(0.059932, abs=5e-7)
    found = [session.value(name).item() for name in ("W1", "b1", "W2", "b2")]
    assert found == [
        0.4006445672678901,
        0.3012891345357802,
        0.7048779400938787,
        0.20783656031705777,
    ]


@pytest.mark.parametrize(("frozen", "second"), [(True, 0.291027774), (False, 0.280471447)])
def test_the_published_example(frozen, second):
    session = Session(two_two_two(frozen))
    session.run(2)
    assert session.history.losses == pytest.approx([0.298371109, second], abs=5e-10)
    assert (session.value("b1").tolist() == [0.35, 0.35]) is frozen


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_run_steps_and_operations_are_bit_identical(optimizer, shuffle):
    project = small(optimizer, shuffle=shuffle, l1=0.01 * shuffle, l2=0.01)
    ran, stepped, walked = (Session(project) for _ in range(3))
    ran.run(37)
    for _ in range(37):
        stepped.step_batch()
    while walked.position.executed < ran.position.executed:
        walked.step_operation()
    for other in (stepped, walked):
        assert np.array_equal(state(ran), state(other))
        assert np.array_equal(ran.history.losses, other.history.losses)
        assert np.array_equal(ran.history.penalties, other.history.penalties)


@pytest.mark.parametrize("project", [one_neuron(), small("adam", shuffle=True)])
def test_a_thousand_moves_come_back_to_the_same_numbers(project):
    session, choose = Session(project), random.Random(11)
    session.jump(203)
    before, values = state(session), shown(session)
    for _ in range(1000):
        getattr(session, choose.choice(MOVES))()
    session.jump(203)
    assert np.array_equal(state(session), before)
    assert same(values, shown(session))


def test_nothing_is_shown_before_it_is_computed():
    session = Session(one_neuron())
    assert session.value("z1") is None
    assert session.value("x").item() == 0.5
    session.step_operation()
    assert session.value("z1").item() == 0.5
    assert session.value("a1") is None
    session.back_operation()
    assert session.value("z1") is None


def test_phases_in_their_order():
    session = Session(one_neuron())
    ends = []
    for _ in range(5):
        session.step_phase()
        ends.append(session.current.name)
    assert ends == ["a2", "loss", "db1", "b2", "a2"]
    session.back_phase()
    assert session.position.done == 15


def test_an_edit_cuts_the_future_and_undo_brings_it_back():
    session = Session(small())
    session.run(30)
    end, losses = session.position.executed, session.history.losses.copy()
    session.jump(7 * session.operations)
    change = session.edit("W1", (2, 1), 1.5)
    assert change.dropped == 23
    assert session.value("W1")[2, 1] == 1.5
    session.run(5)
    edited = state(session)
    session.undo()
    assert session.position.executed == 7 * session.operations
    assert np.array_equal(session.history.losses, losses)
    session.redo()
    session.run(5)
    assert np.array_equal(state(session), edited)
    session.restart()
    session.run(12)
    assert np.array_equal(state(session), edited)
    session.undo()
    session.jump(end)
    assert np.array_equal(session.history.losses, losses)


def test_edits_are_checked():
    session = Session(one_neuron())
    with pytest.raises(ValueError, match="finite"):
        session.edit("W1", (0, 0), float("nan"))
    with pytest.raises(ValueError, match="not a weight"):
        session.edit("z1", (0, 0), 1.0)
    with pytest.raises(IndexError, match="no element"):
        session.edit("W1", (1, 0), 1.0)


@pytest.mark.parametrize("way", ["run", "walk"])
def test_divergence_stops_at_the_last_finite_state(way):
    session = Session(small(rate=1e200, layers=((3, "relu"), (1, "identity"))))
    if way == "run":
        change = session.run(1000)
    else:
        change = session.step_operation()
        while change.halt is None:
            change = session.step_operation()
    assert (change.halt.step, change.halt.operation) == (2, "z2")
    assert "z2[0,0]" in change.halt.message
    assert "learning rate" in change.halt.message
    assert np.isfinite(session.memory.array).all()
    assert session.step_operation().halt == change.halt


def test_far_jumps_agree_after_checkpoints_are_thinned():
    session = Session(small("momentum"))
    session.history._budget = 2000
    session.run(3000)
    end = state(session)
    assert session.history.every > 100
    session.jump(1234 * session.operations)
    fresh = Session(session.project)
    fresh.run(1234)
    assert np.array_equal(state(session), state(fresh))
    session.run(3000 - 1234)
    assert np.array_equal(state(session), end)
