"""Explains one element of an operation: rule, the same with the numbers, result and reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.losses import LOSSES
from bpsim.engine.program import Kind, Operation
from bpsim.explain.numbers import format_number
from bpsim.session.session import Session
from bpsim.session.values import element_name

MOST_TERMS = 4


@dataclass(frozen=True)
class Explanation:
    """What there is to say about one element of one operation.

    Attributes
    ----------
    title, subtitle
        The element in NumPy's notation, and what it is.
    rule
        The operation's formula.
    lines
        The formula for this element, then with its numbers.
    result
        The value.
    why
        One or two plain sentences.
    """

    title: str
    subtitle: str
    rule: str
    lines: tuple[str, ...]
    result: float
    why: str

    def as_text(self) -> str:
        """Write it all as plain text."""
        body = "\n".join(self.lines)
        return f"{self.title} — {self.subtitle}\n{self.rule}\n{body}\n{self.why}"


@dataclass(frozen=True)
class _Case:
    session: Session
    operation: Operation
    index: tuple[int, ...]
    result: float

    @property
    def layer(self) -> int:
        return self.operation.layer

    @property
    def sample(self) -> int:
        return self.index[0] if len(self.index) == 2 else 0

    def at(self, name: str, *index: int) -> float:
        return float(self.session.program.view(name)[index])

    def shown(self, name: str, *index: int) -> str:
        text = format_number(self.at(name, *index))
        return f"({text})" if text.startswith("−") else text

    def activation(self) -> str:
        return self.session.project.specification.network.layers[self.layer - 1].activation


Parts = tuple[str, str, str, str]
"""Subtitle, the element's formula, the same with numbers, and why."""


def explain(
    session: Session, operation: Operation, index: tuple[int, ...] | None = None
) -> Explanation:
    """Explain one element of an operation that has run.

    Parameters
    ----------
    session
        Where the numbers are.
    operation
        One of the session's program.
    index
        The element, as NumPy counts; the first if left out.
    """
    view = session.program.view(operation.name)
    index = (0,) * view.ndim if index is None else index
    case = _Case(session, operation, index, float(view[index]))
    subtitle, formula, numbers, why = _CASES[operation.kind](case)
    title = element_name(operation.name, index)
    lines = (formula, f"= {numbers}", f"= {format_number(case.result, 6)}")
    return Explanation(title, subtitle, operation.formula, lines, case.result, why)


def _sum(terms: list[str]) -> str:
    if len(terms) > MOST_TERMS:
        terms = [*terms[:2], f"… {len(terms) - 3} more …", terms[-1]]
    return " + ".join(terms)


def _weighted_sum(case: _Case) -> Parts:
    s, unit = case.index
    n, below = case.layer, f"a{case.layer - 1}"
    inputs = range(case.session.program.view(below).shape[1])
    formula = _sum([f"W{n}[{unit},{j}]·{below}[{s},{j}]" for j in inputs] + [f"b{n}[{unit}]"])
    numbers = _sum(
        [f"{case.shown(f'W{n}', unit, j)} × {case.shown(below, s, j)}" for j in inputs]
        + [case.shown(f"b{n}", unit)]
    )
    parts = [case.at(f"W{n}", unit, j) * case.at(below, s, j) for j in inputs]
    largest = int(np.argmax(np.abs(parts)))
    why = (
        f"Each input counts as much as its weight says; the most, "
        f"{format_number(parts[largest])}, comes from {below}[{s},{largest}]."
    )
    return f"weighted sum of unit {unit}, layer {n}", formula, numbers, why


def _activation(case: _Case) -> Parts:
    s, unit = case.index
    n, name = case.layer, case.activation()
    slope_known = ACTIVATIONS[name].meaning
    z = f"z{n}[{s},{unit}]"
    formula = ACTIVATIONS[name].formula
    numbers = re.sub(r"\bz\b", case.shown(f"z{n}", s, unit), formula)
    return (
        f"output of unit {unit}, layer {n}",
        re.sub(r"\bz\b", z, formula),
        numbers,
        f"{name}: {slope_known[0].lower()}{slope_known[1:]}",
    )


