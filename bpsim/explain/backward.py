"""Explains the way back: error signals and gradients."""

from dataclasses import replace

from bpsim.explain.case import Case, Parts, Written
from bpsim.explain.derivation import derivation
from bpsim.explain.forward import gap
from bpsim.explain.notation import Total, Value, Values, total
from bpsim.explain.numbers import format_number
from bpsim.explain.rules import LOSS_SLOPES, MEAN_OF_OUTPUTS, layer_rule
from bpsim.session.values import element_name
from bpsim.words import translate

SATURATED = 0.01
"""Slopes below this let almost nothing pass."""

_FROM_OUTPUT = {"tanh": "(1 - out**2)", "sigmoid": "out * (1 - out)"}
_DIGITS_OF_OUTPUT = 8


def output_error(case: Case) -> Parts:
    """Explain ``delta`` of the last layer."""
    n, (unit,) = case.layer, case.index
    name, loss = case.activation(n), case.training.loss.name
    a, y = case.difference(case.of_unit(f"a{n}", unit), case.of_unit("y", unit))
    values = {"a": a, "y": y, "n": case.constant("n", case.outputs)}
    mean = loss in MEAN_OF_OUTPUTS and case.outputs > 1
    if case.paired() and name == "softmax":
        template, rule = _softmax_pair(case, values), "a * sum(y) - y"
    elif case.paired():
        template, rule = "a - y", "a - y"
    elif name == "softmax":
        template, rule = _through_softmax(case, values), "a * (dL_da - sum(a * dL_da))"
        mean = False
    else:
        template, rule = _loss_slope(case, loss, values), LOSS_SLOPES[loss]
    if mean:
        template, rule = f"({template}) / n", f"({rule}) / n"
    why = gap(case, unit)
    if case.has_slope(n):
        if template.count(" ") and not mean:
            template = f"({template})"
        if " " in rule and not mean:
            rule = f"({rule})"
        template, rule = f"{template} * {_slope(case, n, unit, values)}", f"{rule} ⊙ slope(z)"
        why += f" {_passing(case, n, unit)}"
    elif case.result_sign() < 0:
        why += " " + translate("explain", "Its sum should rise.")
    elif case.result_sign() > 0:
        why += " " + translate("explain", "Its sum should fall.")
    if template.startswith("-") and " * " in template:
        template = f"({template.partition(' * ')[0]}) * {template.partition(' * ')[2]}"
    return Parts(
        translate("explain", "error signal of output {unit}").format(unit=unit),
        layer_rule(case, f"delta = {rule}"),
        template,
        values,
        why,
        derivation=derivation(case),
    )


def _loss_slope(case: Case, loss: str, values: dict[str, Value]) -> str:
    a, y = values["a"].number, values["y"].number
    if loss == "huber":
        delta = case.loss_parameters["delta"]
        if a is None or y is None or abs(a - y) <= delta:
            return "a - y"
        values["delta"] = case.constant("delta", delta)
        return "delta" if a > y else "-delta"
    if loss == "binary_cross_entropy":
        near = values["a"]
        values["a"] = replace(near, digits=case.finer(1.0, 1.0 - (near.number or 0.0)))
        if y in (0.0, 1.0):
            return "1 / (1 - a)" if y == 0.0 else "-1 / a"
    return LOSS_SLOPES[loss]


def _softmax_pair(case: Case, values: dict[str, Value]) -> str:
    targets = case.array("y")
    if targets is not None and float(targets[case.sample].sum()) == 1.0:
        return "a - y"

    def term(k: int) -> tuple[str, Values]:
        return f"y{k}", {f"y{k}": case.of_unit("y", k)}

    targets_sum = total(case.outputs, term, case.terms)
    values |= targets_sum.values
    return f"a * ({targets_sum.template}) - y"


def _through_softmax(case: Case, values: dict[str, Value]) -> str:
    def pull(k: int) -> Value:
        value = case.of_unit("pull", k, role="backward")
        return replace(value, symbol=value.symbol.replace("pull", f"dL_da{case.layer}"), ref=None)

    def term(k: int) -> tuple[str, Values]:
        return f"a{k} * p{k}", {f"a{k}": case.of_unit(f"a{case.layer}", k), f"p{k}": pull(k)}

    values["p"] = pull(case.index[0])
    shares = total(case.outputs, term, case.terms)
    values |= shares.values
    return f"a * (p - ({shares.template}))"


