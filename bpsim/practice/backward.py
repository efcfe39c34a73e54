"""The usual mistakes on the way back: error signals and gradients."""

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.program import Kind
from bpsim.practice.forward import MEAN_LOSSES, Found
from bpsim.practice.mistake import Mistake
from bpsim.practice.question import Question, slope
from bpsim.words import QT_TRANSLATE_NOOP

_FROM_OUTPUT = {"sigmoid": lambda a: a * (1.0 - a), "tanh": lambda a: 1.0 - a * a}
"""Slopes that textbooks write by the output; with z in its place they go wrong."""


def _at(q: Question, name: str) -> float:
    return float(q.read(f"{name}{q.layer}")[q.sample, q.unit])


def _has_slope(q: Question) -> bool:
    alone = q.layer == q.last and q.paired
    return q.activation(q.layer) not in ("identity", "softmax") and not alone


def _coming_back(q: Question) -> float:
    """Give what reaches a unit before its slope is taken into account."""
    if q.layer == q.last:
        return float(q.read("pull")[q.sample, q.unit])
    weights, deltas = q.read(f"W{q.layer + 1}"), q.read(f"delta{q.layer + 1}")
    return float(weights[:, q.unit] @ deltas[q.sample])


def _slope(q: Question) -> float:
    return float(slope(q.activation(q.layer), np.array(_at(q, "z")))) if _has_slope(q) else 1.0


def _no_slope(q: Question) -> Found:
    if _has_slope(q):
        yield _coming_back(q)


def _slope_at_a(q: Question) -> Found:
    if _has_slope(q):
        at = np.array(_at(q, "a"))
        yield _coming_back(q) * float(slope(q.activation(q.layer), at))


def _z_in_slope(q: Question) -> Found:
    written = _FROM_OUTPUT.get(q.activation(q.layer))
    if written and _has_slope(q):
        yield _coming_back(q) * written(_at(q, "z"))


def _slope_too_many(q: Question) -> Found:
    if q.layer == q.last and q.paired:
        yield q.right * _FROM_OUTPUT["sigmoid"](_at(q, "a"))


def _z_in_difference(q: Question) -> Found:
    squared = q.training.loss.name in ("half_squared_error", "mean_squared_error")
    if q.activation(q.layer) == "identity" or not (squared or q.paired):
        return
    gap = _at(q, "z") - float(q.read("y")[q.sample, q.unit])
    factor = 2.0 if q.training.loss.name == "mean_squared_error" else 1.0
    share = q.outputs if q.training.loss.name in MEAN_LOSSES else 1
    yield factor * gap / share * _slope(q)


def _half_in_delta(q: Question) -> Found:
    if q.training.loss.name == "half_squared_error":
        yield 2.0 * q.right


def _two_forgotten(q: Question) -> Found:
    if q.training.loss.name == "mean_squared_error":
        yield 0.5 * q.right


def _divided_early(q: Question) -> Found:
    if q.rows > 1:
        yield q.right / q.rows


def _outputs_not_divided(q: Question) -> Found:
    if q.training.loss.name in MEAN_LOSSES and q.outputs > 1:
        yield q.outputs * q.right


def _through(q: Question, weights: Array) -> float:
    deltas = q.read(f"delta{q.layer + 1}")[q.sample]
    return float(weights[:, q.unit] @ deltas) * _slope(q)


def _not_transposed(q: Question) -> Found:
    weights = q.read(f"W{q.layer + 1}")
    if weights.shape[0] == weights.shape[1]:
        yield _through(q, weights.T)


def _updated_weights(q: Question) -> Found:
    yield _through(q, q.updated(f"W{q.layer + 1}"))


def _one_path(q: Question) -> Found:
    weights, deltas = q.read(f"W{q.layer + 1}"), q.read(f"delta{q.layer + 1}")[q.sample]
    if len(deltas) > 1:
        for k in range(min(len(deltas), 3)):
            yield float(weights[k, q.unit] * deltas[k]) * _slope(q)


def _sums_of_rows(q: Question, below: Array, unit: int | None = None) -> float:
    deltas = q.read(f"delta{q.layer}")[:, q.unit if unit is None else unit]
    return float(deltas @ below) / q.rows


def _rows_summed(q: Question) -> Found:
    if q.rows > 1:
        yield q.rows * q.right


def _swapped(q: Question) -> Found:
    row, column = q.element.index
    units, sources = q.ahead.program.view(q.operation.name).shape
    if row < sources and column < units:
        yield _sums_of_rows(q, q.read(f"a{q.layer - 1}")[:, row], column)


def _z_below(q: Question) -> Found:
    if q.layer > 1:
        yield _sums_of_rows(q, q.read(f"z{q.layer - 1}")[:, q.element.index[1]])


def _own_output(q: Question) -> Found:
    yield _sums_of_rows(q, q.read(f"a{q.layer}")[:, q.unit])


def _no_input(q: Question) -> Found:
    yield _sums_of_rows(q, np.ones(q.rows))


def _one_row(q: Question) -> Found:
    if q.rows > 1:
        delta = _at(q, "delta")
        weight = q.kind is Kind.WEIGHT_GRADIENT
        below = q.read(f"a{q.layer - 1}")[q.sample]
        yield delta * float(below[q.element.index[1]]) if weight else delta


def _times_bias(q: Question) -> Found:
    yield q.right * float(q.read(f"b{q.layer}")[q.unit])


def _rate_already(q: Question) -> Found:
    yield q.settings["learning_rate"] * q.right


