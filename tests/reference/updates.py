"""The optimizers' update rules for one parameter, written plainly from their table.

They are PyTorch's: ``SGD(momentum, nesterov, dampening=0)``, ``RMSprop(centered=False)``,
``Adagrad(lr_decay=0)``, ``Adam`` and ``AdamW(amsgrad=False)``; PyTorch's ``momentum_buffer``
starts as the first gradient, which is the same as a state that starts at 0.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mpmath

Number = Any
Settings = Mapping[str, float]
Rule = Callable[[Number, Sequence[Number], Settings], list[Number]]
DIGITS = 50

DEFAULTS: Mapping[str, Settings] = {
    "sgd": {},
    "momentum": {"momentum": 0.9},
    "nesterov": {"momentum": 0.9},
    "rmsprop": {"alpha": 0.99, "eps": 1e-8},
    "adagrad": {"eps": 1e-10},
    "adam": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "adamw": {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
}


def _sgd(p: Number, gradients: Sequence[Number], s: Settings) -> list[Number]:
    path = []
    for g in gradients:
        p = p - s["learning_rate"] * g
        path.append(p)
    return path


def _momentum(p: Number, gradients: Sequence[Number], s: Settings) -> list[Number]:
    path, v = [], mpmath.mpf(0)
    for g in gradients:
        v = s["momentum"] * v + g
        p = p - s["learning_rate"] * v
        path.append(p)
    return path


def _nesterov(p: Number, gradients: Sequence[Number], s: Settings) -> list[Number]:
    path, v = [], mpmath.mpf(0)
    for g in gradients:
        v = s["momentum"] * v + g
        p = p - s["learning_rate"] * (g + s["momentum"] * v)
        path.append(p)
    return path


def _rmsprop(p: Number, gradients: Sequence[Number], s: Settings) -> list[Number]:
    path, v = [], mpmath.mpf(0)
    for g in gradients:
        v = s["alpha"] * v + (1 - s["alpha"]) * g**2
        p = p - s["learning_rate"] * g / (mpmath.sqrt(v) + s["eps"])
        path.append(p)
    return path


def _adagrad(p: Number, gradients: Sequence[Number], s: Settings) -> list[Number]:
    path, v = [], mpmath.mpf(0)
    for g in gradients:
        v = v + g**2
        p = p - s["learning_rate"] * g / (mpmath.sqrt(v) + s["eps"])
        path.append(p)
    return path


def _adam(p: Number, gradients: Sequence[Number], s: Settings) -> list[Number]:
    path, m, v = [], mpmath.mpf(0), mpmath.mpf(0)
    for t, g in enumerate(gradients, 1):
        p = p - s["learning_rate"] * s.get("weight_decay", mpmath.mpf(0)) * p
        m = s["beta1"] * m + (1 - s["beta1"]) * g
        v = s["beta2"] * v + (1 - s["beta2"]) * g**2
        m_hat, v_hat = m / (1 - s["beta1"] ** t), v / (1 - s["beta2"] ** t)
        p = p - s["learning_rate"] * m_hat / (mpmath.sqrt(v_hat) + s["eps"])
        path.append(p)
    return path


RULES: Mapping[str, Rule] = {
    "sgd": _sgd,
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adam": _adam,
    "adamw": _adam,
}


def path(
    name: str, start: float, gradients: Sequence[float], settings: Settings, *, decays: bool = True
) -> list[Number]:
    """Give one parameter's value after each update.

    Parameters
    ----------
    name
        The optimizer.
    start
        The parameter before the first update.
    gradients
        Its gradient at each update, the penalty's part included.
    settings
        ``learning_rate``, and what differs from the defaults.
    decays
        Whether ``weight_decay`` takes hold of it; false for a bias that is spared.
    """
    with mpmath.workdps(DIGITS):
        exact = {key: mpmath.mpf(value) for key, value in {**DEFAULTS[name], **settings}.items()}
        if not decays:
            exact["weight_decay"] = mpmath.mpf(0)
        return RULES[name](mpmath.mpf(start), [mpmath.mpf(g) for g in gradients], exact)
