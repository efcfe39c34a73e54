"""A run finds out later than a step that a number is not finite, and stops at the same place."""

from dataclasses import replace
from itertools import chain, repeat

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.label import Label
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from tests.examples import small

STEPS = 40
ACTIVATIONS = ("sigmoid", "tanh", "relu", "softplus", "silu", "gelu_tanh", "identity")


def walk(project, steps=STEPS):
    """Go operation by operation, to the end or to where a number is not finite."""
    session, change = Session(project), None
    while session.position.updates < steps and (change is None or change.halt is None):
        change = session.step_operation()
    return session, change.halt


def session_of(project, every):
    """Give a session that notes a sample every so many steps, as it does after a long run."""
    session = Session(project)
    session.history.samples.every = every
    return session


def shown(session):
    names = [op.name for op in session.program.operations]
    values = [session.value(name) for name in names]
    return session.position, [None if v is None else v.tobytes() for v in values]


def projects():
    draws = np.random.default_rng(12)
    for seed in range(60):
        layers = tuple((int(draws.integers(1, 4)), str(draws.choice(ACTIVATIONS))) for _ in "abc")
        optimizer = str(draws.choice(["sgd", "momentum", "adam", "rmsprop", "adagrad"]))
        rate, l2 = 10.0 ** draws.uniform(0, 200), float(draws.choice([0.0, 1e-3]))
        batch = int(draws.integers(1, 4))
        work = small(optimizer, layers=layers, rate=rate, l2=l2, batch_size=batch, seed=seed)
        specification = work.specification
        layers = tuple(
            replace(layer, frozen_weights=bool(draws.random() < 0.3))
            for layer in specification.network.layers
        )
        network = replace(specification.network, layers=layers)
        yield replace(work, specification=replace(specification, network=network))


def test_a_run_halts_where_a_walk_does():
    halts = set()
    for project in projects():
        walked, halt = walk(project)
        for every, slices in ((1, (STEPS,)), (64, (STEPS,)), (64, (7, 13, STEPS))):
            session, found = session_of(project, every), None
            for steps in slices:
                left = min(steps, STEPS - session.position.updates)
                found = session.run(left).halt if left and found is None else found
            assert repr(found) == repr(halt)  # its value may be nan
            assert shown(session) == shown(walked)
            assert session.history.losses.tolist() == walked.history.losses.tolist()
        halts.add(halt and halt.operation[:2])
    assert len(halts) > 5, "the networks overflow in too few places"


def one_unit(weight, target, optimizer="sgd", rate=0.1, frozen=False, second=1.0):
    layers = (
        Layer(1, "identity", ((weight,),), (0.0,), frozen, frozen),
        Layer(1, "identity", ((second,),), (0.0,), False, False),
    )
    training = Training(Choice("half_squared_error"), Choice(optimizer, {"learning_rate": rate}))
    data = Dataset.of(("x",), ("y",), [[0.0, 0.0]] * 5 + [[1.0, target]])
    return Project("one", Specification(Network(1, layers), training), data)


@pytest.mark.parametrize("every", [1, 64])
@pytest.mark.parametrize(
    ("project", "operation"),
    [
        # The square of a gradient is infinite, the parameter it moves by nothing is not.
        (one_unit(0.0, 1e153, "adam", second=100.0), "vW1"),
        # A gradient is infinite, its frozen parameter is not.
        (one_unit(0.0, 1e150, frozen=True, second=1e200), "delta1"),
        (one_unit(0.0, 1e160), "loss"),
        (one_unit(1e300, 1e300, second=1e300), "z2"),
        (one_unit(0.0, 1e150, rate=1e200, second=0.0), "b2"),
    ],
)
def test_what_is_infinite_for_a_moment_only_is_found(project, operation, every):
    _, halt = walk(project, 30)
    assert (halt.step, halt.operation) == (6, operation)
    assert repr(session_of(project, every).run(30).halt) == repr(halt)


@pytest.mark.parametrize("every", [1, 64])
@pytest.mark.parametrize(
    ("project", "condition", "operation"),
    [
        (one_unit(0.0, 1e150, rate=1e200), "loss > 1e200", "loss"),
        (one_unit(0.0, 1e150, second=1e200), "loss > 1e200", "loss"),
        (one_unit(0.0, 1e150, frozen=True, second=1e200), "loss > 1e200", "loss"),
        (one_unit(0.0, 1e150, rate=1e200, second=1e-120), "abs(W1[0,0]) > 1e200", "W1"),
    ],
)
def test_a_breakpoint_before_what_overflows_is_reached(project, condition, operation, every):
    session = session_of(project, every)
    session.mark(Marks((Breakpoint(condition=condition),)), Label("breakpoints"))
    change = session.advance(10**6)
    assert change.halt is None
    assert (change.stop.operation, session.position.step) == (operation, 6)


@pytest.mark.parametrize("condition", ["abs(W1[0,0]) > 1e300", "not finite(delta2)"])
def test_a_breakpoint_is_not_reached_by_what_an_overflow_leaves(condition):
    project = one_unit(0.0, 1e150, rate=1e200)
    session = session_of(project, 64)
    session.mark(Marks((Breakpoint(condition=condition),)), Label("breakpoints"))
    change = session.advance(10**6)
    assert change.stop is None
    assert repr(change.halt) == repr(walk(project)[1])


SATURATED = ("sigmoid", "silu", "gelu_tanh", "softplus", "tanh")


@pytest.mark.parametrize("activation", SATURATED)
@pytest.mark.parametrize("batch_size", [1, 2])
def test_sums_too_large_for_exp_are_trained_on(activation, batch_size):
    draws = np.random.default_rng(2)
    rows = [[x, *draws.random(1)] for x in (-3000.0, -740.0, 1.0, 705.0, 712.0, 740.0, 1e5)]
    layers = (Layer(3, activation), Layer(2, activation), Layer(1, "sigmoid"))
    training = Training(
        Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}), batch_size=batch_size
    )
    project = Project(
        "far", Specification(Network(1, layers), training), Dataset.of(("x",), ("y",), rows)
    )
    walked, halt = walk(project, 30)
    session = Session(project)
    assert halt is None
    assert session.run(30).halt is None
    assert shown(session) == shown(walked)
    assert session.history.losses.tolist() == walked.history.losses.tolist()
    assert np.isfinite(session.memory.array).all()


@pytest.mark.parametrize("loss", ["half_squared_error", "mean_squared_error", "huber"])
def test_losses_of_samples_are_there_when_time_is_up(loss):
    project = small(loss=loss, layers=((3, "tanh"), (2, "sigmoid")), rows=6, batch_size=3)
    session, walked = Session(project), Session(project)
    asked = chain((False,), repeat(True))
    session.run(10**6, lambda: next(asked))
    at = session.position
    assert at.done == at.operations
    walked.jump(at.executed)
    found, expected = (s.program.stored("losses") for s in (session, walked))
    assert found.tobytes() == expected.tobytes()
    assert found.all()
