"""Loss functions with their derivatives, of one sample and of a batch.

Arrays have the shape ``(outputs, batch)``; the loss of each sample has the shape ``(1, batch)``.
Where a loss and an output activation belong together (sigmoid with binary cross-entropy, softmax
with cross-entropy), loss and error signal are computed from ``z``, so that they stay exact where
``a`` rounds to 0 or 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from bpsim.engine.kernels import Array, Calls, bind, full_like
from bpsim.engine.parameters import Parameter

Values = Mapping[str, float]


@dataclass(frozen=True)
class Ends:
    """The arrays at the end of the network that a loss works on.

    Attributes
    ----------
    z, a, y
        Weighted sums, outputs and targets, shape ``(outputs, batch)``.
    kept
        What the output activation's forward pass kept.
    residual
        Kept by the loss for its derivative, shape ``(outputs, batch)``.
    losses
        The loss of each sample, shape ``(1, batch)``.
    """

    z: Array
    a: Array
    y: Array
    kept: tuple[Array, ...]
    residual: Array
    losses: Array


ValueBuilder = Callable[[Ends, Values], Calls]
SlopeBuilder = Callable[[Ends, Array, Values], Calls]


@dataclass(frozen=True)
class Pairing:
    """How a loss goes with one output activation when both are taken together, from ``z``.

    Attributes
    ----------
    value
        Builds the calls that write the loss of each sample.
    delta
        Builds the calls that write the derivative of that loss by ``z``.
    formula
        The error signal as plain text, with ``a``, ``y`` and ``n``.
    """

    value: ValueBuilder
    delta: SlopeBuilder
    formula: str


@dataclass(frozen=True)
class Loss:
    """One loss function.

    Attributes
    ----------
    name
        As written in a project file.
    formula, slope_formula
        The loss of one sample and its derivative by ``a``, as plain text; ``n`` is the number of
        outputs and ``r`` is ``a - y``.
    meaning
        One line for people.
    value
        Builds the calls that write the loss of each sample.
    slope
        Builds the calls that write dL/da.
    parameters
        Its own parameters.
    pairings
        Output activations with which it is computed from ``z``.
    targets
        The range of targets for which it is defined.
    """

    name: str
    formula: str
    slope_formula: str
    meaning: str
    value: ValueBuilder
    slope: SlopeBuilder
    parameters: tuple[Parameter, ...] = ()
    pairings: Mapping[str, Pairing] = field(default_factory=dict)
    targets: tuple[float, float] = (-np.inf, np.inf)


def _total(terms: Array, ends: Ends, divisor: float = 1.0) -> Calls:
    """Add up over the outputs, by a product with ones."""
    calls: Calls = [bind(np.dot, np.ones((1, terms.shape[0])), terms, ends.losses)]
    if divisor != 1.0:
        calls.append(bind(np.divide, ends.losses, full_like(ends.losses, divisor), ends.losses))
    return calls


def _outputs(ends: Ends) -> float:
    return float(ends.a.shape[0])


def _half_squared(ends: Ends, values: Values) -> Calls:
    square = np.empty_like(ends.a)
    return [
        bind(np.subtract, ends.a, ends.y, ends.residual),
        bind(np.multiply, ends.residual, ends.residual, square),
        *_total(square, ends),
        bind(np.multiply, ends.losses, full_like(ends.losses, 0.5), ends.losses),
    ]


def _half_squared_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [bind(np.copyto, out, ends.residual)]


def _mean_squared(ends: Ends, values: Values) -> Calls:
    square = np.empty_like(ends.a)
    return [
        bind(np.subtract, ends.a, ends.y, ends.residual),
        bind(np.multiply, ends.residual, ends.residual, square),
        *_total(square, ends, _outputs(ends)),
    ]


def _mean_squared_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [
        bind(np.add, ends.residual, ends.residual, out),
        bind(np.divide, out, full_like(out, _outputs(ends)), out),
    ]


def _mean_absolute(ends: Ends, values: Values) -> Calls:
    size = np.empty_like(ends.a)
    return [
        bind(np.subtract, ends.a, ends.y, ends.residual),
        bind(np.absolute, ends.residual, size),
        *_total(size, ends, _outputs(ends)),
    ]


def _mean_absolute_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [
        bind(np.sign, ends.residual, out),
        bind(np.divide, out, full_like(out, _outputs(ends)), out),
    ]


def _clip(array: Array, limit: float, out: Array) -> Calls:
    return [
        bind(np.minimum, array, full_like(array, limit), out=out),
        bind(np.maximum, out, full_like(array, -limit), out=out),
    ]


def _huber(ends: Ends, values: Values) -> Calls:
    # With c = r cut off at +-delta both branches are c * (r - c/2).
    cut, rest = np.empty_like(ends.a), np.empty_like(ends.a)
    return [
        bind(np.subtract, ends.a, ends.y, ends.residual),
        *_clip(ends.residual, values["delta"], cut),
        bind(np.multiply, cut, full_like(cut, 0.5), rest),
        bind(np.subtract, ends.residual, rest, rest),
        bind(np.multiply, cut, rest, rest),
        *_total(rest, ends, _outputs(ends)),
    ]


def _huber_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [
        *_clip(ends.residual, values["delta"], out),
        bind(np.divide, out, full_like(out, _outputs(ends)), out),
    ]


def _times(factor: Array, values: Array) -> Array:
    """`factor * values`, and 0 where the factor is 0, even if the value is infinite."""
    product = np.zeros_like(values)
    np.multiply(factor, values, out=product, where=factor != 0.0)
    return product


def _over(numerator: Array, denominator: Array) -> Array:
    quotient = np.zeros_like(numerator)
    np.divide(numerator, denominator, out=quotient, where=numerator != 0.0)
    return quotient


def _binary_cross_entropy(ends: Ends, values: Values) -> Calls:
    terms = np.empty_like(ends.a)

    def apply() -> None:
        surprise = _times(ends.y, np.log(ends.a)) + _times(1.0 - ends.y, np.log1p(-ends.a))
        np.negative(surprise, out=terms)

    return [apply, *_total(terms, ends, _outputs(ends))]


def _binary_cross_entropy_slope(ends: Ends, out: Array, values: Values) -> Calls:
    def apply() -> None:
        np.subtract(_over(1.0 - ends.y, 1.0 - ends.a), _over(ends.y, ends.a), out=out)

    return [apply, bind(np.divide, out, full_like(out, _outputs(ends)), out)]


def _logistic(ends: Ends, values: Values) -> Calls:
    # max(z, 0) - y z + log(1 + exp(-|z|)), of which each term is exact when z is large.
    e = ends.kept[0]
    terms, product = np.empty_like(ends.z), np.empty_like(ends.z)
    return [
        bind(np.maximum, ends.z, full_like(ends.z, 0.0), out=terms),
        bind(np.multiply, ends.y, ends.z, product),
        bind(np.subtract, terms, product, terms),
        bind(np.log1p, e, product),
        bind(np.add, terms, product, terms),
        *_total(terms, ends, _outputs(ends)),
    ]


def _logistic_delta(ends: Ends, out: Array, values: Values) -> Calls:
    # a - y as a (1 - y) - (1 - a) y, where 1 - a = sigmoid(-z) keeps its digits.
    e, d = ends.kept
    one, rest, product = full_like(out, 1.0), np.empty_like(out), np.empty_like(out)
    return [
        bind(np.subtract, one, ends.y, rest),
        bind(np.multiply, ends.a, rest, out),
        bind(np.negative, ends.z, product),
        bind(np.heaviside, product, one, product),
        bind(np.maximum, product, e, out=product),
        bind(np.divide, product, d, product),
        bind(np.multiply, product, ends.y, product),
        bind(np.subtract, out, product, out),
        bind(np.divide, out, full_like(out, _outputs(ends)), out),
    ]


def _cross_entropy(ends: Ends, values: Values) -> Calls:
    terms = np.empty_like(ends.a)

    def apply() -> None:
        np.negative(_times(ends.y, np.log(ends.a)), out=terms)

    return [apply, *_total(terms, ends)]


def _cross_entropy_slope(ends: Ends, out: Array, values: Values) -> Calls:
    def apply() -> None:
        np.negative(_over(ends.y, ends.a), out=out)

    return [apply]


def _softmax_loss(ends: Ends, values: Values) -> Calls:
    # log(sum(exp(z))) - z, shifted by the largest z: log1p(the others' share) - shifted z.
    shifted, _ = ends.kept
    terms = np.empty_like(ends.z)

    def apply() -> None:
        exponentials = np.exp(shifted)
        largest = shifted.argmax(axis=0)
        exponentials[largest, np.arange(shifted.shape[1])] = 0.0
        np.subtract(np.log1p(exponentials.sum(axis=0)), shifted, out=terms)
        np.multiply(terms, ends.y, out=terms)

    return [apply, *_total(terms, ends)]


def _softmax_delta(ends: Ends, out: Array, values: Values) -> Calls:
    # a sum(y) - y as a (sum(y) - y) - (1 - a) y, with 1 - a free of cancellation.
    _, complement = ends.kept

    def apply() -> None:
        # The targets besides one's own, added up rather than subtracted: exact for classes.
        others = (1.0 - np.eye(ends.y.shape[0])) @ ends.y
        np.subtract(ends.a * others, complement * ends.y, out=out)

    return [apply]


_DELTA = Parameter("delta", 1.0, "Residuals beyond this count linearly.", low=0.0, open_low=True)

LOSSES: Mapping[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            "half_squared_error",
            "0.5 * sum((a - y)**2)",
            "a - y",
            "Half the squared distance: the textbook's choice.",
            _half_squared,
            _half_squared_slope,
        ),
        Loss(
            "mean_squared_error",
            "mean((a - y)**2)",
            "2 * (a - y) / n",
            "The mean squared distance over the outputs.",
            _mean_squared,
            _mean_squared_slope,
        ),
        Loss(
            "mean_absolute_error",
            "mean(abs(a - y))",
            "sign(a - y) / n",
            "The mean distance: outliers weigh less.",
            _mean_absolute,
            _mean_absolute_slope,
        ),
        Loss(
            "huber",
            "mean(0.5*r**2 if abs(r) <= delta else delta*(abs(r) - 0.5*delta))",
            "clip(a - y, -delta, delta) / n",
            "Squared near the target, linear far from it.",
            _huber,
            _huber_slope,
            parameters=(_DELTA,),
        ),
        Loss(
            "binary_cross_entropy",
            "mean(-(y*log(a) + (1-y)*log(1-a)))",
            "((1-y)/(1-a) - y/a) / n",
            "For outputs that are probabilities of yes or no.",
            _binary_cross_entropy,
            _binary_cross_entropy_slope,
            pairings={"sigmoid": Pairing(_logistic, _logistic_delta, "(a - y) / n")},
            targets=(0.0, 1.0),
        ),
        Loss(
            "cross_entropy",
            "-sum(y*log(a))",
            "-y / a",
            "For outputs that are the shares of classes.",
            _cross_entropy,
            _cross_entropy_slope,
            pairings={"softmax": Pairing(_softmax_loss, _softmax_delta, "a * sum(y) - y")},
            targets=(0.0, np.inf),
        ),
    )
}
"""All loss functions by name."""
