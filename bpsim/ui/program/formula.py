"""Formulas the way a textbook writes them, short enough for a narrow list."""

import re
from functools import lru_cache

from bpsim.engine.program import Kind, Operation

LONGEST = 26
"""Characters that the list has room for at its usual width."""

_LOSSES = (
    (r"half_squared_error\((\w+), y\)", r"½ (\1 - y)²"),
    (r"mean_squared_error", "MSE"),
    (r"mean_absolute_error", "MAE"),
    (r"binary_cross_entropy", "BCE"),
    (r"cross_entropy", "CE"),
)
_MEANS = (
    (r"mean over the batch of outer\((\w+), (\w+)\)", r"mean(\1 ⊗ \2)"),
    (r"mean over the batch of (.*)", r"mean(\1)"),
    (r"outer\((\w+), (\w+)\)", r"\1 ⊗ \2"),
)
_ERRORS = (
    (r"\((W\d+)\.T @ (\w+)\) \* \w+'\(z\d+\)", r"\1ᵀ \2 ⊙ f′"),
    (r"(W\d+)\.T @ ", r"\1ᵀ "),
    (r" \* \w+'\(z\d+\)", " ⊙ f′"),
    (r"-delta, delta\)", "±d)"),
)
# An update names its parameter on the left; on the right its states need no name of their own.
_UPDATES = (
    (r"m[Wb]\d+/\(1-beta1\*\*t\)", "m̂"),
    (r"v[Wb]\d+/\(1-beta2\*\*t\)", "v̂"),
    (r"(?<=[=(*] )\((m̂)\) / ", r"\1/"),
    (r"(?<=.)\b([mv])[Wb]\d+", r"\1"),
    (r" / \(sqrt", "/(sqrt"),
    (r"sqrt\(([^()]*)\)", r"√\1"),
    (r"\bmomentum\b", "μ"),
    (r"\balpha\b", "α"),
    (r"\bbeta1\b", "β₁"),
    (r"\bbeta2\b", "β₂"),
    (r"\beps\b", "ε"),
    (r"\bweight_decay\b", "λ"),
    (r"(?<=[μαβ₁₂)])\*", ""),
)
_PENALTIES = (
    (r"sum\(abs\(W\)\)", "Σ|W|"),
    (r"sum\(W\*\*2\)", "ΣW²"),
    (r"\bl1 \* ", "λ₁"),
    (r"\bl2 \* ", "λ₂"),
)
_MARKS = (
    (r"\*\*2", "²"),
    (r"0\.5 \* ", "½ "),
    (r" \* ", " · "),
    (r"(?<=[\s(])-(?=[\s\w])|(?<=\(1)-", "−"),
)
_SHORTER = (*_MEANS, *_LOSSES, *_ERRORS, *_UPDATES, *_PENALTIES, *_MARKS)


@lru_cache
def _shortened(text: str) -> str:
    for pattern, replacement in _SHORTER:
        text = re.sub(pattern, replacement, text)
    return text


def short_formula(operation: Operation) -> str:
    """Write an operation's formula short; the slope of an unwieldy loss only by its name."""
    text = _shortened(operation.formula)
    if operation.kind is not Kind.OUTPUT_ERROR or len(text) <= LONGEST:
        return text
    slope = f"∂L/∂a{operation.layer}"
    if "dL_da" in text:
        slope = f"softmax′ · {slope}"
    elif text.endswith(" ⊙ f′"):
        slope += " ⊙ f′"
    return f"{operation.name} = {slope}"
