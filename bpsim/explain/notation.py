"""Writes a template, an expression in Python's notation, as lines of numbers and as a rule.

One template makes the element's formula and the same with its numbers, so that the two cannot
differ: names in it stand for values, everything else is written as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bpsim.explain.numbers import MINUS, format_number
from bpsim.explain.structure import Formula, Line, Role, Span, Token

MOST_TERMS = 4
"""Longer sums are folded in the middle."""

_PIECE = re.compile(r"\*\*2\b|\*\*|[A-Za-z]\w*|\d+(?:\.\d+)?(?:e[-+]?\d+)?|\S")
_OPERATORS = frozenset("+-*/=←⊙")
_SPACED = {"*": " × ", "-": f" {MINUS} ", ",": ", "}


@dataclass(frozen=True)
class Value:
    """What a name in a template stands for.

    Attributes
    ----------
    symbol
        How the formula writes it.
    number
        Its value; where it is ``None`` the symbol is written in its place.
    role, ref
        As in `Span`.
    digits
        Significant digits.
    """

    symbol: str
    number: float | None
    role: Role = "number"
    ref: str | None = None
    digits: int = 4


Values = Mapping[str, Value]


def pieces(template: str) -> list[str]:
    """Split a template into names, numbers, powers and marks."""
    return _PIECE.findall(template)


def write(template: str, values: Values) -> tuple[Line, Line]:
    """Write the formula of an element, and the same with its numbers."""
    parts = pieces(template)
    symbols = tuple(_spans(parts, values, numbers=False))
    numbers = tuple(_spans(parts, values, numbers=True))
    return Line(symbols), Line((Span("= "), *numbers))


def _spans(parts: Sequence[str], values: Values, numbers: bool) -> Iterator[Span]:
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else ""
        after = parts[at + 1] if at + 1 < len(parts) else ""
        if part in values:
            yield from _value(values[part], before, after, numbers)
        elif part in _OPERATORS or part == ",":
            yield Span(_operator(part, before, numbers))
        else:
            yield Span("²" if part == "**2" else part)


def _operator(part: str, before: str, numbers: bool) -> str:
    if part == "-" and (not before or before in _OPERATORS or before in "(,"):
        return MINUS
    if part == "*" and not numbers:
        return " · "
    return _SPACED.get(part, f" {part} ")


def _value(value: Value, before: str, after: str, numbers: bool) -> Iterator[Span]:
    if not numbers or value.number is None:
        yield Span(value.symbol, "variable" if value.ref else "plain", value.ref)
        return
    text = format_number(value.number, value.digits)
    wrap = text.startswith(MINUS) and (before in _OPERATORS or after.startswith("**"))
    if wrap:
        yield Span("(")
    yield Span(text, value.role, value.ref)
    if wrap:
        yield Span(")")


def sum_of(terms: int) -> list[int]:
    """Say which terms of a sum are shown; -1 stands for those left out."""
    if terms <= MOST_TERMS:
        return list(range(terms))
    return [0, 1, -1, terms - 1]


def typeset(template: str, tokens: Mapping[str, Token]) -> Formula:
    """Write a rule: products side by side, powers raised."""
    parts = pieces(template)
    written: list[Token] = []
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else ""
        if part == "**2" or before == "**":
            last = written.pop()
            raised = last.superscript + ("2" if part == "**2" else part)
            written.append(Token(last.text, last.style, raised, last.subscript))
        elif part in tokens:
            if before == "*" or before in tokens:
                written.append(Token("\u2009", "upright"))
            written.append(tokens[part])
        elif part in ("*", "**"):
            continue
        elif part in _OPERATORS or part == ",":
            text = _operator(part, before, True)
            written.append(Token(text, "operator" if text.strip() else "upright"))
        else:
            written.append(Token(part, "upright"))
    return Formula(tuple(written))
