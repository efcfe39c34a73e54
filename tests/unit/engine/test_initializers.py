"""Initial parameters: their ranges, their spread, and that a seed is a promise."""

from math import sqrt

import numpy as np
import pytest

from bpsim.engine.initializers import INITIALIZERS, initial_parameters
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training

N_IN, N_OUT = 300, 200


def drawn(initializer, seed=0, layers=None, inputs=N_IN):
    layers = layers or (Layer(N_OUT, "tanh"),)
    training = Training(
        Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}), seed=seed
    )
    return initial_parameters(Specification(Network(inputs, layers, initializer), training))


UNIFORM = {
    "glorot_uniform": ({}, -sqrt(6 / (N_IN + N_OUT)), sqrt(6 / (N_IN + N_OUT))),
    "he_uniform": ({}, -sqrt(6 / N_IN), sqrt(6 / N_IN)),
    "uniform": ({}, -0.5, 0.5),
}
NORMAL = {
    "glorot_normal": ({}, 0.0, sqrt(2 / (N_IN + N_OUT))),
    "he_normal": ({}, 0.0, sqrt(2 / N_IN)),
    "lecun_normal": ({}, 0.0, sqrt(1 / N_IN)),
    "normal": ({}, 0.0, 0.1),
}
UNIFORM_CASES = [(name, *case) for name, case in UNIFORM.items()]
UNIFORM_CASES += [("uniform", {"low": 2.0, "high": 5.0}, 2.0, 5.0)]
NORMAL_CASES = [(name, *case) for name, case in NORMAL.items()]
NORMAL_CASES += [("normal", {"mean": -3.0, "std": 0.5}, -3.0, 0.5)]


def assert_moments(w, mean, deviation, fourth):
    """Compare mean and variance of 60,000 draws with their own spread, five times over.

    The variance of a sample's variance is ``(fourth - 1) * variance**2 / n`` with ``fourth`` the
    distribution's kurtosis (1.8 for a uniform one, 3 for a normal one).
    """
    assert abs(w.mean() - mean) <= 5 * deviation / sqrt(w.size)
    assert abs(w.var() / deviation**2 - 1) <= 5 * sqrt((fourth - 1) / w.size)


@pytest.mark.parametrize(("name", "parameters", "low", "high"), UNIFORM_CASES)
def test_uniform_draws(name, parameters, low, high):
    ((w, b),) = drawn(Choice(name, parameters))
    assert w.shape == (N_OUT, N_IN)
    assert low <= w.min() < low + 0.001 * (high - low)
    assert high - 0.001 * (high - low) < w.max() <= high
    assert_moments(w, (low + high) / 2, (high - low) / sqrt(12), 1.8)
    assert b.tolist() == [0.0] * N_OUT


@pytest.mark.parametrize(("name", "parameters", "mean", "deviation"), NORMAL_CASES)
def test_normal_draws(name, parameters, mean, deviation):
    ((w, b),) = drawn(Choice(name, parameters))
    assert w.shape == (N_OUT, N_IN)
    assert_moments(w, mean, deviation, 3.0)
    # Of a normal distribution 4.55 % lie beyond two deviations; of 60,000 draws, 2,730 +- 51.
    assert abs(np.count_nonzero(np.abs(w - mean) > 2 * deviation) - 2730) <= 5 * 51
    assert np.abs(w - mean).max() > 3.5 * deviation
    assert b.tolist() == [0.0] * N_OUT


def test_zeros():
    ((w, b),) = drawn(Choice("zeros"))
    assert not w.any()
    assert not b.any()


def test_every_initializer_is_tested():
    assert {*UNIFORM, *NORMAL, "zeros"} == set(INITIALIZERS)
    for name, entry in INITIALIZERS.items():
        assert entry.name == name
        assert entry.formula
        assert entry.meaning.endswith(".")


SMALL = (Layer(3, "tanh"), Layer(1, "sigmoid"))


