"""Explains the way forward: weighted sums, activations, the loss and the penalty."""

import numpy as np

from bpsim.engine.activations import ACTIVATIONS, LEAKY_SLOPE
from bpsim.engine.losses import LOSSES
from bpsim.explain.case import Case, Parts, Written
from bpsim.explain.notation import Total, Value, Values, total
from bpsim.explain.numbers import format_number
from bpsim.explain.rules import HUBER, LOSS_RULES, MEAN_OF_OUTPUTS, layer_rule
from bpsim.words import translate

_SATURATED = 1e-3
_NEARLY, _TINY = 1e-6, 1e-300


def weighted_sum(case: Case) -> Parts:
    """Explain ``z``."""
    n, (unit,) = case.layer, case.index
    weights, below = case.array(f"W{n}"), case.array(f"a{n - 1}")

    def term(j: int) -> tuple[str, Values]:
        values = {f"w{j}": case.weight(f"W{n}", unit, j), f"i{j}": case.of_unit(f"a{n - 1}", j)}
        return f"w{j} * i{j}", values

    def hidden(part: slice) -> float | None:
        if weights is None or below is None:
            return None
        return float(weights[unit, part] @ below[case.sample, part])

    products = total(case.units(n - 1), term, case.terms, hidden)
    return Parts(
        translate("explain", "weighted sum of unit {unit}, layer {layer}").format(
            unit=unit, layer=n
        ),
        layer_rule(case, "z = W * below + b"),
        f"{products.template} + bias",
        {**products.values, "bias": case.weight(f"b{n}", unit)},
        _largest_input(case, n, unit),
    )


def _largest_input(case: Case, n: int, unit: int) -> str:
    weights, below = case.array(f"W{n}"), case.array(f"a{n - 1}")
    if weights is None or below is None:
        return translate("explain", "Every input counts as much as its weight says.")
    parts = weights[unit] * below[case.sample]
    j = int(abs(parts).argmax())
    if n == 1:
        words = translate(
            "explain",
            "Every input counts as much as its weight says. Most comes from input {source}: "
            "{number}.",
        )
    else:
        words = translate(
            "explain",
            "Every input counts as much as its weight says. Most comes from unit {source}: "
            "{number}.",
        )
    return words.format(source=j, number=format_number(float(parts[j])))


def activation(case: Case) -> Parts:
    """Explain ``a``."""
    n, (unit,) = case.layer, case.index
    name = case.activation(n)
    z = case.of_unit(f"z{n}", unit)
    values: dict[str, Value] = {"z": z}
    rule = "a = z" if name == "identity" else "a = act(z)"
    template = _branch(name, z.number)
    if name == "softmax":
        shares = _shares(case)
        template, rule = f"exp(z) / ({shares.template})", "a = exp(z) / sum(exp(z))"
        values |= shares.values
    elif name in _RULES:
        rule = f"a = act(z) = {_RULES[name]}"
    meaning = translate("engine", ACTIVATIONS[name].meaning)
    return Parts(
        translate("explain", "output of unit {unit}, layer {layer}").format(unit=unit, layer=n),
        layer_rule(case, rule),
        template,
        values,
        f"{name}: {meaning[0].lower()}{meaning[1:]} {_region(name, z.number)}".strip(),
    )


_RULES = {
    "sigmoid": "1 / (1 + exp(-z))",
    "relu": "max(z, 0)",
    "softplus": "ln(1 + exp(z))",
}


def _region(name: str, z: float | None) -> str:
    """Say where on its curve a unit is, if that matters later on."""
    if z is None:
        return ""
    if name == "relu" and z <= 0.0:
        return translate(
            "explain",
            "Its sum is not positive: it is off, and no error will pass it on the way back.",
        )
    if name in ("sigmoid", "tanh") and abs(z) > (5.0 if name == "sigmoid" else 2.5):
        return translate(
            "explain", "It is on the flat part here: little error will pass it on the way back."
        )
    return ""


def _branch(name: str, z: float | None) -> str:
    """Take the branch of a formula in which z lies."""
    formula = ACTIVATIONS[name].formula
    if " if z > 0 else " not in formula:
        return formula.replace("log(", "ln(")
    positive, _, other = formula.partition(" if z > 0 else ")
    return positive if z is not None and z > 0 else other.replace("0.01", str(LEAKY_SLOPE))


