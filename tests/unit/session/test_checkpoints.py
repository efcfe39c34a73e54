"""States kept along the way: which is found, which go where there are too many."""

import numpy as np

from bpsim.session import machine
from bpsim.session.checkpoints import Checkpoints
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small


def state(step):
    return np.array([float(step), 0.0])


def kept(every=10, until=100):
    checkpoints = Checkpoints(state(0), 1)
    checkpoints.every = every
    for step in range(every, until + 1, every):
        checkpoints.add(step, state(step))
    return checkpoints


def test_the_last_one_before_a_step_is_found():
    checkpoints = kept()
    for step in range(130):
        found, values = checkpoints.nearest(step)
        assert found == min(step // 10 * 10, 100)
        assert values[0] == found


def test_a_state_is_a_copy():
    checkpoints, live = Checkpoints(state(0), 1), state(7)
    checkpoints.add(7, live)
    live[0] = -1.0
    assert checkpoints.nearest(7)[1][0] == 7.0


def test_one_that_comes_late_takes_its_place():
    checkpoints = kept()
    checkpoints.add(35, state(35))
    assert [checkpoints.nearest(step)[0] for step in (34, 35, 39, 40)] == [30, 35, 35, 40]


def test_every_other_one_goes_where_there_are_too_many():
    checkpoints = Checkpoints(state(0), 1)
    checkpoints.every, checkpoints.budget = 10, 50 * 16
    for step in range(1, 100_001):
        if step % checkpoints.every == 0:
            checkpoints.add(step, state(step))
        assert checkpoints.nbytes <= checkpoints.budget
    assert checkpoints.every == 2560
    assert len(checkpoints) > 25
    for step in range(0, 100_000, 777):
        assert step - checkpoints.nearest(step)[0] < checkpoints.every


def test_what_is_cut_off_can_be_given_back():
    checkpoints = kept()
    gone = checkpoints.cut(50)
    assert sorted(gone) == [60, 70, 80, 90, 100]
    assert checkpoints.nearest(99)[0] == 50
    checkpoints.add(60, state(60))
    checkpoints.attach(gone)
    assert [checkpoints.nearest(step)[0] for step in (59, 60, 99, 1000)] == [50, 60, 90, 100]
    assert len(checkpoints) == 11


def test_much_work_lies_denser():
    assert Checkpoints(state(0), 1).every == 100
    assert Checkpoints(state(0), 1_000_000).every == 10
    assert Checkpoints(state(0), 10**9).every == 1


def test_those_lent_count_until_the_next_or_until_something_is_cut_off():
    checkpoints = kept()
    checkpoints.lend({55: state(55), 58: state(58)})
    assert [checkpoints.nearest(step)[0] for step in (54, 55, 57, 59, 60)] == [50, 55, 55, 58, 60]
    checkpoints.lend({63: state(63)})
    assert [checkpoints.nearest(step)[0] for step in (59, 65)] == [50, 63]
    checkpoints.attach(checkpoints.cut(80))
    assert checkpoints.nearest(65)[0] == 60


def test_a_long_replay_leaves_states_near_its_end(monkeypatch):
    monkeypatch.setattr(machine, "_LONG_REPLAY", 30)
    session = Session(small("momentum"))
    session.history.checkpoints.every = 10**6
    session.run(500)
    session.edit({Element("b1", (0,)): 0.5})
    session.run(500)
    seen = {}
    for step in (900, 899, 898, 700, 501, 500, 499, 250, 249, 900, 498, 1000):
        back = step < session.position.updates
        session.jump_to_step(step)
        found, _ = session.history.checkpoints.nearest(step)
        assert not back or step - found < 30
        now = session.machine.compiled.state.tobytes()
        assert seen.setdefault(step, now) == now
    fresh = Session(small("momentum"))
    fresh.jump_to_step(499)
    assert fresh.machine.compiled.state.tobytes() == seen[499]
    session.undo()
    session.jump_to_step(500)
    fresh.jump_to_step(500)
    assert fresh.machine.compiled.state.tobytes() == session.machine.compiled.state.tobytes()
