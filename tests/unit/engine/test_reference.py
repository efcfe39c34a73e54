"""The references themselves: their identities against the definitions, slopes against limits."""

import mpmath
import numpy as np
import pytest

from tests.reference import exact, network

POINTS = [*np.random.default_rng(11).normal(0, 4, 40).tolist(), -30.0, 30.0, 1e-8, -1e-8]
WRITTEN = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": lambda z: (mpmath.exp(z) - mpmath.exp(-z)) / (mpmath.exp(z) + mpmath.exp(-z)),
    "relu": lambda z: max(z, mpmath.mpf(0)),
    "leaky_relu": lambda z: z if z > 0 else mpmath.mpf("0.01") * z,
    "elu": lambda z: z if z > 0 else mpmath.exp(z) - 1,
    "gelu": lambda z: z * (1 + mpmath.erf(z / mpmath.sqrt(2))) / 2,
    "gelu_tanh": lambda z: (
        z / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (z + mpmath.mpf("0.044715") * z**3)))
    ),
    "softplus": lambda z: mpmath.log(1 + mpmath.exp(z)),
    "silu": lambda z: z / (1 + mpmath.exp(-z)),
}


def test_the_definitions_are_all_there():
    assert set(WRITTEN) == set(exact.ACTIVATIONS)
    assert set(network.ACTIVATIONS) == {*WRITTEN, "softmax"}
    assert set(network.LOSSES) == set(exact.LOSSES)


@pytest.mark.parametrize("name", list(WRITTEN))
def test_activations_are_the_definitions(name):
    for z in [*POINTS, 5e-324, -5e-324]:
        with mpmath.workdps(1000):
            written = WRITTEN[name](mpmath.mpf(z))
            assert abs(exact.activation(name, z) - written) <= abs(written) * mpmath.mpf(10) ** -39


@pytest.mark.parametrize("name", list(WRITTEN))
def test_slopes_are_the_derivatives(name):
    for z in POINTS:
        with mpmath.workdps(60):
            limit = mpmath.diff(WRITTEN[name], mpmath.mpf(z), h=mpmath.mpf(10) ** -25)
        assert abs(exact.slope(name, z) - limit) <= mpmath.mpf(10) ** -24


@pytest.mark.parametrize("z", [-1e308, -1e154, -1e10, -1001.0, 1001.0, 1e10, 1e308])
def test_limits_far_out(z):
    for name in ("sigmoid", "gelu", "gelu_tanh", "silu", "softplus"):
        found, limit = exact.activation(name, z), (1 if name == "sigmoid" else z) if z > 0 else 0
        assert abs(found - limit) <= 1e-300
        assert z > 0 or found != 0


def test_the_normal_distribution_is_continuous_where_its_formula_changes():
    near, far = (exact.activation("gelu", z) for z in (-1000.0, np.nextafter(-1000.0, 0)))
    slope = exact.slope("gelu", -1000.0)
    with mpmath.workdps(60):
        step = mpmath.mpf(float(np.nextafter(-1000.0, 0))) + 1000
        assert abs((far - near) / (slope * step) - 1) <= mpmath.mpf(10) ** -9


@pytest.mark.parametrize("name", list(exact.LOSSES))
def test_loss_slopes_are_the_derivatives(name):
    draws, p = np.random.default_rng(12), {"delta": 0.4}
    for _ in range(10):
        a, y = (draws.uniform(0.05, 0.95, 3).tolist() for _ in range(2))
        for k, found in enumerate(exact.loss_slopes(name, a, y, p)):
            with mpmath.workdps(60):
                rest = [mpmath.mpf(v) for v in a]

                def along(x, k=k, rest=rest, y=y):
                    moved = [x if j == k else v for j, v in enumerate(rest)]
                    return exact.LOSSES[name][0](moved, [mpmath.mpf(t) for t in y], p)

                limit = mpmath.diff(along, rest[k], h=mpmath.mpf(10) ** -25)
            assert abs(found - limit) <= mpmath.mpf(10) ** -22


FROM_SUMS = [
    ("binary_cross_entropy", "sigmoid", exact.logistic_loss, exact.logistic_delta),
    ("binary_cross_entropy", "softmax", exact.binary_softmax_loss, exact.binary_softmax_delta),
    ("cross_entropy", "sigmoid", exact.log_sigmoid_loss, exact.log_sigmoid_delta),
    ("cross_entropy", "softmax", exact.softmax_loss, exact.softmax_delta),
]


@pytest.mark.parametrize(("name", "activation", "loss", "delta"), FROM_SUMS)
def test_losses_from_sums_are_the_losses_of_the_outputs(name, activation, loss, delta):
    draws = np.random.default_rng(13)
    for _ in range(8):
        z, y = draws.normal(0, 4, 3).tolist(), draws.random(3).tolist()
        with mpmath.workdps(60):
            exponentials = [mpmath.exp(v) for v in z]
            below = [sum(exponentials) if activation == "softmax" else 1 + e for e in exponentials]
            a = [e / b for e, b in zip(exponentials, below, strict=True)]
            of_outputs = exact.LOSSES[name][0](a, [mpmath.mpf(v) for v in y], {})
        assert abs(loss(z, y) - of_outputs) <= mpmath.mpf(10) ** -35
        for k, found in enumerate(delta(z, y)):
            with mpmath.workdps(60):

                def along(x, k=k, z=z, y=y):
                    return loss([x if j == k else v for j, v in enumerate(z)], y)

                limit = mpmath.diff(along, mpmath.mpf(z[k]), h=mpmath.mpf(10) ** -15)
            assert abs(found - limit) <= mpmath.mpf(10) ** -13


def test_through_softmax_is_its_jacobian():
    z, slopes = [0.5, -1.0, 2.0], [mpmath.mpf(v) for v in (1.0, -2.0, 0.25)]
    a = exact.softmax(z)
    for j, found in enumerate(exact.through_softmax(z, slopes)):
        expected = sum(a[k] * ((k == j) - a[j]) * slopes[k] for k in range(3))
        assert abs(found - expected) <= mpmath.mpf(10) ** -14


@pytest.mark.parametrize("name", list(WRITTEN))
def test_complex_activations_are_the_exact_ones(name):
    z = np.array(POINTS) + 1j * network.STEP
    found = network.ACTIVATIONS[name](z)
    for at, value in zip(POINTS, found, strict=True):
        # 1 + tanh and 1 + erf cancel where z is far below zero, and z multiplies what is left.
        assert abs(value.real - exact.activation(name, at)) <= 1e-15 * max(1.0, abs(at))
        assert abs(value.imag / network.STEP - exact.slope(name, at)) <= 2e-15 * max(1, at * at)


@pytest.mark.parametrize(
    ("name", "activation"),
    [
        *((name, f) for name in exact.LOSSES for f in ("sigmoid", "softmax")),
        *((name, "softplus") for name in exact.LOSSES if name != "binary_cross_entropy"),
    ],
)
def test_complex_losses_are_the_exact_ones(name, activation):
    draws = np.random.default_rng(14)
    z = draws.normal(0, 2, (8, 3))
    y = draws.random((8, 3))
    a = network.ACTIVATIONS[activation](z.astype(complex))
    found = network.LOSSES[name](z.astype(complex), a, y, activation, {"delta": 0.4})
    for value, outputs, targets in zip(found, a.real.tolist(), y.tolist(), strict=True):
        expected = exact.loss(name, outputs, targets, {"delta": 0.4})
        assert abs(value.real - expected) <= 1e-14 * (1 + abs(expected))
