"""Every activation and its derivative against arbitrary precision, extremes included."""

import mpmath
import numpy as np
import pytest

from bpsim.engine.activations import ACTIVATIONS, activate
from tests.reference import exact

SIZES = [0.0, 5e-324, 1e-310, 2.2e-308, 1e-300, 1e-10, 1e-8, 0.5, 1, 2, 5, 10, 20, 36, 37, 40]
SIZES += [100, 700, 709, 710, 744, 745, 746, 1e3, 1e4, 1e10, 1e154, 1e308]
GRID = [sign * size for size in SIZES for sign in (1.0, -1.0)]
NAMES = list(exact.ACTIVATIONS)


def points():
    """The grid, random numbers of every size that matters, and some on both sides of cuts."""
    draws = np.random.default_rng(7)
    small = draws.normal(0, 3, 150)
    middle = draws.uniform(-45, 45, 150)
    large = draws.uniform(-760, 760, 60)
    tiny = draws.choice([-1.0, 1.0], 30) * 10.0 ** draws.uniform(-320, -1, 30)
    cuts = [s * v for s in (1, -1) for c in (6.5, 40.0, 100.0, 373.0) for v in (c - 1e-9, c, c + 1)]
    return np.concatenate([GRID, small, middle, large, tiny, cuts])


def in_quiet(name, z):
    """Activate where any floating-point complaint that gets out is an error."""
    with np.errstate(all="raise"):
        return activate(name, z)


def allowed(name, z, value):
    """Give how far a value may be off: 8 units in the last place, and what conditioning adds."""
    smallest, last = mpmath.ldexp(1, -1074), exact.ulp(value)
    room = 8 * last
    size = mpmath.mpf(min(abs(z), 1000.0))
    if name in ("silu", "gelu", "gelu_tanh"):
        # z times a factor that has lost digits where it is subnormal.
        room += 2 * size * smallest
    if name == "gelu_tanh":
        # The same with z * u'(z), which grows with z**3 ...
        room += size**3 / 2 * smallest
    if name == "gelu_tanh" and z < 0:
        # ... and exp(u) with u = 1.6 z + 0.07 z**3, rounded seven times: each half unit of its
        # last place comes back u times as large.
        inner = min(size, 100)
        room += 4 * (1.6 * inner + 0.0714 * inner**3) * last
    return room


@pytest.mark.parametrize("name", NAMES)
def test_values(name):
    z = points()
    found, _ = in_quiet(name, z.reshape(1, -1))
    for at, value in zip(z.tolist(), found[0].tolist(), strict=True):
        expected = exact.activation(name, at)
        off = abs(mpmath.mpf(value) - expected)
        assert off <= allowed(name, at, expected), (at, value, float(expected))


@pytest.mark.parametrize("name", NAMES)
def test_derivatives(name):
    z = points()
    _, found = in_quiet(name, z.reshape(1, -1))
    for at, value in zip(z.tolist(), found[0].tolist(), strict=True):
        expected = exact.slope(name, at)
        off = abs(mpmath.mpf(value) - expected)
        room = allowed(name, at, expected)
        if name in CROSSINGS and abs(at - CROSSINGS[name]) < 1.0:
            room = max(room, 1e-15)  # two parts of size 0.3 cancel
        assert off <= room, (at, value, float(expected))


CROSSINGS = {"gelu": -0.7517915, "gelu_tanh": -0.7524614, "silu": -1.2784645}
"""Where these derivatives pass through zero."""


@pytest.mark.parametrize("name", list(CROSSINGS))
def test_derivatives_cross_zero_where_they_should(name):
    z = np.array([[CROSSINGS[name] - 1e-6, CROSSINGS[name] + 1e-6]])
    _, slope = in_quiet(name, z)
    assert slope[0, 0] < 0 < slope[0, 1]


def test_the_derivative_at_a_kink():
    z = np.array([[0.0, -0.0]])
    assert in_quiet("relu", z)[1].tolist() == [[0.0, 0.0]]
    assert in_quiet("leaky_relu", z)[1].tolist() == [[0.01, 0.01]]
    assert in_quiet("elu", z)[1].tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_an_element_does_not_depend_on_its_neighbours(name):
    z = np.random.default_rng(3).normal(0, 10, (4, 7))
    a, slope = in_quiet(name, z)
    assert a.shape == z.shape
    for sample in range(7):
        one, one_slope = in_quiet(name, z[:, sample : sample + 1])
        assert one[:, 0].tolist() == a[:, sample].tolist()
        if slope is not None:
            assert one_slope[:, 0].tolist() == slope[:, sample].tolist()


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_the_input_is_left_alone(name):
    z = np.random.default_rng(4).normal(0, 10, (3, 5))
    before = z.copy()
    in_quiet(name, z)
    assert z.tolist() == before.tolist()


