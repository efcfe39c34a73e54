"""Update rules, as stages that work element by element.

Every stage uses only operations that IEEE 754 rounds correctly (``+ - * / sqrt``), each element
by itself. So a stage gives the same bits on one parameter, on one layer and on all parameters at
once: stepping runs it tensor by tensor, training runs it once over everything. The definitions
are those of PyTorch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array, Call, Calls, bind, constant
from bpsim.engine.parameters import Parameter
from bpsim.words import QT_TRANSLATE_NOOP

Values = Mapping[str, float]


@dataclass(frozen=True)
class Tensors:
    """One contiguous stretch of parameters with all that belongs to it.

    Attributes
    ----------
    p, g
        Parameters and gradients, one-dimensional, equally long.
    states
        The optimizer's memory by name, likewise.
    rate, decay
        The learning rate, and the decay of each element, 0 for what is frozen or spared.
    trained
        True for each element that is not frozen; absent where all are trained.
    corrections
        ``1 - beta**t`` for each beta by the name of the state it corrects, each of shape ``(1,)``.
    """

    p: Array
    g: Array
    states: Mapping[str, Array]
    rate: Array
    decay: Array
    trained: NDArray[np.bool_] | None
    corrections: Mapping[str, Array]


@dataclass(frozen=True)
class Stage:
    """One operation of an update.

    Attributes
    ----------
    writes
        What it writes: a state's name, or ``"p"`` for the parameter itself.
    formula
        As plain text in ``p``, ``g`` and the states.
    meaning
        One line for people.
    build
        Builds its calls.
    decays
        Whether this is the weight decay, which biases may be spared.
    """

    writes: str
    formula: str
    meaning: str
    build: Callable[[Tensors, Values], Calls]
    decays: bool = False


@dataclass(frozen=True)
class Optimizer:
    """One update rule: its stages in order, and the states they need.

    Attributes
    ----------
    name
        As written in a project file.
    meaning
        One line for people.
    stages
        Its operations.
    parameters
        ``learning_rate`` first, then its own.
    states
        Names of the arrays it remembers from step to step.
    corrected
        The parameter (``beta1`` ...) by which each state's bias is corrected.
    """

    name: str
    meaning: str
    stages: tuple[Stage, ...]
    parameters: tuple[Parameter, ...]
    states: tuple[str, ...] = ()
    corrected: Mapping[str, str] | None = None


def _move(t: Tensors, step: Array) -> Call:
    """Subtract a step; what is frozen keeps its bits, even where its step is undefined."""
    if t.trained is None:
        return bind(np.subtract, t.p, step, t.p)
    return bind(np.subtract, t.p, step, t.p, where=t.trained)


def _descend(t: Tensors, values: Values) -> Calls:
    step = np.empty_like(t.p)
    return [bind(np.multiply, t.rate, t.g, step), _move(t, step)]


def _velocity(t: Tensors, values: Values) -> Calls:
    v = t.states["v"]
    return [
        bind(np.multiply, v, constant(values["momentum"]), v),
        bind(np.add, v, t.g, v),
    ]


def _follow_velocity(t: Tensors, values: Values) -> Calls:
    step = np.empty_like(t.p)
    return [bind(np.multiply, t.rate, t.states["v"], step), _move(t, step)]


def _look_ahead(t: Tensors, values: Values) -> Calls:
    step = np.empty_like(t.p)
    return [
        bind(np.multiply, t.states["v"], constant(values["momentum"]), step),
        bind(np.add, t.g, step, step),
        bind(np.multiply, t.rate, step, step),
        _move(t, step),
    ]


def _average(state: str, beta: str, squared: bool) -> Callable[[Tensors, Values], Calls]:
    def build(t: Tensors, values: Values) -> Calls:
        memory, term = t.states[state], np.empty_like(t.p)
        keep = constant(values[beta])
        share = constant(1.0 - values[beta])
        square = [bind(np.multiply, t.g, t.g, term)] if squared else []
        return [
            *square,
            bind(np.multiply, term if squared else t.g, share, term),
            bind(np.multiply, memory, keep, memory),
            bind(np.add, memory, term, memory),
        ]

    return build


def _sum_squares(t: Tensors, values: Values) -> Calls:
    square = np.empty_like(t.p)
    return [
        bind(np.multiply, t.g, t.g, square),
        bind(np.add, t.states["v"], square, t.states["v"]),
    ]


def _scaled_descent(t: Tensors, values: Values) -> Calls:
    step, size = np.empty_like(t.p), np.empty_like(t.p)
    return [
        bind(np.sqrt, t.states["v"], size),
        bind(np.add, size, constant(values["eps"]), size),
        bind(np.multiply, t.rate, t.g, step),
        bind(np.divide, step, size, step),
        _move(t, step),
    ]


def _corrected_descent(t: Tensors, values: Values) -> Calls:
    step, size = np.empty_like(t.p), np.empty_like(t.p)
    return [
        bind(np.divide, t.states["v"], t.corrections["v"], size),
        bind(np.sqrt, size, size),
        bind(np.add, size, constant(values["eps"]), size),
        bind(np.divide, t.states["m"], t.corrections["m"], step),
        bind(np.multiply, t.rate, step, step),
        bind(np.divide, step, size, step),
        _move(t, step),
    ]


def _decay(t: Tensors, values: Values) -> Calls:
    step = np.empty_like(t.p)
    return [bind(np.multiply, t.decay, t.p, step), _move(t, step)]


_RATE = Parameter(
    "learning_rate", None, QT_TRANSLATE_NOOP("engine", "How far each update goes."), low=0.0
)
_MOMENTUM = Parameter(
    "momentum", 0.9, QT_TRANSLATE_NOOP("engine", "How much of the last velocity stays."), 0.0, 1.0
)
_ALPHA = Parameter(
    "alpha",
    0.99,
    QT_TRANSLATE_NOOP("engine", "How much of the average of squares stays."),
    0.0,
    1.0,
)
_EPS = Parameter(
    "eps", 1e-8, QT_TRANSLATE_NOOP("engine", "Keeps the division away from zero."), 0.0
)
_BETA1 = Parameter(
    "beta1",
    0.9,
    QT_TRANSLATE_NOOP("engine", "How much of the average gradient stays."),
    0.0,
    1.0,
    False,
    True,
)
_BETA2 = Parameter(
    "beta2",
    0.999,
    QT_TRANSLATE_NOOP("engine", "How much of the average of squares stays."),
    0,
    1,
    False,
    True,
)

_FIRST = Stage(
    "m",
    "m = beta1*m + (1-beta1)*g",
    QT_TRANSLATE_NOOP("engine", "The running mean of the gradient."),
    _average("m", "beta1", False),
)
_SECOND = Stage(
    "v",
    "v = beta2*v + (1-beta2)*g**2",
    QT_TRANSLATE_NOOP("engine", "The running mean of the squared gradient."),
    _average("v", "beta2", True),
)
_ADAM = Stage(
    "p",
    "p -= lr * (m/(1-beta1**t)) / (sqrt(v/(1-beta2**t)) + eps)",
    QT_TRANSLATE_NOOP("engine", "A step of about lr, whatever the gradient's size."),
    _corrected_descent,
)
_SCALED = Stage(
    "p",
    "p -= lr * g / (sqrt(v) + eps)",
    QT_TRANSLATE_NOOP("engine", "The gradient divided by its usual size."),
    _scaled_descent,
)
_VELOCITY = Stage(
    "v",
    "v = momentum*v + g",
    QT_TRANSLATE_NOOP("engine", "The velocity gathers the gradients."),
    _velocity,
)
_CORRECTED = {"m": "beta1", "v": "beta2"}

OPTIMIZERS: Mapping[str, Optimizer] = {
    entry.name: entry
    for entry in (
        Optimizer(
            "sgd",
            QT_TRANSLATE_NOOP("engine", "Goes against the gradient."),
            (
                Stage(
                    "p",
                    "p -= lr * g",
                    QT_TRANSLATE_NOOP("engine", "A step against the gradient."),
                    _descend,
                ),
            ),
            (_RATE,),
        ),
        Optimizer(
            "momentum",
            QT_TRANSLATE_NOOP("engine", "Gathers speed where gradients agree."),
            (
                _VELOCITY,
                Stage(
                    "p",
                    "p -= lr * v",
                    QT_TRANSLATE_NOOP("engine", "A step along the velocity."),
                    _follow_velocity,
                ),
            ),
            (_RATE, _MOMENTUM),
            ("v",),
        ),
        Optimizer(
            "nesterov",
            QT_TRANSLATE_NOOP("engine", "Momentum that looks one step ahead."),
            (
                _VELOCITY,
                Stage(
                    "p",
                    "p -= lr * (g + momentum*v)",
                    QT_TRANSLATE_NOOP("engine", "Gradient and velocity ahead."),
                    _look_ahead,
                ),
            ),
            (_RATE, _MOMENTUM),
            ("v",),
        ),
        Optimizer(
            "rmsprop",
            QT_TRANSLATE_NOOP("engine", "Divides by the gradient's recent size."),
            (
                Stage(
                    "v",
                    "v = alpha*v + (1-alpha)*g**2",
                    QT_TRANSLATE_NOOP("engine", "The running mean of the squared gradient."),
                    _average("v", "alpha", True),
                ),
                _SCALED,
            ),
            (_RATE, _ALPHA, _EPS),
            ("v",),
        ),
        Optimizer(
            "adagrad",
            QT_TRANSLATE_NOOP("engine", "Divides by all past gradients' size."),
            (
                Stage(
                    "v",
                    "v += g**2",
                    QT_TRANSLATE_NOOP("engine", "All squared gradients so far."),
                    _sum_squares,
                ),
                _SCALED,
            ),
            (_RATE, Parameter("eps", 1e-10, _EPS.meaning, 0.0)),
            ("v",),
        ),
        Optimizer(
            "adam",
            QT_TRANSLATE_NOOP("engine", "Momentum and scaling, both corrected at the start."),
            (_FIRST, _SECOND, _ADAM),
            (_RATE, _BETA1, _BETA2, _EPS),
            ("m", "v"),
            _CORRECTED,
        ),
        Optimizer(
            "adamw",
            QT_TRANSLATE_NOOP("engine", "Adam with a decay that pulls towards zero."),
            (
                Stage(
                    "p",
                    "p -= lr * weight_decay * p",
                    QT_TRANSLATE_NOOP("engine", "A pull towards zero."),
                    _decay,
                    True,
                ),
                _FIRST,
                _SECOND,
                _ADAM,
            ),
            (
                _RATE,
                _BETA1,
                _BETA2,
                _EPS,
                Parameter(
                    "weight_decay",
                    0.01,
                    QT_TRANSLATE_NOOP("engine", "How hard it pulls towards zero."),
                    0.0,
                ),
                Parameter(
                    "decay_biases",
                    True,
                    QT_TRANSLATE_NOOP("engine", "Whether biases decay as well."),
                ),
            ),
            ("m", "v"),
            _CORRECTED,
        ),
    )
}
"""All optimizers by name."""
