"""The chain rule: all paths from the loss down to one element, the strongest one by one.

A path takes one unit of each layer. There may be millions of them, so they are never all walked:
from the output downwards each unit keeps its strongest few, and what the others carry together is
the rest of the error signal that is in memory.
"""

from dataclasses import replace
from itertools import pairwise
from math import fsum, isclose, prod

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.engine.program import Kind
from bpsim.explain.backward import SATURATED
from bpsim.explain.case import Case
from bpsim.explain.expression import Token
from bpsim.explain.numbers import format_number
from bpsim.explain.structure import Chain, Factor, Path
from bpsim.session.values import element_name
from bpsim.words import translate

MOST_PATHS = 4
"""So many paths are shown one by one, or all if there is only one more."""

_SIGNALS = (Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR)
_GRADIENTS = (Kind.WEIGHT_GRADIENT, Kind.BIAS_GRADIENT)
_LATER = (Kind.PENALTY_GRADIENT, Kind.STATE, Kind.DECAY, Kind.UPDATE)
_Ways = NDArray[np.intp]


def chain(case: Case) -> Chain | None:
    """Give the paths to an error signal, or to a gradient for the chosen sample.

    Returns
    -------
    Chain or None
        ``None`` where there is none, or where memory no longer holds its numbers.
    """
    case = _of_gradient(case)
    if case.operation.kind not in (*_SIGNALS, *_GRADIENTS) or not case.ran():
        return None
    n = case.layer
    signal = case.number(f"delta{n}", case.sample, case.index[0])
    end, ways = _end(case), _strongest(case)
    if signal is None or end is None or ways is None:
        return None
    count = prod(case.units(m) for m in range(n + 1, case.last + 1)) if n < case.last else 1
    shown = ways if count <= MOST_PATHS + 1 else ways[:MOST_PATHS]
    paths = [_path(case, units, end) for units in shown]
    if None in paths:
        return None
    known = tuple(path for path in paths if path is not None)
    total = signal * prod(factor.value for factor in end)
    rest = total - fsum(path.value for path in known) if count > len(known) else 0.0
    signals = case.operation.kind in _SIGNALS
    target = element_name(f"z{n}" if signals else case.operation.name[1:], case.index)
    row = case.sample if case.rows > 1 else None
    return Chain(target, known, count - len(known), rest, total, row)


def _of_gradient(case: Case) -> Case:
    """Go back from what is made of a gradient to the operation that computed it."""
    if case.operation.kind not in _LATER:
        return case
    tensor = case.operation.name[-len(f"W{case.layer}") :]
    operations = case.program.operations
    first = next(op for op in operations if op.name == f"d{tensor}")
    return replace(case, operation=first, _past={})


def _strongest(case: Case) -> list[tuple[int, ...]] | None:
    """Find the units of the strongest paths, from the output downwards, strongest first."""
    n, last, unit = case.layer, case.last, case.index[0]
    deltas = case.array(f"delta{last}")
    if deltas is None:
        return None
    if n == last:
        return [(unit,)]
    # For each unit of the layer above: what its best paths carry, best first, and their units.
    values: Array = deltas[case.sample][:, None]
    ways: _Ways = np.arange(case.units(last))[:, None, None]
    for m in range(last - 1, n - 1, -1):
        weights, slopes = case.array(f"W{m + 1}"), _slopes(case, m)
        if weights is None or slopes is None:
            return None
        units = np.array([unit]) if m == n else np.arange(case.units(m))
        values, ways = _one_down(weights[:, units], slopes[units], values, ways, units)
    return [
        tuple(map(int, way))
        for way, value in zip(ways[0], values[0], strict=True)
        if not np.isnan(value)
    ]


def _slopes(case: Case, layer: int) -> Array | None:
    if not case.has_slope(layer):
        return np.ones(case.units(layer))
    slopes = case.array(f"slope{layer}")
    return None if slopes is None else slopes[case.sample]