def _loss(case: _Case) -> Parts:
    session = case.session
    choice = session.project.specification.training.loss
    last = len(session.project.specification.network.layers)
    a, y = session.program.view(f"a{last}"), session.program.view("y")
    rows = session.program.rows
    losses = session.program.view("losses").ravel()
    if rows > 1:
        formula = "mean of the losses of the batch's samples"
        numbers = f"({_sum([format_number(float(v)) for v in losses])}) / {rows}"
    else:
        formula = LOSSES[choice.name].formula
        numbers = formula
        if a.shape[1] == 1:
            numbers = re.sub(r"\ba\b", case.shown(f"a{last}", 0, 0), numbers)
            numbers = re.sub(r"\by\b", case.shown("y", 0, 0), numbers)
    gap = float(a[0, 0] - y[0, 0])
    low = "too low" if gap < 0 else "too high"
    prediction = format_number(float(a[0, 0]))
    why = (
        "The prediction meets its target."
        if gap == 0
        else f"The prediction {prediction} is {format_number(abs(gap))} {low}; the loss says how "
        "much that matters."
    )
    return "how wrong the prediction is", formula, numbers, why


def _penalty(case: _Case) -> Parts:
    training = case.session.project.specification.training
    _, _, formula = case.operation.formula.partition(" = ")
    numbers = formula.replace("l1", f"{training.l1:g}").replace("l2", f"{training.l2:g}")
    return "the price of large weights", formula, numbers, "Large weights cost; biases are free."


def _output_error(case: _Case) -> Parts:
    s, unit = case.index
    n = case.layer
    _, _, right = case.operation.formula.partition(" = ")
    at = f"[{s},{unit}]"
    formula = re.sub(rf"\b([az]{n}|y)\b", rf"\1{at}", right)
    formula = re.sub(r"\bn\b", str(case.session.program.view("y").shape[1]), formula)
    numbers = formula
    for name in (f"a{n}", "y", f"z{n}"):
        numbers = numbers.replace(name + at, case.shown(name, s, unit))
    slope = case.session.program.view(f"slope{n}")[s, unit]
    uses_slope = "'(" in right
    if uses_slope:
        numbers = re.sub(r"\w+'\([^()]*(\([^()]*\))?[^()]*\)", format_number(float(slope)), numbers)
    gap = case.at(f"a{n}", s, unit) - case.at("y", s, unit)
    low = "too low, so it should rise" if gap < 0 else "too high, so it should fall"
    why = f"The output is {format_number(abs(gap))} {low}."
    if uses_slope:
        why += f" {case.activation()} passes {slope:.0%} of the error on at this point."
    return f"error signal of output {unit}", formula, numbers, why


def _hidden_error(case: _Case) -> Parts:
    s, unit = case.index
    n, above = case.layer, case.layer + 1
    outputs = range(case.session.program.view(f"delta{above}").shape[1])
    pairs = [f"W{above}[{k},{unit}]·delta{above}[{s},{k}]" for k in outputs]
    values = [
        f"{case.shown(f'W{above}', k, unit)} × {case.shown(f'delta{above}', s, k)}" for k in outputs
    ]
    formula, numbers = _sum(pairs), _sum(values)
    why = "The errors it caused above come back through the same weights."
    if case.activation() != "identity":
        slope = case.at(f"slope{n}", s, unit)
        formula = f"({formula}) · {case.activation()}'(z{n}[{s},{unit}])"
        numbers = f"({numbers}) × {format_number(slope)}"
        if abs(slope) < 0.01:
            why += f" The unit is saturated or dead: its slope {format_number(slope)} stops them."
        else:
            why += f" {case.activation()} passes {slope:.0%} of it on at this point."
    return f"error signal of unit {unit}, layer {n}", formula, numbers, why


