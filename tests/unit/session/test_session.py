"""Stepping, running and going back are one and the same, bit for bit."""

import random
from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import SpecificationError
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import one_neuron, small, two_two_two

MOVES = [
    f"{way}_{far}" for way in ("step", "back") for far in ("operation", "phase", "batch", "epoch")
]


def state(session):
    return session.memory.array[: session.memory.state_stop].copy()


def shown(session):
    values = {op.name: session.value(op.name) for op in session.program.operations}
    return {name: None if v is None else v.copy() for name, v in values.items()}


def same(first, second):
    return all(
        (v is None and second[n] is None) or np.array_equal(v, second[n]) for n, v in first.items()
    )


def test_the_example_to_the_last_digit():
    session = Session(one_neuron())
    session.step_batch()
    assert session.value("a2").item() == pytest.approx(0.653786, abs=5e-7)
    assert session.value("loss").item() == pytest.approx(0.059932, abs=5e-7)
    found = [session.value(name).item() for name in ("W1", "b1", "W2", "b2")]
    assert found == [
        0.4006445672678901,
        0.3012891345357802,
        0.7048779400938787,
        0.20783656031705777,
    ]


@pytest.mark.parametrize(("frozen", "second"), [(True, 0.291027774), (False, 0.280471447)])
def test_the_published_example(frozen, second):
    session = Session(two_two_two(frozen))
    session.run(2)
    assert session.history.losses == pytest.approx([0.298371109, second], abs=5e-10)
    assert (session.value("b1").tolist() == [0.35, 0.35]) is frozen


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_run_steps_and_operations_are_bit_identical(optimizer, shuffle):
    project = small(optimizer, shuffle=shuffle, l1=0.01 * shuffle, l2=0.01)
    ran, stepped, walked = (Session(project) for _ in range(3))
    ran.run(37)
    for _ in range(37):
        stepped.step_batch()
    while walked.position.executed < ran.position.executed:
        walked.step_operation()
    for other in (stepped, walked):
        assert np.array_equal(state(ran), state(other))
        assert np.array_equal(ran.history.losses, other.history.losses)
        assert np.array_equal(ran.history.penalties, other.history.penalties)


@pytest.mark.parametrize("project", [one_neuron(), small("adam", shuffle=True)])
def test_a_thousand_moves_come_back_to_the_same_numbers(project):
    session, choose = Session(project), random.Random(11)
    session.jump(203)
    before, values = state(session), shown(session)
    for _ in range(1000):
        getattr(session, choose.choice(MOVES))()
    session.jump(203)
    assert np.array_equal(state(session), before)
    assert same(values, shown(session))


def test_nothing_is_shown_before_it_is_computed():
    session = Session(one_neuron())
    assert session.value("z1") is None
    assert session.value("x").item() == 0.5
    session.step_operation()
    assert session.value("z1").item() == 0.5
    assert session.value("a1") is None
    session.back_operation()
    assert session.value("z1") is None


def test_phases_in_their_order():
    session = Session(one_neuron())
    ends = []
    for _ in range(5):
        session.step_phase()
        ends.append(session.current.name)
    assert ends == ["a2", "loss", "db1", "b2", "a2"]
    session.back_phase()
    assert session.position.done == 15


def test_an_edit_cuts_the_future_and_undo_brings_it_back():
    session = Session(small())
    session.run(30)
    end, losses = session.position.executed, session.history.losses.copy()
    session.jump(7 * session.operations)
    change = session.edit({Element("W1", (2, 1)): 1.5})
    assert change.dropped == 23
    assert session.value("W1")[2, 1] == 1.5
    session.run(5)
    edited = state(session)
    session.undo()
    assert session.position.executed == 7 * session.operations
    assert np.array_equal(session.history.losses, losses)
    session.redo()
    assert np.array_equal(state(session), edited)
    session.restart()
    session.run(12)
    assert np.array_equal(state(session), edited)
    session.undo()
    session.jump(end)
    assert np.array_equal(session.history.losses, losses)


def test_edits_are_checked():
    session = Session(one_neuron())
    with pytest.raises(ValueError, match="finite"):
        session.edit({Element("W1", (0, 0)): float("nan")})
    with pytest.raises(ValueError, match="not a weight"):
        session.edit({Element("z1", (0, 0)): 1.0})
    with pytest.raises(IndexError, match="no element"):
        session.edit({Element("W1", (1, 0)): 1.0})


@pytest.mark.parametrize("way", ["run", "walk"])
def test_divergence_stops_at_the_last_finite_state(way):
    session = Session(small(rate=1e200, layers=((3, "relu"), (1, "identity"))))
    if way == "run":
        change = session.run(1000)
    else:
        change = session.step_operation()
        while change.halt is None:
            change = session.step_operation()
    assert (change.halt.step, change.halt.operation) == (2, "z2")
    assert "z2[0,0]" in change.halt.message
    assert "learning rate" in change.halt.message
    assert np.isfinite(session.memory.array).all()
    assert session.step_operation().halt == change.halt


