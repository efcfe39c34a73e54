"""Writes a template, an expression in Python's notation, as lines of numbers and as a rule.

One template makes the element's formula and the same with its numbers, so that the two cannot
differ: names in it stand for values, everything else is written as it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from math import fsum

from bpsim.explain.expression import PIECE, Token, evaluate, parse, with_tokens
from bpsim.explain.latex import folded_latex, latex, plain_latex
from bpsim.explain.numbers import MINUS, format_number
from bpsim.explain.structure import Formula, Line, Role, Span
from bpsim.words import translate

MOST_TERMS = 4
"""Longer sums are folded in the middle."""
MOST_DIGITS = 17
"""As many tell every float64 from its neighbours."""

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
        Significant digits at the least.
    folds
        How many terms of a sum it stands for, where those are left out.
    """

    symbol: str
    number: float | None
    role: Role = "number"
    ref: str | None = None
    digits: int = 4
    folds: int = 0

    def text(self, more: int = 0) -> str:
        """Write the number, with more digits than needed for reading."""
        if self.number is None:
            return self.symbol
        return format_number(self.number, min(self.digits + more, MOST_DIGITS))


Values = Mapping[str, Value]


@dataclass
class Total:
    """A sum that is being written: its template, and the values of its terms.

    Attributes
    ----------
    terms
        Templates; a folded middle is a term of its own.
    values
        What their names stand for.
    """

    terms: list[str] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The whole sum."""
        return " + ".join(f"({t})" if t[0] == "-" else t for t in self.terms)


Term = Callable[[int], tuple[str, Values]]


def total(
    count: int,
    term: Term,
    most: int = MOST_TERMS,
    hidden: Callable[[slice], float | None] | None = None,
    name: str = "more",
) -> Total:
    """Write a sum; of a long one only the first terms, the sum of the middle, and the last.

    Parameters
    ----------
    count
        How many terms it has.
    term
        Gives the template of a term, with names of its own, and their values.
    most
        How many terms are written at most.
    hidden
        Gives the sum of the terms of a slice, or ``None`` where that is not known; without it
        the terms are worked out one by one.
    name
        What the template calls the middle.
    """
    found = Total()

    def write_terms(numbers: range) -> None:
        for k in numbers:
            template, values = term(k)
            found.terms.append(template)
            found.values |= values

    if count <= max(most, MOST_TERMS):
        write_terms(range(count))
        return found
    # Two in front, one behind: or as many as are wanted, where a sum has thousands.
    front = max(most // 2, 2)
    middle = slice(front, count - 1)
    left_out = count - 1 - front
    write_terms(range(front))
    number = hidden(middle) if hidden else _sum_of_terms(term, middle)
    found.terms.append(name)
    words = translate("explain", "{count} more").format(count=left_out)
    found.values[name] = Value(words, number, "fold", None, 4, left_out)
    write_terms(range(count - 1, count))
    return found


def _sum_of_terms(term: Term, middle: slice) -> float | None:
    parts = []
    for k in range(middle.start, middle.stop):
        template, values = term(k)
        numbers = {n: value.number for n, value in values.items() if value.number is not None}
        if len(numbers) < len(values):
            return None
        parts.append(evaluate(parse(template), numbers))
    return fsum(parts)


@lru_cache(4096)
def pieces(template: str) -> tuple[str, ...]:
    """Split a template into names, numbers, powers and marks."""
    return tuple(PIECE.findall(template))


def write(template: str, values: Values, more: int = 0) -> tuple[Line, Line]:
    """Write the formula of an element, and the same with its numbers, `more` digits of each."""
    parts = pieces(template)
    symbols = tuple(_spans(parts, values, None))
    numbers = tuple(_spans(parts, values, more))
    return (
        Line(symbols, partial(_symbols_latex, template, values)),
        Line((Span("= "), *numbers), partial(_numbers_latex, template, values, more)),
    )


def _symbols_latex(template: str, values: Values) -> str:
    return latex(parse(template), lambda name: _symbol(name, values))


def _numbers_latex(template: str, values: Values, more: int) -> str:
    return f"= {latex(parse(template), lambda name: _number(name, values, more), True)}"


def _symbol(name: str, values: Values) -> str | None:
    if name not in values:
        return None
    value = values[name]
    return folded_latex(value.symbol) if value.folds else plain_latex(value.symbol)


def _number(name: str, values: Values, more: int) -> str | None:
    if name not in values:
        return None
    value = values[name]
    if value.folds:
        return folded_latex(value.symbol, None if value.number is None else value.text(more))
    return plain_latex(value.text(more))


def fitting_digits(template: str, values: Values, result: float, digits: int) -> int:
    """Say how many more digits each number needs, so that what is shown gives what is shown.

    Parameters
    ----------
    template, values
        What is written.
    result
        What it should give.
    digits
        Significant digits of the result.
    """
    node, shown = parse(template), format_number(result, digits)
    named = {n: v for n, v in values.items() if v.number is not None}
    if len(named) < len(values):
        return 0
    for more in range(MOST_DIGITS):
        numbers = {n: read_number(v.text(more)) for n, v in named.items()}
        try:
            if format_number(evaluate(node, numbers), digits) == shown:
                return more
        except (ArithmeticError, ValueError):
            continue
    return MOST_DIGITS


def read_number(text: str) -> float:
    """Read a number as `format_number` writes it."""
    return float(text.replace(MINUS, "-"))


def _spans(parts: Sequence[str], values: Values, more: int | None) -> Iterator[Span]:
    for at, part in enumerate(parts):
        before = parts[at - 1] if at else ""
        after = parts[at + 1] if at + 1 < len(parts) else ""
        if part in values:
            yield from _value(values[part], before, after, more)
        elif part == "**":
            continue
        elif before == "**":
            yield Span(_RAISED.get(part, f"^{part}"))
        elif part in _OPERATORS or part == ",":
            yield Span(_operator(part, before, more is not None))
        else:
            yield Span(part)


_RAISED = {"2": "²", "3": "³"}


def _operator(part: str, before: str, numbers: bool) -> str:
    if part == "-" and (not before or before in _OPERATORS or before in "(,"):
        return MINUS
    if part == "*" and not numbers:
        return " · "
    return _SPACED.get(part, f" {part} ")


def _value(value: Value, before: str, after: str, more: int | None) -> Iterator[Span]:
    if value.folds:
        known = more is not None and value.number is not None
        text = f"{value.symbol}: {value.text(more or 0)}" if known else value.symbol
        yield Span(f"({text})", "fold")
        return
    raised = "^" if before == "**" else ""
    if more is None or value.number is None:
        yield Span(raised + value.symbol, "variable" if value.ref else "plain", value.ref)
        return
    text = value.text(more)
    wrap = text.startswith(MINUS) and (before in _OPERATORS or after == "**")
    if wrap:
        yield Span("(")
    yield Span(raised + text, value.role, value.ref, value.number)
    if wrap:
        yield Span(")")


@lru_cache(1024)
def _typeset(template: str, tokens: tuple[tuple[str, Token], ...]) -> Formula:
    return Formula(with_tokens(parse(template), dict(tokens)))


def typeset(template: str, tokens: Mapping[str, Token]) -> Formula:
    """Write a rule with its symbols."""
    used = {piece: tokens[piece] for piece in pieces(template) if piece in tokens}
    return _typeset(template, tuple(used.items()))
