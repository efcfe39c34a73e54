"""Where the error signal of the output comes from: the general form, and what it simplifies to."""

from collections.abc import Iterator

from bpsim.explain.case import Case
from bpsim.explain.expression import Token
from bpsim.explain.latex import plain_latex
from bpsim.explain.notation import MOST_DIGITS, Values, fitting_digits, typeset, write
from bpsim.explain.numbers import format_number
from bpsim.explain.rules import LOSS_SLOPES, MEAN_OF_OUTPUTS, layer_tokens
from bpsim.explain.structure import Line, Span, Step
from bpsim.words import translate

SLOPES = {
    "identity": "1",
    "sigmoid": "a * (1 - a)",
    "tanh": "1 - a**2",
    "softplus": "1 / (1 + exp(-z))",
    "relu": "1 * if * z > 0; slope(z) = 0 * if * z ≤ 0",
    "leaky_relu": "1 * if * z > 0; slope(z) = 0.01 * if * z ≤ 0",
    "elu": "1 * if * z > 0; slope(z) = exp(z) * if * z ≤ 0",
    "silu": "s(z) + z * s(z) * (1 - s(z)); s(z) = 1 / (1 + exp(-z))",
    "gelu": "Phi(z) + z * phi(z)",
}
"""Slopes f'(z), by the unit's output where that is simplest."""
_PULLS = {
    "binary_cross_entropy": "(1 - y_j) / (1 - a_j) - y_j / a_j",
    "half_squared_error": "a_j - y_j",
    "mean_squared_error": "2 * (a_j - y_j)",
    "mean_absolute_error": "sign(a_j - y_j)",
    "huber": "clip(a_j - y_j, -d, d)",
    "cross_entropy": "-y_j / a_j",
}


def derivation(case: Case) -> tuple[Step, ...]:
    """Derive the rule of the output's error signal, step by step."""
    softmax = case.activation(case.last) == "softmax"
    tokens = layer_tokens(case, case.last) | _indexed(case.last)
    return tuple(
        Step(words, typeset(template, tokens), numbers)
        for words, template, numbers in (_softmax(case) if softmax else _by_units(case))
    )


def _indexed(layer: int) -> dict[str, Token]:
    """Give the symbols of single outputs, j and k."""
    here = str(layer)
    return {
        **{f"a_{k}": Token("a", subscript=here, index=f"[{k}]") for k in "jk"},
        **{f"y_{k}": Token("y", index=f"[{k}]") for k in "jk"},
        "delta_k": Token("δ", subscript=here, index="[k]", role="backward"),
        **{
            f"pull_{k}": Token("∂L/∂a", subscript=here, index=f"[{k}]", role="backward")
            for k in "jk"
        },
        "da_j": Token("∂a", subscript=here, index="[j]"),
        "dz_k": Token("∂z", subscript=here, index="[k]"),
        "j_is_k": Token("[j = k]", "upright"),
        "phi": Token("φ", "upright"),
        "Phi": Token("Φ", "upright"),
        "s": Token("s"),
    }


def _scale(case: Case) -> str:
    mean = case.training.loss.name in MEAN_OF_OUTPUTS and case.outputs > 1
    return "1 / n * " if mean else ""


Draft = tuple[str, str, tuple[Line, ...]]


def _by_units(case: Case) -> Iterator[Draft]:
    name, loss, scale = case.activation(case.last), case.training.loss.name, _scale(case)
    slope, factor = LOSS_SLOPES[loss], SLOPES.get(name, "")
    first = slope.startswith("-")
    apart = scale and not first and not _is_call(slope)
    pull = f"{scale}({slope})" if apart else f"{scale}{slope}"
    yield translate("explain", "By the chain rule"), "delta = dL_da ⊙ slope(z)", ()
    if case.paired():
        pull = f"{scale}({slope}) = {scale}over(a - y, a * (1 - a))"
    yield _the_loss(loss), f"dL_da = {pull}", ()
    if factor:
        yield _the_activation(name), f"slope(z) = {factor}", ()
    if case.paired():
        yield (
            translate("explain", "Put together, a (1 − a) cancels"),
            f"delta = {scale}over(a - y, a * (1 - a)) * a * (1 - a) = {scale}(a - y)"
            if scale
            else "delta = over(a - y, a * (1 - a)) * a * (1 - a) = a - y",
            _numbers(case),
        )
    elif name == "identity":
        yield translate("explain", "A slope of 1 leaves it as it is"), "delta = dL_da", ()
    else:
        yield _stays(name, loss), "delta = dL_da ⊙ slope(z)", ()


def _stays(name: str, loss: str) -> str:
    if name == "sigmoid":
        return translate(
            "explain",
            "Nothing cancels: near 0 and 1 the factor a (1 − a) is small, so an output that is "
            "sure and wrong learns slowly. With binary cross-entropy it would cancel",
        )
    if name == "tanh":
        return translate(
            "explain",
            "Nothing cancels: near −1 and 1 the factor 1 − a² is small, so an output that is "
            "sure and wrong learns slowly",
        )
    return translate("explain", "Nothing cancels, so the factor f′ stays")


def _numbers(case: Case) -> tuple[Line, ...]:
    """Write the general form with the numbers of one output, where they keep their digits."""
    (unit,) = case.index
    a, y = case.of_unit(f"a{case.last}", unit), case.of_unit("y", unit)
    result = case.number(case.operation.name, case.sample, unit)
    values: Values = {"a": a, "y": y, "n": case.constant("n", case.outputs)}
    template = "((1 - y) / (1 - a) - y / a) * a * (1 - a)"
    if _scale(case):
        template += " / n"
    if result is None:
        return ()
    more = fitting_digits(template, values, result, case.digits)
    if more >= MOST_DIGITS:
        return ()
    _, numbers = write(template, values, more)
    shown = format_number(result, case.digits)
    equals = f"= {plain_latex(shown)}"
    return numbers, Line((Span("= "), Span(shown, "result")), lambda: equals)


def _softmax(case: Case) -> Iterator[Draft]:
    loss, scale = case.training.loss.name, _scale(case)
    pull = _PULLS[loss]
    yield (
        translate(
            "explain",
            "Every share depends on every sum, so the chain rule adds over the outputs j",
        ),
        "delta_k = sum(pull_j * over(da_j, dz_k))",
        (),
    )
    yield (
        _the_loss(loss),
        f"pull_j = {scale}({pull})" if scale and not _is_call(pull) else f"pull_j = {scale}{pull}",
        (),
    )
    yield _the_activation("softmax"), "da_j / dz_k = a_j * (j_is_k - a_k)", ()
    if not case.paired():
        yield (
            translate(
                "explain", "Put together; nothing cancels, so the sum over all outputs stays"
            ),
            "delta_k = a_k * (pull_k - sum(a_j * pull_j))",
            (),
        )
        return
    yield (
        translate("explain", "Put together, a[j] cancels"),
        "delta_k = -sum(y_j * (j_is_k - a_k)) = a_k * sum(y_j) - y_k",
        (),
    )
    yield translate("explain", "Targets that add up to 1 leave"), "delta_k = a_k - y_k", ()


def _is_call(template: str) -> bool:
    return template.startswith(("sign(", "clip("))


def _the_loss(name: str) -> str:
    return translate("explain", "The loss, {name}").format(name=_words(name))


def _the_activation(name: str) -> str:
    return translate("explain", "The activation, {name}").format(name=_words(name))


def _words(name: str) -> str:
    return name.replace("_", " ")
