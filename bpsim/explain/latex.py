"""Writes formulas for LaTeX, with commands of LaTeX and amsmath only."""

import re
from collections.abc import Callable, Mapping

from bpsim.explain.expression import (
    Call,
    Fraction,
    Group,
    Name,
    Node,
    Number,
    Power,
    Product,
    Relation,
    Rows,
    Sum,
    Token,
)
from bpsim.explain.numbers import MINUS

_SYMBOLS: Mapping[str, str] = {
    "δ": r"\delta",
    "η": r"\eta",
    "μ": r"\mu",
    "α": r"\alpha",
    "β": r"\beta",
    "ε": r"\varepsilon",
    "λ": r"\lambda",
    "∂": r"\partial ",
    "Φ": r"\Phi",
    "½": r"\tfrac{1}{2}",
    "pi": r"\pi",
    "′": "'",
    "…": r"\ldots",
    "·": r"\cdot",
    "_": r"\_",
}
_FUNCTIONS: Mapping[str, str] = {
    "exp": r"\exp",
    "ln": r"\ln",
    "max": r"\max",
    "tanh": r"\tanh",
    "Phi": r"\Phi",
}
_RELATIONS: Mapping[str, str] = {"←": r"\leftarrow", "≤": r"\le"}
_ELEMENT = re.compile(r"(dL_da|delta|d?[Wb]|[mv][Wb]|[azy]|x|L|R)(\d*)(\[[\d,]+\])?(_old)?")
_NUMBER = re.compile(rf"({MINUS}?)(\d+(?:\.\d+)?)(?:e([-+]?\d+))?")

Written = Callable[[str], str | None]


def latex(node: Node, written: Written, numbers: bool = False) -> str:
    """Write an expression.

    Parameters
    ----------
    node
        What is written.
    written
        Gives what a name is written as; ``None`` where it stays.
    numbers
        Whether factors are numbers, which need a sign between them.
    """

    def inside(part: Node) -> str:
        return latex(part, written, numbers)

    match node:
        case Name(name, token):
            if token is not None:
                return _token(token)
            text = written(name)
            return _SYMBOLS.get(name, name) if text is None else text
        case Number(text):
            return _number(text)
        case Group(part, bars):
            left, right = (r"\left|", r"\right|") if bars else (r"\left(", r"\right)")
            return f"{left}{inside(part)}{right}"
        case Call("sum", arguments, _):
            return rf"\sum {inside(arguments[0])}"
        case Call("sqrt", arguments, _):
            return rf"\sqrt{{{inside(arguments[0])}}}"
        case Call(function, arguments, token):
            words = "".join(_SYMBOLS.get(c, c) for c in function)
            head = _FUNCTIONS.get(function, rf"\mathrm{{{words}}}")
            if token is not None:
                head = _token(token)
            return rf"{head}\left({', '.join(map(inside, arguments))}\right)"
        case Power(base, exponent):
            text = inside(base)
            simple = text[0] != "-" and not any(c in text for c in ("frac", "times", "^", "brace"))
            text = text if simple else rf"\left({text}\right)"
            return rf"{text}^{{{inside(exponent)}}}"
        case Fraction(top, bottom):
            return rf"\frac{{{inside(_bare(top))}}}{{{inside(_bare(bottom))}}}"
        case Product(factors, signs):
            parts = [inside(factors[0])]
            for sign, factor in zip(signs, factors[1:], strict=True):
                between = r"\odot" if sign == "⊙" else r"\times" if numbers else r"\,"
                parts += [between, _factor(inside(factor))]
            return " ".join(parts)
        case Sum(terms, signs):
            first = "-" if signs[0] == "-" else ""
            parts = [first + (_factor(inside(terms[0])) if first else inside(terms[0]))]
            for sign, term in zip(signs[1:], terms[1:], strict=True):
                parts += [sign, _factor(inside(term))]
            return " ".join(parts)
        case Relation(sides, signs):
            parts = [inside(sides[0])]
            for sign, side in zip(signs, sides[1:], strict=True):
                parts += [_RELATIONS.get(sign, sign), inside(side)]
            return " ".join(parts)
        case Rows(rows):
            return r" \\ ".join(map(inside, rows))


def _bare(node: Node) -> Node:
    """Drop parentheses that a bar makes needless."""
    return node.inside if isinstance(node, Group) and not node.bars else node


def _factor(text: str) -> str:
    return rf"\left({text}\right)" if text.startswith("-") else text


def plain_latex(text: str) -> str:
    """Write an element's name, a number or a few plain words."""
    if _NUMBER.fullmatch(text):
        return _number(text)
    element = _ELEMENT.fullmatch(text)
    if element:
        name, layer, index, old = element.groups()
        head = {
            "delta": r"\delta",
            "dL_da": r"\frac{\partial L}{\partial a}",
            "dW": r"\frac{\partial L}{\partial W}",
            "db": r"\frac{\partial L}{\partial b}",
        }.get(name, name)
        if name[0] in "mv" and len(name) > 1:
            head, layer = name[0], name[1:] + layer
        if name in ("dW", "db", "dL_da"):
            letter = name[-1]
            bottom = rf"\partial {letter}_{{{layer}}}{index or ''}"
            return rf"\frac{{\partial L}}{{{bottom}}}"
        lowered = f"_{{{layer}}}" if layer else ""
        raised = r"^{\mathrm{old}}" if old else ""
        return f"{head}{lowered}{raised}{index or ''}"
    slope = re.fullmatch(r"(\w+)′\((.+)\)", text)
    if slope:
        words = slope[1].replace("_", r"\_")
        return rf"\mathrm{{{words}}}'\left({plain_latex(slope[2])}\right)"
    if text in _GREEK:
        return _GREEK[text]
    return text if len(text) == 1 else rf"\mathrm{{{''.join(_SYMBOLS.get(c, c) for c in text)}}}"


def folded_latex(words: str, number: str | None = None) -> str:
    """Write the terms of a sum that are left out, as their number or as dots."""
    inside = r"\cdots" if number is None else plain_latex(number)
    return rf"\underbrace{{{inside}}}_{{\text{{{words}}}}}"


_GREEK: Mapping[str, str] = {
    "lr": r"\eta",
    "momentum": r"\mu",
    "alpha": r"\alpha",
    "eps": r"\varepsilon",
    "delta": "d",
    "weight_decay": r"\lambda",
    "beta1": r"\beta_{1}",
    "beta2": r"\beta_{2}",
    "l1": r"\lambda_{1}",
    "l2": r"\lambda_{2}",
}


def _number(text: str) -> str:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    sign, digits, exponent = match.groups()
    power = rf" \times 10^{{{int(exponent)}}}" if exponent else ""
    return f"{'-' if sign else ''}{digits}{power}"


def _token(token: Token) -> str:
    if token.text.startswith(" "):
        return rf"\text{{{token.text}}}"
    text = "".join(_SYMBOLS.get(c, c) for c in token.text).strip()
    slash = re.fullmatch(r"\\partial (.+)/\\partial (.+)", text)
    lowered = f"_{{{token.subscript}}}" if token.subscript else ""
    raised = f"^{{{token.superscript}}}" if token.superscript else ""
    if slash:
        below = rf"\partial {slash[2]}{lowered}{token.index}"
        return rf"\frac{{\partial {slash[1]}}}{{{below}}}{raised}"
    if token.style == "upright" and len(token.text) > 1:
        text = rf"\mathrm{{{text}}}"
    return f"{text}{lowered}{raised}{token.index}"
