"""Every loss and its derivative against arbitrary precision, through a whole program."""

import mpmath
import numpy as np
import pytest

from bpsim.engine.kernels import mean_parts
from bpsim.engine.losses import LOSSES
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import (
    Layer,
    Network,
    Specification,
    SpecificationError,
    Training,
)
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from tests.reference import exact

SQUARED = ["half_squared_error", "mean_squared_error"]
EPS = 2.0**-52


def session_of(loss, activation, z, y, parameters=None):
    """Give a session of one sample, at its update, whose weighted sums are exactly ``z``."""
    n = len(z)
    identity = tuple(tuple(float(i == j) for j in range(n)) for i in range(n))
    training = Training(Choice(loss, parameters or {}), Choice("sgd", {"learning_rate": 0.0}))
    data = Dataset.of(
        tuple(f"x{i}" for i in range(n)), tuple(f"y{i}" for i in range(n)), [[*z, *y]]
    )
    network = Network(n, (Layer(n, activation, identity),))
    session = Session(Project("one sample", Specification(network, training), data))
    with np.errstate(all="raise"):
        session.step_phase()
        session.step_phase()
        session.step_phase()
    assert session.value("z1").tolist() == [[v + 0.0 for v in z]]
    assert session.value("delta1") is not None
    return session


def evaluate(loss, activation, z, y, parameters=None):
    """Give loss, outputs and delta of one sample."""
    session = session_of(loss, activation, z, y, parameters)
    return (
        session.value("loss").item(),
        session.value("a1")[0].tolist(),
        session.value("delta1")[0].tolist(),
    )


def close(found, expected, ulps=8, room=0.0):
    return abs(mpmath.mpf(found) - expected) <= max(ulps * exact.ulp(expected), room)


RESIDUALS = [0.0, 5e-324, 1e-300, 1e-160, 1e-10, 0.1, 0.5, 1.0, 1.5, 3.0, 1e5, 1e150]


def samples(draws):
    """Outputs and targets: each residual alone, then some at once."""
    for r in RESIDUALS:
        for sign in (1.0, -1.0):
            yield [sign * r], [0.0]
            yield [0.0], [sign * r]
    for _ in range(40):
        n = int(draws.integers(1, 6))
        yield draws.normal(0, 2, n).tolist(), draws.normal(0, 2, n).tolist()


@pytest.mark.parametrize("name", [*SQUARED, "mean_absolute_error"])
def test_losses_of_distance(name):
    for a, y in samples(np.random.default_rng(21)):
        loss, outputs, delta = evaluate(name, "identity", a, y)
        assert outputs == [v + 0.0 for v in a]
        assert close(loss, exact.loss(name, a, y)), (a, y, loss)
        for found, expected in zip(delta, exact.loss_slopes(name, a, y), strict=True):
            assert close(found, expected), (a, y, found)


@pytest.mark.parametrize("threshold", [1.0, 0.25, 1e-6, 3.5, 1e6])
def test_huber(threshold):
    p = {"delta": threshold}
    at_the_edge = [([threshold], [0.0]), ([0.0], [threshold]), ([-1.25 * threshold], [0.0])]
    for a, y in [*samples(np.random.default_rng(22)), *at_the_edge]:
        loss, _, delta = evaluate("huber", "identity", a, y, p)
        assert close(loss, exact.loss("huber", a, y, p)), (a, y, loss)
        for found, expected in zip(delta, exact.loss_slopes("huber", a, y, p), strict=True):
            assert close(found, expected), (a, y, found)


def test_huber_is_1_wide_unless_told_otherwise():
    assert evaluate("huber", "identity", [3.0], [0.0]) == (2.5, [3.0], [1.0])
    assert evaluate("huber", "identity", [3.0], [0.0], {"delta": 2.0}) == (4.0, [3.0], [2.0])
    assert evaluate("huber", "identity", [1.0], [0.0]) == (0.5, [1.0], [1.0])


def test_the_absolute_error_has_no_slope_on_the_target():
    assert evaluate("mean_absolute_error", "identity", [0.25, 2.0], [0.25, 1.0]) == (
        0.5,
        [0.25, 2.0],
        [0.0, 0.5],
    )


