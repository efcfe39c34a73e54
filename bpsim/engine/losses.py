"""Loss functions with their derivatives, of one sample and of a batch.

Arrays have the shape ``(outputs, batch)``; the loss of each sample has the shape ``(1, batch)``.
Cross-entropies of sigmoid and softmax are computed from ``z``, so that they stay exact where ``a``
rounds to 0 or 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from bpsim.engine import from_sums
from bpsim.engine.ends import (
    Ends,
    SlopeBuilder,
    ValueBuilder,
    Values,
    clip,
    mean,
    outputs,
    residuals,
    total,
)
from bpsim.engine.kernels import Array, Calls, bind, constant
from bpsim.engine.parameters import Parameter
from bpsim.words import QT_TRANSLATE_NOOP


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
class Detour:
    """How a loss goes with an output activation whose error signal has no simpler form.

    The formula stays ``dL/da`` through the activation; the numbers are made from ``z``, and
    ``dL/da`` is written beside them for reading.

    Attributes
    ----------
    value
        Builds the calls that write the loss of each sample.
    slope
        Builds the calls that write dL/da, finite even where ``a`` rounds to 0.
    delta
        Builds the calls that write the derivative of the loss by ``z``.
    """

    value: ValueBuilder
    slope: SlopeBuilder
    delta: SlopeBuilder


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
        Output activations with which it is computed from ``z``, and has a simpler error signal.
    detours
        Output activations with which it is computed from ``z`` all the same.
    targets
        The range of targets for which it is defined.
    outputs
        The range of outputs inside which it is finite.
    fitting
        An output activation that keeps to it.
    slope_is_residual
        Whether dL/da is the residual itself.
    squares_over
        By what to divide the sum of squared residuals, from the number of outputs, if that is all.
    """

    name: str
    formula: str
    slope_formula: str
    meaning: str
    value: ValueBuilder
    slope: SlopeBuilder
    parameters: tuple[Parameter, ...] = ()
    pairings: Mapping[str, Pairing] = field(default_factory=dict)
    detours: Mapping[str, Detour] = field(default_factory=dict)
    targets: tuple[float, float] = (-np.inf, np.inf)
    outputs: tuple[float, float] = (-np.inf, np.inf)
    fitting: str = ""
    slope_is_residual: bool = False
    squares_over: Callable[[float], float] | None = None


def _half_squared(ends: Ends, values: Values) -> Calls:
    half, term = np.empty_like(ends.a), ends.terms()
    return [
        *residuals(ends),
        bind(np.multiply, ends.residual, constant(0.5), half),
        bind(np.multiply, half, ends.residual, term),
        *total(term, ends),
    ]


def _half_squared_slope(ends: Ends, out: Array, values: Values) -> Calls:
    same = np.may_share_memory(out, ends.residual)
    return [] if same else [bind(np.copyto, out, ends.residual)]


def _mean_squared(ends: Ends, values: Values) -> Calls:
    square = ends.terms()
    return [
        *residuals(ends),
        bind(np.multiply, ends.residual, ends.residual, square),
        *mean(square, ends),
    ]


def _mean_squared_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [
        bind(np.add, ends.residual, ends.residual, out),
        bind(np.divide, out, constant(outputs(ends)), out),
    ]


def _mean_absolute(ends: Ends, values: Values) -> Calls:
    size = ends.terms()
    return [
        *residuals(ends),
        bind(np.absolute, ends.residual, size),
        *mean(size, ends),
    ]


def _mean_absolute_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [
        bind(np.sign, ends.residual, out),
        bind(np.divide, out, constant(outputs(ends)), out),
    ]


def _huber(ends: Ends, values: Values) -> Calls:
    # With c = r cut off at +-delta both branches are c * (r - c/2).
    cut, rest = np.empty_like(ends.a), ends.terms()
    return [
        *residuals(ends),
        *clip(ends.residual, values["delta"], cut),
        bind(np.multiply, cut, constant(0.5), rest),
        bind(np.subtract, ends.residual, rest, rest),
        bind(np.multiply, cut, rest, rest),
        *mean(rest, ends),
    ]


