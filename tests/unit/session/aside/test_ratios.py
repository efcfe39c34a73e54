"""Updates beside the size of what they change, against a training walked step by step."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.session.aside.health import Health
from bpsim.session.aside.ratios import Ratios
from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small


def never():
    return False


def walked(session, step):
    """Go to a step and back; compare its parameters with those that it began with."""
    here = session.position.executed
    found = []
    session.jump(session.history.executed_at(step) - 1)
    start = session.position.executed - session.position.done
    session.jump(start)
    before = [session.value(f"{kind}{n}").copy() for n in (1, 2, 3) for kind in "Wb"]
    for _ in range(session.operations):
        session.step_operation()
    after = [session.value(f"{kind}{n}").copy() for n in (1, 2, 3) for kind in "Wb"]
    for at in (0, 2, 4):
        size = np.hypot(*(np.linalg.norm(part) for part in before[at : at + 2]))
        moved = zip(before[at : at + 2], after[at : at + 2], strict=True)
        found.append(np.hypot(*(np.linalg.norm(b - a) for a, b in moved)) / size)
    session.jump(here)
    return found


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("steps", [12, 4500])
def test_they_are_those_of_each_update(optimizer, steps):
    session, ratios = Session(small(optimizer, shuffle=True, rate=0.01)), Ratios()
    session.run(steps)
    assert not ratios.work(session, 100, never)
    found, values = ratios.known(session)
    assert set(found.tolist()) <= set(session.history.samples.steps[1:].tolist())
    assert found[-1] == session.history.samples.steps[-1]
    assert len(found) == 12 or len(found) > 60
    for step in (found[0], found[len(found) // 2], found[-1]):
        at = found.tolist().index(step)
        assert values[at] == pytest.approx(walked(session, int(step)), rel=1e-13)


def test_they_are_what_the_layers_panel_says_before_the_update():
    session = Session(small("momentum"))
    session.run(7)
    ahead = [layer.ratio for layer in Health().look(session)]
    session.run(1)
    ratios = Ratios()
    ratios.work(session, 100, never)
    assert ratios.known(session)[1][-1] == pytest.approx(ahead, rel=1e-14)


@pytest.mark.parametrize("after", [40, 5000])
def test_edits_and_settings_count_as_they_stood(after):
    session = Session(small("adam", rate=0.01))
    session.run(after)
    session.edit({Element("W2", (1, 2)): 30.0})
    session.run(after)
    training = session.project.specification.training
    slow = replace(training, optimizer=Choice("sgd", {"learning_rate": 1e-4}))
    project = session.project
    session.change_settings(
        replace(project, specification=replace(project.specification, training=slow)),
        Label("optimizer"),
    )
    session.run(after)
    ratios = Ratios()
    assert not ratios.work(session, 2000, never)
    found, values = ratios.known(session)
    every = session.history.samples.every
    for step in {after - every, after + every, 2 * after, 2 * after + every, 3 * after}:
        kept = step // every * every
        at = found.tolist().index(kept)
        assert values[at] == pytest.approx(walked(session, kept), rel=1e-12), step
    # No jump where a weight was changed by hand: that was no update.
    assert np.nanmax(values[:, 1]) < 1.0


def test_an_edit_in_the_midst_of_an_update_leaves_a_gap():
    session = Session(small())
    session.run(3)
    while session.current.name != "W1" or session.position.done == session.operations:
        session.step_operation()
    session.edit({Element("W3", (0, 0)): 9.0})
    session.run(4)
    ratios = Ratios()
    ratios.work(session, 100, never)
    found, values = ratios.known(session)
    assert found.tolist() == list(range(1, 8))
    assert np.isnan(values).all(axis=1).tolist() == [step == 4 for step in range(1, 8)]


def test_they_change_no_number_of_the_training():
    plain, looked_at = (Session(small("adam", shuffle=True)) for _ in range(2))
    ratios = Ratios()
    for _ in range(12):
        plain.run(701)
        looked_at.run(701)
        ratios.work(looked_at, 50, never)
        looked_at.jump_to_step(looked_at.position.updates - 300)
        looked_at.jump_to_step(looked_at.history.steps)
    assert plain.history.losses.tolist() == looked_at.history.losses.tolist()
    np.testing.assert_array_equal(plain.machine.compiled.state, looked_at.machine.compiled.state)
    np.testing.assert_array_equal(
        plain.history.samples.parameters, looked_at.history.samples.parameters
    )


def test_a_long_way_is_gone_in_parts(monkeypatch):
    monkeypatch.setattr("bpsim.session.aside.ratios._WORK_TOGETHER", 1000)
    session = Session(small())
    session.run(4500)
    whole, parts, calls = Ratios(), Ratios(), 0
    whole.work(session, 100, never)
    while parts.work(session, 100, lambda: True):
        calls += 1
    assert calls > 200
    np.testing.assert_array_equal(whole.known(session)[1], parts.known(session)[1])


def test_a_change_in_the_past_is_followed():
    session, ratios = Session(small(rate=0.01)), Ratios()
    session.run(5000)
    ratios.work(session, 100, never)
    before = ratios.known(session)
    session.jump_to_step(2500)
    session.edit({Element("W1", (0, 0)): 3.0})
    session.run(2500)
    ratios.work(session, 100, never)
    after = ratios.known(session)
    assert after[0].tolist() == before[0].tolist()
    early = after[0] <= 2500
    assert after[1][early].tolist() == before[1][early].tolist()
    assert (after[1][~early] != before[1][~early]).any(axis=1).all()
    at = after[0].tolist().index(5000 // 4 * 4)
    assert after[1][at] == pytest.approx(walked(session, int(after[0][at])), rel=1e-12)
