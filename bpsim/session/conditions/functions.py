"""The table of what conditions can be made of: operators and functions, for numbers and arrays.

Single numbers are plain floats, because that is quickest; each function gives for them what NumPy
gives: an infinity or NaN where Python would complain, and never a complex number.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from operator import add, eq, ge, gt, le, lt, mul, ne, neg, not_, sub
from typing import Any

import numpy as np

from bpsim.session.norm import norm

Value = Any
"""A float, a truth, or an array of either."""


class Takes(Enum):
    """What a function is applied to."""

    NUMBERS = "numbers"
    TRUTHS = "truths"


@dataclass(frozen=True)
class Function:
    """An operator or a function.

    Attributes
    ----------
    one
        Works on single values.
    many
        Works on arrays, element by element; or, where it reduces, on the first axis.
    takes, truth
        What it is applied to, and whether it gives a truth.
    reduces
        Whether it makes one value of all elements.
    least, most
        How many arguments it has.
    example
        How to write it.
    """

    one: Callable[..., Any]
    many: Callable[..., Any]
    example: str
    takes: Takes = Takes.NUMBERS
    truth: bool = False
    reduces: bool = False
    least: int = 1
    most: int = 1


def _divide(a: float, b: float) -> float:
    if b:
        return a / b
    if a == 0.0 or a != a:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def _power(a: float, b: float) -> float:
    try:
        result = a**b
    except OverflowError:
        return -math.inf if a < 0.0 and b % 2.0 == 1.0 else math.inf
    except ZeroDivisionError:
        return math.copysign(math.inf, a) if b % 2.0 == 1.0 else math.inf
    return math.nan if isinstance(result, complex) else result


def _sqrt(a: float) -> float:
    return math.sqrt(a) if a >= 0.0 else math.nan


def _log(a: float) -> float:
    if a > 0.0:
        return math.log(a)
    return -math.inf if a == 0.0 else math.nan


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return math.inf


def _sign(a: float) -> float:
    return math.nan if a != a else float((a > 0.0) - (a < 0.0))


def _least(*values: float) -> float:
    return math.nan if any(v != v for v in values) else min(values)


def _most(*values: float) -> float:
    return math.nan if any(v != v for v in values) else max(values)


def _same(value: Value) -> Value:
    return value


def _both(a: bool, b: bool) -> bool:
    return a and b


def _either(a: bool, b: bool) -> bool:
    return a or b


def _mean(values: Value) -> Value:
    return np.add.reduce(values, axis=0) / len(values)


_T = Takes.TRUTHS

FUNCTIONS: Mapping[str, Function] = {
    "or": Function(_either, np.logical_or, "a or b", _T, True, least=2, most=2),
    "and": Function(_both, np.logical_and, "a and b", _T, True, least=2, most=2),
    "not": Function(not_, np.logical_not, "not a", _T, True),
    "<": Function(lt, np.less, "a < b", truth=True, least=2, most=2),
    "<=": Function(le, np.less_equal, "a <= b", truth=True, least=2, most=2),
    ">": Function(gt, np.greater, "a > b", truth=True, least=2, most=2),
    ">=": Function(ge, np.greater_equal, "a >= b", truth=True, least=2, most=2),
    "==": Function(eq, np.equal, "a == b", truth=True, least=2, most=2),
    "!=": Function(ne, np.not_equal, "a != b", truth=True, least=2, most=2),
    "+": Function(add, np.add, "a + b", least=2, most=2),
    "-": Function(sub, np.subtract, "a - b", least=2, most=2),
    "*": Function(mul, np.multiply, "a * b", least=2, most=2),
    "/": Function(_divide, np.divide, "a / b", least=2, most=2),
    "**": Function(_power, np.power, "a ** 2", least=2, most=2),
    "negative": Function(neg, np.negative, "-a"),
    "abs": Function(abs, np.abs, "abs(W1[0,0])"),
    "sqrt": Function(_sqrt, np.sqrt, "sqrt(loss)"),
    "log": Function(_log, np.log, "log(loss)"),
    "exp": Function(_exp, np.exp, "exp(z1[0])"),
    "sign": Function(_sign, np.sign, "sign(W1[0,0])"),
    "finite": Function(math.isfinite, np.isfinite, "finite(dW1)", truth=True),
    "min": Function(_least, np.minimum.reduce, "min(W1)", reduces=True, most=8),
    "max": Function(_most, np.maximum.reduce, "max(abs(dW1))", reduces=True, most=8),
    "sum": Function(_same, np.add.reduce, "sum(a1)", reduces=True),
    "mean": Function(_same, _mean, "mean(a1)", reduces=True),
    "norm": Function(abs, norm, "norm(dW1)", reduces=True),
    "any": Function(_same, np.logical_or.reduce, "any(a1 == 0)", _T, True, True),
    "all": Function(_same, np.logical_and.reduce, "all(a1 == 0)", _T, True, True),
    "previous": Function(_same, _same, "previous(loss)"),
    "change": Function(_same, _same, "change(loss)"),
    "changed_sign": Function(_same, _same, "changed_sign(W1[0,0])", truth=True),
    "dead": Function(_same, _same, "dead(a1[2], 50)", truth=True, least=2, most=2),
}
