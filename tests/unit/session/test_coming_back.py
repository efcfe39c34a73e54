"""Coming back to a moment shows what it showed, however one comes."""

import random
from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small

FORWARDS = [f"step_{far}" for far in ("operation", "phase", "batch", "epoch")]
BACKWARDS = [f"back_{far}" for far in ("operation", "phase", "batch", "epoch")]
DEEP = ((8, "tanh"), (8, "relu"), (1, "sigmoid"))


def shown(session):
    """Give the state of training, and all that the step in view shows, as bytes."""
    names = [op.name for op in session.program.operations] + ["x", "y"]
    values = {name: session.value(name) for name in names}
    found = {name: None if v is None else v.tobytes() for name, v in values.items()}
    state = session.memory.array[: session.memory.state_stop].tobytes()
    return found | {"state": state, "rows": session.rows.tobytes()}


def walked(project, executed):
    session = Session(project)
    while session.position.executed < executed:
        session.step_operation()
    return session


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_moves_and_back(optimizer, seed):
    project = small(optimizer, layers=DEEP, rows=7, batch_size=3, shuffle=True, seed=seed)
    session, choose = Session(project), random.Random(seed)
    session.run(4)
    session.jump(session.position.executed + 9)
    there, before = session.position.executed, shown(session)
    moves = choose.choices(FORWARDS + BACKWARDS, k=1000)
    for move in moves:
        getattr(session, move)()
    # As many operations back as it is ahead, or ahead as it is back: one by one.
    while session.position.executed > there:
        session.back_operation()
    while session.position.executed < there:
        session.step_operation()
    assert shown(session) == before == shown(walked(project, there))


@pytest.mark.parametrize("moves", [FORWARDS, BACKWARDS])
def test_each_move_among_a_thousand_shows_the_right_numbers(moves):
    project = small(layers=DEEP, rows=5, batch_size=2, shuffle=True)
    session, choose, seen = Session(project), random.Random(5), {}
    for _ in range(1000):
        if session.position.updates > 12 or choose.random() < 0.02:
            session.restart()
        elif session.position.executed == 0:
            session.jump_to_step(12)
        else:
            getattr(session, choose.choice(moves))()
        assert seen.setdefault(session.position.executed, shown(session)) == shown(session)
    for executed in choose.sample(sorted(seen), 10):
        assert seen[executed] == shown(walked(project, executed))


@pytest.mark.parametrize("step", [0, 3, 100, 200])
@pytest.mark.parametrize("far", [1, 2, 9])
def test_back_over_the_start_of_a_step_after_a_far_jump(step, far):
    """Step 100 has a checkpoint: its own values are not in it."""
    project = small(shuffle=True)
    session = Session(project)
    session.run(230)
    boundary = step * session.operations
    session.jump(boundary + far)
    for _ in range(far):
        session.back_operation()
    assert session.position.executed == boundary
    assert shown(session) == shown(walked(project, boundary))


def test_back_over_a_change_of_settings_shows_the_step_before_it():
    session = Session(small())
    session.jump_to_step(7)
    before = shown(session)
    session.step_phase()
    training = session.project.specification.training
    adam = replace(training, optimizer=Choice("adam", {"learning_rate": 0.01}))
    session.change_settings(with_training(session.project, adam), Label("settings"))
    session.step_operation()
    session.back_batch()
    assert session.position.updates == 7
    assert shown(session) == before


def at_a_change_of_settings():
    session = Session(small())
    session.jump_to_step(7)
    training = session.project.specification.training
    adam = replace(training, optimizer=Choice("adam", {"learning_rate": 0.01}))
    session.change_settings(with_training(session.project, adam), Label("settings"))
    return session


def test_no_time_to_begin_after_a_change_of_settings():
    session = at_a_change_of_settings()
    before = shown(session)
    session.run(20, lambda: True)
    assert session.position.updates == 7
    assert shown(session) == before


@pytest.mark.parametrize("way", ["run", "walk"])
def test_an_overflow_right_after_a_change_of_settings(way):
    session = at_a_change_of_settings()
    session.edit({Element("W1", (0, 0)): 1e308, Element("b1", (0,)): 1.7e308})
    before = shown(session)
    halt = (session.run(20) if way == "run" else session.step_operation()).halt
    assert (halt.step, halt.operation) == (8, "z1")
    assert shown(session) == before


def test_nothing_infinite_is_left_behind_by_an_overflow():
    session = Session(small(rate=1e200, layers=((3, "relu"), (1, "identity"))))
    assert session.run(10).halt is not None
    session.restart()
    assert np.isfinite(session.memory.array).all()
