"""An explanation as rich text: rules typeset, numbers in colour, every term a link."""

import re
from collections.abc import Callable, Sequence
from html import escape
from itertools import accumulate

from bpsim.explain.expression import (
    THIN,
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
    sign_first,
)
from bpsim.explain.numbers import MINUS
from bpsim.explain.structure import Formula, Line, Span
from bpsim.session.values import Element
from bpsim.ui.explanation.panel import element_of
from bpsim.ui.theme.tokens import BODY, HEADING, Tokens

_COLOURS = {
    "positive": "positive",
    "negative": "negative",
    "backward": "backward",
    "result": "text",
    "plain": "text",
    "number": "text",
    "variable": "text",
    "fold": "text",
}

_OF_SUMS, _OF_PRODUCTS = "+−/=", "·×+−/="
_SHORT = 20
_GROUP = re.compile(rf"\([^()]{{1,{_SHORT}}}\)")
_NEGATIVE = re.compile(r"(\(−[^()]*\)) (?=[·×])")
_FIXED, _JOINED = "\u00a0", "\u2060"

Marked = Callable[[Element], bool]


def typeset(formula: Formula) -> str:
    """Write a rule: variables in italics, layers lowered, powers raised."""
    return _rich(formula.root)


def _rich(node: Node) -> str:
    match node:
        case Name(name, token):
            return _symbol(token or Token(name, "upright"))
        case Number(text):
            return escape(text)
        case Group(inside, bars):
            return f"|{_rich(inside)}|" if bars else f"({_rich(inside)})"
        case Call("sum", arguments, _):
            return f"Σ{THIN}{_rich(arguments[0])}"
        case Call(function, arguments, token):
            head = _symbol(token or Token(function, "upright"))
            return f"{head}({', '.join(map(_rich, arguments))})"
        case Power(base, exponent):
            return f"{_rich(base)}<sup>{_rich(exponent)}</sup>"
        case Fraction(top, bottom):
            return f"{_rich(top)} / {_rich(bottom)}"
        case Product(factors, signs):
            between = {"*": THIN}
            return _joined(factors, [between.get(sign, f" {sign} ") for sign in signs])
        case Sum(terms, signs):
            spaced = [f" {MINUS if sign == '-' else sign} " for sign in signs[1:]]
            return sign_first(signs[0]) + _joined(terms, spaced)
        case Relation(sides, signs):
            return _joined(sides, [f" {sign} " for sign in signs])
        case Rows(rows):
            return _joined(rows, ["<br>"] * (len(rows) - 1))


def _joined(parts: Sequence[Node], between: Sequence[str]) -> str:
    rest = zip(between, parts[1:], strict=True)
    return _rich(parts[0]) + "".join(sign + _rich(part) for sign, part in rest)


def _symbol(token: Token) -> str:
    text = escape(token.text)
    if token.style == "variable":
        text = f"<i>{text}</i>"
    if token.subscript:
        text += f"<sub>{escape(token.subscript)}</sub>"
    if token.superscript:
        text += f"<sup>{escape(token.superscript)}</sup>"
    return text + escape(token.index)


def heading(title: str, subtitle: str, tokens: Tokens) -> str:
    """Write the element and what it is."""
    return (
        f'<span style="font-size:{HEADING}px;font-weight:600">{escape(title)}</span> '
        f'<span style="font-size:{BODY}px;color:{tokens.muted}">{escape(subtitle)}</span>'
    )


def numbers(lines: Sequence[Line], tokens: Tokens, marked: Marked) -> str:
    """Write the lines in line at their equals signs; what is `marked` is underlined."""
    rows = []
    for line in lines:
        first, *rest = line.spans
        lead, body = ("", line.spans) if not first.text.endswith("= ") else (first.text, rest)
        texts = _wrapping([span.text for span in body])
        terms = "".join(
            _term(span, text, tokens, marked) for span, text in zip(body, texts, strict=True)
        )
        rows.append(
            '<tr><td align="right" style="padding-bottom:1px">'
            f"{escape(lead.replace(' ', _FIXED))}</td>"
            f'<td style="padding-bottom:1px">{terms}</td></tr>'
        )
    return f'<table cellspacing="0" cellpadding="0">{"".join(rows)}</table>'


def _wrapping(texts: Sequence[str]) -> list[str]:
    """Let a line break before operators only: between a sum's terms, or a product's factors."""
    whole = _GROUP.sub(lambda group: group[0].replace(" ", _FIXED), "".join(texts))
    if " + " in whole:
        # A whole sum in parentheses may be parted from its factor.
        whole = _NEGATIVE.sub(rf"\1{_FIXED}", whole)
        parts = re.split(r"(?<=\)) (?=[·×])", whole)
        whole = " ".join(re.sub(rf" (?![{_OF_SUMS}])", _FIXED, part) for part in parts)
    else:
        whole = re.sub(rf" (?![{_OF_PRODUCTS}])", _FIXED, whole)
    ends = list(accumulate(map(len, texts)))
    return [whole[end - len(text) : end] for end, text in zip(ends, texts, strict=True)]


def _term(span: Span, text: str, tokens: Tokens, marked: Marked) -> str:
    text = escape(text).replace("′(", f"′{_JOINED}(")
    if span.role == "result":
        text = f"<b>{text}</b>"
    style = f"color:{getattr(tokens, _COLOURS[span.role])}"
    if span.ref is None:
        return f'<span style="{style}">{text}</span>'
    line = "underline" if marked(element_of(span.ref)) else "none"
    return f'<a href="{escape(span.ref)}" style="{style};text-decoration:{line}">{text}</a>'