@pytest.mark.parametrize(
    ("loss", "advice"),
    [
        ("cross_entropy", "needs outputs above 0: try softmax"),
        ("binary_cross_entropy", "needs outputs above 0 and below 1: try sigmoid"),
    ],
)
def test_a_loss_that_meets_outputs_it_is_not_defined_for_says_so(loss, advice):
    session = Session(small(loss=loss, layers=((2, "relu"), (1, "identity"))))
    session.edit({Element("b2", (0,)): -1000.0})
    change = session.run(1)
    assert change.halt.operation == "loss"
    assert advice in change.halt.message
    assert "learning rate" not in change.halt.message


def test_a_loss_that_is_taken_from_the_sums_gives_the_usual_advice():
    session = Session(small(loss="cross_entropy", layers=((4, "sigmoid"),)))
    session.edit({Element("b1", (unit,)): -1.7e308 for unit in range(4)})
    halt = session.run(1).halt
    assert halt.operation == "loss"
    assert "learning rate" in halt.message


def test_far_jumps_agree_after_checkpoints_are_thinned():
    session = Session(small("momentum"))
    session.history.checkpoints.budget = 2000
    session.run(3000)
    end = state(session)
    assert session.history.checkpoints.every > 100
    session.jump(1234 * session.operations)
    fresh = Session(session.project)
    fresh.run(1234)
    assert np.array_equal(state(session), state(fresh))
    session.run(3000 - 1234)
    assert np.array_equal(state(session), end)


def trained(project, steps):
    session = Session(project)
    session.run(steps)
    return session


def settings(project, **changes):
    training = replace(project.specification.training, **changes)
    return with_training(project, training)


def test_dragging_is_one_change():
    session = Session(small())
    session.run(5)
    values = session.value("W1").copy()
    for value in (0.1, 0.2, 0.3):
        session.edit({Element("W1", (0, 0)): value}, going_on=True)
    session.edit({Element("W1", (0, 1)): 0.5}, going_on=True)
    assert [(e.element.index, e.after) for e in session.history.edits] == [
        ((0, 0), 0.3),
        ((0, 1), 0.5),
    ]
    session.undo()
    assert session.value("W1")[0, 0] == 0.3
    session.undo()
    assert np.array_equal(session.value("W1"), values)
    assert session.undo_label is None


def test_an_edit_before_training_changes_where_it_starts():
    session = Session(small())
    session.run(3)
    session.restart()
    drawn = session.value("W2").copy()
    change = session.edit({Element("W2", (1, 2)): 4.0})
    assert change.dropped == 3
    assert not session.history.edits
    session.run(3)
    session.restart()
    assert session.value("W2")[1, 2] == 4.0
    assert session.project.specification.network.layers[1].weights[1][2] == 4.0
    session.undo()
    assert np.array_equal(session.value("W2"), drawn)
    assert session.history.steps == 3
    session.redo()
    assert session.value("W2")[1, 2] == 4.0


