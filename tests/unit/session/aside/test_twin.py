"""A twin stands where its session does, and goes the same way."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bpsim.engine.parameters import Choice
from bpsim.session.aside.twin import twin_of
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.standing import named
from bpsim.session.values import Element
from tests.examples import small

MOVES = ("operation", "batch", "back", "run", "edit", "settings")


def make(session, move, count):
    if move == "operation":
        session.step_operation()
    elif move == "batch":
        session.step_batch()
    elif move == "back":
        session.jump(max(session.position.executed - count, 0))
    elif move == "run":
        session.run(count)
    elif move == "edit":
        session.edit({Element("b1", (1,)): 0.1 * count})
    else:
        training = session.project.specification.training
        choice = Choice("adam", {"learning_rate": 0.01 * count})
        session.change_settings(
            with_training(session.project, replace(training, optimizer=choice)), Label("optimizer")
        )


def numbers(session):
    state = named(session.machine.compiled, session.machine.compiled.state)
    return session.position, {name: value.tobytes() for name, value in state.items()}


@settings(max_examples=80)
@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(1, 30)), max_size=8))
def test_a_twin_goes_the_same_way(moves):
    session = Session(small("momentum", shuffle=True, l2=0.01))
    for move, count in moves:
        make(session, move, count)
    at = session.position.executed
    before = (*numbers(session), session.history.losses.tobytes(), session.history.horizon)
    twin = twin_of(session)
    assert numbers(twin) == numbers(session)
    assert twin.history.horizon == at
    operations = twin.operations
    for _ in range(operations):
        name = twin.step_operation().after
        assert name.executed == twin.position.executed
    assert (*numbers(session), session.history.losses.tobytes(), session.history.horizon) == before
    # What was changed by hand later on is no part of it; without that the ways are one.
    if not any(edit.executed > at for edit in session.history.edits) and all(
        era.executed <= at for era in session.history.eras
    ):
        session.jump(at + operations)
        assert numbers(twin) == numbers(session)
        assert np.array_equal(twin.program.view("loss"), session.program.view("loss"))
