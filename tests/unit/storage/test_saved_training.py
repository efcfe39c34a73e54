"""A saved project goes on bit for bit as if it had never been closed."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import with_network, with_training
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage import project_text
from bpsim.storage.project_file import ProjectFileError, parse_session
from bpsim.storage.project_text import session_text
from tests.examples import one_neuron, small


def everything(session):
    """All that can be seen of a session's numbers."""
    shown = {op.name: session.value(op.name) for op in session.program.operations}
    return {
        "step": session.history.steps,
        "position": session.position,
        "values": {n: None if v is None else v.tolist() for n, v in shown.items()},
        "state": {
            name: session.program.view(name).tolist()
            for name in ("W1", "b1", "W2", "b2", "t", "mW1", "vW1", "vb2")
            if name in session.memory.slots
        },
        "losses": session.history.losses.tolist(),
        "penalties": np.nan_to_num(session.history.penalties, nan=-1.0).tolist(),
        "rows": session.rows.tolist(),
    }


def change(session, **changes):
    training = replace(session.project.specification.training, **changes)
    session.change_settings(with_training(session.project, training), Label("settings"))


def begun(session):
    session.step_operation()


def in_the_midst_of_an_update(session):
    session.run(7)
    session.jump(session.position.executed + session.operations - 2)


def edited(session):
    session.run(3)
    session.edit({Element("W1", (1, 0)): 0.5})
    session.jump(session.position.executed + 4)
    session.edit({Element("b1", (1,)): -0.5})
    session.run(3)


def settings_changed(session):
    session.run(5)
    change(session, optimizer=Choice("adam", {"learning_rate": 0.02}), l2=0.01)
    session.run(5)
    session.edit({Element("W1", (1, 0)): 0.5})
    change(session, batch_size=3, shuffle=True)
    session.run(5)


def settings_just_changed(session):
    session.run(5)
    change(session, optimizer=Choice("adam", {"learning_rate": 0.02}))


def at_the_first_step_of_other_settings(session):
    settings_just_changed(session)
    session.step_phase()


def activation_changed(session):
    session.run(2)
    network = session.project.specification.network
    layers = (
        replace(network.layers[0], activation="relu", frozen_biases=True),
        *network.layers[1:],
    )
    project = with_network(session.project, replace(network, layers=layers))
    session.change_settings(project, Label("settings"))
    session.run(2)


def gone_back(session):
    settings_changed(session)
    session.jump_to_step(8)
    session.back_phase()


WAYS = [
    begun,
    in_the_midst_of_an_update,
    edited,
    settings_changed,
    settings_just_changed,
    at_the_first_step_of_other_settings,
    activation_changed,
    gone_back,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "momentum"])
def test_goes_on_bit_for_bit(optimizer, way):
    session = Session(small(optimizer, shuffle=True))
    way(session)
    text = session_text(session)
    again = parse_session(text, "again")
    assert everything(again) == everything(session)
    assert session_text(again) == text
    for move in ("back_operation", "step_batch", "step_operation", "step_epoch", "back_phase"):
        getattr(session, move)()
        getattr(again, move)()
        assert everything(again) == everything(session)
    for each in (session, again):
        each.run(150)
    assert everything(again) == everything(session)
    for each in (session, again):
        each.jump_to_step(4)
    assert everything(again) == everything(session)
    assert again.history.record().edits == session.history.record().edits


def test_a_project_that_has_not_begun_has_no_state():
    session = Session(one_neuron())
    assert "state" not in json.loads(session_text(session))
    session.edit({Element("W1", (0, 0)): 0.25})
    content = json.loads(session_text(session))
    assert content["network"]["layers"][0]["weights"] == [[0.25]]
    assert parse_session(session_text(session), "p").value("W1").item() == 0.25


def spoiled(path, value):
    session = Session(small("momentum"))
    settings_changed(session)
    content = json.loads(session_text(session))
    *way, last = path
    part = content["state"]
    for key in way:
        part = part[key]
    part[last] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["step"], -1, "state.step: must be 0 or more"),
        (["operation"], 99, "state.operation: is more than a step has"),
        (["epoch"], 99, "state.epoch: is 99, but step 15 stands in epoch"),
        (["furthest", "step"], 1, "state.furthest: must not be before"),
        (["furthest", "step"], 10**18, "state.furthest.step: is 1000000000000000000, but at most"),
        (["now", "W1"], [[1.0]], "state.now.W1: has the shape (1, 1), but must have (4, 2)"),
        (["now", "mW1"], None, "state.now.mW1: must be a list"),
        (["before", "W9"], [1.0], "state.before.W9: is nothing that this training has"),
        (["before", "W1"], [[1.0], [1.0, 2.0]], "state.before.W1: has rows of unequal length"),
        (["losses"], [1.0], "state.losses: 1 number, but 15 steps were made"),
        (["edits", 0, "element"], "W1", "state.edits[0].element: W1 has no element []"),
        (["edits", 0, "element"], "import os", "state.edits[0].element: 'import os' is not"),
        (["edits", 0, "step"], 99, "state.events: go on after the furthest"),
        (["settings", 1, "step"], 2, "state.settings[1].step: must not be before the one above"),
        (
            ["settings", 0, "layers"],
            [],
            "state.settings[0].layers: 0 layers, but the network has 3",
        ),
        (
            ["settings", 0, "training", "batch_size"],
            -2,
            "state.settings[0].training.batch_size: is -2",
        ),
    ],
    ids=str,
)
def test_a_state_that_cannot_be_is_refused(path, value, message):
    with pytest.raises(ProjectFileError) as error:
        parse_session(spoiled(path, value), "p")
    assert message in str(error.value)


@pytest.mark.parametrize("together", [1, 2, 3, 7])
def test_the_text_does_not_depend_on_how_much_is_written_at_once(monkeypatch, together):
    session = Session(small("adam", rows=9))
    session.run(20)
    session.step_phase()
    whole = session_text(session)
    monkeypatch.setattr(project_text, "_MOST_AT_ONCE", together)
    assert session_text(session) == whole
    content = json.loads(whole)
    assert content["state"]["losses"] == session.history.losses.tolist()
    assert content["data"]["train"] == session.project.data.train.tolist()
    # A row of numbers a line.
    assert '      "W1": [\n        [' in whole
