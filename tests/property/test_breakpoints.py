"""Breakpoints against a walk that looks after each operation, with conditions in plain NumPy."""

import re
from dataclasses import replace
from itertools import count

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bpsim.engine.parameters import Choice
from bpsim.engine.program import Phase
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from bpsim.session.values import Element
from tests.examples import one_neuron, small

PROJECTS = {
    "one neuron": one_neuron(),
    "adam": small("adam", shuffle=True, layers=((4, "relu"), (2, "identity")), rate=0.05),
    "decayed": small("adamw", batch_size=1, l2=0.01, rate=0.05),
    "momentum": small("momentum", batch_size=4, l1=0.01, layers=((3, "relu"), (2, "tanh"))),
}
# As typed, and what it means for one sample's values in plain NumPy. The dictionaries are the
# values now and those at the same operation of the step before.
CONDITIONS = {
    "loss < 0.12": lambda now, old: now["loss"] < 0.12,
    "abs(dW1[0,0]) > 0.02": lambda now, old: abs(now["dW1"][0, 0]) > 0.02,
    "a1[0] == 0 or a1[0] > 0.6": lambda now, old: now["a1"][0] == 0 or now["a1"][0] > 0.6,
    "W1[0,0] > b2[0] and not loss > 0.3": lambda now, old: (
        now["W1"][0, 0] > now["b2"][0] and not now["loss"] > 0.3
    ),
    "norm(delta2) * 2 - 1e-1 >= .1": lambda now, old: (
        np.linalg.norm(now["delta2"]) * 2 - 0.1 >= 0.1
    ),
    "changed_sign(W1[0,0])": lambda now, old: (
        old is not None and np.sign(now["W1"][0, 0]) != np.sign(old["W1"][0, 0])
    ),
    "change(loss) > 0": lambda now, old: old is not None and now["loss"] - old["loss"] > 0,
    "previous(W1[0,0]) < W1[0,0]": lambda now, old: (
        old is not None and old["W1"][0, 0] < now["W1"][0, 0]
    ),
    "step == 7 or step * epoch / batch > 20": lambda now, old: (
        now["step"] == 7 or now["step"] * now["epoch"] / now["batch"] > 20
    ),
    "x[0] > 0.4 and y[0] < 0.5": lambda now, old: now["x"][0] > 0.4 and now["y"][0] < 0.5,
}
NAMES = {"W1", "b2", "loss", "a1", "dW1", "delta2", "x", "y", "step", "epoch", "batch"}
READS = {text: NAMES & set(re.split(r"\W", text)) for text in CONDITIONS}
SAMPLED = ("x", "y", "a1", "delta2")


def values_now(session, reads):
    """Give the values of each sample, or nothing where one is not computed."""
    at = session.position
    counters = {"step": at.step, "epoch": at.epoch, "batch": at.batch}
    shared = {name: counters[name] for name in reads if name in counters}
    for name in reads - shared.keys():
        value = session.value(name)
        if value is None:
            return None
        shared[name] = value.copy()
    rows = session.program.rows
    return [
        {name: value[k] if name in SAMPLED else value for name, value in shared.items()}
        for k in range(rows)
    ]


def looked_at(session, reads):
    """Tell whether the operation that ran last is one after which the condition is looked at."""
    current, at = session.current, session.position
    begins = at.done == 1 and reads & {"x", "y", "step", "epoch", "batch"}
    if current.phase is not Phase.UPDATE:
        return bool(begins) or current.name in reads
    later = session.program.operations[at.done :]
    return current.name in reads and all(op.name not in reads for op in later)


def scan(project, mark, until):
    """Walk operation by operation; list the moments at which a breakpoint is reached."""
    session, found = Session(project), []
    was, olds = False, {}
    means = CONDITIONS.get(mark.condition)
    reads = READS.get(mark.condition, set())
    while session.position.executed < until:
        session.step_operation()
        current = session.current
        if mark.operation:
            if not mark.is_at(current):
                continue
        elif not looked_at(session, reads):
            continue
        if means is None:
            found.append(session.position.executed)
            continue
        now = values_now(session, reads)
        if now is None:
            continue
        key = (current.name, current.kind)
        holds = any(bool(means(sample, olds.get(key))) for sample in now)
        olds[key] = now[0]  # what looks back here is shared by all samples
        if holds and (mark.operation or not was):
            found.append(session.position.executed)
        was = holds
    return found


