"""Explains the way forward: weighted sums, activations, the loss and the penalty."""

from bpsim.engine.activations import ACTIVATIONS, LEAKY_SLOPE
from bpsim.engine.losses import LOSSES
from bpsim.explain.case import Case, Parts
from bpsim.explain.notation import Value, sum_of, write
from bpsim.explain.numbers import format_number
from bpsim.explain.rules import LOSS_RULES, MEAN_OF_OUTPUTS, layer_rule
from bpsim.explain.structure import Line, Span

_SATURATED = 1e-3


def weighted_sum(case: Case) -> Parts:
    """Explain ``z``."""
    n, (unit,) = case.layer, case.index
    inputs = case.units(n - 1)
    values = {"bias": case.weight(f"b{n}", unit)}
    terms = []
    for j in sum_of(inputs):
        if j >= 0:
            values[f"w{j}"] = case.weight(f"W{n}", unit, j)
            values[f"i{j}"] = case.of_unit(f"a{n - 1}", j)
        terms.append(f"w{j} * i{j}" if j >= 0 else "…")
    template = " + ".join([*terms, "bias"])
    return Parts(
        f"weighted sum of unit {unit}, layer {n}",
        layer_rule(case, "z = W*below + b"),
        template,
        values,
        _largest_input(case, n, unit),
    )


def _largest_input(case: Case, n: int, unit: int) -> str:
    weights, below = case.array(f"W{n}"), case.array(f"a{n - 1}")
    if weights is None or below is None:
        return "Every input counts as much as its weight says."
    parts = weights[unit] * below[case.sample]
    j = int(abs(parts).argmax())
    what = "input" if n == 1 else "unit"
    return (
        f"Every input counts as much as its weight says. Most comes from {what} {j}: "
        f"{format_number(float(parts[j]))}."
    )


def activation(case: Case) -> Parts:
    """Explain ``a``."""
    n, (unit,) = case.layer, case.index
    name = case.activation(n)
    z = case.of_unit(f"z{n}", unit)
    values = {"z": z}
    template = _softmax(case, values) if name == "softmax" else _branch(name, z.number)
    rule = "a = z" if name == "identity" else "a = act(z)"
    meaning = ACTIVATIONS[name].meaning
    return Parts(
        f"output of unit {unit}, layer {n}",
        layer_rule(case, rule),
        template,
        values,
        f"{name}: {meaning[0].lower()}{meaning[1:]}",
    )


def _branch(name: str, z: float | None) -> str:
    """Take the branch of a formula in which z lies."""
    formula = ACTIVATIONS[name].formula
    if " if z > 0 else " not in formula:
        return formula.replace("log(", "ln(").replace("z**3", "z ** 3")
    positive, _, other = formula.partition(" if z > 0 else ")
    return positive if z is not None and z > 0 else other.replace("0.01", str(LEAKY_SLOPE))


def _softmax(case: Case, values: dict[str, Value]) -> str:
    terms = []
    for j in sum_of(case.outputs):
        if j >= 0:
            values[f"z_{j}"] = case.of_unit(f"z{case.layer}", j)
        terms.append(f"exp(z_{j})" if j >= 0 else "…")
    return f"exp(z) / ({' + '.join(terms)})"


def loss(case: Case) -> Parts:
    """Explain the loss: of one sample, or the mean over the batch with the chosen sample first."""
    name = case.training.loss.name
    template, values = _sample_loss(case)
    lead: tuple[Line, ...] = ()
    sums = LOSS_RULES[name].replace("S*", "" if case.outputs == 1 else "S*")
    sums = sums.replace("over_n*", "" if case.outputs == 1 else "over_n*")
    rule = f"L = over_N*S*({sums})" if case.rows > 1 else f"L = {sums}"
    if case.rows > 1:
        lead = _lead(case, template, values)
        terms, values = [], {"N": case.constant("N", case.rows)}
        for row in sum_of(case.rows):
            if row >= 0:
                values[f"L{row}"] = Value(
                    f"L[{row}]",
                    case.number("losses", row, 0),
                    "number",
                    None,
                    max(case.digits, 6),
                )
            terms.append(f"L{row}" if row >= 0 else "…")
        template = f"({' + '.join(terms)}) / N"
    return Parts(
        "how wrong the prediction is",
        layer_rule(case, rule, case.last),
        template,
        values,
        f"In row {case.sample} of the batch: {gap(case, 0)}" if case.rows > 1 else gap(case, 0),
        lead,
    )


