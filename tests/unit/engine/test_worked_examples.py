"""Published worked examples, number by number."""

import mpmath
import numpy as np
import pytest

from bpsim.session.session import Session
from tests.examples import one_neuron, two_two_two


def test_one_one_one_is_right_in_arbitrary_precision():
    """The last step's numbers are those of the formulas worked out by hand, in 40 digits."""
    session = Session(one_neuron())
    session.step_batch()
    with mpmath.workdps(40):
        x, y, w1, b1, w2, b2, rate = (mpmath.mpf(v) for v in (0.5, 1, 0.4, 0.3, 0.7, 0.2, 0.1))
        a1 = 1 / (1 + mpmath.exp(-(w1 * x + b1)))
        a2 = 1 / (1 + mpmath.exp(-(w2 * a1 + b2)))
        delta2 = (a2 - y) * a2 * (1 - a2)
        delta1 = w2 * delta2 * a1 * (1 - a1)
        expected = {
            "a1": a1,
            "a2": a2,
            "loss": (a2 - y) ** 2 / 2,
            "delta2": delta2,
            "dW2": delta2 * a1,
            "db2": delta2,
            "delta1": delta1,
            "dW1": delta1 * x,
            "db1": delta1,
            "W2": w2 - rate * delta2 * a1,
            "b2": b2 - rate * delta2,
            "W1": w1 - rate * delta1 * x,
            "b1": b1 - rate * delta1,
        }
        for name, value in expected.items():
            assert abs(session.value(name).item() / value - 1) <= 1e-15, name


def two_two_two_exactly(steps, biases_learn):
    """The same example in 40 digits, written out: the losses, and the last weights."""
    with mpmath.workdps(40):
        x, y = (mpmath.matrix([mpmath.mpf(v) for v in row]) for row in ((0.05, 0.1), (0.01, 0.99)))
        w1 = mpmath.matrix([[0.15, 0.2], [0.25, 0.3]])
        w2 = mpmath.matrix([[0.4, 0.45], [0.5, 0.55]])
        b1, b2 = mpmath.matrix([0.35, 0.35]), mpmath.matrix([0.6, 0.6])
        losses = []
        for _ in range(steps):
            a1 = (w1 * x + b1).apply(lambda v: 1 / (1 + mpmath.exp(-v)))
            a2 = (w2 * a1 + b2).apply(lambda v: 1 / (1 + mpmath.exp(-v)))
            losses.append(sum((a2[k] - y[k]) ** 2 for k in range(2)) / 2)
            d2 = mpmath.matrix([(a2[k] - y[k]) * a2[k] * (1 - a2[k]) for k in range(2)])
            back = w2.T * d2
            d1 = mpmath.matrix([back[k] * a1[k] * (1 - a1[k]) for k in range(2)])
            w2, w1 = w2 - d2 * a1.T / 2, w1 - d1 * x.T / 2
            if biases_learn:
                b2, b1 = b2 - d2 / 2, b1 - d1 / 2
        return losses, np.array(w1.tolist(), float), np.array(w2.tolist(), float)


W1_AFTER = [[0.149780716, 0.19956143], [0.24975114, 0.29950229]]
W2_AFTER = [[0.35891648, 0.408666186], [0.511301270, 0.561370121]]


def test_two_two_two_first_step_with_biases_kept():
    """M. Mazur, "A Step by Step Backpropagation Example" (2015)."""
    session = Session(two_two_two(True))
    session.step_batch()
    assert session.value("loss").item() == pytest.approx(0.298371109, abs=5e-10)
    np.testing.assert_allclose(session.value("a1"), [[0.593269992, 0.596884378]], atol=5e-10)
    np.testing.assert_allclose(session.value("a2"), [[0.75136507, 0.772928465]], atol=5e-9)
    assert session.value("dW2")[0, 0] == pytest.approx(0.082167041, abs=5e-10)
    assert session.value("dW1")[0, 0] == pytest.approx(0.000438568, abs=5e-10)
    np.testing.assert_allclose(session.value("W1"), W1_AFTER, rtol=0, atol=5e-9)
    np.testing.assert_allclose(session.value("W2"), W2_AFTER, rtol=0, atol=5e-9)
    assert session.value("b1").tolist() == [0.35, 0.35]
    assert session.value("b2").tolist() == [0.60, 0.60]


@pytest.mark.parametrize(("frozen", "second"), [(True, 0.291027774), (False, 0.280471447)])
def test_two_two_two_is_right_in_arbitrary_precision(frozen, second):
    """With the biases kept, the text has 0.291027924 next: off from the seventh digit on."""
    session = Session(two_two_two(frozen))
    losses, w1, w2 = two_two_two_exactly(200, not frozen)
    assert losses[1] == pytest.approx(second, abs=5e-10)
    for expected in losses:
        session.step_batch()
        assert abs(session.value("loss").item() / expected - 1) <= 1e-13
    np.testing.assert_allclose(session.value("W1"), w1, rtol=1e-13)
    np.testing.assert_allclose(session.value("W2"), w2, rtol=1e-13)