@pytest.mark.parametrize("name", [*UNIFORM, *NORMAL])
def test_a_seed_always_gives_the_same_numbers(name):
    first, again, other = (drawn(Choice(name), seed, SMALL, 2) for seed in (5, 5, 6))
    for (w, _), (w_again, _), (w_other, _) in zip(first, again, other, strict=True):
        assert w.tolist() == w_again.tolist()
        assert not np.any(w == w_other)


SCALES = {
    "glorot_uniform": lambda n_in, n_out: sqrt(6 / (n_in + n_out)),
    "he_uniform": lambda n_in, n_out: sqrt(6 / n_in),
    "glorot_normal": lambda n_in, n_out: sqrt(2 / (n_in + n_out)),
    "he_normal": lambda n_in, n_out: sqrt(2 / n_in),
    "lecun_normal": lambda n_in, n_out: sqrt(1 / n_in),
}


@pytest.mark.parametrize("name", list(SCALES))
def test_a_seed_gives_the_same_draws_to_other_scales(name):
    unit = Choice("uniform", {"low": -1.0, "high": 1.0})
    if name.endswith("normal"):
        unit = Choice("normal", {"mean": 0.0, "std": 1.0})
    for (w, _), (expected, _) in zip(drawn(Choice(name)), drawn(unit), strict=True):
        np.testing.assert_allclose(w, SCALES[name](N_IN, N_OUT) * expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("seed", [1, 2**32, 2**63 - 1])
def test_every_seed_is_its_own(seed):
    (w, _), _ = drawn(Choice("glorot_uniform"), seed, SMALL, 2)
    assert not np.any(w == np.array(PINNED["glorot_uniform"][0]))


def test_layers_of_one_shape_differ():
    (first, _), (second, _) = drawn(Choice("normal"), 0, (Layer(3, "tanh"),) * 2, 3)
    assert not np.any(first == second)


def test_given_parameters_are_taken_and_leave_the_others_as_they_were():
    given = Layer(3, "tanh", ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)), (7.0, 8.0, 9.0))
    (w1, b1), (w2, b2) = drawn(Choice("glorot_uniform"), 0, (given, SMALL[1]), 2)
    assert w1.tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert b1.tolist() == [7.0, 8.0, 9.0]
    assert w2.tolist() == PINNED["glorot_uniform"][1]
    assert b2.tolist() == [0.0]


def test_biases_may_be_given_alone():
    only = Layer(3, "tanh", biases=(7.0, 8.0, 9.0))
    (w1, b1), _ = drawn(Choice("glorot_uniform"), 0, (only, SMALL[1]), 2)
    assert w1.tolist() == PINNED["glorot_uniform"][0]
    assert b1.tolist() == [7.0, 8.0, 9.0]


def test_the_numbers_of_seed_0_stay_what_they_are():
    uniform, normal = (drawn(Choice(name), 0, SMALL, 2) for name in PINNED)
    assert [w.tolist() for w, _ in uniform] == PINNED["glorot_uniform"]
    assert [b.tolist() for _, b in uniform] == [[0.0, 0.0, 0.0], [0.0]]
    # Normal draws go through the C library's log, whose last bit is its own.
    for (w, _), expected in zip(normal, PINNED["normal"], strict=True):
        np.testing.assert_allclose(w, expected, rtol=1e-15, atol=0)


PINNED = {
    "glorot_uniform": [
        [
            [0.7028101564934408, 0.2347992216092103],
            [0.07212551495097452, 0.39179437599007927],
            [-0.6176720020534605, 0.8697928485224768],
        ],
        [[-0.6733391610456235, 0.9219450383704029, -0.6499806542904502]],
    ],
    "normal": [
        [
            [0.03962390259883888, 0.11860380539386944],
            [0.19782409057341838, 0.036417481405290324],
            [0.026544727901863158, -0.01885039093499109],
        ],
        [[0.04280998084598672, -0.03126611173933652, 0.07752238724000678]],
    ],
}
"""Found alike with the standard library's Mersenne twister, started in the same state."""
