"""The built-in sets: what they hold, that a seed fixes them, and what they refuse."""

import hashlib
import json

import numpy as np
import pytest

from bpsim.engine.specification import SpecificationError
from bpsim.storage.datasets.options import MOST_SEED
from bpsim.storage.datasets.table import BUILT_IN, built_in
from bpsim.storage.project_file import ProjectFileError, parse_project
from bpsim.storage.project_text import project_text
from tests.examples import small

PLANES = ("gaussians", "circles", "moons", "spirals")


def points(name, **options):
    data = built_in(name, options)
    return data.train[:, : len(data.features)], data.train[:, len(data.features) :]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_set_has_its_columns_and_any_size(name):
    entry = BUILT_IN[name]
    for rows in (4, 37):
        data = built_in(name, {"rows": rows, "test": 0.25, "seed": 5})
        assert len(data.test) == round(rows / 4)
        assert data.train.shape == (rows - len(data.test), len(entry.features + entry.targets))
        assert (data.features, data.targets) == (entry.features, entry.targets)
        assert np.isfinite(data.train).all()
    assert bool(entry.source) == bool(entry.licence) == (name in ("iris", "digits"))
    assert entry.title
    assert entry.meaning.endswith(".")


@pytest.mark.parametrize("name", [n for n in BUILT_IN if n not in ("and", "or", "xor")])
def test_a_seed_fixes_the_rows(name):
    assert built_in(name, {"seed": 3}) == built_in(name, {"seed": 3})
    assert built_in(name, {"seed": 3}) != built_in(name, {"seed": 4})
    built_in(name, {"seed": MOST_SEED})


@pytest.mark.parametrize("name", [n for n, e in BUILT_IN.items() if e.kind == "classes"])
def test_classes_are_0_and_1_and_all_there(name):
    _, targets = points(name, seed=1)
    assert set(np.unique(targets)) == {0.0, 1.0}
    if targets.shape[1] > 1:
        assert (targets.sum(axis=1) == 1.0).all()
    assert (targets.sum(axis=0) > 0).all()


def test_gates_go_through_their_states_with_noise_on_the_inputs():
    x, y = points("xor", rows=8)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]] * 2
    assert y.ravel().tolist() == [0, 1, 1, 0] * 2
    noisy, y = points("xor", rows=4000, noise=0.1)
    assert y.ravel()[:4].tolist() == [0, 1, 1, 0]
    spread = (noisy - np.tile(x, (500, 1))).std()
    assert spread == pytest.approx(0.1, rel=0.05)


def test_the_shapes_are_what_they_are_called():
    options = {"rows": 1000, "noise": 0.0}
    x, y = points("circles", **options)
    assert np.hypot(*x.T) == pytest.approx(1.0 - 0.5 * y.ravel(), abs=1e-3)
    x, y = points("moons", **options)
    centres = np.where(y == 0.0, [[-0.5, -0.25]], [[0.5, 0.25]])
    assert np.hypot(*(x - centres).T) == pytest.approx(np.ones(1000), abs=1e-3)
    assert ((x - centres)[:, 1] * (1.0 - 2.0 * y.ravel()) >= -1e-3).all()
    x, y = points("spirals", **options)
    turned = np.arctan2(x[:, 1], x[:, 0]) - 3.0 * np.pi * np.hypot(*x.T) - np.pi * y.ravel()
    assert np.cos(turned)[np.hypot(*x.T) > 0.1] == pytest.approx(1.0, abs=1e-3)
    x, y = points("gaussians", rows=4000, noise=0.3)
    away = x - np.where(y == 0.0, -1.0, 1.0)
    assert away.mean(axis=0) == pytest.approx([0.0, 0.0], abs=0.02)
    assert away.std(axis=0) == pytest.approx([0.3, 0.3], rel=0.05)
    x, y = points("line", **options)
    assert y == pytest.approx(0.7 * x + 0.2, abs=2e-4)
    x, y = points("sine", **options)
    assert y == pytest.approx(np.sin(np.pi * x), abs=5e-4)


def test_house_prices_are_standardised_by_numbers_that_show():
    data = built_in("houses", {"noise": 0.0, "test": 0.2})
    raw = built_in("houses", {"noise": 0.0, "test": 0.2, "standardise": False})
    assert raw.scaling is None
    assert data.scaling is not None
    assert data.train.mean(axis=0) == pytest.approx([0, 0, 0], abs=1e-12)
    assert data.train.std(axis=0) == pytest.approx([1, 1, 1])
    assert data.scaling.means == pytest.approx(tuple(raw.train.mean(axis=0)))
    assert data.scaling.deviations == pytest.approx(tuple(raw.train.std(axis=0)))
    assert data.scaling.take_back(data.test) == pytest.approx(raw.test)
    size, age, price = raw.train.T
    assert price == pytest.approx(60 + 2.4 * size - 1.1 * age * (1 - size / 400), abs=0.06)


