"""Formulas as trees: read from a template, worked out, written as plain text.

A template is an expression in Python's notation. Names in it stand for values or symbols;
``sum(x)`` is a sum over an index, ``over(x, y)`` a quotient that stays apart, ``|x|`` the absolute
value, ``⊙`` the product by elements, and ``;`` parts two formulas that stand under each other.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bpsim.explain.numbers import MINUS

PIECE = re.compile(r"\*\*|[A-Za-z]\w*|\d+(?:\.\d+)?(?:e[-+]?\d+)?|\S")
RELATIONS = frozenset("=←≤>")
_TIMES = frozenset("*⊙")


@dataclass(frozen=True)
class Token:
    """One symbol.

    Attributes
    ----------
    text
        What is written.
    style
        ``variable`` for italics, ``upright``, or ``operator`` for one that needs room.
    superscript, subscript
        Raised and lowered text.
    index
        What stands behind it, ``[k]``.
    role
        ``backward`` for error signals and gradients, which have a colour of their own.
    """

    text: str
    style: str = "variable"
    superscript: str = ""
    subscript: str = ""
    role: str = "plain"
    index: str = ""


@dataclass(frozen=True)
class Name:
    """A name that stands for a value, or a symbol once it has been given one."""

    name: str
    token: Token | None = None


@dataclass(frozen=True)
class Number:
    """A number as it is written."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function of its arguments; ``sum`` has one."""

    function: str
    arguments: tuple["Node", ...]
    token: Token | None = None


@dataclass(frozen=True)
class Group:
    """Something in parentheses, or between bars."""

    inside: "Node"
    bars: bool = False


@dataclass(frozen=True)
class Power:
    """A base with its exponent."""

    base: "Node"
    exponent: "Node"


@dataclass(frozen=True)
class Fraction:
    """A quotient."""

    top: "Node"
    bottom: "Node"