def test_every_activation_is_tested():
    assert {*NAMES, "softmax"} == set(ACTIVATIONS)
    for name, entry in ACTIVATIONS.items():
        assert entry.name == name
        assert entry.formula
        assert entry.meaning.endswith(".")
        assert entry.output_only == (name == "softmax")


SOFTMAX = [
    [0.0],
    [1e308],
    [0.0, 0.0],
    [-0.0, 0.0, 5e-324],
    [3.0, 3.0, 3.0],
    [7.0, 7.0, -7.0],
    [1.0, 2.0, 3.0],
    [1000.0, 1001.0, 1002.0],
    [-1000.0, -1001.0, -1002.0],
    [0.0, -36.0, -37.0],
    [0.0, -40.0],
    [0.0, -744.0, -746.0],
    [700.0, -700.0, 0.0],
    [1e10, 1e10 - 1.0, 0.0],
    [1e308, -1e308],
    [1e308, 1e308, -1e308, 0.0],
    [-1e308, -1e308],
    [1e154, 1e-300, -1e154],
]


def softmax_rows():
    draws = np.random.default_rng(5)
    random = [draws.normal(0, draws.choice([0.1, 3.0, 100.0]), 5).tolist() for _ in range(40)]
    return SOFTMAX + random


def test_softmax_shares():
    for row in softmax_rows():
        a, slope = in_quiet("softmax", np.array(row).reshape(-1, 1))
        assert slope is None
        for at, found, expected in zip(row, a[:, 0].tolist(), exact.softmax(row), strict=True):
            # The difference to the largest is rounded, and exp multiplies that by the difference.
            assert exact.distance(found, expected) <= 8 + min(max(row) - at, 800), row
        assert abs(a.sum() - 1.0) <= 1e-15 * len(row)


def test_softmax_ties_are_equal_to_the_last_bit():
    a, _ = in_quiet("softmax", np.array([[0.3, 1.0, -5.0], [0.3, 0.2, 2.0], [0.3, 1.0, 2.0]]))
    assert a[0, 0] == a[1, 0] == a[2, 0]
    assert a[0, 1] == a[2, 1]
    assert a[1, 2] == a[2, 2]


def test_softmax_is_the_same_in_another_order():
    z = np.array([[5.0], [2.0]])
    a, _ = in_quiet("softmax", z)
    b, _ = in_quiet("softmax", z[::-1])
    assert a[::-1].tolist() == b.tolist()


@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (7, 64), (40, 250)])
def test_gelu_keeps_its_digits_over_the_whole_range(shape):
    draws = np.random.default_rng(5)
    z = draws.choice([draws.uniform(-38, 9, shape), draws.normal(size=shape)])
    values, slopes = in_quiet("gelu", z)
    few = draws.integers(0, z.size, 400)
    for at, value, slope in zip(
        *(x.ravel()[few].tolist() for x in (z, values, slopes)), strict=True
    ):
        expected = exact.activation("gelu", at)
        smallest = abs(at) * mpmath.ldexp(1, -1074)  # Phi itself is subnormal below -37.5
        assert abs(value - expected) <= 4.5 * exact.ulp(expected) + smallest, at
        below = abs(expected / at) + abs(mpmath.npdf(at) * at)
        assert abs(slope - exact.slope("gelu", at)) <= 4.5 * exact.ulp(below) + smallest, at


def test_gelu_goes_to_its_ends_without_a_step_back():
    z = np.linspace(-45.0, -0.76, 50_001).reshape(1, -1)
    values, slopes = in_quiet("gelu", z)
    assert (np.diff(values) <= 0.0).all()
    assert (slopes <= 0.0).all()
    assert not values[z < -38.7].any()
    assert not slopes[z < -38.7].any()
    z = np.linspace(-0.75, 45.0, 50_001).reshape(1, -1)
    values, _ = in_quiet("gelu", z)
    assert (np.diff(values) > 0.0).all()
    assert (values[z > 8.3] == z[z > 8.3]).all()
