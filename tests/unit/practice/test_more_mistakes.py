"""Mistakes with other losses, penalties and optimizers, reckoned by hand from the numbers."""

from math import log, sqrt

import numpy as np
import pytest

from bpsim.practice.grading import Verdict, grade
from bpsim.practice.practice import Practice, Scope
from bpsim.session.session import Session
from tests.examples import small


def asked(session, name, element=0, times=1):
    """Ask for an operation of a step; return the question and all values from before it."""
    operations = [op for op in session.program.operations if op.name == name]
    session.jump(session.position.executed + operations[times - 1].index)
    practice = Practice(session, Scope.STEP)
    practice.follow()
    for item in practice.items[:element]:
        item.shown = True
    question = practice.question
    assert question.operation.name == name
    before = {key: session.program.view(key).copy() for key in session.program.slots}
    return question, before


def names(question, value):
    found = grade(question, f"{value:.7e}")
    assert found.verdict is Verdict.WRONG
    return [mistake.name for mistake in found.mistakes]


def trained(optimizer, **settings):
    session = Session(small(optimizer, **settings))
    session.run(3)
    return session


RATE = 0.1
LAYERS = ((3, "tanh"), (2, "sigmoid"))


@pytest.mark.parametrize("optimizer", ["momentum", "nesterov"])
def test_momentum(optimizer):
    question, v = asked(trained(optimizer, layers=LAYERS), "W1")
    p, g = v["W1"][0, 0], v["dW1"][0, 0]
    assert "gradient in place of the memory" in names(question, p - RATE * g)
    question, v = asked(trained(optimizer, layers=LAYERS), "vW1")
    g, old = v["dW1"][0, 0], v["vW1"][0, 0]
    assert question.right == pytest.approx(0.9 * old + g)
    assert "memory forgotten" in names(question, g)


def test_adam():
    question, v = asked(trained("adam", layers=LAYERS), "W1")
    p, m, s, t = v["W1"][0, 0], v["mW1"][0, 0], v["vW1"][0, 0], 4
    first, second = m / (1 - 0.9**t), s / (1 - 0.999**t)
    assert question.right == pytest.approx(p - RATE * first / (sqrt(second) + 1e-8))
    assert "not corrected" in names(question, p - RATE * m / (sqrt(s) + 1e-8))
    assert "root forgotten" in names(question, p - RATE * first / (second + 1e-8))
    assert "wrong sign" in names(question, p + RATE * first / (sqrt(second) + 1e-8))
    question, v = asked(trained("adam", layers=LAYERS), "vW1")
    g, old = v["dW1"][0, 0], v["vW1"][0, 0]
    assert "not squared" in names(question, 0.999 * old + 0.001 * g)
    assert "shares swapped" in names(question, 0.001 * old + 0.999 * g * g)
    assert "share forgotten" in names(question, 0.999 * old + g * g)
    assert "memory forgotten" in names(question, 0.001 * g * g)


@pytest.mark.parametrize(("optimizer", "eps"), [("rmsprop", 1e-8), ("adagrad", 1e-10)])
def test_scaled_steps(optimizer, eps):
    question, v = asked(trained(optimizer, layers=LAYERS), "W1")
    p, g, s = v["W1"][0, 0], v["dW1"][0, 0], v["vW1"][0, 0]
    assert question.right == pytest.approx(p - RATE * g / (sqrt(s) + eps))
    assert "root forgotten" in names(question, p - RATE * g / (s + eps))
    assert "learning rate forgotten" in names(question, p - g / (sqrt(s) + eps))


def test_decay():
    question, v = asked(trained("adamw"), "W1")
    p = v["W1"][0, 0]
    assert question.right == pytest.approx(p * (1 - RATE * 0.01))
    assert "learning rate forgotten" in names(question, p * (1 - 0.01))
    assert "wrong sign" in names(question, p * (1 + RATE * 0.01))