def _slope(case: Case, n: int, unit: int, values: dict[str, Value]) -> str:
    """Write f'(z) by the unit's output where that keeps its digits, and else as a number."""
    name = case.activation(n)
    a = case.of_unit(f"a{n}", unit)
    if name in _FROM_OUTPUT and (a.number is None or abs(a.number) < 1.0):
        out = 0.0 if a.number is None else abs(a.number)
        digits = case.finer(1.0, 1.0 - out)
        if digits <= max(case.digits, _DIGITS_OF_OUTPUT):
            values["out"] = replace(a, digits=digits)
            return _FROM_OUTPUT[name]
    z = case.of_unit(f"z{n}", unit)
    slope = case.number(f"slope{n}", case.sample, unit)
    values["slope"] = Value(f"{name}′({z.symbol})", slope, "number", z.ref, case.digits)
    return "slope"


def _passing(case: Case, n: int, unit: int) -> str:
    """Say how much of the error a unit's activation passes on."""
    name, slope = case.activation(n), case.number(f"slope{n}", case.sample, unit)
    if slope is None:
        words = translate("explain", "{activation} passes a part of it on.")
    elif slope == 0.0:
        words = translate("explain", "This unit is off: its slope is 0, so nothing passes.")
    elif abs(slope) < SATURATED:
        words = translate(
            "explain", "This unit is saturated: its slope is {slope}, so almost nothing passes."
        )
    elif slope == 1.0:
        words = translate("explain", "{activation} passes all of it on here.")
    elif round(slope * 100) == 100:
        words = translate("explain", "{activation} passes nearly all of it on here.")
    else:
        words = translate("explain", "{activation} passes {share} % of it on here.")
    number = slope or 0.0
    return words.format(
        activation=name, slope=format_number(number, 2), share=f"{number * 100:.0f}"
    )


def hidden_error(case: Case) -> Parts:
    """Explain ``delta`` of a hidden layer."""
    n, (unit,) = case.layer, case.index
    above, outputs = n + 1, case.units(n + 1)
    weights, deltas = case.array(f"W{above}"), case.array(f"delta{above}")

    def term(k: int) -> tuple[str, Values]:
        values = {
            f"w{k}": case.weight(f"W{above}", k, unit),
            f"d{k}": case.of_unit(f"delta{above}", k, role="backward"),
        }
        return f"w{k} * d{k}", values

    def hidden(part: slice) -> float | None:
        if weights is None or deltas is None:
            return None
        return float(weights[part, unit] @ deltas[case.sample, part])

    errors = total(outputs, term, case.terms, hidden)
    values, template, rule = errors.values, errors.template, "up_W**T * up_delta"
    if case.has_slope(n):
        inner = f"({template})" if outputs > 1 else template
        template, rule = f"{inner} * {_slope(case, n, unit, values)}", f"{rule} ⊙ slope(z)"
    return Parts(
        translate("explain", "error signal of unit {unit}, layer {layer}").format(
            unit=unit, layer=n
        ),
        layer_rule(case, f"delta = {rule}"),
        template,
        values,
        _why_hidden(case, n, unit),
    )


def _why_hidden(case: Case, n: int, unit: int) -> str:
    weights, deltas = case.array(f"W{n + 1}"), case.array(f"delta{n + 1}")
    passes = f" {_passing(case, n, unit)}" if case.has_slope(n) else ""
    if weights is None or deltas is None:
        back = translate("explain", "The errors that it caused come back through the same weights.")
        return back + passes
    parts = weights[:, unit] * deltas[case.sample]
    k = int(abs(parts).argmax())
    whole = float(parts.sum())
    weight = format_number(float(weights[k, unit]))
    if n + 1 < case.last:
        above = translate("explain", "unit {unit} of layer {layer}").format(unit=k, layer=n + 1)
    elif case.outputs > 1:
        above = translate("explain", "output {unit}").format(unit=k)
    else:
        above = translate("explain", "the output")
    if whole < 0:
        end = translate("explain", "raising this unit would lower the loss.")
    elif whole:
        end = translate("explain", "raising this unit would raise the loss.")
    else:
        end = translate("explain", "but no error comes back.")
    if len(parts) > 1:
        words = translate("explain", "Most of its error comes from {above} with weight {weight};")
    else:
        words = translate("explain", "It feeds {above} with weight {weight};")
    start = f"{gap(case, 0)} " if n + 1 == case.last and case.outputs == 1 else ""
    return f"{start}{words.format(above=above, weight=weight)} {end}{passes}"


