"""The whole history, exported by a replay, holds the very bits of every step there ever was.

A training is driven in slices that pause at random, with jumps, hand edits and changed settings
between; then any step is jumped to and compared with its row, bit for bit.
"""

from dataclasses import replace
from unittest.mock import patch

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bpsim.engine.parameters import Choice
from bpsim.session import machine
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.history_csv import history_csv
from tests.examples import one_neuron, small, two_two_two

PROJECTS = {
    "one neuron a layer": one_neuron(),
    "frozen biases": two_two_two(True),
    "the last batch is smaller": small("momentum", l1=0.01),
    "shuffled": small("adam", shuffle=True, l2=0.01),
    "all rows at once": small("rmsprop", batch_size=0),
    "one row": small("nesterov", batch_size=1),
}
SETTINGS = (
    {"optimizer": Choice("sgd", {"learning_rate": 0.25})},
    {"optimizer": Choice("adamw", {"learning_rate": 0.01})},
    {"l2": 0.01},
    {"batch_size": 3},
    {"shuffle": True, "seed": 5},
)
slices = st.tuples(st.just("run"), st.integers(1, 90), st.none() | st.integers(1, 3))
jumps = st.tuples(st.just("jump"), st.floats(0.0, 1.0), st.none())
edits = st.tuples(st.just("edit"), st.floats(-2.0, 2.0), st.none())
changes = st.tuples(st.just("settings"), st.sampled_from(SETTINGS), st.none())
deeds = st.lists(slices | slices | jumps | edits | changes, min_size=2, max_size=9)


def drive(session, todo):
    """Do it all, always at the end of a step; give what later replaces a change in the past."""
    for kind, how, asked in todo:
        session.history.checkpoints.every = 7
        if kind == "run":
            left = iter(range(asked or 10**9))
            session.run(how, lambda left=left: next(left, None) is None)
        elif kind == "jump":
            session.jump_to_step(round(how * session.history.steps))
        elif kind == "edit" and session.position.updates:
            session.edit({Element("b1", (0,)): how})
        elif kind == "settings" and session.position.updates:
            now = session.project
            training = replace(now.specification.training, **how)
            session.change_settings(with_training(now, training), Label("settings"))


def rows_of(session):
    """Read the export: for each step its first row and its last."""
    text = b"".join(history_csv(session.history.record(), gradients=True)).decode()
    header, *lines = [line.split(",") for line in text.splitlines()]
    rows = {}
    for line in lines:
        rows.setdefault(int(line[0]), []).append(dict(zip(header, line, strict=True)))
    return {step: (found[0], found[-1]) for step, found in rows.items()}


def columns(session, prefix):
    """Name and read every parameter or gradient of the step in view."""
    found = {}
    for number in range(1, len(session.project.specification.network.layers) + 1):
        for kind in "Wb":
            name = f"{prefix}{kind}{number}"
            for index, value in np.ndenumerate(session.program.view(name)):
                found["_".join([name, *map(str, index)])] = value
    return found


def bits(values):
    return {name: np.float64(value).tobytes() for name, value in values.items()}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(PROJECTS)), deeds, st.lists(st.floats(0.0, 1.0), min_size=3, max_size=6)
)
def test_a_jump_gives_the_very_bits_of_the_row(name, todo, places):
    # What long replays leave matters in short ones, too.
    with patch.object(machine, "_LONG_REPLAY", 200):
        check_rows(name, todo, places)


def check_rows(name, todo, places):
    session = Session(PROJECTS[name])
    drive(session, todo)
    rows = rows_of(session)
    assert sorted(rows) == list(range(session.history.steps + 1))
    for place in places:
        step = round(place * session.history.steps)
        session.jump_to_step(step)
        updated, last = rows[step]
        now = columns(session, "")
        assert bits(now) == bits({column: last[column] for column in now})
        if step:
            slopes = columns(session, "d")
            assert bits(slopes) == bits({column: updated[column] for column in slopes})
            loss = session.history.losses[step - 1]
            assert bits({"loss": loss}) == bits({"loss": updated["loss"]})
            at = session.position
            assert (updated["epoch"], updated["batch"]) == (str(at.epoch), str(at.batch))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(sorted(PROJECTS)),
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 5)), min_size=1, max_size=6),
    st.lists(st.floats(0.0, 1.0), max_size=4),
)
def test_slices_pauses_and_jumps_leave_no_trace(name, slices, back):
    """Run in slices, paused, going back and on again, it is the history of one go."""
    session, places = Session(PROJECTS[name]), iter(back)
    for steps, asked in slices:
        left = iter(range(asked))
        session.run(steps, lambda left=left: next(left, None) is None)
        session.step_operation()
        session.jump_to_step(round(next(places, 1.0) * session.history.steps))
    session.jump(session.history.horizon)
    whole = Session(PROJECTS[name])
    whole.run(session.history.steps)
    assert bits(columns(session, "")) == bits(columns(whole, "")) or (
        session.position.done != session.position.operations
    )
    first, second = session.history, whole.history
    assert first.losses.tobytes() == second.losses.tobytes()
    assert first.samples.steps.tolist() == second.samples.steps.tolist()
    assert first.samples.parameters.tobytes() == second.samples.parameters.tobytes()
    assert np.array_equal(first.samples.gradients, second.samples.gradients, equal_nan=True)
