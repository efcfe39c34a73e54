"""The typeset rules, as templates with symbols of their layer.

The layer is lowered, as in ``W2`` and ``a1``: a raised number is always a power. Units are never
lowered; where one matters it stands in NumPy's brackets.
"""

from bpsim.explain.case import Case
from bpsim.explain.expression import Token
from bpsim.explain.notation import typeset
from bpsim.explain.structure import Formula

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
_FUNCTIONS = ("sign", "clip", "ln", "exp", "max", "tanh", "T")
_SYMBOLS = "LynNdhRwtkjrpg"

LOSS_RULES = {
    "half_squared_error": ("½ * (a - y)**2", "½ * sum((a - y)**2)"),
    "mean_squared_error": ("(a - y)**2", "1 / n * sum((a - y)**2)"),
    "mean_absolute_error": ("|a - y|", "1 / n * sum(|a - y|)"),
    "huber": ("h(a - y)", "1 / n * sum(h(a - y))"),
    "binary_cross_entropy": (
        "-(y * ln(a) + (1 - y) * ln(1 - a))",
        "-1 / n * sum((y * ln(a) + (1 - y) * ln(1 - a)))",
    ),
    "cross_entropy": ("-y * ln(a)", "-sum(y * ln(a))"),
}
"""The loss of one sample: of one output, and of several."""
HUBER = "h(r) = ½ * r**2 * if * |r| ≤ d; h(r) = d * (|r| - ½ * d) * if * |r| > d"
LOSS_SLOPES = {
    "half_squared_error": "a - y",
    "mean_squared_error": "2 * (a - y)",
    "mean_absolute_error": "sign(a - y)",
    "huber": "clip(a - y, -d, d)",
    "binary_cross_entropy": "(1 - y) / (1 - a) - y / a",
    "cross_entropy": "-y / a",
}
MEAN_OF_OUTPUTS = frozenset(
    {"mean_squared_error", "mean_absolute_error", "huber", "binary_cross_entropy"}
)
"""Losses that are divided by the number of outputs."""


def _error(letter: str, layer: str) -> Token:
    return Token(f"∂L/∂{letter}", subscript=layer, role="backward")


def layer_tokens(case: Case, number: int) -> dict[str, Token]:
    """Give the symbols of a layer.

    W, b, z, a, delta, dW, db, dL_da of the layer; ``below`` its input; ``up_W`` and ``up_delta``
    of the layer above; y, L, n (outputs), N (rows), f (the activation), act (its name).
    """
    here, under, above = str(number), str(number - 1), str(number + 1)
    return {
        **{letter: Token(letter, subscript=here) for letter in "Wbza"},
        "delta": Token("δ", subscript=here, role="backward"),
        "below": Token("a", subscript=under),
        "up_W": Token("W", subscript=above),
        "up_delta": Token("δ", subscript=above, role="backward"),
        "dW": _error("W", here),
        "db": _error("b", here),
        "dL_da": _error("a", here),
        **{letter: Token(letter) for letter in _SYMBOLS},
        "f": Token("f"),
        "slope": Token("f′"),
        "act": Token(case.activation(number), "upright"),
        **{k: Token(_GREEK[k], subscript=k[1:]) for k in ("l1", "l2")},
        **{word: Token(word, "upright") for word in _FUNCTIONS},
        "if": Token(" if ", "upright"),
    }


def layer_rule(case: Case, template: str, layer: int | None = None) -> Formula:
    """Typeset a rule of a layer, see `layer_tokens`."""
    return typeset(template, layer_tokens(case, case.layer if layer is None else layer))


def update_rule(template: str, tensor: str) -> Formula:
    """Typeset an optimizer's stage for one tensor, ``W1`` or ``b1``."""
    letter, layer = tensor[0], tensor[1:]
    tokens = {
        "p": Token(letter, subscript=layer),
        "g": _error(letter, layer),
        **{state: Token(state, subscript=tensor) for state in "mv"},
        **{
            name: Token(symbol, subscript=name[-1] if name[-1].isdigit() else "")
            for name, symbol in _GREEK.items()
        },
        "t": Token("t"),
    }
    return typeset(template.replace("g**2", "(g)**2"), tokens)
