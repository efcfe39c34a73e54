"""The typeset rules, as templates with symbols of their layer.

The layer is lowered, as in ``W2`` and ``a1``: a raised number is always a power. Units are never
lowered; where one matters it stands in NumPy's brackets.
"""

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
        **{letter: Token(letter, subscript=here) for letter in "Wbza"},
        "delta": Token("δ", subscript=here),
        "below": Token("a", subscript=under),
        "up_W": Token("W", subscript=above),
        "up_delta": Token("δ", subscript=above),
        "dW": Token("∂L/∂W", subscript=here),
        "db": Token("∂L/∂b", subscript=here),
        "dL_da": Token("∂L/∂a", subscript=here),
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
        **{k: Token(_GREEK[k], subscript=k[1:]) for k in ("l1", "l2")},
        **{word: Token(word, "upright") for word in _FUNCTIONS},
    }
    return typeset(template, tokens)


def update_rule(case: Case, template: str, tensor: str) -> Formula:
    """Typeset an optimizer's stage for one tensor, ``W1`` or ``b1``."""
    letter, layer = tensor[0], tensor[1:]
    tokens = {
        "p": Token(letter, subscript=layer),
        "g": Token(f"∂L/∂{letter}", subscript=layer),
        **{state: Token(state, subscript=tensor) for state in "mv"},
        **{
            name: Token(symbol, subscript=name[-1] if name[-1].isdigit() else "")
            for name, symbol in _GREEK.items()
        },
        "t": Token("t"),
        "sqrt": Token("√", "upright"),
    }
    return typeset(template.replace("g**2", "(g)**2"), tokens)