FROM_SUMS = {
    ("binary_cross_entropy", "sigmoid"): (exact.logistic_loss, exact.logistic_delta),
    ("binary_cross_entropy", "softmax"): (exact.binary_softmax_loss, exact.binary_softmax_delta),
    ("cross_entropy", "sigmoid"): (exact.log_sigmoid_loss, exact.log_sigmoid_delta),
    ("cross_entropy", "softmax"): (exact.softmax_loss, exact.softmax_delta),
}
SIZES = [0.0, 5e-324, 1e-310, 1e-8, 1.0, 20.0, 36.0, 37.0, 40.0, 709.0, 710.0, 745.0, 800.0, 1e4]
SIZES += [1e154, 1e308]


def test_all_cross_entropies_of_sigmoid_and_softmax_are_tested():
    ways = {(e.name, a) for e in LOSSES.values() for a in (*e.pairings, *e.detours)}
    assert ways == set(FROM_SUMS)


def saturated():
    """Sums that are far apart, each with every class, and with the last two both asked for."""
    for size in SIZES:
        for z in ([size, 0.0], [-size, size], [0.0, size, -size], [size, size, 0.0]):
            for k in range(len(z)):
                yield z, [float(j == k) for j in range(len(z))]
            yield z, [float(j > 0) for j in range(len(z))]


@pytest.mark.parametrize(("name", "activation"), list(FROM_SUMS))
def test_cross_entropies_stay_exact_where_outputs_round_to_0_or_1(name, activation):
    exact_loss, exact_delta = FROM_SUMS[name, activation]
    for z, y in saturated():
        expected = exact_loss(z, y)
        if expected > 1.7e308:
            continue
        loss, _, delta = evaluate(name, activation, z, y)
        assert close(loss, expected, ulps=4), (z, y, loss)
        # Each exp's argument is rounded, and exp multiplies that by the argument. Parts cancel
        # where nothing is saturated, or more classes than one are asked for.
        gap = max(z) - min(z)
        ulps, room = 8 + min(gap, 800), 0.0 if sum(y) == 1.0 and gap >= 20.0 else EPS
        for found, one in zip(delta, exact_delta(z, y), strict=True):
            assert close(found, one, ulps, room), (z, y, found, float(one))


@pytest.mark.parametrize(("name", "activation"), list(FROM_SUMS))
def test_cross_entropies_of_soft_targets(name, activation):
    draws, (exact_loss, exact_delta) = np.random.default_rng(23), FROM_SUMS[name, activation]
    most = 1.0 if name.startswith("binary") else 2.0
    for spread in (0.1, 6.0, 300.0):
        for _ in range(20):
            n = int(draws.integers(2, 6))
            z, y = draws.normal(0, spread, n).tolist(), (most * draws.random(n)).tolist()
            loss, _, delta = evaluate(name, activation, z, y)
            assert close(loss, exact_loss(z, y)), (z, y, loss)
            for found, expected in zip(delta, exact_delta(z, y), strict=True):
                assert close(found, expected, room=8 * EPS * sum(y)), (z, y)  # a - y cancels


@pytest.mark.parametrize(
    ("name", "activation"), [(e.name, a) for e in LOSSES.values() for a in e.detours]
)
def test_the_slope_beside_a_detour_is_the_one_it_stands_for(name, activation):
    """The formula and the explanation go by dL/da, where the numbers are made from z."""
    for z, y in (([1.0, 2.0, 0.5], [0.0, 1.0, 0.3]), ([-3.0, 1.0], [0.25, 1.0])):
        session = session_of(name, activation, z, y)
        expected = exact.loss_slopes(name, session.value("a1")[0].tolist(), y)
        for found, one in zip(session.program.stored("pull")[:, 0].tolist(), expected, strict=True):
            assert close(found, one, ulps=16), (z, y)
    pull = session_of(name, activation, [800.0, -800.0], [0.0, 1.0]).program.stored("pull")
    assert pull[1, 0] == -np.finfo(float).max


def test_a_target_that_is_nearly_1_keeps_its_digits():
    y = 1.0 - 1e-12
    for z in (30.0, 700.0, 1e12):
        loss, _, _ = evaluate("binary_cross_entropy", "sigmoid", [z], [y])
        assert close(loss, exact.logistic_loss([z], [y])), z


