"""Explains the way back: error signals and gradients."""

from bpsim.explain.case import Case, Parts
from bpsim.explain.forward import gap
from bpsim.explain.notation import Value, sum_of
from bpsim.explain.numbers import format_number
from bpsim.explain.rules import LOSS_SLOPES, MEAN_OF_OUTPUTS, layer_rule
from bpsim.session.values import element_name

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
        template, rule = _softmax_pair(case, values), "a*S*y - y"
    elif case.paired():
        template, rule = "a - y", "a - y"
    elif name == "softmax":
        template, rule = _through_softmax(case, values), "a*(dL_da - S*a*dL_da)"
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
    elif case.result_sign():
        way = "rise" if case.result_sign() < 0 else "fall"
        why += f" Its sum should {way}."
    return Parts(
        f"error signal of output {unit}", layer_rule(case, f"delta = {rule}"), template, values, why
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
        out = near.number or 0.0
        digits = case.finer(1.0, 1.0 - out)
        values["a"] = Value(near.symbol, near.number, near.role, near.ref, digits)
        if y in (0.0, 1.0):
            return "1 / (1 - a)" if y == 0.0 else "-1 / a"
    return LOSS_SLOPES[loss]


def _softmax_pair(case: Case, values: dict[str, Value]) -> str:
    targets = case.array("y")
    if targets is not None and float(targets[case.sample].sum()) == 1.0:
        return "a - y"
    terms = []
    for k in sum_of(case.outputs):
        if k >= 0:
            values[f"y{k}"] = case.of_unit("y", k)
        terms.append(f"y{k}" if k >= 0 else "…")
    return f"a * ({' + '.join(terms)}) - y"


def _through_softmax(case: Case, values: dict[str, Value]) -> str:
    def pull(k: int) -> Value:
        value = case.of_unit("pull", k, role="backward")
        symbol = value.symbol.replace("pull", "dL_da")
        return Value(symbol, value.number, value.role, None, value.digits)

    values["p"] = pull(case.index[0])
    terms = []
    for k in sum_of(case.outputs):
        if k >= 0:
            values |= {f"a{k}": case.of_unit(f"a{case.layer}", k), f"p{k}": pull(k)}
        terms.append(f"a{k} * p{k}" if k >= 0 else "…")
    return f"a * (p - ({' + '.join(terms)}))"


def _slope(case: Case, n: int, unit: int, values: dict[str, Value]) -> str:
    """Write f'(z) by the unit's output where that keeps its digits, and else as a number."""
    name = case.activation(n)
    a = case.of_unit(f"a{n}", unit)
    if name in _FROM_OUTPUT and (a.number is None or abs(a.number) < 1.0):
        out = 0.0 if a.number is None else abs(a.number)
        digits = case.finer(1.0, 1.0 - out)
        if digits <= max(case.digits, _DIGITS_OF_OUTPUT):
            values["out"] = Value(a.symbol, a.number, a.role, a.ref, digits)
            return _FROM_OUTPUT[name]
    z = case.of_unit(f"z{n}", unit)
    slope = case.number(f"slope{n}", case.sample, unit)
    values["slope"] = Value(f"{name}′({z.symbol})", slope, "number", z.ref, case.digits)
    return "slope"


def _passing(case: Case, n: int, unit: int) -> str:
    slope = case.number(f"slope{n}", case.sample, unit)
    name = case.activation(n)
    if slope is None:
        return f"{name} passes a part of it on."
    if slope == 0.0:
        return "This unit is off: its slope is 0, so nothing passes."
    if abs(slope) < 0.01:
        shown = format_number(slope, 2)
        return f"This unit is saturated: its slope is {shown}, so almost nothing passes."
    if slope == 1.0:
        return f"{name} passes all of it on here."
    if round(slope * 100) == 100:
        return f"{name} passes nearly all of it on here."
    return f"{name} passes {slope * 100:.0f} % of it on here."


def hidden_error(case: Case) -> Parts:
    """Explain ``delta`` of a hidden layer."""
    n, (unit,) = case.layer, case.index
    above, outputs = n + 1, case.units(n + 1)
    values: dict[str, Value] = {}
    terms = []
    for k in sum_of(outputs):
        if k >= 0:
            values[f"w{k}"] = case.weight(f"W{above}", k, unit)
            values[f"d{k}"] = case.of_unit(f"delta{above}", k, role="backward")
        terms.append(f"w{k} * d{k}" if k >= 0 else "…")
    template, rule = " + ".join(terms), "delta = up_W**T*up_delta"
    if case.has_slope(n):
        inner = f"({template})" if outputs > 1 else template
        template, rule = f"{inner} * {_slope(case, n, unit, values)}", f"{rule} ⊙ slope(z)"
    return Parts(
        f"error signal of unit {unit}, layer {n}",
        layer_rule(case, rule),
        template,
        values,
        _why_hidden(case, n, unit),
    )


def _why_hidden(case: Case, n: int, unit: int) -> str:
    weights, deltas = case.array(f"W{n + 1}"), case.array(f"delta{n + 1}")
    passing = f" {_passing(case, n, unit)}" if case.has_slope(n) else ""
    if weights is None or deltas is None:
        return f"The errors that it caused come back through the same weights.{passing}"
    parts = weights[:, unit] * deltas[case.sample]
    k = int(abs(parts).argmax())
    total = float(parts.sum())
    weight = format_number(float(weights[k, unit]))
    what = (
        (f"output {k}" if case.outputs > 1 else "the output")
        if n + 1 == case.last
        else (f"unit {k} of layer {n + 1}")
    )
    way = {True: "lower", False: "raise"}[total < 0]
    end = f"raising this unit would {way} the loss." if total else "but no error comes back."
    most = "Most of its error comes from" if len(parts) > 1 else "It feeds"
    start = f"{gap(case, 0)} " if n + 1 == case.last and case.outputs == 1 else ""
    return f"{start}{most} {what} with weight {weight}; {end}{passing}"


def gradient(case: Case) -> Parts:
    """Explain ``dW`` or ``db``."""
    n, unit = case.layer, case.index[0]
    weight = len(case.index) == 2
    values = {"N": case.constant("N", case.rows)}
    terms = []
    for s in sum_of(case.rows):
        if s >= 0:
            values[f"d{s}"] = case.of_unit(f"delta{n}", unit, s, role="backward")
            if weight:
                values[f"i{s}"] = case.of_unit(f"a{n - 1}", case.index[1], s)
        terms.append("…" if s < 0 else f"d{s} * i{s}" if weight else f"d{s}")
    template = " + ".join(terms)
    if case.rows > 1:
        template = f"({template}) / N"
    rule = "dW = {}delta*below**T" if weight else "db = {}delta"
    target = element_name(case.operation.name[1:], case.index)
    return Parts(
        f"how {target} moves the loss",
        layer_rule(case, rule.format("over_N*S*" if case.rows > 1 else "")),
        template,
        values,
        _why_gradient(case, "weight" if weight else "bias"),
    )


def _why_gradient(case: Case, kind: str) -> str:
    result = case.number(case.operation.name, *case.index)
    if result is None:
        return f"It says how the loss changes as this {kind} grows."
    if result == 0.0:
        return f"No error passes here: this {kind} makes no difference to the loss now."
    size, way = format_number(abs(result)), "raise" if result > 0 else "lower"
    return (
        f"A slightly larger {kind} would {way} the loss, at a rate of {size}. "
        f"So it should go {'down' if result > 0 else 'up'}."
    )


def penalty_gradient(case: Case) -> Parts:
    """Explain the penalty's part of ``dW``."""
    n, training = case.layer, case.training
    values = {
        "g": case.value(
            f"dW{n}", *case.index, role="backward", old=True, digits=max(6, case.digits)
        ),
        "w": case.weight(f"W{n}", *case.index),
        "l1": case.constant("l1", training.l1),
        "l2": case.constant("l2", training.l2),
    }
    terms = [*(["l1 * sign(w)"] if training.l1 else []), *(["l2 * w"] if training.l2 else [])]
    rule = " + ".join(terms).replace("w", "W")
    return Parts(
        f"the gradient of {element_name(f'W{n}', case.index)} with the penalty's part",
        layer_rule(case, f"dW ← dW + {rule}"),
        " + ".join(["g", *terms]),
        values,
        "The penalty pulls every weight towards zero, whatever the data say.",
    )