def gradient(case: Case) -> Parts:
    """Explain ``dW`` or ``db``."""
    n, unit = case.layer, case.index[0]
    weight = len(case.index) == 2
    deltas, below = case.array(f"delta{n}"), case.array(f"a{n - 1}")

    def term(s: int) -> tuple[str, Values]:
        values = {f"d{s}": case.of_unit(f"delta{n}", unit, s, role="backward")}
        if not weight:
            return f"d{s}", values
        return f"d{s} * i{s}", {**values, f"i{s}": case.of_unit(f"a{n - 1}", case.index[1], s)}

    def hidden(part: slice) -> float | None:
        if deltas is None or below is None:
            return None
        errors = deltas[part, unit]
        return float(errors @ below[part, case.index[1]] if weight else errors.sum())

    parts = total(case.rows, term, case.terms, hidden)
    values, template, rule = parts.values, parts.template, "delta * below**T" if weight else "delta"
    between: tuple[Written, ...] = ()
    if case.rows > 1:
        template = f"({template}) / N"
        values["N"] = case.constant("N", case.rows)
        rule = f"1 / N * sum({rule})"
        between = _contributions(case, weight)
    target = element_name(case.operation.name[1:], case.index)
    return Parts(
        translate("explain", "how {target} moves the loss").format(target=target),
        layer_rule(case, f"{'dW' if weight else 'db'} = {rule}"),
        template,
        values,
        _why_gradient(case, weight),
        between=between,
    )


def _contributions(case: Case, weight: bool) -> tuple[Written, ...]:
    """Write what each sample contributes, their sum, and the division."""
    deltas, below = case.array(f"delta{case.layer}"), case.array(f"a{case.layer - 1}")
    if deltas is None or below is None:
        return ()
    errors = deltas[:, case.index[0]]
    each = errors * below[:, case.index[1]] if weight else errors

    def value(name: str, number: float) -> Value:
        return Value(name, number, "negative" if number < 0 else "positive", digits=case.digits)

    def term(s: int) -> tuple[str, Values]:
        return f"c{s}", {f"c{s}": value(f"c{s}", float(each[s]))}

    def hidden(part: slice) -> float:
        return float(each[part].sum())

    by_sample: Total = total(case.rows, term, case.terms, hidden)
    rows = {"N": case.constant("N", case.rows)}
    summed = Written(
        "whole / N", {"whole": value("whole", float(each.sum())), **rows}, symbols=False
    )
    if not weight:
        return (summed,)
    return (
        Written(f"({by_sample.template}) / N", {**by_sample.values, **rows}, symbols=False),
        summed,
    )


def _why_gradient(case: Case, weight: bool) -> str:
    result = case.number(case.operation.name, *case.index)
    what = translate("explain", "weight") if weight else translate("explain", "bias")
    if result is None:
        words = translate("explain", "It says how the loss changes as this {parameter} grows.")
    elif result == 0.0:
        words = translate(
            "explain", "No error passes here: this {parameter} makes no difference to the loss now."
        )
    elif result > 0.0:
        words = translate(
            "explain",
            "A slightly larger {parameter} would raise the loss, at a rate of {size}. "
            "So it should go down.",
        )
    else:
        words = translate(
            "explain",
            "A slightly larger {parameter} would lower the loss, at a rate of {size}. "
            "So it should go up.",
        )
    most = _largest_sample(case) if result else ""
    return words.format(parameter=what, size=format_number(abs(result or 0.0))) + most


def _largest_sample(case: Case) -> str:
    """Say which sample of a batch has most to say."""
    deltas, below = case.array(f"delta{case.layer}"), case.array(f"a{case.layer - 1}")
    if case.rows == 1 or deltas is None or below is None:
        return ""
    each = deltas[:, case.index[0]]
    if len(case.index) == 2:
        each = each * below[:, case.index[1]]
    row, against = int(abs(each).argmax()), ((each > 0) != (each.sum() > 0)) & (each != 0)
    words = " " + translate("explain", "Row {row} of the batch contributes most.")
    others = int(against.sum())
    if others == 1:
        words += " " + translate("explain", "1 of {rows} rows pulls the other way.")
    elif others:
        words += " " + translate("explain", "{count} of {rows} rows pull the other way.")
    return words.format(row=row, count=others, rows=case.rows)


def penalty_gradient(case: Case) -> Parts:
    """Explain the penalty's part of ``dW``."""
    n, training = case.layer, case.training
    values = {
        "g": case.value(f"dW{n}", *case.index, role="backward", old=True),
        "w": case.weight(f"W{n}", *case.index),
        "l1": case.constant("l1", training.l1),
        "l2": case.constant("l2", training.l2),
    }
    terms = [*(["l1 * sign(w)"] if training.l1 else []), *(["l2 * w"] if training.l2 else [])]
    rule = " + ".join(terms).replace("w", "W")
    return Parts(
        translate("explain", "the gradient of {weight} with the penalty's part").format(
            weight=element_name(f"W{n}", case.index)
        ),
        layer_rule(case, f"dW ← dW + {rule}"),
        " + ".join(["g", *terms]),
        values,
        translate("explain", "The penalty pulls every weight towards zero, whatever the data say."),
    )
