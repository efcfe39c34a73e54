"""An explanation as structure, for the window to typeset and for a terminal to print."""

from dataclasses import dataclass
from typing import Literal

from bpsim.explain.numbers import format_number

Role = Literal["plain", "number", "positive", "negative", "backward", "result", "variable"]
Style = Literal["variable", "upright", "operator"]


@dataclass(frozen=True)
class Span:
    """A stretch of text in a line of numbers.

    Attributes
    ----------
    text
        What is written.
    role
        What it is, for its colour.
    ref
        The element that it stands for, in NumPy's notation (``"W2[0,1]"``), if any.
    """

    text: str
    role: Role = "plain"
    ref: str | None = None


@dataclass(frozen=True)
class Line:
    """One line of the numbers."""

    spans: tuple[Span, ...]

    def __str__(self) -> str:
        """Write it as plain text."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True)
class Token:
    """One symbol of a typeset rule; an operator brings its own spaces."""

    text: str
    style: Style = "variable"
    superscript: str = ""
    subscript: str = ""


@dataclass(frozen=True)
class Formula:
    """A typeset rule."""

    tokens: tuple[Token, ...]

    def __str__(self) -> str:
        """Write it as plain text, with Unicode's raised and lowered digits."""
        return "".join(
            token.text + token.subscript.translate(_LOWERED) + token.superscript.translate(_RAISED)
            for token in self.tokens
        )


@dataclass(frozen=True)
class Factor:
    """One factor of the chain from the loss to an element."""

    name: str
    value: float


@dataclass(frozen=True)
class Explanation:
    """What there is to say about one element of one operation.

    Attributes
    ----------
    title, subtitle
        The element in NumPy's notation, and what it is.
    rule
        The operation's rule, for all elements.
    numbers
        The rule for this element, the same with its numbers, and what comes out.
    result
        The value in memory; ``None`` where this operation's value is not there.
    why
        One or two plain sentences.
    chain
        Factors from the loss to here; empty unless their product is the value.
    """

    title: str
    subtitle: str
    rule: Formula
    numbers: tuple[Line, ...]
    result: float | None
    why: str
    chain: tuple[Factor, ...] = ()


def as_text(explanation: Explanation) -> str:
    """Write an explanation as plain text."""
    chain = " × ".join(f"{f.name} {format_number(f.value)}" for f in explanation.chain)
    return "\n".join(
        (
            f"{explanation.title} — {explanation.subtitle}",
            str(explanation.rule),
            *(str(line) for line in explanation.numbers),
            explanation.why,
            *([chain] if chain else []),
        )
    )


_RAISED = str.maketrans("0123456789−+Tt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀᵗ")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
