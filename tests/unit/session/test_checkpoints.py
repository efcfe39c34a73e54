"""States kept along the way: which is found, which go where there are too many."""

import numpy as np

from bpsim.session.checkpoints import Checkpoints


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
