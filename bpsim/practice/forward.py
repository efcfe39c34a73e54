"""The usual mistakes on the way forward: sums, activations, loss and penalty."""

from collections.abc import Iterator
from math import exp, log

import numpy as np

from bpsim.engine.program import Kind
from bpsim.practice.mistake import Mistake
from bpsim.practice.question import Question, activate, slope
from bpsim.words import QT_TRANSLATE_NOOP

MEAN_LOSSES = ("mean_squared_error", "mean_absolute_error", "huber", "binary_cross_entropy")
"""Losses that are divided by the number of outputs."""
SQUARED = ("half_squared_error", "mean_squared_error")
ENTROPIES = ("binary_cross_entropy", "cross_entropy")

Found = Iterator[float]


def _no_bias(q: Question) -> Found:
    yield q.right - float(q.read(f"b{q.layer}")[q.unit])


def _bias_subtracted(q: Question) -> Found:
    yield q.right - 2.0 * float(q.read(f"b{q.layer}")[q.unit])


def _column_of_weights(q: Question) -> Found:
    weights, below = q.read(f"W{q.layer}"), q.read(f"a{q.layer - 1}")[q.sample]
    if weights.shape[0] == weights.shape[1]:
        yield float(weights[:, q.unit] @ below + q.read(f"b{q.layer}")[q.unit])


def _sums_below(q: Question) -> Found:
    if q.layer > 1:
        below = q.read(f"z{q.layer - 1}")[q.sample]
        yield float(q.read(f"W{q.layer}")[q.unit] @ below + q.read(f"b{q.layer}")[q.unit])


def _already_activated(q: Question) -> Found:
    name = q.activation(q.layer)
    if name != "softmax":
        yield float(activate(name, np.array(q.right)))


def _z(q: Question) -> float:
    return float(q.read(f"z{q.layer}")[q.sample, q.unit])


def _not_activated(q: Question) -> Found:
    yield _z(q)


def _derivative(q: Question) -> Found:
    if q.activation(q.layer) not in ("softmax", "identity"):
        yield float(slope(q.activation(q.layer), np.array(_z(q))))


def _sign_in_exponent(q: Question) -> Found:
    if q.activation(q.layer) == "sigmoid":
        yield float(activate("sigmoid", np.array(-_z(q))))


def _other_curve(q: Question) -> Found:
    other = {"sigmoid": "tanh", "tanh": "sigmoid"}.get(q.activation(q.layer))
    if other:
        yield float(activate(other, np.array(_z(q))))


def _not_normalised(q: Question) -> Found:
    if q.activation(q.layer) == "softmax" and _z(q) < 700.0:
        yield exp(_z(q))


def _half_forgotten(q: Question) -> Found:
    if q.training.loss.name == "half_squared_error":
        yield 2.0 * q.right


def _half_added(q: Question) -> Found:
    if q.training.loss.name == "mean_squared_error":
        yield 0.5 * q.right


def _rows_summed(q: Question) -> Found:
    if q.rows > 1:
        yield q.rows * q.right


def _outputs_summed(q: Question) -> Found:
    if q.training.loss.name in MEAN_LOSSES and q.outputs > 1:
        yield q.outputs * q.right


def _outputs_averaged(q: Question) -> Found:
    if q.training.loss.name in ("half_squared_error", "cross_entropy") and q.outputs > 1:
        yield q.right / q.outputs


def _squared_loss(q: Question, outputs: np.ndarray) -> float:
    total = np.square(outputs - q.read("y")).sum(axis=1).mean()
    half = q.training.loss.name == "half_squared_error"
    return float(0.5 * total if half else total / q.outputs)


def _not_squared(q: Question) -> Found:
    if q.training.loss.name in SQUARED:
        gaps = np.abs(q.read(f"a{q.last}") - q.read("y")).sum(axis=1).mean()
        half = q.training.loss.name == "half_squared_error"
        yield float(0.5 * gaps if half else gaps / q.outputs)


def _sums_in_loss(q: Question) -> Found:
    if q.training.loss.name in SQUARED and q.activation(q.last) != "identity":
        yield _squared_loss(q, q.read(f"z{q.last}"))


def _one_row_of_loss(q: Question) -> Found:
    if q.rows > 1:
        yield float(q.read("losses")[q.sample, 0])


def _other_logarithm(q: Question) -> Found:
    if q.training.loss.name in ENTROPIES:
        yield q.right / log(10.0)
        yield q.right / log(2.0)


