"""Explains the optimizer's operations, from the formulas of its stages."""

import re

import numpy as np

from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.program import Kind
from bpsim.explain.case import Case, Parts
from bpsim.explain.notation import Value, pieces
from bpsim.explain.numbers import format_number
from bpsim.explain.rules import update_rule
from bpsim.session.values import element_name
from bpsim.words import translate


def update(case: Case) -> Parts:
    """Explain a state, a decay or an update."""
    stage = case.operation.stage
    if stage is None:
        raise ValueError(f"{case.operation.name} is not part of an update")
    tensor = case.operation.name[-len(f"W{case.layer}") :]
    left, sign, right = _split(stage.formula)
    template = right if sign == "=" else f"{left} {sign[0]} {right}"
    digits = _digits(case, tensor)
    values = {name: v for name in pieces(template) if (v := _named(case, tensor, name, digits))}
    element = element_name(tensor, case.index)
    if case.operation.kind is Kind.STATE:
        subtitle = translate("explain", "the optimizer's memory for {element}")
    elif case.operation.kind is Kind.DECAY:
        subtitle = translate("explain", "after the decay")
    else:
        subtitle = translate("explain", "after the update")
    subtitle = subtitle.format(element=element)
    rule = update_rule(f"{left} ← {template}", tensor)
    return Parts(subtitle, rule, template, values, _why(case, tensor), digits=digits)


def _digits(case: Case, tensor: str) -> int:
    """Give the digits that a parameter needs for its change to show."""
    if case.operation.kind is Kind.STATE:
        return case.digits
    old, new = (case.number(tensor, *case.index, old=before) for before in (True, False))
    if old is None or new is None:
        return case.digits
    return case.finer(max(abs(old), abs(new)), new - old)


def _split(formula: str) -> tuple[str, str, str]:
    left, sign, right = formula.split(" ", 2)
    return left, sign, right


def _named(case: Case, tensor: str, name: str, digits: int) -> Value | None:
    """Say what a name in a stage's formula stands for; `None` for functions and marks."""
    stage = case.operation.stage
    optimizer = OPTIMIZERS[case.training.optimizer.name]
    if name == "p":
        return case.value(tensor, *case.index, old=True, digits=digits)
    if name == "g":
        return case.value(f"d{tensor}", *case.index, role="backward")
    if name in optimizer.states:
        old = stage is not None and stage.writes == name
        return case.value(f"{name}{tensor}", *case.index, old=old)
    if name == "t":
        return case.constant("t", case.number("t", 0) or 0.0)
    parameters = case.training.optimizer.values(optimizer.parameters)
    if name == "lr":
        return case.constant("lr", 0.0 if _frozen(case, tensor) else parameters["learning_rate"])
    return case.constant(name, parameters[name]) if name in parameters else None


def _kept(case: Case) -> str:
    """Say how much of a state stays from step to step."""
    stage, choice = case.operation.stage, case.training.optimizer
    share = None if stage is None else re.match(r"[mv] = (\w+)\*[mv]", stage.formula)
    if share is None:
        return ""
    kept = choice.values(OPTIMIZERS[choice.name].parameters)[share[1]]
    words = translate("explain", "It keeps {share} % of what it was.")
    return " " + words.format(share=format_number(100 * kept))


def _frozen(case: Case, tensor: str) -> bool:
    layer = case.specification.network.layers[case.layer - 1]
    mask = layer.frozen_weights if tensor[0] == "W" else layer.frozen_biases
    return mask if isinstance(mask, bool) else bool(np.asarray(mask)[case.index])


def _why(case: Case, tensor: str) -> str:
    operation, weight = case.operation, tensor[0] == "W"
    meaning = translate("engine", operation.stage.meaning) if operation.stage else ""
    if operation.kind is Kind.STATE:
        return meaning + _kept(case)
    if _frozen(case, tensor):
        if weight:
            return translate("explain", "This weight is frozen: it keeps its value.")
        return translate("explain", "This bias is frozen: it keeps its value.")
    old, new = (case.number(tensor, *case.index, old=before) for before in (True, False))
    if old is None or new is None:
        return meaning
    the = translate("explain", "The weight") if weight else translate("explain", "The bias")
    if new == old:
        stays = translate("explain", "{parameter} stays where it is.")
        return f"{meaning} {stays.format(parameter=the)}"
    up, size = new > old, format_number(abs(new - old))
    rises = translate("explain", "{parameter} goes up by {size}.")
    falls = translate("explain", "{parameter} goes down by {size}.")
    moved = f"{meaning} {(rises if up else falls).format(parameter=the, size=size)}"
    gradient = case.number(f"d{tensor}", *case.index)
    if case.training.optimizer.name != "sgd" or gradient is None:
        return moved
    if case.rows > 1 or case.outputs > 1 or case.layer < case.last or not weight:
        rises = translate(
            "explain", "{parameter} carried {share} of the error: it goes up by {size}."
        )
        falls = translate(
            "explain", "{parameter} carried {share} of the error: it goes down by {size}."
        )
        words = rises if up else falls
        return words.format(parameter=the, share=format_number(abs(gradient)), size=size)
    a, y, below = (
        case.number(name, 0, at)
        for name, at in ((f"a{case.last}", 0), ("y", 0), (f"a{case.layer - 1}", case.index[1]))
    )
    if a is None or y is None or below is None or a == y:
        return moved
    if a < y:
        words = translate(
            "explain", "The prediction {a} is {gap} too low, so the output should rise."
        )
    else:
        words = translate(
            "explain", "The prediction {a} is {gap} too high, so the output should fall."
        )
    rises = translate("explain", "This weight carried {share} of it: it goes up by {size}.")
    falls = translate("explain", "This weight carried {share} of it: it goes down by {size}.")
    first = words.format(a=format_number(a, 2), gap=format_number(abs(a - y), 2))
    return f"{first} {(rises if up else falls).format(share=format_number(below, 2), size=size)}"