def test_penalties():
    session = trained("sgd", l1=0.02, l2=0.3)
    question, v = asked(session, "penalty")
    first = 0.02 * sum(np.abs(v[f"W{n}"]).sum() for n in (1, 2, 3))
    second = 0.3 * sum((v[f"W{n}"] ** 2).sum() for n in (1, 2, 3))
    assert question.right == pytest.approx(first + second / 2)
    assert "half forgotten" in names(question, first + second)
    biases = sum(0.02 * np.abs(v[f"b{n}"]).sum() for n in (1, 2, 3))
    biases += sum(0.15 * (v[f"b{n}"] ** 2).sum() for n in (1, 2, 3))
    assert "biases in the penalty" in names(question, first + second / 2 + biases)
    question, v = asked(trained("sgd", l1=0.02, l2=0.3), "dW1", times=2)
    w, g = v["W1"][0, 0], v["dW1"][0, 0]
    part = 0.02 * np.sign(w) + 0.3 * w
    assert question.right == pytest.approx(g + part)
    assert "penalty subtracted" in names(question, g - part)
    assert "penalty alone" in names(question, part)
    assert "half forgotten" in names(question, g + part + 0.3 * w)
    assert "weight in place of its sign" in names(question, g + 0.02 * w + 0.3 * w)


def test_entropy():
    project = {"layers": ((3, "tanh"), (2, "sigmoid")), "loss": "binary_cross_entropy"}
    question, v = asked(trained("sgd", **project), "loss")
    a, y = v["a2"], v["y"]
    each = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    assert question.right == pytest.approx(each.mean())
    assert "another logarithm" in names(question, each.mean() / log(10))
    assert "outputs summed" in names(question, each.sum(axis=1).mean())
    assert "not divided by N" in names(question, each.mean(axis=1).sum())
    question, v = asked(trained("sgd", **project), "delta2")
    a, y, z = v["a2"][0, 0], v["y"][0, 0], v["z2"][0, 0]
    assert question.right == pytest.approx((a - y) / 2)
    assert "slope too many" in names(question, (a - y) / 2 * a * (1 - a))
    assert "z in place of a" in names(question, (z - y) / 2)
    assert "outputs summed" in names(question, a - y)
    assert "wrong sign" in names(question, (y - a) / 2)


def test_softmax():
    project = {"layers": ((3, "tanh"), (3, "softmax")), "loss": "cross_entropy", "rows": 4}
    question, v = asked(trained("sgd", **project), "a2")
    z = v["z2"][0]
    assert question.right == pytest.approx(np.exp(z[0]) / np.exp(z).sum())
    assert "not normalised" in names(question, np.exp(z[0]))


def test_mean_squared_error():
    project = {"layers": ((3, "tanh"), (2, "identity")), "loss": "mean_squared_error"}
    question, v = asked(trained("sgd", **project), "delta2")
    gap = (v["a2"] - v["y"])[0, 0]
    assert question.right == pytest.approx(2 * gap / 2)
    assert "two forgotten" in names(question, gap / 2)
    question, v = asked(trained("sgd", **project), "loss")
    assert "half added" in names(question, question.right / 2)
    assert "not squared" in names(question, np.abs(v["a2"] - v["y"]).mean())


def test_one_path_and_one_row():
    project = {"layers": ((3, "sigmoid"), (2, "sigmoid")), "rows": 4}
    question, v = asked(trained("sgd", **project), "delta1", element=1)
    a = v["a1"][0, 1]
    path = v["W2"][1, 1] * v["delta2"][0, 1] * a * (1 - a)
    assert "one path only" in names(question, path)
    question, v = asked(trained("sgd", **project), "dW1")
    assert "one row only" in names(question, v["delta1"][0, 0] * v["a0"][0, 0])
    question, v = asked(trained("sgd", **project), "db2")
    bias = v["b2"][0]
    assert "times the bias" in names(question, v["delta2"][:, 0].mean() * bias)