@dataclass(frozen=True)
class Product:
    """Factors, and the sign before each but the first: ``*`` or ``⊙``."""

    factors: tuple["Node", ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Sum:
    """Terms, each with its sign."""

    terms: tuple["Node", ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """Sides of an equation, with the signs between them."""

    sides: tuple["Node", ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """Formulas that stand under each other."""

    rows: tuple["Node", ...]


Node = Name | Number | Call | Group | Power | Fraction | Product | Sum | Relation | Rows

CONSTANTS: Mapping[str, float] = {"½": 0.5, "pi": math.pi}


class _Reader:
    """Reads one template from left to right."""

    def __init__(self, template: str) -> None:
        self._pieces, self._at = PIECE.findall(template), 0

    @property
    def _next(self) -> str:
        return self._pieces[self._at] if self._at < len(self._pieces) else ""

    def _take(self, wanted: str = "") -> str:
        piece = self._next
        if not piece or (wanted and piece != wanted):
            raise ValueError(f"{wanted or 'more'} is missing in {' '.join(self._pieces)}")
        self._at += 1
        return piece

    def read(self) -> Node:
        rows = [self._relation()]
        while self._next == ";":
            self._take()
            rows.append(self._relation())
        if self._next:
            raise ValueError(f"{self._next} is too much in {' '.join(self._pieces)}")
        return rows[0] if len(rows) == 1 else Rows(tuple(rows))

    def _relation(self) -> Node:
        sides: list[Node] = [self._sum()]
        signs: list[str] = []
        while self._next in RELATIONS and self._next:
            signs.append(self._take())
            sides.append(self._sum())
        return sides[0] if not signs else Relation(tuple(sides), tuple(signs))

    def _sum(self) -> Node:
        signs = [self._take() if self._next == "-" else "+"]
        terms = [self._product()]
        while self._next in ("+", "-"):
            signs.append(self._take())
            terms.append(self._product())
        return terms[0] if signs == ["+"] else Sum(tuple(terms), tuple(signs))

    def _product(self) -> Node:
        factors: list[Node] = [self._power()]
        signs: list[str] = []
        while self._next and (self._next in _TIMES or self._next == "/"):
            sign = self._take()
            if sign == "/":
                top = factors[0] if not signs else Product(tuple(factors), tuple(signs))
                factors, signs = [Fraction(top, self._power())], []
            else:
                signs.append(sign)
                factors.append(self._power())
        return factors[0] if not signs else Product(tuple(factors), tuple(signs))

    def _power(self) -> Node:
        base = self._atom()
        if self._next == "**":
            self._take()
            return Power(base, self._atom())
        return base

    def _atom(self) -> Node:
        piece = self._take()
        if piece in "(|":
            inside = self._relation()
            self._take(")" if piece == "(" else "|")
            return Group(inside, bars=piece == "|")
        if piece == "-":
            return Sum((self._power(),), ("-",))
        if self._next == "(" and piece[0].isalpha():
            self._take()
            arguments = [self._relation()]
            while self._next == ",":
                self._take()
                arguments.append(self._relation())
            self._take(")")
            if piece == "over":
                return Fraction(*arguments)
            return Call(piece, tuple(arguments))
        return Number(piece) if piece[0].isdigit() else Name(piece)


@lru_cache(4096)
def parse(template: str) -> Node:
    """Read a template.

    Raises
    ------
    ValueError
        If it is not an expression.
    """
    return _Reader(template).read()


# Working it out


def _sigmoid(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-z)) if z >= 0.0 else math.exp(z) / (1.0 + math.exp(z))


_FUNCTIONS: Mapping[str, Callable[..., float]] = {
    "exp": math.exp,
    "ln": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "sign": lambda x: float((x > 0.0) - (x < 0.0)),
    "max": max,
    "sigmoid": _sigmoid,
    "Phi": lambda z: 0.5 * math.erfc(-z / math.sqrt(2.0)),
}


def evaluate(node: Node, numbers: Mapping[str, float]) -> float:
    """Work an expression out.

    Raises
    ------
    KeyError
        If a name has no number.
    ArithmeticError, ValueError
        Where it has no value.
    """
    match node:
        case Name(name):
            return numbers[name] if name in numbers else CONSTANTS[name]
        case Number(text):
            return float(text)
        case Group(inside, bars):
            value = evaluate(inside, numbers)
            return abs(value) if bars else value
        case Call(function, arguments):
            return _FUNCTIONS[function](*(evaluate(part, numbers) for part in arguments))
        case Power(base, exponent):
            return float(evaluate(base, numbers) ** evaluate(exponent, numbers))
        case Fraction(top, bottom):
            return evaluate(top, numbers) / evaluate(bottom, numbers)
        case Product(factors, _):
            return math.prod(evaluate(part, numbers) for part in factors)
        case Sum(terms, signs):
            parts = (evaluate(part, numbers) for part in terms)
            return math.fsum(
                -part if sign == "-" else part for sign, part in zip(signs, parts, strict=True)
            )
    raise ValueError("an equation has no value")


# Symbols in place of names


def with_tokens(node: Node, tokens: Mapping[str, Token]) -> Node:
    """Give every name its symbol; names without one stay as they are, upright."""

    def inside(part: Node) -> Node:
        return with_tokens(part, tokens)

    def all_of(parts: Sequence[Node]) -> tuple[Node, ...]:
        return tuple(inside(part) for part in parts)

    match node:
        case Name(name):
            return Name(name, tokens.get(name, Token(name, "upright")))
        case Call(function, arguments):
            return Call(function, all_of(arguments), tokens.get(function))
        case Group(part, bars):
            return Group(inside(part), bars)
        case Power(base, exponent):
            return Power(inside(base), inside(exponent))
        case Fraction(top, bottom):
            return Fraction(inside(top), inside(bottom))
        case Product(factors, signs):
            return Product(all_of(factors), signs)
        case Sum(terms, signs):
            return Sum(all_of(terms), signs)
        case Relation(sides, signs):
            return Relation(all_of(sides), signs)
        case Rows(rows):
            return Rows(all_of(rows))
    return node


# Plain text

_RAISED = str.maketrans("0123456789−+Tt", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵀᵗ")
_LOWERED = str.maketrans("0123456789+−", "₀₁₂₃₄₅₆₇₈₉₊₋")
THIN = "\u2009"


def plain(node: Node) -> str:
    """Write a formula as plain text, with Unicode's raised and lowered figures."""
    match node:
        case Name(name, token):
            return name if token is None else _plain_token(token)
        case Number(text):
            return text
        case Group(inside, bars):
            return f"|{plain(inside)}|" if bars else f"({plain(inside)})"
        case Call(function, arguments, token):
            head = function if token is None else _plain_token(token)
            words = ", ".join(map(plain, arguments))
            if function == "sum":
                return f"Σ{THIN}{words}"
            return f"√{words}" if function == "sqrt" and len(words) < 4 else f"{head}({words})"
        case Power(base, exponent):
            return plain(base) + plain(exponent).translate(_RAISED)
        case Fraction(top, bottom):
            above, below = plain(top), plain(bottom)
            return f"{above}/{below}" if len(above + below) == 2 else f"{above} / {below}"
        case Product(factors, signs):
            text = plain(factors[0])
            for sign, factor in zip(signs, factors[1:], strict=True):
                near = "" if text.endswith("½") else THIN
                text += (f" {sign} " if sign == "⊙" else near) + plain(factor)
            return text
        case Sum(terms, signs):
            return (
                sign_first(signs[0])
                + plain(terms[0])
                + "".join(
                    f" {MINUS if sign == '-' else '+'} {plain(term)}"
                    for sign, term in zip(signs[1:], terms[1:], strict=True)
                )
            )
        case Relation(sides, signs):
            return plain(sides[0]) + "".join(
                f" {sign} {plain(side)}" for sign, side in zip(signs, sides[1:], strict=True)
            )
        case Rows(rows):
            return "; ".join(map(plain, rows))


def sign_first(sign: str) -> str:
    """Write the sign of a sum's first term."""
    return MINUS if sign == "-" else ""


def _plain_token(token: Token) -> str:
    lowered = token.subscript.translate(_LOWERED)
    return token.text + lowered + token.superscript.translate(_RAISED) + token.index