def _lead(case: Case, template: str, values: dict[str, Value]) -> tuple[Line, ...]:
    formula, numbers = write(template, values)
    named = Line((Span(f"L[{case.sample}] = "), *formula.spans))
    if not case.ran():
        return (named,)
    result = case.number("losses", case.sample, 0)
    shown = "" if result is None else format_number(result, 6)
    return named, numbers, Line((Span("= "), Span(shown, "number")))


def gap(case: Case, unit: int) -> str:
    """Say how far an output is off."""
    a = case.number(f"a{case.last}", case.sample, unit)
    y = case.number("y", case.sample, unit)
    which = "The output" if case.outputs == 1 else f"Output {unit}"
    if a is None or y is None:
        return f"{which} is compared with its target."
    if a == y:
        return f"{which} meets its target."
    return f"{which} is {format_number(abs(a - y), 2)} too {'low' if a < y else 'high'}."


def _sample_loss(case: Case) -> tuple[str, dict[str, Value]]:
    name = case.training.loss.name
    values: dict[str, Value] = {"n": case.constant("n", case.outputs)}
    values |= {k: case.constant(k, v) for k, v in case.loss_parameters.items()}
    terms = []
    for k in sum_of(case.outputs):
        term = _term(case, name, k, values) if k >= 0 else "…"
        terms.append(f"({term})" if term.startswith("-") and case.outputs > 1 else term)
    total = " + ".join(terms)
    if name == "half_squared_error":
        return (f"½ * ({total})" if len(terms) > 1 else f"½ * {total}"), values
    if name == "cross_entropy":
        return f"-({total})", values
    if name in MEAN_OF_OUTPUTS and case.outputs > 1:
        return f"({total}) / n", values
    return total, values


def _term(case: Case, name: str, k: int, values: dict[str, Value]) -> str:
    """Write one output's part of the loss and name its values."""
    n = case.last
    a, y = case.of_unit(f"a{n}", k), case.of_unit("y", k)
    near, target = case.difference(a, y)
    values |= {f"a{k}": near, f"y{k}": target}
    out = 0.0 if a.number is None else a.number
    if name in ("half_squared_error", "mean_squared_error"):
        return f"(a{k} - y{k})**2"
    if name == "mean_absolute_error":
        return f"|a{k} - y{k}|"
    if name == "huber":
        inside = y.number is None or abs(out - y.number) <= case.loss_parameters["delta"]
        return f"½ * (a{k} - y{k})**2" if inside else f"delta * (|a{k} - y{k}| - ½ * delta)"
    paired = case.activation(n) in LOSSES[name].pairings
    values[f"a{k}"] = Value(a.symbol, a.number, a.role, a.ref, case.finer(1.0, 1.0 - out))
    if name == "cross_entropy":
        return f"y{k} * ln(a{k})"
    if paired and min(out, 1.0 - out) < _SATURATED and a.number is not None:
        values[f"z{k}"] = case.of_unit(f"z{n}", k)
        return f"max(z{k}, 0) - y{k} * z{k} + ln(1 + exp(-|z{k}|))"
    if y.number == 1.0:
        return f"-ln(a{k})"
    if y.number == 0.0:
        return f"-ln(1 - a{k})"
    return f"-(y{k} * ln(a{k}) + (1 - y{k}) * ln(1 - a{k}))"


def penalty(case: Case) -> Parts:
    """Explain the penalty."""
    training = case.training
    places = [
        (f"W{n}", i, j)
        for n in range(1, case.last + 1)
        for i in range(min(case.units(n), 3))
        for j in range(min(case.units(n - 1), 3))
    ]
    end = (f"W{case.last}", case.units(case.last) - 1, case.units(case.last - 1) - 1)
    count = sum(case.units(n) * case.units(n - 1) for n in range(1, case.last + 1))
    places = places if count <= 4 else [*places[:2], end]
    values = {"l1": case.constant("l1", training.l1), "l2": case.constant("l2", training.l2)}
    values |= {f"w{k}": case.weight(*place) for k, place in enumerate(places)}
    names = [f"w{k}" for k in range(len(places))]

    def total(form: str) -> str:
        terms = [form.replace("w", name) for name in names]
        return " + ".join(terms if count <= 4 else [*terms[:2], "…", terms[-1]])

    parts, rule = [], []
    if training.l1:
        parts.append(f"l1 * ({total('|w|')})")
        rule.append("l1*S*|w|")
    if training.l2:
        parts.append(f"½ * l2 * ({total('w**2')})")
        rule.append("½*l2*S*w**2")
    return Parts(
        "the price of large weights",
        layer_rule(case, f"R = {' + '.join(rule)}", case.last),
        " + ".join(parts),
        values,
        "Large weights cost extra, so that they stay small. Biases are free.",
    )