CHANGES = [
    {"optimizer": Choice("sgd", {"learning_rate": 0.5})},
    {"optimizer": Choice("adam", {"learning_rate": 0.01})},
    {"l1": 0.1, "l2": 0.01},
    {"batch_size": 3},
    {"shuffle": True, "seed": 9},
    {"loss": Choice("huber", {"delta": 0.1})},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
@pytest.mark.parametrize("extra", [0, 3, 15])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_settings_change_in_the_midst_of_training(optimizer, extra, change):
    project = small(optimizer)
    session = Session(project)
    length = session.operations
    session.jump(7 * length + extra)
    told = session.change_settings(settings(project, **change), Label("settings"))
    assert told.dropped == 0
    assert session.position.updates == 7
    if extra:
        assert session.current.name == Session(project).program.operations[extra - 1].name
    session.run(20)
    end, losses = state(session), session.history.losses.copy()
    assert np.array_equal(losses[:7], trained(project, 7).history.losses)
    # Every way there and back gives the same bits.
    session.jump_to_step(3)
    session.jump_to_step(27)
    assert np.array_equal(state(session), end)
    while session.position.updates > 5:
        session.back_operation()
    while session.position.updates < 27:
        session.step_operation()
    assert np.array_equal(state(session), end)
    assert np.array_equal(session.history.losses, losses)
    session.undo()
    assert session.project is project
    assert session.position.executed == 7 * length + extra
    session.redo()
    assert np.array_equal(state(session), end)


def test_other_settings_go_on_from_the_same_parameters():
    project = small(batch_size=0)
    session, parameters = trained(project, 7), trained(project, 7).parameters()
    session.change_settings(
        settings(project, optimizer=Choice("sgd", {"learning_rate": 0.5})), Label("settings")
    )
    session.run(1)
    slow = trained(project, 8)
    fast_step = session.parameters() - parameters
    assert fast_step == pytest.approx(5 * (slow.parameters() - parameters), rel=1e-9)


def test_new_batches_begin_a_new_epoch():
    session = trained(small(), 7)
    assert (session.position.epoch, session.position.batch) == (3, 1)
    session.change_settings(settings(session.project, batch_size=5), Label("settings"))
    session.run(2)
    assert (session.position.epoch, session.position.batch, session.position.batches) == (5, 1, 1)
    session.jump_to_step(8)
    assert session.position.epoch == 4
    session.back_epoch()
    assert session.position.updates == 7


def test_another_network_begins_anew_and_undo_brings_all_back():
    session = trained(small(), 12)
    project, losses, parameters = session.project, session.history.losses, session.parameters()
    wider = small(layers=((5, "tanh"), (3, "relu"), (1, "sigmoid")))
    change = session.replace(wider, Label("settings"))
    assert (change.replaced, change.dropped, session.position.executed) == (True, 12, 0)
    session.run(3)
    session.undo()
    assert session.project is project
    assert np.array_equal(session.history.losses, losses)
    assert np.array_equal(session.parameters(), parameters)
    session.redo()
    assert session.project is wider
    assert session.position.updates == 3


def test_settings_that_change_the_shape_are_refused():
    session = trained(small(), 2)
    with pytest.raises(ValueError, match="shape"):
        session.change_settings(small(layers=((9, "tanh"), (1, "sigmoid"))), Label("settings"))
    with pytest.raises(SpecificationError, match="batch_size"):
        session.change_settings(settings(session.project, batch_size=-1), Label("settings"))
    assert session.undo_label is None


def test_samples_follow_the_training():
    session = trained(small(), 5000)
    samples, last = session.history.samples, session.parameters()
    assert len(samples.steps) <= 2000
    assert samples.steps[0] == 0
    place = session.place(Element("W2", (1, 2)))
    steps, values = session.series(Element("W2", (1, 2)))
    for at in (1, 700, len(steps) - 1):
        assert values[at] == trained(small(), int(steps[at])).parameters()[place]
    assert session.series(Element("dW2", (1, 2)))[1].shape == steps.shape
    session.jump_to_step(100)
    session.edit({Element("W1", (0, 0)): 1.0})
    assert samples.steps[-1] <= 100
    session.undo()
    session.jump_to_step(5000)
    assert np.array_equal(session.parameters(), last)
    assert samples.steps[-1] > 4990


@pytest.mark.parametrize("steps", [0, 4])
@pytest.mark.parametrize("done", [1, 6, 9])
def test_forward_values_follow_an_edit(steps, done):
    session, plain = trained(small(), steps), trained(small(), steps)
    session.jump(session.position.executed + done)
    plain.edit({Element("W1", (0, 1)): 0.75})
    plain.jump(plain.position.executed + done)
    for value in (0.25, 0.5, 0.75):
        session.edit({Element("W1", (0, 1)): value}, going_on=True)
    assert same(shown(session), shown(plain))
    assert np.array_equal(session.parameters(), plain.parameters())
    assert session.position == plain.position
    assert session.history.edits == plain.history.edits
    session.undo()
    assert session.undo_label is None
    assert session.position == plain.position
    session.run(5)
    assert np.array_equal(session.parameters(), trained(small(), steps + 5).parameters())


def test_following_an_edit_runs_the_forward_phase():
    session = trained(small(), 3)
    for value in (0.25, 0.5):
        session.edit({Element("W1", (0, 1)): value}, going_on=True, follow=True)
        assert session.current.name == "a3"
        assert session.value("W1")[0, 1] == value
    plain = trained(small(), 3)
    plain.edit({Element("W1", (0, 1)): 0.5})
    plain.step_phase()
    assert same(shown(session), shown(plain))
    session.undo()
    assert session.undo_label is None
    assert session.position.executed == 3 * session.operations


def test_a_new_name_changes_nothing_else():
    session = trained(small(), 5)
    values = shown(session)
    session.rename("Other")
    assert session.project.name == session.initial_project.name == "Other"
    assert same(shown(session), values)
    session.run(3)
    session.undo()
    assert session.project.name == "small"
    assert session.position.updates == 5
    assert np.array_equal(session.parameters(), trained(small(), 5).parameters())
    session.redo()
    assert (session.project.name, session.position.updates) == ("Other", 8)
