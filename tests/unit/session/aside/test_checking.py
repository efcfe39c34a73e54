"""A gradient check at any moment: it is about the step in view, and leaves no trace."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpsim.session.aside.checking import check_of
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small

PROJECTS = (
    small("momentum", l1=0.01),
    small("adam", shuffle=True, l2=0.02),
    small("sgd", layers=((3, "gelu"), (2, "softmax")), loss="cross_entropy", batch_size=0),
)
MOVES = st.lists(st.sampled_from(["operation", "batch", "back", "run", "edit"]), max_size=8)


def moved(project, moves):
    session = Session(project)
    for move in moves:
        if move == "operation":
            session.step_operation()
        elif move == "batch":
            session.step_batch()
        elif move == "back":
            session.back_operation()
        elif move == "run":
            session.run(5)
        else:
            session.edit({Element("W1", (0, 0)): 0.25})
    return session


def snapshot(session):
    return (
        session.position,
        session.memory.array.tobytes(),
        session.history.losses.tobytes(),
        session.history.samples.parameters.tobytes(),
        session.version,
    )


@settings(max_examples=60)
@given(st.sampled_from(PROJECTS), MOVES, st.integers(0, 25))
def test_the_session_stays_as_it_is_and_goes_on_alike(project, moves, more):
    session, twin = moved(project, moves), moved(project, moves)
    before = snapshot(session)
    check = check_of(session)
    for place in check.places[::7]:
        check.compare(place)
    assert snapshot(session) == before
    for each in (session, twin):
        each.jump(each.position.executed + more)
        each.jump(max(each.position.executed - more - 2, 0))
    assert snapshot(session)[:4] == snapshot(twin)[:4]


@pytest.mark.parametrize("project", PROJECTS)
def test_the_gradients_are_those_that_the_step_used(project):
    """Whatever operation it stands at, and after the update too."""
    session = Session(project)
    session.run(3)
    for _ in range(session.operations):
        session.step_operation()
        found = {row.name: row for row in map(check_of(session).compare, check_of(session).places)}
        assert {row.verdict for row in found.values()} == {"right"}
        last = session.position.done == session.operations
        for layer in range(1, len(project.specification.network.layers) + 1):
            for name in (f"dW{layer}", f"db{layer}"):
                if last:
                    value = session.value(name)
                    for index in np.ndindex(value.shape):
                        assert found[str(Element(name, index))].gradient == value[index]
