"""The typeset rules, as templates with symbols of their layer."""

from bpsim.explain.case import Case
from bpsim.explain.notation import typeset
from bpsim.explain.structure import Formula, Token

_GREEK = {
    "lr": "η",
    "momentum": "μ",
    "alpha": "α",
    "eps": "ε",
    "weight_decay": "λ",
    "beta1": "β",
    "beta2": "β",
    "l1": "λ",
    "l2": "λ",
}
_FUNCTIONS = ("sign", "mean", "clip", "ln", "exp", "max")

LOSS_RULES = {
    "half_squared_error": "½*S*(a - y)**2",
    "mean_squared_error": "over_n*S*(a - y)**2",
    "mean_absolute_error": "over_n*S*|a - y|",
    "huber": "over_n*S*h(a - y)",
    "binary_cross_entropy": "-over_n*S*(y*ln a + (1 - y)*ln(1 - a))",
    "cross_entropy": "-S*y*ln a",
}
LOSS_SLOPES = {
    "half_squared_error": "a - y",
    "mean_squared_error": "2*(a - y)",
    "mean_absolute_error": "sign(a - y)",
    "huber": "clip(a - y, -d, d)",
    "binary_cross_entropy": "(1 - y) / (1 - a) - y / a",
    "cross_entropy": "-y / a",
}
MEAN_OF_OUTPUTS = frozenset(
    {"mean_squared_error", "mean_absolute_error", "huber", "binary_cross_entropy"}
)
"""Losses that are divided by the number of outputs."""


def layer_rule(case: Case, template: str, layer: int | None = None) -> Formula:
    """Typeset a rule of a layer.

    Names: W, b, z, a, delta, dW, db of the layer; ``below`` its input; ``up_W`` and ``up_delta``
    of the layer above; y, L, S (a sum), n (outputs), N (rows), f (the activation).
    """
    number = case.layer if layer is None else layer
    here, under, above = str(number), str(number - 1), str(number + 1)
    name = case.activation(number)
    tokens = {
        **{letter: Token(letter, "variable", here) for letter in "Wbza"},
        "delta": Token("δ", "variable", here),
        "below": Token("a", "variable", under),
        "up_W": Token("W", "variable", above),
        "up_delta": Token("δ", "variable", above),
        "W_T": Token("W", "variable", here),
        "T": Token("", "upright", "T"),
        "dW": Token("∂L/∂W", "variable", here),
        "db": Token("∂L/∂b", "variable", here),
        "dL_da": Token("∂L/∂a", "variable", here),
        "L": Token("L"),
        "y": Token("y"),
        "n": Token("n"),
        "N": Token("N"),
        "d": Token("d"),
        "h": Token("h"),
        "over_n": Token("1/n", "upright"),
        "over_N": Token("1/N", "upright"),
        "R": Token("R"),
        "w": Token("w"),
        "S": Token("Σ", "operator"),
        "f": Token("f"),
        "slope": Token("f′"),
        "act": Token(name, "upright"),
        **{k: Token(_GREEK[k], "variable", "", k[1:]) for k in ("l1", "l2")},
        **{word: Token(word, "upright") for word in _FUNCTIONS},
    }
    return typeset(template, tokens)


def update_rule(case: Case, template: str, tensor: str) -> Formula:
    """Typeset an optimizer's stage for one tensor, ``W1`` or ``b1``."""
    letter, layer = tensor[0], tensor[1:]
    tokens = {
        "p": Token(letter, "variable", layer),
        "g": Token(f"∂L/∂{letter}", "variable", layer),
        **{state: Token(state, "variable", layer, letter) for state in "mv"},
        **{
            name: Token(symbol, "variable", "", name[-1] if name[-1].isdigit() else "")
            for name, symbol in _GREEK.items()
        },
        "t": Token("t"),
        "sqrt": Token("√", "upright"),
    }
    return typeset(template.replace("g**2", "(g)**2"), tokens)
