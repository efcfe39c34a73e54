"""Splitting, standardising and fitting a network to its data."""

from dataclasses import replace

import numpy as np
import pytest

from bpsim.engine.parameters import Choice
from bpsim.session import structure
from bpsim.session.preparation import adapt_ends, split, standardise, take_back_scaling
from bpsim.session.project import Dataset, check
from bpsim.session.scaling import Scaling
from bpsim.session.session import Session
from tests.examples import small, two_two_two


@pytest.mark.parametrize(
    ("rows", "fraction", "test"),
    [(10, 0.0, 0), (10, 0.25, 2), (10, 0.99, 9), (1, 0.9, 0), (0, 0.5, 0), (3, 0.5, 2)],
)
def test_a_split_takes_every_row_once(rows, fraction, test):
    train, tests = split(rows, fraction, 3)
    assert len(tests) == test
    assert sorted([*train, *tests]) == list(range(rows))
    assert train.tolist() == sorted(train)


def test_a_split_depends_on_its_seed_alone():
    assert split(100, 0.2, 1)[1].tolist() == split(100, 0.2, 1)[1].tolist()
    assert split(100, 0.2, 1)[1].tolist() != split(100, 0.2, 2)[1].tolist()
    # NumPy promises never to change this stream: RandomState(0).permutation(6) is 5 2 1 3 4 0.
    assert split(6, 0.5, 0)[1].tolist() == [1, 2, 5]


DATA = Dataset.of(("a", "b"), ("c",), [[1, 5, 0], [2, 5, 1], [3, 5, 0], [6, 5, 1]], [[10, 7, 1]])


def test_standardising_uses_the_training_rows_and_can_be_taken_back():
    done = standardise(DATA, (0,))
    assert done.scaling == Scaling((3.0, 0.0, 0.0), (pytest.approx(3.5**0.5), 1.0, 1.0))
    assert done.train[:, 0] == pytest.approx(np.array([-2, -1, 0, 3]) / 3.5**0.5)
    assert done.test.tolist() == [[pytest.approx(7 / 3.5**0.5), 7, 1]]
    assert done.scaling.columns == (0,)
    back = take_back_scaling(done)
    assert back.scaling is None
    assert back.train == pytest.approx(DATA.train)
    assert take_back_scaling(DATA) is DATA


def test_standardising_again_starts_from_the_plain_values():
    again = standardise(standardise(DATA, (0,)), (2,))
    assert again.scaling.columns == (2,)
    assert again.train[:, 0] == pytest.approx(DATA.train[:, 0])


def test_a_constant_column_becomes_zero():
    done = standardise(DATA, (1,))
    assert done.scaling.deviations[1] == 1.0
    assert done.train[:, 1].tolist() == [0, 0, 0, 0]
    assert done.test[0, 1] == 2.0


def test_the_largest_numbers_are_refused_in_words():
    big = Dataset.of(("a",), ("b",), [[1e308, 1], [-1e308, 1]])
    with pytest.raises(ValueError, match="too far apart"):
        standardise(big, (0,))
    wide = Dataset.of(("a",), ("b",), [[0, 1], [1e-100, 1]], [[1e300, 1]])
    with pytest.raises(ValueError, match="too far apart"):
        standardise(wide, (0,))


def adapted(project, data):
    """Adapt shape and ends, as the window does, and see that nothing is left to complain about."""
    project = structure.fitted(project, Session(project).program.view, data)
    project = replace(project, specification=adapt_ends(project.specification, data))
    check(project)
    return project.specification


def test_a_network_that_fits_stays_as_it_is():
    project = two_two_two(False)
    assert adapt_ends(project.specification, project.data) == project.specification


def test_inputs_and_outputs_change_with_the_data():
    project = two_two_two(False)
    data = Dataset.of(("a", "b", "c"), ("y",), [[1, 2, 3, 0.5]])
    specification = adapted(project, data)
    assert specification.network.sizes == (3, 2, 1)
    assert specification.network.layers[-1].activation == "sigmoid"
    data = Dataset.of(("a", "b", "c"), ("y", "z"), [[1, 2, 3, 0, 1]])
    assert adapted(small(layers=((1, "sigmoid"),)), data).network.sizes == (3, 2)


@pytest.mark.parametrize(
    ("activation", "target", "after"),
    [
        ("sigmoid", 1.0, "sigmoid"),
        ("sigmoid", 1.5, "identity"),
        ("tanh", -1.0, "tanh"),
        ("tanh", -1.5, "identity"),
        ("relu", -0.5, "identity"),
        ("relu", 7.0, "relu"),
        ("leaky_relu", -0.5, "leaky_relu"),
        ("identity", -9.0, "identity"),
    ],
)
def test_an_output_that_cannot_reach_the_targets_gives_way(activation, target, after):
    data = Dataset.of(("a", "b"), ("y",), [[1, 2, 0.5]], [[1, 2, target]])
    specification = adapted(small(layers=((1, activation),)), data)
    assert specification.network.layers[-1].activation == after


def test_a_loss_that_cannot_take_the_targets_gives_way():
    project = small(layers=((1, "sigmoid"),), loss="binary_cross_entropy")
    specification = adapted(project, Dataset.of(("a", "b"), ("y",), [[1, 2, 3.5]]))
    assert specification.training.loss == Choice("half_squared_error")
    assert specification.network.layers[-1].activation == "identity"
    data = Dataset.of(("a", "b"), ("y",), [[1, 2, 0.5]], [[1, 2, -1]])
    assert adapted(project, data).training.loss == Choice("half_squared_error")


def test_a_softmax_of_one_unit_gives_way():
    project = small(layers=((3, "softmax"),), loss="cross_entropy")
    specification = adapted(project, Dataset.of(("a", "b"), ("y",), [[1, 2, 1]]))
    assert specification.network.layers[-1].activation == "sigmoid"
    assert specification.training.loss == Choice("binary_cross_entropy")
    specification = adapted(project, Dataset.of(("a", "b"), ("y",), [[1, 2, 4]]))
    assert specification.network.layers[-1].activation == "identity"
    assert specification.training.loss == Choice("half_squared_error")


def test_scaling_goes_with_its_columns_when_inputs_change():
    data = standardise(DATA, (0, 2))
    project = replace(small(layers=((1, "identity"),)), data=data)
    view = Session(project).program.view
    mean, deviation = data.scaling.means, data.scaling.deviations
    more = structure.add_unit(project, view, 0, 0).data
    assert more.scaling.means == (0.0, *mean)
    assert more.scaling.deviations == (1.0, *deviation)
    twice = structure.duplicate_unit(project, view, 0, 0).data
    assert twice.scaling.means == (mean[0], *mean)
    less = structure.remove_unit(project, view, 0, 0).data
    assert less.scaling.deviations == deviation[1:]
    moved = structure.move_unit(project, view, 0, 0, 1).data
    assert moved.scaling.means == (mean[1], mean[0], mean[2])