def _huber_slope(ends: Ends, out: Array, values: Values) -> Calls:
    return [
        *clip(ends.residual, values["delta"], out),
        bind(np.divide, out, constant(outputs(ends)), out),
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

    return [apply, *mean(terms, ends)]


def _binary_cross_entropy_slope(ends: Ends, out: Array, values: Values) -> Calls:
    def apply() -> None:
        np.subtract(_over(1.0 - ends.y, 1.0 - ends.a), _over(ends.y, ends.a), out=out)

    return [apply, bind(np.divide, out, constant(outputs(ends)), out)]


def _cross_entropy(ends: Ends, values: Values) -> Calls:
    terms = np.empty_like(ends.a)

    def apply() -> None:
        np.negative(_times(ends.y, np.log(ends.a)), out=terms)

    return [apply, *total(terms, ends)]


def _cross_entropy_slope(ends: Ends, out: Array, values: Values) -> Calls:
    def apply() -> None:
        np.negative(_over(ends.y, ends.a), out=out)

    return [apply]


def _cut_off(slope: SlopeBuilder) -> SlopeBuilder:
    """Keep dL/da within the numbers there are."""

    def build(ends: Ends, out: Array, values: Values) -> Calls:
        return [*slope(ends, out, values), *clip(out, float(np.finfo(np.float64).max), out)]

    return build


_DELTA = Parameter(
    "delta",
    1.0,
    QT_TRANSLATE_NOOP("engine", "Residuals beyond this count linearly."),
    low=0.0,
    open_low=True,
)

LOSSES: Mapping[str, Loss] = {
    entry.name: entry
    for entry in (
        Loss(
            "half_squared_error",
            "0.5 * sum((a - y)**2)",
            "a - y",
            QT_TRANSLATE_NOOP("engine", "Half the squared distance: the textbook's choice."),
            _half_squared,
            _half_squared_slope,
            slope_is_residual=True,
            squares_over=lambda outputs: 2.0,
        ),
        Loss(
            "mean_squared_error",
            "mean((a - y)**2)",
            "2 * (a - y) / n",
            QT_TRANSLATE_NOOP("engine", "The mean squared distance over the outputs."),
            _mean_squared,
            _mean_squared_slope,
            squares_over=lambda outputs: outputs,
        ),
        Loss(
            "mean_absolute_error",
            "mean(abs(a - y))",
            "sign(a - y) / n",
            QT_TRANSLATE_NOOP("engine", "The mean distance: outliers weigh less."),
            _mean_absolute,
            _mean_absolute_slope,
        ),
        Loss(
            "huber",
            "mean(0.5*r**2 if abs(r) <= delta else delta*(abs(r) - 0.5*delta))",
            "clip(a - y, -delta, delta) / n",
            QT_TRANSLATE_NOOP("engine", "Squared near the target, linear far from it."),
            _huber,
            _huber_slope,
            parameters=(_DELTA,),
        ),
        Loss(
            "binary_cross_entropy",
            "mean(-(y*log(a) + (1-y)*log(1-a)))",
            "((1-y)/(1-a) - y/a) / n",
            QT_TRANSLATE_NOOP("engine", "For outputs that are probabilities of yes or no."),
            _binary_cross_entropy,
            _binary_cross_entropy_slope,
            pairings={
                "sigmoid": Pairing(from_sums.logistic, from_sums.logistic_delta, "(a - y) / n")
            },
            detours={
                "softmax": Detour(
                    from_sums.binary_softmax,
                    from_sums.binary_softmax_slope,
                    from_sums.binary_softmax_delta,
                )
            },
            targets=(0.0, 1.0),
            outputs=(0.0, 1.0),
            fitting="sigmoid",
        ),
        Loss(
            "cross_entropy",
            "-sum(y*log(a))",
            "-y / a",
            QT_TRANSLATE_NOOP("engine", "For outputs that are the shares of classes."),
            _cross_entropy,
            _cross_entropy_slope,
            pairings={
                "softmax": Pairing(
                    from_sums.log_softmax, from_sums.log_softmax_delta, "a * sum(y) - y"
                )
            },
            detours={
                "sigmoid": Detour(
                    from_sums.log_sigmoid,
                    _cut_off(_cross_entropy_slope),
                    from_sums.log_sigmoid_delta,
                )
            },
            targets=(0.0, np.inf),
            outputs=(0.0, np.inf),
            fitting="softmax",
        ),
    )
}
"""All loss functions by name."""