def test_iris_is_fishers():
    data = built_in("iris", {"standardise": False})
    # Means of the kinds as Fisher's paper gives them (Table I's data, to three digits).
    for kind, means in enumerate(
        [[5.006, 3.428, 1.462, 0.246], [5.936, 2.770, 4.260, 1.326], [6.588, 2.974, 5.552, 2.026]]
    ):
        chosen = data.train[data.train[:, 4 + kind] == 1.0]
        assert len(chosen) == 50
        assert chosen[:, :4].mean(axis=0) == pytest.approx(means, abs=5e-4)
    assert built_in("iris", {}).scaling.deviations[4:] == (1.0, 1.0, 1.0)


def test_digits_are_the_test_part_of_the_repository():
    data = built_in("digits", {})
    # The numbers of examples that the repository states for its test set.
    assert data.train[:, 64:].sum(axis=0).tolist() == [
        178, 182, 177, 183, 181, 182, 181, 179, 174, 180
    ]  # fmt: skip
    assert (data.train[:, :64].min(), data.train[:, :64].max()) == (0.0, 1.0)


def test_rows_stay_the_same_from_version_to_version():
    """What a course has printed must come out again: change this only with the version."""
    text = json.dumps(
        {name: built_in(name, {"seed": 7, "rows": 20}).train.round(6).tolist() for name in BUILT_IN}
    )
    assert hashlib.sha256(text.encode()).hexdigest() == FIXED


FIXED = "0890fadcbe12826b22e18a9fac51216e5e40ec36311d1dd4f90eee080a2507b1"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": 1}, "data.rows: is 1.0, but must be a number at least 2 and at most 100000"),
        ({"rows": 2.5}, "data.rows: is 2.5, but must be a whole number"),
        ({"rows": True}, "data.rows: must be a number"),
        ({"noise": -0.1}, "data.noise: is -0.1"),
        ({"test": 1}, "data.test: is 1.0, but must be a number at least 0 and below 1"),
        ({"seed": 2**32}, "data.seed: is 4294967296.0"),
        ({"sead": 1}, "data.sead: is not known; moons has rows, noise, seed, test"),
        ({"noise": "much"}, "data.noise: must be a number"),
        ({"noise": 1e999}, "Infinity is not allowed"),
    ],
)
def test_wrong_options_are_named_by_their_place(options, message):
    content = json.loads(project_text(small(layers=((1, "sigmoid"),))))
    content["data"] = {"builtin": "moons", **options}
    with pytest.raises(ProjectFileError) as error:
        parse_project(json.dumps(content), "p")
    assert message in str(error.value)


def test_a_switch_takes_no_number():
    with pytest.raises(SpecificationError, match=r"data\.standardise: must be true or false"):
        built_in("houses", {"standardise": 1.0})


def test_a_project_names_a_set_with_options_and_keeps_the_scaling():
    content = json.loads(project_text(small(layers=((1, "identity"),))))
    content["data"] = {"builtin": "houses", "rows": 50, "noise": 3, "seed": 2, "test": 0.2}
    content["training"]["loss"] = {"name": "half_squared_error"}
    project = parse_project(json.dumps(content), "p")
    assert project.data == built_in("houses", {"rows": 50, "noise": 3, "seed": 2, "test": 0.2})
    again = parse_project(project_text(project), "again")
    assert again.data.scaling == project.data.scaling is not None
    assert again == project


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"means": [0.0]}, "data.scaling.means: 1 number, but there are 3 features and targets"),
        ({"deviations": [1.0, 0.0, 1.0]}, "data.scaling.deviations[1]: is 0.0, but must be above"),
        ({"mean": [0.0]}, "data.scaling.mean: is not a key that belongs here"),
    ],
)
def test_a_wrong_scaling_is_named_by_its_place(change, message):
    project = small(layers=((1, "sigmoid"),))
    content = json.loads(project_text(project))
    content["data"]["scaling"] = {"means": [0.0] * 3, "deviations": [1.0] * 3} | change
    with pytest.raises(ProjectFileError) as error:
        parse_project(json.dumps(content), "p")
    assert message in str(error.value)
