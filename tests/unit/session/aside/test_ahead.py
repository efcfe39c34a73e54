"""Where the next update leads, and that nothing of the training is touched by asking."""

import numpy as np
import pytest

from bpsim.session.aside.ahead import Ahead
from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.settings import with_activation
from tests.examples import small

OPTIMIZERS = ["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"]


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_it_is_where_the_update_then_leads(optimizer):
    session, ahead = Session(small(optimizer, shuffle=True)), Ahead()
    session.run(4)
    for done in range(session.operations):
        step = session.position.updates + 1
        expected = ahead.look(session).after
        before = session.machine.compiled.memory.array.copy()
        ahead.look(session)
        np.testing.assert_array_equal(before, session.machine.compiled.memory.array)
        here = session.position.executed
        session.jump_to_step(step)
        np.testing.assert_array_equal(session.parameters(), expected)
        session.jump(here + 1)
        assert session.position.done == done + 1 or session.position.updates == step


def test_other_settings_count_from_the_next_step_on():
    session, ahead = Session(small("adam")), Ahead()
    session.run(5)
    project = with_activation(session.project, 1, "relu")
    session.change_settings(project, Label("activation", {"layer": 1, "name": "relu"}))
    expected = ahead.look(session).after
    session.run(1)
    np.testing.assert_array_equal(session.parameters(), expected)


def test_there_is_none_where_numbers_overflow():
    session = Session(small(layers=((2, "identity"), (1, "identity")), rate=1e5))
    assert session.run(1000).halt is not None
    assert Ahead().look(session) is None