def _squares(q: Question) -> tuple[float, float]:
    """Give both parts of the penalty."""
    weights = [q.read(f"W{n}") for n in range(1, q.last + 1)]
    first = q.training.l1 * sum(float(np.abs(w).sum()) for w in weights)
    return first, 0.5 * q.training.l2 * sum(float(np.square(w).sum()) for w in weights)


def _half_of_penalty(q: Question) -> Found:
    if q.training.l2:
        first, second = _squares(q)
        yield first + 2.0 * second


def _biases_in_penalty(q: Question) -> Found:
    biases = [q.read(f"b{n}") for n in range(1, q.last + 1)]
    more = q.training.l1 * sum(float(np.abs(b).sum()) for b in biases)
    more += 0.5 * q.training.l2 * sum(float(np.square(b).sum()) for b in biases)
    yield q.right + more


def _signs_in_penalty(q: Question) -> Found:
    if q.training.l1:
        weights = [q.read(f"W{n}") for n in range(1, q.last + 1)]
        yield q.training.l1 * sum(float(w.sum()) for w in weights) + _squares(q)[1]


def _penalty_divided(q: Question) -> Found:
    if q.rows > 1:
        yield q.right / q.rows


_SUM, _ACTIVATION = (Kind.WEIGHTED_SUM,), (Kind.ACTIVATION,)
_LOSS, _PENALTY = (Kind.LOSS,), (Kind.PENALTY,)

FORWARD = (
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "no bias"),
        QT_TRANSLATE_NOOP("mistakes", "The bias is missing: it is added to the sum."),
        _SUM,
        _no_bias,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "bias subtracted"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The bias seems to be subtracted: it is added, with its own sign."
        ),
        _SUM,
        _bias_subtracted,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "row and column swapped"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "Row and column of W are swapped: unit i takes row i, W[i,0], W[i,1] and so on.",
        ),
        _SUM,
        _column_of_weights,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "z in place of a"),
        QT_TRANSLATE_NOOP("mistakes", "The layer below gave z here: the sum takes its outputs a."),
        _SUM,
        _sums_below,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "activated too early"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is already the activation of z: the weighted sum comes first."
        ),
        _SUM,
        _already_activated,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "z in place of a"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is z itself: the activation function is still to be taken of it."
        ),
        _ACTIVATION,
        _not_activated,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "slope in place of the function"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is the slope f′(z): here the function f(z) itself is wanted."
        ),
        _ACTIVATION,
        _derivative,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "sign in the exponent"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The sign in the exponent is wrong: sigmoid(z) is 1 / (1 + exp(−z))."
        ),
        _ACTIVATION,
        _sign_in_exponent,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "another function"),
        QT_TRANSLATE_NOOP("mistakes", "This is another function: sigmoid and tanh are mixed up."),
        _ACTIVATION,
        _other_curve,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not normalised"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is exp(z) alone: softmax divides it by the sum over all outputs."
        ),
        _ACTIVATION,
        _not_normalised,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "half forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The half is missing: this loss is ½ times the squared error."
        ),
        _LOSS,
        _half_forgotten,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "half added"),
        QT_TRANSLATE_NOOP("mistakes", "There is a half too many: the mean squared error has none."),
        _LOSS,
        _half_added,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not divided by N"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "The rows of the batch are summed: the batch's loss is their mean, so divide by N.",
        ),
        _LOSS,
        _rows_summed,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "outputs summed"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "The outputs are summed: this loss is their mean, so divide by their number.",
        ),
        _LOSS,
        _outputs_summed,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "outputs averaged"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is divided by the number of outputs: this loss is their sum."
        ),
        _LOSS,
        _outputs_averaged,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not squared"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The square is missing: each difference is squared before they are added."
        ),
        _LOSS,
        _not_squared,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "z in place of a"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This compares z with the target: the loss takes the output a."
        ),
        _LOSS,
        _sums_in_loss,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "one row only"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is the loss of one row: the batch's loss is the mean of all."
        ),
        _LOSS,
        _one_row_of_loss,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "another logarithm"),
        QT_TRANSLATE_NOOP("mistakes", "This is another logarithm: the natural one, ln, is meant."),
        _LOSS,
        _other_logarithm,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "half forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The half is missing: the penalty takes ½ times the squares."
        ),
        _PENALTY,
        _half_of_penalty,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "biases in the penalty"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The biases are counted too: the penalty is on the weights alone."
        ),
        _PENALTY,
        _biases_in_penalty,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "signs in the penalty"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The signs are kept: the penalty takes the size of each weight."
        ),
        _PENALTY,
        _signs_in_penalty,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "divided by N"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is divided by N: the penalty belongs to the weights, not to the rows."
        ),
        _PENALTY,
        _penalty_divided,
    ),
)
"""In the order in which they are named where two come to the same."""