def test_the_parts_of_a_mean_lose_no_bit():
    for count in range(1, 1000):
        part, rest = mean_parts(count)
        assert part <= 1 / count
        assert np.frexp(part)[0] == 0.5
        assert rest == count * part


def test_means_are_finite_where_sums_are_not():
    assert evaluate("binary_cross_entropy", "sigmoid", [1e308] * 3, [0.0] * 3)[0] == 1e308
    assert evaluate("mean_absolute_error", "identity", [1e308] * 3, [0.0] * 3)[0] == 1e308
    far, half_its_square = 1.25 * 2.0**512, 1.5625 * 2.0**1023
    assert evaluate("half_squared_error", "identity", [far], [0.0])[0] == half_its_square
    assert evaluate("cross_entropy", "softmax", [1e308, -1e308], [0.5, 0.5])[0] == 1e308


@pytest.mark.parametrize(("name", "activation"), list(FROM_SUMS))
def test_nothing_in_memory_overflows_where_the_loss_does_not(name, activation):
    """A run goes step by step where anything in memory isn't finite."""
    layers = (Layer(2, activation, ((1.0,), (-1.0,)), (0.0, 0.0)),)
    training = Training(Choice(name), Choice("sgd", {"learning_rate": 1e-3}), batch_size=0)
    rows = [[x, y, 1.0 - y] for x in (1e4, -1e4, 8e307) for y in (0.0, 1.0)]
    data = Dataset.of(("x",), ("y", "z"), rows)
    session = Session(Project("far", Specification(Network(1, layers), training), data))
    assert session.step_batch().halt is None
    assert np.isfinite(session.memory.array).all()


@pytest.mark.parametrize("name", ["binary_cross_entropy", "cross_entropy"])
def test_cross_entropies_of_outputs_as_they_are(name):
    draws = np.random.default_rng(25)
    fixed = [([5e-324], [0.0]), ([1e-300], [1.0]), ([1 - 2**-53], [1.0]), ([0.5], [0.5])]
    fixed += [([1 - 2**-53], [0.0]), ([1e-10, 0.3], [1.0, 0.0])]
    for _ in range(40):
        n = int(draws.integers(1, 5))
        fixed.append((draws.uniform(0.01, 0.99, n).tolist(), draws.random(n).tolist()))
    for a, y in fixed:
        loss, _, delta = evaluate(name, "identity", a, y)
        assert close(loss, exact.loss(name, a, y)), (a, y, loss)
        largest = max(y[k] / a[k] + (1 - y[k]) / (1 - a[k]) for k in range(len(a)))
        for found, expected in zip(delta, exact.loss_slopes(name, a, y), strict=True):
            assert close(found, expected, room=4 * EPS * largest), (a, y, found)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "cross_entropy"])
def test_an_outcome_that_is_not_asked_for_costs_nothing(name):
    loss, _, delta = evaluate(name, "identity", [0.0, 1.0], [0.0, 1.0])
    assert loss == 0.0
    assert delta[0] in (0.0, 0.5)
    assert delta[1] in (-1.0, -0.5)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "softplus", "softmax", "gelu", "relu"])
@pytest.mark.parametrize("name", [*SQUARED, "mean_absolute_error", "huber"])
def test_the_error_signal_is_the_slope_through_the_activation(name, activation):
    draws = np.random.default_rng(26)
    for _ in range(10):
        z, y = draws.normal(0, 2, 3).tolist(), draws.normal(0, 2, 3).tolist()
        _, a, delta = evaluate(name, activation, z, y)
        pull = exact.loss_slopes(name, a, y, {"delta": 1.0})
        if activation == "softmax":
            expected = exact.through_softmax(z, pull)
        else:
            expected = [p * exact.slope(activation, v) for p, v in zip(pull, z, strict=True)]
        for found, one in zip(delta, expected, strict=True):
            assert close(found, one, ulps=16, room=4e-16 if activation == "softmax" else 1e-16)


