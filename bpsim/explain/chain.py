"""The chain rule from the loss to one element, where a single path leads there."""

from math import isclose, prod

from bpsim.engine.program import Kind
from bpsim.explain.case import Case
from bpsim.explain.structure import Factor

_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_KINDS = (Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR, Kind.WEIGHT_GRADIENT, Kind.BIAS_GRADIENT)


def chain(case: Case, result: float | None) -> tuple[Factor, ...]:
    """Give the factors from the loss to an error signal or a gradient.

    The path takes the largest contribution of each layer; where the others matter too, or a
    batch has more rows, the product is not the value and there is no chain.
    """
    kind = case.operation.kind
    gradient = kind in (Kind.WEIGHT_GRADIENT, Kind.BIAS_GRADIENT)
    if result is None or kind not in _KINDS or (gradient and case.rows > 1):
        return ()
    factors = _down_to(case, case.layer, case.index[0])
    if factors is None:
        return ()
    n = case.layer
    if kind is Kind.WEIGHT_GRADIENT:
        signal = case.number(f"a{n - 1}", 0, case.index[1])
        factors.append(Factor(_name("z", n, "W", n), 0.0 if signal is None else signal))
    elif kind is Kind.BIAS_GRADIENT:
        factors.append(Factor(_name("z", n, "b", n), 1.0))
    product = prod(factor.value for factor in factors)
    return tuple(factors) if isclose(product, result, rel_tol=1e-9, abs_tol=1e-300) else ()


def _name(top: str, top_layer: int, bottom: str, bottom_layer: int) -> str:
    return f"∂{top}{top_layer}/∂{bottom}{bottom_layer}".translate(_LOWERED)


def _down_to(case: Case, layer: int, unit: int) -> list[Factor] | None:
    """Walk up from a unit along the largest contributions, and give the factors downwards."""
    steps: list[list[Factor]] = []
    for n in range(layer, case.last):
        weights, deltas = case.array(f"W{n + 1}"), case.array(f"delta{n + 1}")
        if weights is None or deltas is None:
            return None
        weight = weights[:, unit]
        k = int(abs(weight * deltas[case.sample]).argmax())
        step = [Factor(_name("z", n + 1, "a", n), float(weight[k]))]
        slope = case.number(f"slope{n}", case.sample, unit) if case.has_slope(n) else 1.0
        if slope is None:
            return None
        steps.append([*step, Factor(_name("a", n, "z", n), slope)])
        unit = k
    start = _output(case, unit)
    return None if start is None else [*start, *(f for step in reversed(steps) for f in step)]


def _output(case: Case, unit: int) -> list[Factor] | None:
    n = case.last
    delta = case.number(f"delta{n}", case.sample, unit)
    if delta is None:
        return None
    by_a, by_z = (f"∂L/∂{letter}{n}".translate(_LOWERED) for letter in "az")
    if case.activation(n) == "identity":
        return [Factor(by_a, delta), Factor(_name("a", n, "z", n), 1.0)]
    pull = case.number("pull", case.sample, unit)
    slope = case.number(f"slope{n}", case.sample, unit)
    if not case.has_slope(n) or pull is None or slope is None:
        return [Factor(by_z, delta)]
    return [Factor(by_a, pull), Factor(_name("a", n, "z", n), slope)]
