"""The usual mistakes of the update: steps, and the optimizer's memory."""

from math import sqrt

from bpsim.engine.program import Kind
from bpsim.practice.forward import Found
from bpsim.practice.mistake import Mistake
from bpsim.practice.question import Question
from bpsim.words import QT_TRANSLATE_NOOP

_KEEPS = {
    ("momentum", "v"): "momentum",
    ("nesterov", "v"): "momentum",
    ("rmsprop", "v"): "alpha",
    ("adam", "m"): "beta1",
    ("adam", "v"): "beta2",
    ("adamw", "m"): "beta1",
    ("adamw", "v"): "beta2",
}
"""How much of itself each memory keeps."""
_MEANS = ("rmsprop", "adam", "adamw")
"""Whose memories are means: the new part has its share, 1 minus what is kept."""


def _optimizer(q: Question) -> str:
    return q.training.optimizer.name


def _rate(q: Question) -> float:
    return q.settings["learning_rate"]


def _other_way(q: Question) -> Found:
    yield 2.0 * q.old() - q.right


def _no_rate(q: Question) -> Found:
    if _rate(q):
        yield q.old() + (q.right - q.old()) / _rate(q)


def _step_alone(q: Question) -> Found:
    step = q.old() - q.right
    if _optimizer(q) == "sgd" and not q.frozen:
        step = _rate(q) * q.number(f"d{q.tensor}")  # the difference has lost digits
    yield -step
    yield step


def _unchanged(q: Question) -> Found:
    yield q.old()


def _rows_summed(q: Question) -> Found:
    if _optimizer(q) == "sgd" and q.rows > 1 and not q.frozen:
        yield q.old() + q.rows * (q.right - q.old())


def _not_frozen(q: Question) -> Found:
    if q.frozen:
        yield q.old() - _rate(q) * q.number(f"d{q.tensor}")


def _gradient_in_place(q: Question) -> Found:
    if _optimizer(q) in ("momentum", "nesterov", "adam", "adamw") and not q.frozen:
        yield q.old() - _rate(q) * q.number(f"d{q.tensor}")


def _not_corrected(q: Question) -> Found:
    if _optimizer(q) in ("adam", "adamw") and not q.frozen:
        m, v = q.number(f"m{q.tensor}"), q.number(f"v{q.tensor}")
        yield q.old() - _rate(q) * m / (sqrt(v) + q.settings["eps"])


def _no_root(q: Question) -> Found:
    if _optimizer(q) in ("sgd", "momentum", "nesterov") or q.frozen:
        return
    v, over, eps = q.number(f"v{q.tensor}"), q.number(f"d{q.tensor}"), q.settings["eps"]
    if _optimizer(q) in ("adam", "adamw"):
        t = float(q.read("t")[0])
        over = q.number(f"m{q.tensor}") / (1.0 - q.settings["beta1"] ** t)
        v /= 1.0 - q.settings["beta2"] ** t
    if v + eps:
        yield q.old() - _rate(q) * over / (v + eps)


def _state(q: Question) -> str:
    return q.operation.name[0]


def _kept(q: Question) -> float | None:
    name = _KEEPS.get((_optimizer(q), _state(q)))
    return None if name is None else q.settings[name]


def _new_part(q: Question) -> float:
    gradient = q.number(f"d{q.tensor}")
    squared = _state(q) == "v" and _optimizer(q) not in ("momentum", "nesterov")
    return gradient * gradient if squared else gradient


def _memory_forgotten(q: Question) -> Found:
    kept = _kept(q)
    yield q.right - (1.0 if kept is None else kept) * q.old()


def _shares_swapped(q: Question) -> Found:
    kept = _kept(q)
    if kept is not None and _optimizer(q) in _MEANS:
        yield (1.0 - kept) * q.old() + kept * _new_part(q)


def _share_forgotten(q: Question) -> Found:
    kept = _kept(q)
    if kept is not None and _optimizer(q) in _MEANS:
        yield kept * q.old() + _new_part(q)


def _not_squared(q: Question) -> Found:
    gradient = q.number(f"d{q.tensor}")
    if _new_part(q) != gradient:
        kept = _kept(q)
        yield q.old() + gradient if kept is None else kept * q.old() + (1.0 - kept) * gradient


_UPDATE, _STATE, _DECAY = (Kind.UPDATE,), (Kind.STATE,), (Kind.DECAY,)

UPDATE = (
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "wrong sign"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This goes the wrong way: the step is subtracted, against the gradient."
        ),
        (*_UPDATE, *_DECAY),
        _other_way,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "learning rate forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The learning rate is missing: the step is multiplied by it."
        ),
        (*_UPDATE, *_DECAY),
        _no_rate,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "step alone"),
        QT_TRANSLATE_NOOP("mistakes", "This is the step alone: subtract it from the old value."),
        (*_UPDATE, *_DECAY),
        _step_alone,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "frozen"),
        QT_TRANSLATE_NOOP("mistakes", "This parameter is frozen: training leaves it as it is."),
        _UPDATE,
        _not_frozen,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "old value"),
        QT_TRANSLATE_NOOP("mistakes", "This is the value from before the update."),
        (*_UPDATE, *_DECAY),
        _unchanged,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not divided by N"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The rows of the batch are summed: the gradient is their mean."
        ),
        _UPDATE,
        _rows_summed,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "gradient in place of the memory"),
        QT_TRANSLATE_NOOP(
            "mistakes", "This goes by the gradient alone: this optimizer goes by what it remembers."
        ),
        _UPDATE,
        _gradient_in_place,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not corrected"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The correction is missing: m and v are divided by 1 − beta**t first."
        ),
        _UPDATE,
        _not_corrected,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "root forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The square root is missing: the step is divided by sqrt(v)."
        ),
        _UPDATE,
        _no_root,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "memory forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "What was remembered is missing: a part of the old value stays."
        ),
        _STATE,
        _memory_forgotten,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "shares swapped"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The shares are swapped: the large one belongs to the old value."
        ),
        _STATE,
        _shares_swapped,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "share forgotten"),
        QT_TRANSLATE_NOOP(
            "mistakes", "The new part has no share: it is multiplied by 1 minus what is kept."
        ),
        _STATE,
        _share_forgotten,
    ),
    Mistake(
        QT_TRANSLATE_NOOP("mistakes", "not squared"),
        QT_TRANSLATE_NOOP("mistakes", "The square is missing: v remembers the squared gradient."),
        _STATE,
        _not_squared,
    ),
)
"""In the order in which they are named where two come to the same."""
