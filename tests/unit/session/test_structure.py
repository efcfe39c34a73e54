"""Changes of the network's shape, checked against what the network computes."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.session import structure
from bpsim.session.label import Label
from bpsim.session.project import Dataset, check
from bpsim.session.session import Session
from bpsim.session.settings import (
    are_frozen,
    frozen_mask,
    is_frozen,
    places_of,
    with_activation,
    with_frozen,
)
from bpsim.session.values import Element
from bpsim.storage.project_file import parse_project
from bpsim.storage.project_text import project_text
from tests.examples import one_neuron, small


def outputs(project):
    """The outputs of every training row, by plain NumPy."""
    session = Session(project)
    functions = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0.0),
        "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
        "identity": lambda z: z,
    }
    a = project.data.train[:, : len(project.data.features)]
    for number, layer in enumerate(project.specification.network.layers, 1):
        w, b = session.value(f"W{number}"), session.value(f"b{number}")
        a = functions[layer.activation](a @ w.T + b)
    return a


@pytest.fixture
def session():
    made = Session(small())
    made.run(5)
    return made


def changed(session, change, *arguments):
    project = change(session.project, session.program.view, *arguments)
    check(project)
    # What is made can be saved and read.
    again = parse_project(project_text(project), "again")
    assert again == project
    return project


def at(session):
    return changed(session, structure.move_unit, 1, 0, 0)


@pytest.mark.parametrize("layer", [1, 2])
def test_a_new_unit_without_weights_out_changes_nothing(session, layer):
    before = outputs(at(session))
    project = changed(session, structure.add_unit, layer, 1)
    assert (
        project.specification.network.sizes[layer]
        == session.project.specification.network.sizes[layer] + 1
    )
    fresh = Session(project)
    assert fresh.value(f"W{layer}")[1].all()
    assert fresh.value(f"b{layer}")[1] == 0.0
    silent = {
        Element(f"W{layer + 1}", (k, 1)): 0.0 for k in range(len(fresh.value(f"b{layer + 1}")))
    }
    fresh.edit(silent)
    assert outputs(fresh.project) == pytest.approx(before, rel=1e-12)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_moving_a_unit_changes_no_output(session, layer):
    before = outputs(at(session))
    project = changed(session, structure.move_unit, layer, 0, 1)
    assert outputs(project) == pytest.approx(before, rel=1e-12)
    if layer:
        old, new = session.value(f"W{layer}"), Session(project).value(f"W{layer}")
        assert np.array_equal(new[[1, 0]], old[[0, 1]])
    else:
        assert project.data.features == ("b", "a")


@pytest.mark.parametrize("layer", [1, 2])
def test_removing_a_duplicate_brings_back_the_network(session, layer):
    before = at(session)
    twice = changed(session, structure.duplicate_unit, layer, 1)
    other = Session(twice)
    assert np.array_equal(other.value(f"W{layer}")[2], other.value(f"W{layer}")[1])
    assert np.array_equal(other.value(f"W{layer + 1}")[:, 2], other.value(f"W{layer + 1}")[:, 1])
    assert changed(other, structure.remove_unit, layer, 2) == before


def test_removing_a_unit_is_leaving_it_out(session):
    muted = Session(at(session))
    muted.edit({Element("W2", (k, 2)): 0.0 for k in range(3)})
    project = changed(session, structure.remove_unit, 1, 2)
    assert outputs(project) == pytest.approx(outputs(muted.project), rel=1e-12)


@pytest.mark.parametrize("layer", [0, 3])
def test_inputs_and_outputs_bring_their_data(session, layer):
    wider = changed(session, structure.add_unit, layer)
    names = wider.data.features if layer == 0 else wider.data.targets
    assert names == (("a", "b", "x0") if layer == 0 else ("y0", "y1"))
    assert not wider.data.train[:, 2 if layer == 0 else 3].any()
    back = changed(Session(wider), structure.remove_unit, layer, len(names) - 1)
    assert back.data == session.project.data
    twice = changed(session, structure.duplicate_unit, layer, 0)
    column = 0 if layer == 0 else 2
    assert np.array_equal(twice.data.train[:, column], twice.data.train[:, column + 1])


def test_the_only_unit_stays():
    session = Session(one_neuron())
    with pytest.raises(ValueError, match="at least one unit"):
        structure.remove_unit(session.project, session.program.view, 1, 0)


def test_layers_come_and_go(session):
    project = changed(session, structure.add_layer, 2, 5, "tanh")
    network = project.specification.network
    assert network.sizes == (2, 4, 5, 3, 1)
    assert [layer.activation for layer in network.layers] == ["tanh", "tanh", "relu", "sigmoid"]
    other = Session(project)
    assert np.array_equal(other.value("W1"), session.value("W1"))
    assert np.array_equal(other.value("W4"), session.value("W3"))
    assert other.value("W2").all()
    assert other.value("W3").all()
    assert np.array_equal(other.value("b3"), session.value("b2"))
    gone = changed(other, structure.remove_layer, 2)
    assert gone.specification.network.sizes == (2, 4, 3, 1)
    assert np.array_equal(Session(gone).value("W1"), session.value("W1"))
    twice = changed(session, structure.duplicate_layer, 1)
    assert twice.specification.network.sizes == (2, 4, 4, 3, 1)
    moved = changed(session, structure.move_layer, 1, 2)
    assert moved.specification.network.sizes == (2, 3, 4, 1)
    assert moved.specification.network.layers[0].activation == "relu"


def test_the_output_layer_stays(session):
    with pytest.raises(ValueError, match="output layer"):
        structure.remove_layer(session.project, session.program.view, 3)
    with pytest.raises(ValueError, match="last one"):
        structure.move_layer(session.project, session.program.view, 2, 3)


def test_what_is_untouched_stays_drawn():
    session = Session(small())
    project = changed(session, structure.add_unit, 1)
    given = [layer.weights is not None for layer in project.specification.network.layers]
    assert given == [True, True, False]


def test_masks_follow_their_units():
    project = with_frozen(small(), places_of([Element("W1", (2, 1)), Element("b1", (2,))]), True)
    project = with_frozen(project, places_of([Element("W2", (0, 2))]), True)
    session = Session(project)
    moved = changed(session, structure.move_unit, 1, 2, 0)
    assert is_frozen(moved, Element("W1", (0, 1)))
    assert is_frozen(moved, Element("b1", (0,)))
    assert is_frozen(moved, Element("W2", (0, 0)))
    assert not is_frozen(moved, Element("W1", (2, 1)))
    removed = changed(session, structure.remove_unit, 1, 2)
    assert all(layer.frozen_weights is False for layer in removed.specification.network.layers)
    added = changed(session, structure.add_unit, 1, 0)
    assert is_frozen(added, Element("W1", (3, 1)))
    thawed = with_frozen(project, places_of([Element("W1", (2, 1))]), False)
    assert thawed.specification.network.layers[0].frozen_weights is False


def test_frozen_parameters_stay_and_others_move():
    session = Session(with_frozen(small(), places_of([Element("W1", (2, 1))]), True))
    before = session.value("W1").copy()
    session.run(20)
    same = session.value("W1") == before
    assert same.tolist() == [[False, False], [False, False], [False, True], [False, False]]


def test_reinitialising_draws_from_the_seed(session):
    drawn = structure.reinitialise(session.project, Choice("uniform", {"low": 2.0, "high": 3.0}), 5)
    session.replace(drawn, Label("reinitialise"))
    first = session.parameters()
    assert session.value("W1").min() >= 2.0
    assert not session.value("b1").any()
    session.run(3)
    session.restart()
    assert np.array_equal(session.parameters(), first)
    session.undo()
    assert session.position.updates == 5


def test_the_network_is_fitted_to_the_data(session):
    data = Dataset.of(("p", "q", "r"), ("s", "t"), np.ones((4, 5)))
    project = structure.fitted(session.project, session.program.view, data)
    check(project)
    other = Session(project)
    assert project.specification.network.sizes == (3, 4, 3, 2)
    assert np.array_equal(other.value("W1")[:, :2], session.value("W1"))
    assert np.array_equal(other.value("W3")[:1], session.value("W3"))
    assert np.array_equal(other.value("W2"), session.value("W2"))
    back = structure.fitted(project, other.program.view, session.project.data)
    assert np.array_equal(Session(back).value("W1"), session.value("W1"))


def test_activation_can_change(session):
    project = with_activation(session.project, 1, "relu")
    session.change_settings(project, Label("settings"))
    session.run(1)
    assert (session.value("a1") >= 0.0).all()
    wrong = with_activation(session.project, 1, "softmax")
    with pytest.raises(ValueError, match="last layer"):
        session.change_settings(wrong, Label("settings"))
    assert replace(project) == session.project


def test_units_are_frozen_with_all_that_leads_into_them():
    places = {"W2": [(1,), (2,)], "b2": [(1,), (2,)]}
    project = with_frozen(small(), places, True)
    mask, biases = frozen_mask(project, "W2"), frozen_mask(project, "b2")
    assert mask.sum(axis=1).tolist() == [0, 4, 4]
    assert biases.tolist() == [False, True, True]
    assert are_frozen(project, places)
    assert not are_frozen(project, {"W2": [(0,), (1,)]})
    assert frozen_mask(with_frozen(project, places, False), "W2") is False