def _shares(case: Case) -> Total:
    def term(j: int) -> tuple[str, Values]:
        return f"exp(z_{j})", {f"z_{j}": case.of_unit(f"z{case.layer}", j)}

    return total(case.outputs, term, case.terms)


def loss(case: Case) -> Parts:
    """Explain the loss: of one sample, or the mean over the batch with the chosen sample first."""
    name = case.training.loss.name
    sums = LOSS_RULES[name][case.outputs > 1]
    rule = f"L = 1 / N * sum(({sums}))" if case.rows > 1 else f"L = {sums}"
    if name == "huber":
        rule = f"{rule}; {HUBER}"
    written = _sample_loss(case)
    lead: tuple[Written, ...] = ()
    if case.rows > 1:
        lead, written = (written,), _mean_loss(case)
    why = gap(case, 0)
    if case.rows > 1:
        words = translate("explain", "In row {row} of the batch: {what}")
        why = words.format(row=case.sample, what=why)
    return Parts(
        translate("explain", "how wrong the prediction is"),
        layer_rule(case, rule, case.last),
        written.template,
        written.values,
        why,
        lead,
    )


def _mean_loss(case: Case) -> Written:
    losses = case.array("losses")

    def term(row: int) -> tuple[str, Values]:
        number = case.number("losses", row, 0)
        return f"L{row}", {f"L{row}": Value(f"L[{row}]", number, digits=case.digits)}

    def hidden(part: slice) -> float | None:
        return None if losses is None else float(losses[part, 0].sum())

    mean = total(case.rows, term, case.terms, hidden)
    return Written(f"({mean.template}) / N", {**mean.values, "N": case.constant("N", case.rows)})


def gap(case: Case, unit: int) -> str:
    """Say how far an output is off."""
    a = case.number(f"a{case.last}", case.sample, unit)
    y = case.number("y", case.sample, unit)
    which = translate("explain", "The output")
    if case.outputs > 1:
        which = translate("explain", "Output {unit}").format(unit=unit)
    if a is None or y is None:
        return translate("explain", "{output} is compared with its target.").format(output=which)
    if a == y:
        return translate("explain", "{output} meets its target.").format(output=which)
    low = translate("explain", "{output} is {size} too low.")
    high = translate("explain", "{output} is {size} too high.")
    return (low if a < y else high).format(output=which, size=format_number(abs(a - y), 2))


def _sample_loss(case: Case) -> Written:
    name = case.training.loss.name

    several = case.outputs > 1

    def term(k: int) -> tuple[str, Values]:
        template, values = _term(case, name, k)
        return _negative(template) if negated else template, values

    negated = several and name == "binary_cross_entropy"
    terms = total(case.outputs, term, case.terms)
    values = {"n": case.constant("n", case.outputs), **terms.values}
    template = terms.template
    if name == "half_squared_error":
        template = f"½ * ({template})" if several else f"½ * {template}"
    elif name == "cross_entropy":
        template = f"-({template})"
    elif name in MEAN_OF_OUTPUTS and several:
        template = f"{'-' if negated else ''}({template}) / n"
    if case.rows == 1:
        return Written(template, values)
    result = case.number("losses", case.sample, 0)
    return Written(template, values, f"L[{case.sample}]", result)


def _negative(template: str) -> str:
    """Take the minus sign out of a term, to stand before the whole sum."""
    if not template.startswith("-"):
        return f"-({template})"
    bare = template.removeprefix("-")
    return bare[1:-1] if bare.startswith("(") else bare