@pytest.mark.parametrize("name", [*SQUARED, "mean_absolute_error", "huber"])
def test_the_error_signal_through_a_saturated_softmax_keeps_its_digits(name):
    for gap in (20.0, 36.0, 40.0, 300.0, 700.0):
        for z in ([gap, 0.0], [0.0, gap, -gap], [0.0, 0.0, gap]):
            y = [0.25, 0.75, 0.5][: len(z)]
            _, a, delta = evaluate(name, "softmax", z, y)
            expected = exact.through_softmax(z, exact.loss_slopes(name, a, y, {"delta": 1.0}))
            for found, one in zip(delta, expected, strict=True):
                assert close(found, one, ulps=16 + 2 * gap), (z, found, float(one))


def test_a_batch_is_the_mean_of_its_samples():
    rows = [[0.5, -1.0], [2.0, 0.25], [-3.0, 1.0]]
    network = Network(1, (Layer(1, "identity", ((1.0,),), (0.0,)),))
    training = Training(
        Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.0}), batch_size=0
    )
    session = Session(
        Project("b", Specification(network, training), Dataset.of(("x",), ("y",), rows))
    )
    session.step_batch()
    # Residuals 1.5, 1.75 and -4: halves of squares, and delta of each sample unmixed.
    assert session.value("loss").item() == pytest.approx(
        (1.125 + 1.53125 + 8.0) / 3, rel=4 * EPS, abs=0
    )
    assert session.value("delta1").tolist() == [[1.5], [1.75], [-4.0]]
    assert session.value("dW1").item() == pytest.approx((0.75 + 3.5 + 12.0) / 3, rel=4 * EPS, abs=0)
    assert session.value("db1").item() == pytest.approx(-0.25, rel=4 * EPS, abs=0)


def penalized(l1, l2, weight, bias):
    layers = (Layer(1, "tanh", ((weight,),), (bias,)), Layer(1, "identity", ((0.0,),), (0.0,)))
    training = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.0}), l1, l2)
    data = Dataset.of(("x",), ("y",), [[0.0, 0.0]])
    session = Session(Project("p", Specification(Network(1, layers), training), data))
    session.step_batch()
    return session.value("penalty").item()


def test_the_penalty_is_finite_where_squares_are_not():
    assert penalized(0.5, 0.0, -1e200, 1e300) == 5e199
    assert penalized(0.0, 0.5, 2.0, 1e300) == 1.0
    assert penalized(0.0, 1e-10, 1e155, 0.0) == pytest.approx(5e299, rel=1e-15, abs=0)


def test_the_penalty_counts_weights_once_and_no_bias():
    layers = (
        Layer(2, "identity", ((1.0, -2.0), (0.0, 4.0)), (100.0, -100.0)),
        Layer(1, "identity", ((-0.5, 0.25),), (7.0,)),
    )
    training = Training(
        Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.0}), 0.5, 0.25, 0
    )
    data = Dataset.of(("a", "b"), ("y",), [[0.0, 0.0, -68.0], [0.0, 0.0, -68.0]])
    session = Session(Project("p", Specification(Network(2, layers), training), data))
    session.step_batch()
    # Outputs are -50 - 25 + 7 = -68, so the data's gradients are 0 and the penalty's remain.
    assert session.value("loss").item() == 0.0
    assert session.value("penalty").item() == 0.5 * 7.75 + 0.5 * 0.25 * 21.3125
    assert session.value("dW1").tolist() == [[0.75, -1.0], [0.0, 1.5]]
    assert session.value("db1").tolist() == [0.0, 0.0]
    assert session.value("dW2").tolist() == [[-0.625, 0.5625]]


def test_every_loss_is_tested():
    assert set(LOSSES) == set(exact.LOSSES)
    for name, entry in LOSSES.items():
        assert entry.name == name
        assert entry.formula
        assert entry.meaning.endswith(".")


@pytest.mark.parametrize(
    ("name", "y"),
    [
        ("binary_cross_entropy", 1.0 + EPS),
        ("binary_cross_entropy", -5e-324),
        ("cross_entropy", -5e-324),
    ],
)
def test_targets_without_a_logarithm_are_refused(name, y):
    with pytest.raises(SpecificationError):
        evaluate(name, "sigmoid", [0.0], [y])
    evaluate("half_squared_error", "sigmoid", [0.0], [y])