def _gradient(case: _Case) -> Parts:
    n, rows = case.layer, case.session.program.rows
    unit = case.index[0]
    weight = len(case.index) == 2
    below = f"a{n - 1}"

    def term(s: int, shown: bool) -> str:
        delta = case.shown(f"delta{n}", s, unit) if shown else f"delta{n}[{s},{unit}]"
        if not weight:
            return delta
        j = case.index[1]
        signal = case.shown(below, s, j) if shown else f"{below}[{s},{j}]"
        return f"{delta} × {signal}" if shown else f"{delta}·{signal}"

    formula, numbers = (_sum([term(s, shown) for s in range(rows)]) for shown in (False, True))
    if rows > 1:
        formula, numbers = f"({formula}) / {rows}", f"({numbers}) / {rows}"
    effect = "raise" if case.result > 0 else "lower"
    kind = "weight" if weight else "bias"
    why = (
        f"Nothing flows here: this {kind} does not matter to the loss now."
        if case.result == 0
        else f"A larger {kind} would {effect} the loss; the update goes the other way."
    )
    target = element_name(case.operation.name[1:], case.index)
    return f"how the loss changes with {target}", formula, numbers, why


def _penalty_gradient(case: _Case) -> Parts:
    before = case.session.before(case.operation.name)
    old = "before" if before is None else format_number(float(before[case.index]))
    _, _, right = case.operation.formula.partition(" += ")
    weight = element_name(f"W{case.layer}", case.index)
    value = case.shown(f"W{case.layer}", *case.index)
    training = case.session.project.specification.training
    numbers = right.replace(f"W{case.layer}", value)
    numbers = numbers.replace("l1", f"{training.l1:g}").replace("l2", f"{training.l2:g}")
    formula = right.replace(f"W{case.layer}", weight)
    name = element_name(case.operation.name, case.index)
    why = "The penalty pulls every weight towards zero."
    return "the gradient with the penalty's part", f"{name} + {formula}", f"{old} + {numbers}", why


def _update(case: _Case) -> Parts:
    operation, session = case.operation, case.session
    choice = session.project.specification.training.optimizer
    left, sign, right = operation.formula.partition(" = ")
    for mark in (" -= ", " += "):
        if mark in operation.formula:
            left, sign, right = operation.formula.partition(mark)
    formula = right if sign == " = " else f"{left} {sign.strip()[0]} {right}"
    old = session.before(operation.name)
    numbers = formula
    names = sorted({*operation.reads, operation.name}, key=len, reverse=True)
    for name in names:
        values = session.program.view(name) if name != operation.name or old is None else old
        text = format_number(float(values[case.index]))
        numbers = re.sub(rf"\b{name}\b", f"({text})" if text[0] == "−" else text, numbers)
        formula = re.sub(rf"\b{name}\b", element_name(name, case.index), formula)
    for name, value in {"lr": choice.parameters["learning_rate"], **choice.parameters}.items():
        numbers = re.sub(rf"\b{name}\b", f"{value:g}", numbers)
    numbers = numbers.replace(" - ", " − ").replace(" * ", " × ").replace("*", " × ")
    meaning = operation.stage.meaning if operation.stage else ""
    why = meaning
    if operation.kind is Kind.UPDATE and old is not None:
        moved = case.result - float(old[case.index])
        way = "up" if moved > 0 else "down"
        why += (
            " It stays where it is."
            if moved == 0
            else f" It goes {way} by {format_number(abs(moved))}."
        )
    tensor = element_name(operation.name, case.index)
    subtitle = {
        Kind.UPDATE: f"{tensor} after the update",
        Kind.DECAY: f"{tensor} after the decay",
    }.get(operation.kind, "the optimizer's memory")
    return subtitle, formula.replace(" - ", " − ").replace(" * ", " · "), numbers, why


_CASES: dict[Kind, Callable[[_Case], Parts]] = {
    Kind.WEIGHTED_SUM: _weighted_sum,
    Kind.ACTIVATION: _activation,
    Kind.LOSS: _loss,
    Kind.PENALTY: _penalty,
    Kind.OUTPUT_ERROR: _output_error,
    Kind.HIDDEN_ERROR: _hidden_error,
    Kind.WEIGHT_GRADIENT: _gradient,
    Kind.BIAS_GRADIENT: _gradient,
    Kind.PENALTY_GRADIENT: _penalty_gradient,
    Kind.STATE: _update,
    Kind.DECAY: _update,
    Kind.UPDATE: _update,
}
