"""What undo keeps stays within bounds, and many edits stay quick to find."""

import numpy as np

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small

FIRST = Element("b1", (0,))


def changed_often(times, budget=None):
    """Train on, go back and change something, again and again."""
    session = Session(small())
    if budget is not None:
        session._undo.budget = budget
    session.run(400)
    for number in range(times):
        session.jump_to_step(300)
        session.edit({FIRST: float(number)}, Label("edit", {"name": str(number)}))
        session.run(100)
    return session


def count_undos(session):
    count = 0
    while session.undo() is not None:
        count += 1
    return count


def test_all_changes_can_be_taken_back_within_bounds():
    assert count_undos(changed_often(20)) == 20


def test_the_oldest_changes_go_where_they_keep_too_much_but_never_the_last():
    enough = count_undos(changed_often(20, budget=300_000))
    assert 1 < enough < 20
    session = changed_often(20, budget=0)
    kept = session.history.losses.copy()
    assert session.undo() is not None
    session.redo()
    assert np.array_equal(session.history.losses, kept)
    assert count_undos(session) == 1


def test_the_edits_of_a_moment_are_found_among_many():
    session = Session(small())
    session.run(3)
    for number in range(300):
        session.run(1)
        session.edit({FIRST: number / 300})
        if number % 3 == 0:
            session.edit({Element("b1", (1,)): number / 300})
    history = session.history
    for executed in {edit.executed for edit in history.edits} | {0, 1, history.horizon + 5}:
        expected = [edit for edit in history.edits if edit.executed == executed]
        assert history.edits_at(executed) == expected
