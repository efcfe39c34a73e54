"""What is watched: present values, and what is known of them at earlier steps."""

import numpy as np
import pytest

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Marks
from bpsim.session.stopping.watches import MOST_NOTED, Watches
from bpsim.session.values import Element
from tests.examples import one_neuron, small


def watching(project, *texts):
    session = Session(project)
    session.mark(Marks((), texts), Label("watch"))
    return session, Watches()


def test_values_are_those_of_the_session_for_the_sample_in_view():
    session, watches = watching(small(batch_size=3))
    session.step_batch()
    for sample in range(session.program.rows):
        read = {t: watches.read(session, t, sample).value for t in ("a1[2]", "a1", "x", "W1")}
        assert read["a1[2]"] == session.value("a1")[sample, 2]
        assert np.array_equal(read["a1"], session.value("a1")[sample])
        assert np.array_equal(read["x"], session.value("x")[sample])
        assert np.array_equal(read["W1"], session.value("W1"))
    assert watches.read(session, "loss < 1e9", 0).value is True
    assert watches.read(session, "2 * b1[0] - W2[0,1]", 0).value == (
        2 * session.value("b1")[0] - session.value("W2")[0, 1]
    )


def test_what_is_not_computed_is_absent():
    session, watches = watching(small())
    session.jump(2)
    assert watches.read(session, "a1[0]", 0).value is not None
    assert watches.read(session, "a1[0] + loss", 0).value is None
    assert watches.read(session, "W1[0,0]", 0).value == session.value("W1")[0, 0]


@pytest.mark.parametrize("text", ["", "loss <", "W9", "W1 + b1", "changed_sign(loss)"])
def test_what_cannot_be_read_says_why(text):
    session, watches = watching(small())
    assert watches.read(session, text, 0).problem.message
    assert len(watches.series(session, text, 0).steps) == 0


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("W1[2,1]", lambda r: r["W1_2_1"]),
        ("b2[1]", lambda r: r["b2_1"]),
        ("W1[0,0] * 2 + b1[3]", lambda r: r["W1_0_0"] * 2 + r["b1_3"]),
        ("sum(W2)", lambda r: sum(v for k, v in r.items() if k.startswith("W2"))),
        ("loss", lambda r: r["loss"]),
        ("step", lambda r: r["step"]),
        ("dW2[1,3]", lambda r: r["dW2_1_3"]),
        ("norm(db1)", lambda r: np.sqrt(sum(v**2 for k, v in r.items() if k.startswith("db1")))),
    ],
)
def test_the_history_of_parameters_gradients_and_losses_is_whole(text, means):
    from bpsim.storage.history_csv import history_csv

    session, watches = watching(small("momentum"), text)
    session.run(40)
    chunks = b"".join(
        c if isinstance(c, bytes) else c.encode()
        for c in history_csv(session.history.record(), gradients=True)
    )
    head, *lines = chunks.decode().splitlines()
    rows = [
        {
            k: float(v) if v else np.nan
            for k, v in zip(head.split(","), line.split(","), strict=True)
        }
        for line in lines
    ]
    series = watches.series(session, text, 0)
    assert series.kept
    found = dict(zip(series.steps, series.values, strict=True))
    assert set(found) == set(range(41))
    for row in rows:
        expected = means(row)
        if not np.isnan(expected):
            assert found[row["step"]] == pytest.approx(expected, rel=1e-12)


def test_of_others_what_passed_by_is_known():
    session, watches = watching(one_neuron(), "a1[0]", "W1[0,0]")
    seen = {}
    for _ in range(40):
        session.step_operation()
        watches.note(session, 0)
        value = session.value("a1")
        if value is not None:
            seen[session.position.step] = value.item()
    series = watches.series(session, "a1[0]", 0)
    assert not series.kept
    assert dict(zip(series.steps, series.values, strict=True)) == seen
    step = session.position.step
    assert series.before(step) == (step - 1, seen[step - 1])
    # Going back and forth adds nothing twice.
    session.jump(5)
    watches.note(session, 0)
    assert len(watches.series(session, "a1[0]", 0).steps) == len(seen)


def test_a_change_by_hand_makes_what_came_later_unknown():
    session, watches = watching(one_neuron(), "a1[0]")
    for _ in range(60):
        session.step_operation()
        watches.note(session, 0)
    session.jump_to_step(2)
    session.edit({Element("W1", (0, 0)): 2.0})
    watches.cut(session.position.updates)
    assert watches.series(session, "a1[0]", 0).steps.max() == 2


def test_memory_is_bounded_and_the_last_steps_stay():
    session, watches = watching(one_neuron(), "a1[0]")
    session.jump(2)
    for step in range(3 * MOST_NOTED):
        session.jump_to_step(step % 7)
        watches.note(session, 0)
    notes = watches._notes["a1[0]", 0]
    for step in range(3 * MOST_NOTED):
        notes.add(step, 0.0)
    assert len(notes.steps) <= MOST_NOTED
    assert notes.steps == sorted(set(notes.steps))
    assert notes.steps[-100:] == list(range(3 * MOST_NOTED - 100, 3 * MOST_NOTED))