def _one_down(
    weights: Array, slopes: Array, values: Array, ways: _Ways, units: _Ways
) -> tuple[Array, _Ways]:
    """Extend paths by a layer: a unit's best paths come through its best units above only."""
    most, kept = MOST_PATHS + 1, values.shape[1]
    best = np.abs(weights.T * values[:, 0])
    above = np.argsort(-best, axis=1, kind="stable")[:, :most]
    rows = np.arange(len(units))[:, None]
    products = weights.T[rows, above][:, :, None] * values[above]
    products = products.reshape(len(units), -1)
    # Where a unit has fewer paths than others, NaN fills its row; that sorts last.
    order = np.argsort(-np.abs(products), axis=1, kind="stable")[:, :most]
    passed = ways[above[rows, order // kept], order % kept]
    ends = np.broadcast_to(units[:, None, None], (*passed.shape[:2], 1))
    extended = np.concatenate([passed, ends], axis=2)
    return products[rows, order] * slopes[:, None], extended


# Factors


def _path(case: Case, units: tuple[int, ...], end: tuple[Factor, ...]) -> Path | None:
    factors, weights, n = _output(case, units[0]), [], case.last
    if factors is None:
        return None
    for above, here in pairwise(units):
        n -= 1
        weight, slopes = case.number(f"W{n + 1}", above, here), _slopes(case, n)
        if weight is None or slopes is None:
            return None
        weights.append(element_name(f"W{n + 1}", (above, here)))
        factors.append(_factor(f"z{n + 1}", above, f"a{n}", (here,), weight, weights[-1]))
        factors.append(_slope(case, n, here, float(slopes[here])))
    factors += end
    value = prod(factor.value for factor in factors)
    names = tuple(element_name(f"a{case.last - at}", (unit,)) for at, unit in enumerate(units))
    return Path(tuple(factors), value, names, tuple(weights))


def _output(case: Case, unit: int) -> list[Factor] | None:
    """Give the factors at the loss: one where activation and loss are taken together."""
    n = case.last
    delta = case.number(f"delta{n}", case.sample, unit)
    if delta is None:
        return None
    if case.activation(n) == "identity":
        return [_of_loss("a", n, unit, delta), _slope(case, n, unit, 1.0)]
    pull, slope = (case.number(name, case.sample, unit) for name in ("pull", f"slope{n}"))
    apart = case.has_slope(n) and pull is not None and slope is not None
    if pull is None or slope is None or not apart or not isclose(pull * slope, delta):
        return [_of_loss("z", n, unit, delta)]
    return [_of_loss("a", n, unit, pull), _slope(case, n, unit, slope)]


def _end(case: Case) -> tuple[Factor, ...] | None:
    """Give the factor from the unit's sum to what is asked for; none for the sum itself."""
    n, kind = case.layer, case.operation.kind
    if kind is Kind.BIAS_GRADIENT:
        return (
            _factor(f"z{n}", case.index[0], f"b{n}", case.index, 1.0, f"b{n}[{case.index[0]}]"),
        )
    if kind is not Kind.WEIGHT_GRADIENT:
        return ()
    source = case.index[1]
    signal = case.number(f"a{n - 1}", case.sample, source)
    if signal is None:
        return None
    below = element_name(f"a{n - 1}", (source,))
    note = ""
    if signal == 0.0:
        words = translate("explain", "{unit} is 0 here: this weight carries nothing.")
        note = words.format(unit=below)
    return (_factor(f"z{n}", case.index[0], f"W{n}", case.index, signal, below, note),)


def _factor(
    top: str, unit: int, bottom: str, index: tuple[int, ...], value: float, ref: str, note: str = ""
) -> Factor:
    upper, lower = element_name(top, (unit,)), element_name(bottom, index)
    name = f"∂{upper}/∂{lower}"
    return Factor(name, value, ref, _half(top, (unit,)), _half(bottom, index), note)


def _half(name: str, index: tuple[int, ...]) -> Token:
    return Token(f"∂{name[0]}", subscript=name[1:], index=element_name("", index))


def _of_loss(letter: str, n: int, unit: int, value: float) -> Factor:
    name = f"{letter}{n}"
    note = ""
    if not value:
        words = translate(
            "explain", "The loss does not change with {unit}: no error comes from it."
        )
        note = words.format(unit=f"{name}[{unit}]")
    return Factor(
        f"∂L/∂{name}[{unit}]", value, f"delta{n}[{unit}]", Token("∂L"), _half(name, (unit,)), note
    )


def _slope(case: Case, n: int, unit: int, value: float) -> Factor:
    return _factor(
        f"a{n}", unit, f"z{n}", (unit,), value, f"a{n}[{unit}]", _killed(case, n, unit, value)
    )


def _killed(case: Case, n: int, unit: int, slope: float) -> str:
    if abs(slope) >= SATURATED or case.activation(n) == "leaky_relu":
        return ""
    if slope == 0.0:
        words = translate("explain", "{unit} is off: its slope is 0, so nothing passes.")
    else:
        words = translate(
            "explain", "{unit} is saturated: its slope is {slope}, so almost nothing passes."
        )
    return words.format(unit=f"a{n}[{unit}]", slope=format_number(slope, 2))