@st.composite
def marks(draw):
    condition = draw(st.sampled_from(sorted(CONDITIONS)))
    return Breakpoint(condition=condition)


@st.composite
def attached(draw):
    name = draw(st.sampled_from(["z1", "a2", "loss", "delta1", "dW1", "db1", "W1", "b1", "W2"]))
    allowed = {"x[0] > 0.4 and y[0] < 0.5", "step == 7 or step * epoch / batch > 20", ""}
    if name in ("W1", "b1", "W2"):
        allowed |= {
            "loss < 0.12",
            "abs(dW1[0,0]) > 0.02",
            "W1[0,0] > b2[0] and not loss > 0.3",
            "previous(W1[0,0]) < W1[0,0]",
            "changed_sign(W1[0,0])",
        }
    if name in ("a2", "loss", "delta1", "dW1", "db1"):
        allowed |= {"a1[0] == 0 or a1[0] > 0.6"}
    return Breakpoint(operation=name, condition=draw(st.sampled_from(sorted(allowed))))


def marked(project, *breakpoints):
    session = Session(project)
    session.mark(Marks(breakpoints), Label("breakpoints"))
    return session


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(PROJECTS)),
    mark=marks() | attached(),
    start=st.integers(0, 60),
    rest=st.integers(1, 700),
)
def test_runs_stop_where_a_walk_finds_it_and_go_back_there(name, mark, start, rest):
    project = PROJECTS[name]
    until = start + rest
    moments = scan(project, mark, until)
    session = marked(project, mark)
    session.jump(start)
    found = []
    for _ in count():
        change = session.advance(until)
        if change.stop is None:
            break
        assert change.stop.executed == change.after.executed
        assert change.stop.breakpoint == mark
        found.append(change.after.executed)
        plain = Session(project)
        plain.jump(change.after.executed)
        same_numbers(session, plain)
    assert change.after.executed == until
    assert found == [m for m in moments if m > start]
    back = []
    while (change := session.retreat(0)).stop is not None:
        assert change.stop.executed == change.after.executed
        back.append(change.after.executed)
    assert session.position.executed == 0
    assert back == [m for m in reversed(moments) if m < until]


def same_numbers(session, plain):
    assert session.position == plain.position
    for operation in plain.program.operations:
        ours, theirs = session.value(operation.name), plain.value(operation.name)
        assert (ours is None) == (theirs is None)
        assert ours is None or ours.tobytes() == theirs.tobytes(), operation.name
    ours, theirs = session.history.losses, plain.history.losses
    assert np.array_equal(ours, theirs[: len(ours)])


SETTINGS = (
    {"optimizer": Choice("sgd", {"learning_rate": 0.5})},
    {"l1": 0.1, "l2": 0.01},
    {"batch_size": 3},
    {"shuffle": True, "seed": 9},
)


@st.composite
def histories(draw):
    """Train, change weights and settings by hand, and train on."""
    session = Session(PROJECTS[draw(st.sampled_from(sorted(PROJECTS)))])
    for _ in range(draw(st.integers(1, 4))):
        session.advance(session.position.executed + draw(st.integers(1, 200)))
        if draw(st.booleans()):
            value = draw(st.floats(-2.0, 2.0))
            session.edit({Element("W1", (0, 0)): value})
        else:
            now = session.project
            training = replace(now.specification.training, **draw(st.sampled_from(SETTINGS)))
            session.change_settings(with_training(now, training), Label("settings"))
    session.advance(session.position.executed + draw(st.integers(1, 100)))
    return session


@settings(max_examples=40, deadline=None)
@given(session=histories(), mark=marks(), start=st.floats(0.0, 1.0))
def test_going_on_finds_what_going_back_finds_across_edits_and_settings(session, mark, start):
    end = session.history.horizon
    losses = session.history.losses.copy()
    session.mark(Marks((mark,)), Label("breakpoints"))
    session.jump(0)
    forwards = []
    while (change := session.advance(end)).stop is not None:
        forwards.append(change.after.executed)
    assert session.position.executed == end
    back = []
    while (change := session.retreat(0)).stop is not None:
        back.append(change.after.executed)
    assert back == [m for m in reversed(forwards) if m < end]
    assert np.array_equal(session.history.losses, losses)
    # From anywhere else in between, the same ones.
    begin = int(start * end)
    session.jump(begin)
    later = []
    while (change := session.advance(end)).stop is not None:
        later.append(change.after.executed)
    assert later == [m for m in forwards if m > begin]