def _term(case: Case, name: str, k: int) -> tuple[str, Values]:
    """Write one output's part of the loss and name its values."""
    n = case.last
    a, y = case.of_unit(f"a{n}", k), case.of_unit("y", k)
    near, target = case.difference(a, y)
    values = {f"a{k}": near, f"y{k}": target}
    out = 0.0 if a.number is None else a.number
    if name in ("half_squared_error", "mean_squared_error"):
        return f"(a{k} - y{k})**2", values
    if name == "mean_absolute_error":
        return f"|a{k} - y{k}|", values
    if name == "huber":
        delta = case.loss_parameters["delta"]
        if y.number is None or abs(out - y.number) <= delta:
            return f"½ * (a{k} - y{k})**2", values
        values["delta"] = case.constant("delta", delta)
        return f"delta * (|a{k} - y{k}| - ½ * delta)", values
    values[f"a{k}"] = Value(a.symbol, a.number, a.role, a.ref, case.finer(1.0, 1.0 - out))
    if name == "cross_entropy":
        return _cross_entropy(case, k, values, out)
    paired = case.activation(n) in LOSSES[name].pairings
    if paired and min(out, 1.0 - out) < _SATURATED and a.number is not None:
        z = {f"z{k}": case.of_unit(f"z{n}", k), f"y{k}": y}
        return f"max(z{k}, 0) - y{k} * z{k} + ln(1 + exp(-|z{k}|))", z
    if y.number == 1.0:
        del values[f"y{k}"]
        return f"-ln(a{k})", values
    if y.number == 0.0:
        del values[f"y{k}"]
        return f"-ln(1 - a{k})", values
    return f"-(y{k} * ln(a{k}) + (1 - y{k}) * ln(1 - a{k}))", values


def _cross_entropy(case: Case, k: int, values: dict[str, Value], out: float) -> tuple[str, Values]:
    if _TINY < out < 1.0 - _NEARLY or not case.ran():
        return f"y{k} * ln(a{k})", values
    # An output that rounds to 0 or 1 has lost its digits; its sum has not.
    y, z = {f"y{k}": values[f"y{k}"]}, case.of_unit(f"z{case.last}", k)
    if case.activation(case.last) != "softmax":
        return f"-y{k} * (max(-z{k}, 0) + ln(1 + exp(-|z{k}|)))", {**y, f"z{k}": z}

    def others(at: int) -> tuple[str, Values]:
        j = at if at < k else at + 1
        return f"exp(z{j} - z{k})", {f"z{j}": case.of_unit(f"z{case.last}", j)}

    shares = total(case.outputs - 1, others, case.terms, name=f"more{k}")
    inside = " + ".join(["1", *([shares.template] if case.outputs > 1 else [])])
    return f"-y{k} * ln({inside})", {**y, f"z{k}": z, **shares.values}


def penalty(case: Case) -> Parts:
    """Explain the penalty."""
    training, network = case.training, case.specification.network
    starts, places = [], 0
    for n in range(1, case.last + 1):
        starts.append(places)
        places += case.units(n) * case.units(n - 1)

    def weight(k: int) -> Value:
        n = max(m for m in range(1, case.last + 1) if starts[m - 1] <= k)
        return case.weight(f"W{n}", *divmod(k - starts[n - 1], network.sizes[n - 1]))

    def summed(form: str, power: int) -> Total:
        def term(k: int) -> tuple[str, Values]:
            return form.replace("w", f"w{k}"), {f"w{k}": weight(k)}

        def hidden(part: slice) -> float | None:
            arrays = [case.array(f"W{n}") for n in range(1, case.last + 1)]
            known = [abs(w.ravel()) for w in arrays if w is not None]
            if len(known) < len(arrays):
                return None
            return float((np.concatenate(known)[part] ** power).sum())

        return total(places, term, case.terms, hidden, f"more{power}")

    parts, rule = [], []
    values = {"l1": case.constant("l1", training.l1), "l2": case.constant("l2", training.l2)}
    if training.l1:
        first = summed("|w|", 1)
        values |= first.values
        parts.append(f"l1 * ({first.template})")
        rule.append("l1 * sum(|w|)")
    if training.l2:
        second = summed("w**2", 2)
        values |= second.values
        parts.append(f"½ * l2 * ({second.template})")
        rule.append("½ * l2 * sum(w**2)")
    return Parts(
        translate("explain", "the price of large weights"),
        layer_rule(case, f"R = {' + '.join(rule)}", case.last),
        " + ".join(parts),
        values,
        translate("explain", "Large weights cost extra, so that they stay small. Biases are free."),
    )