def _parts(q: Question) -> tuple[float, float]:
    """Give the two parts that the penalty adds to a gradient."""
    weight = q.number(q.tensor)
    return q.training.l1 * float(np.sign(weight)), q.training.l2 * weight


def _penalty_subtracted(q: Question) -> Found:
    yield 2.0 * q.old() - q.right


def _penalty_doubled(q: Question) -> Found:
    if q.training.l2:
        first, second = _parts(q)
        yield q.old() + first + 2.0 * second


def _penalty_alone(q: Question) -> Found:
    yield sum(_parts(q))


def _penalty_divided(q: Question) -> Found:
    if q.rows > 1:
        yield q.old() + sum(_parts(q)) / q.rows


def _size_in_place_of_sign(q: Question) -> Found:
    if q.training.l1:
        yield q.old() + q.training.l1 * q.number(q.tensor) + _parts(q)[1]


_ERRORS = (Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)
_OUTPUT, _HIDDEN = (Kind.OUTPUT_ERROR,), (Kind.HIDDEN_ERROR,)
_WEIGHT, _BIAS = (Kind.WEIGHT_GRADIENT,), (Kind.BIAS_GRADIENT,)
_GRADIENTS, _PENALTY = (*_WEIGHT, *_BIAS), (Kind.PENALTY_GRADIENT,)

BACKWARD = (
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "missing slope"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The slope f′(z) is missing: the error that comes back is multiplied by it."
        ),
        _ERRORS,
        _no_slope,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not transposed"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "W is not transposed: on the way back unit i takes column i of the weights above.",
        ),
        _HIDDEN,
        _not_transposed,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "updated weights"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "These are the updated weights: errors go back through the weights from before "
            "the update.",
        ),
        _HIDDEN,
        _updated_weights,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "z in place of a"),
        QT_TRANSLATE_NOOP(
            "mistakes", "z stands where the output a belongs, in the slope written by the output."
        ),
        _ERRORS,
        _z_in_slope,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "slope at a"),
        QT_TRANSLATE_NOOP("mistakes", "The slope is taken at a: f′ belongs to the weighted sum z."),
        _ERRORS,
        _slope_at_a,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "slope too many"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The slope cancels here: with this loss the error signal is just a − y."
        ),
        _OUTPUT,
        _slope_too_many,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "z in place of a"),
        QT_TRANSLATE_NOOP(
            "mistakes", "z stands where the output a belongs: the difference is a − y."
        ),
        _OUTPUT,
        _z_in_difference,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "half forgotten"),
        QT_TRANSLATE_NOOP("mistakes", "There is a 2 too many: the ½ of this loss cancels it."),
        _OUTPUT,
        _half_in_delta,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "two forgotten"),
        QT_TRANSLATE_NOOP("mistakes", "The 2 is missing: this loss has no ½ that would cancel it."),
        _OUTPUT,
        _two_forgotten,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "outputs summed"),
        QT_TRANSLATE_NOOP(
            "mistakes", "Divide by the number of outputs: this loss is the mean over them."
        ),
        _OUTPUT,
        _outputs_not_divided,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "divided by N too early"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "This is divided by N already: an error signal belongs to one row, the mean comes with "
            "the gradients.",
        ),
        _ERRORS,
        _divided_early,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "one path only"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is the error by one path: those of all units above are added."
        ),
        _HIDDEN,
        _one_path,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not divided by N"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "The rows of the batch are summed: a gradient is their mean, so divide by N.",
        ),
        _GRADIENTS,
        _rows_summed,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "row and column swapped"),
        QT_TRANSLATE_NOOP(
            "mistakes", "Row and column are swapped: the row is the unit that the weight leads to."
        ),
        _WEIGHT,
        _swapped,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "z in place of a"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The layer below gave z here: the gradient takes its output a."
        ),
        _WEIGHT,
        _z_below,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "output of its own layer"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "This takes the output of the unit itself: the weight carries the one below.",
        ),
        _WEIGHT,
        _own_output,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "input forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is the error signal alone: multiply by what the weight carries."
        ),
        _WEIGHT,
        _no_input,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "one row only"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is the part of one row: the gradient is the mean of all."
        ),
        _GRADIENTS,
        _one_row,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "times the bias"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is multiplied by the bias: a bias carries 1, so nothing multiplies."
        ),
        _BIAS,
        _times_bias,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "learning rate too early"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The learning rate is in it already: it comes with the update."
        ),
        _GRADIENTS,
        _rate_already,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "penalty subtracted"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The penalty's part is subtracted: it is added to the gradient."
        ),
        _PENALTY,
        _penalty_subtracted,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "half forgotten"),
        QT_TRANSLATE_NOOP("mistakes", "There is a 2 too many: the penalty's ½ cancels it."),
        _PENALTY,
        _penalty_doubled,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "penalty alone"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This is the penalty's part alone: it is added to the gradient so far."
        ),
        _PENALTY,
        _penalty_alone,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "divided by N"),
        QT_TRANSLATE_NOOP(
            "mistakes",
            "The penalty's part is divided by N: it belongs to the weights, not to the rows.",
        ),
        _PENALTY,
        _penalty_divided,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "weight in place of its sign"),
        QT_TRANSLATE_NOOP("mistakes", "The l1 part takes the sign of the weight, not the weight."),
        _PENALTY,
        _size_in_place_of_sign,
    ),
)
"""In the order in which they are named where two come to the same."""
