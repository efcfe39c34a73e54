"""Loss and accuracy of whole sets of rows, at the steps that are kept."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.session.aside.scores import Scores
from bpsim.session.classes import Classes, classes_of
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small, two_two_two
from tests.reference import network as reference
from tests.unit.session.aside.test_evaluate import layers_of


def never():
    return False


def with_test(project, rows=7):
    data = project.data
    width = data.train.shape[1]
    test = np.random.default_rng(3).random((rows, width))
    return replace(project, data=replace(data, test=test))


def all_known(scores, session):
    assert not scores.work(session, 2000, never)
    return scores.known(session)


def test_with_one_batch_an_epoch_the_loss_of_all_rows_is_the_next_batch_s():
    session = Session(small(rows=9, batch_size=0))
    session.run(40)
    steps, losses, accuracies = all_known(Scores(test=False), session)
    assert steps.tolist() == list(range(41))
    assert losses[:-1].tolist() == session.history.losses.tolist()
    assert np.isnan(accuracies).all()


def test_test_loss_is_the_reference_s():
    project = with_test(small(loss="huber", layers=((4, "tanh"), (2, "identity"))))
    session = Session(project)
    session.run(12)
    steps, losses, _ = all_known(Scores(test=True), session)
    for step in (0, 5, 12):
        session.jump_to_step(step)
        inputs, targets = project.data.test[:, :2], project.data.test[:, 2:]
        outputs = reference.sums(layers_of(session), inputs)[-1][1].real
        residual = np.abs(outputs - targets)
        each = np.where(residual <= 1, 0.5 * residual**2, residual - 0.5).mean(axis=1)
        assert losses[steps.tolist().index(step)] == pytest.approx(each.mean(), rel=1e-13)


def test_it_changes_no_number_of_the_training():
    plain, scored = Session(small("adam", shuffle=True)), Session(small("adam", shuffle=True))
    scores = Scores(test=False)
    for _ in range(20):
        plain.run(7)
        scored.run(7)
        scores.work(scored, 2000, never)
    assert plain.history.losses.tolist() == scored.history.losses.tolist()
    np.testing.assert_array_equal(plain.machine.compiled.state, scored.machine.compiled.state)


def test_in_parts_and_at_once_give_the_same(monkeypatch):
    session = Session(with_test(small(), 1000))
    session.run(3)
    whole = all_known(Scores(test=True), session)
    monkeypatch.setattr("bpsim.session.aside.scores._WORK_TOGETHER", 3000)
    parts, calls = Scores(test=True), 0
    while parts.work(session, 2000, lambda: True):
        calls += 1
    assert calls > 10
    assert parts.known(session)[1] == pytest.approx(whole[1], rel=1e-13)


def test_a_change_in_the_past_is_scored_anew_and_undo_brings_back_what_was():
    session, scores = Session(small()), Scores(test=False)
    session.run(20)
    before = all_known(scores, session)
    session.jump_to_step(10)
    session.edit({Element("W1", (0, 0)): 3.0})
    session.run(10)
    steps, losses, _ = scores.known(session)
    assert steps.tolist() == list(range(11))
    assert losses.tolist() == before[1][:11].tolist()
    after = all_known(scores, session)
    assert after[0].tolist() == list(range(21))
    assert (after[1][11:] != before[1][11:]).all()
    session.undo()
    again = all_known(scores, session)
    assert again[1].tolist() == before[1].tolist()


def test_few_steps_are_scored_where_few_are_wanted():
    session, scores = Session(small()), Scores(test=False)
    session.run(1500)
    scores.work(session, 100, never)
    steps = scores.known(session)[0]
    assert 90 <= len(steps) <= 210
    assert {0, 1500} <= set(steps.tolist())
    assert np.diff(steps).max() <= 16


def test_classes_are_told_from_numbers():
    sigmoid = small(layers=((3, "tanh"), (1, "sigmoid")))
    assert classes_of(sigmoid) is None
    rows = sigmoid.data.train.copy()
    rows[:, 2] = [0, 1, 1, 0, 1]
    binary = replace(sigmoid, data=replace(sigmoid.data, train=rows))
    assert classes_of(binary) == Classes(("0", "1"), 0.5)
    rows = rows.copy()
    rows[:, 2] = 1.0
    assert classes_of(replace(binary, data=replace(binary.data, train=rows))) is None
    assert classes_of(two_two_two(False)) is None
    soft = small(layers=((3, "tanh"), (3, "softmax")), loss="cross_entropy")
    assert classes_of(soft).names == ("y0", "y1", "y2")


def test_accuracy_counts_rows_whose_class_is_right():
    project = small(layers=((3, "tanh"), (1, "sigmoid")), rows=40, batch_size=0, rate=2.0)
    rows = project.data.train.copy()
    rows[:, 2] = rows[:, 0] > rows[:, 1]
    project = replace(project, data=replace(project.data, train=rows))
    session = Session(project)
    session.run(2000)
    steps, _, accuracies = all_known(Scores(test=False), session)
    outputs = reference.sums(layers_of(session), rows[:, :2])[-1][1].real
    expected = np.mean((outputs[:, 0] > 0.5) == rows[:, 2])
    assert accuracies[steps.tolist().index(2000)] == expected
    assert accuracies[-1] > 0.9


def test_no_step_is_scored_twice(monkeypatch):
    monkeypatch.setattr("bpsim.session.aside.scores._WORK_TOGETHER", 3000)
    session, begun = Session(with_test(small(), 500)), []
    session.run(6)
    scores, begin = Scores(test=True), Scores.begin

    def noted(self, session, step, parameters):
        begun.append(step)
        return begin(self, session, step, parameters)

    monkeypatch.setattr(Scores, "begin", noted)
    while scores.work(session, 2000, lambda: True):
        scores.known(session)
    assert sorted(begun) == list(range(7))
    assert scores.known(session)[0].tolist() == list(range(7))
