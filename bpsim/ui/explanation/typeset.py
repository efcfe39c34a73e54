"""Typesets formulas: fractions, roots, sums and scripts, as a textbook does.

A box has its own baseline: marks above it have a negative y.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

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
from bpsim.explain.structure import Formula
from bpsim.ui.explanation.marks import Face, Family, Mark, Stroke, Words, metrics, width_of
from bpsim.ui.theme.tokens import BODY, HEADING, SMALL

_SMALLER = {HEADING: BODY, BODY: SMALL, SMALL: SMALL}
_SCRIPTS = {HEADING: 11, BODY: 10, SMALL: 9}
"""The sizes of parts of fractions, and of what is raised or lowered."""
_THIN, _ROOM, _WIDE = 0.17, 0.24, 0.30
"""Spaces as parts of the size: between factors, around a sum's signs, around an equation's."""
_AXIS = 0.26
"""The height of a fraction's bar over the baseline, as a part of the size."""
_GAP = 2.5
_BETWEEN_ROWS = 6.0
_INDENT = 18.0
_LONG = 160.0
"""A term of this width is broken inside where there is no room for it."""


@dataclass(frozen=True)
class Box:
    """A part of a formula that is placed as a whole."""

    width: float
    ascent: float
    descent: float
    marks: tuple[Mark, ...]


def formula_rows(formula: Formula, width: float) -> tuple[Box, ...]:
    """Typeset a formula, broken before its signs where it is too wide.

    Parameters
    ----------
    formula
        What to typeset.
    width
        The room there is.
    """
    return _rows(formula, round(width))


@lru_cache(512)
def _rows(formula: Formula, width: int) -> tuple[Box, ...]:
    root = formula.root
    return tuple(
        line
        for row in (root.rows if isinstance(root, Rows) else (root,))
        for line in _broken(row, width)
    )


def _broken(node: Node, width: int) -> list[Box]:
    whole = box(node, HEADING)
    if whole.width <= width:
        return [whole]
    lines: list[list[Box]] = [[]]
    used = 0.0
    for part in _segments(node):
        if lines[-1] and used + part.width > width:
            lines.append([_space(_INDENT)])
            used = _INDENT
        lines[-1].append(part)
        used += part.width
    return [_row(line) for line in lines]


def _segments(node: Node) -> list[Box]:
    """Part a formula before the signs of its equation and of its sums."""
    if isinstance(node, Relation):
        found = _segments(node.sides[0])
        for sign, side in zip(node.signs, node.sides[1:], strict=True):
            first, *rest = _segments(side)
            found += [_row([_sign(sign, HEADING, _WIDE), first]), *rest]
        return found
    if isinstance(node, Sum):
        found = []
        for at, (sign, term) in enumerate(zip(node.signs, node.terms, strict=True)):
            whole = box(term, HEADING)
            parts = [whole] if whole.width <= _LONG else _segments(term)
            found += _around([_lead(sign, HEADING, at == 0)], parts, [])
        return found
    if isinstance(node, Product):
        *before, last = node.factors
        start = _joined([*before, Number("")], node.signs, HEADING, _between_factors)
        return _around([start], _segments(last), [])
    if isinstance(node, Group) and not node.bars:
        fences = [_text(fence, Face("serif", HEADING)) for fence in "()"]
        return _around(fences[:1], _segments(node.inside), fences[1:])
    if isinstance(node, Call) and node.function == "sum":
        return _around(_big_sum(HEADING), _segments(node.arguments[0]), [])
    return [box(node, HEADING)]


def _around(before: Sequence[Box], segments: list[Box], after: Sequence[Box]) -> list[Box]:
    """Put boxes before the first segment and behind the last."""
    segments[0] = _row([*before, segments[0]])
    segments[-1] = _row([segments[-1], *after])
    return segments


def _big_sum(size: int) -> list[Box]:
    sign = _text("∑", Face("serif", round(size * 1.25)))
    return [_moved(sign, 0.0, size * 0.1), _space(size * _THIN)]


def box(node: Node, size: int) -> Box:
    """Typeset a part of a formula at a size."""
    match node:
        case Name(name, token):
            return token_box(token or Token(name, "upright"), size)
        case Number(text):
            return _text(text, Face("serif", size))
        case Group(inside, bars):
            return _fenced(box(inside, size), size, "||" if bars else "()")
        case Call("sum", arguments, _):
            return _row([*_big_sum(size), box(arguments[0], size)])
        case Call("sqrt", arguments, _):
            return _root(box(arguments[0], size), size)
        case Call(function, arguments, token):
            head = token_box(token or Token(function, "upright"), size)
            listed: list[Box] = []
            for at, part in enumerate(arguments):
                comma = [_text(", ", Face("serif", size))] if at else []
                listed += [*comma, box(part, size)]
            return _row([head, _fenced(_row(listed), size, "()")])
        case Power(Name(_, Token() as token), Name() | Number() as exponent) if not token.index:
            return token_box(replace(token, superscript=_word(exponent)), size)
        case Power(base, exponent):
            return _raised(box(base, size), box(exponent, _SMALLER[size]), size)
        case Fraction(top, bottom):
            return fraction_of(
                box(_bare(top), _SMALLER[size]), box(_bare(bottom), _SMALLER[size]), size
            )
        case Product(factors, signs):
            return _joined(factors, signs, size, _between_factors)
        case Sum(terms, signs):
            boxes = [_lead(signs[0], size, True)]
            return _row([*boxes, _joined(terms, signs[1:], size, _between_terms)])
        case Relation(sides, signs):
            return _joined(sides, signs, size, _between_sides)
        case Rows(rows):
            return _row([box(row, size) for row in rows])


def _word(node: Name | Number) -> str:
    if isinstance(node, Number):
        return node.text
    return node.name if node.token is None else node.token.text


def _joined(
    parts: Sequence[Node], signs: Sequence[str], size: int, between: Callable[[str, int], Box]
) -> Box:
    boxes = [box(parts[0], size)]
    for sign, part in zip(signs, parts[1:], strict=True):
        boxes += [between(sign, size), box(part, size)]
    return _row(boxes)


def _between_factors(sign: str, size: int) -> Box:
    return _space(size * _THIN) if sign == "*" else _sign("⊙", size, _ROOM)


def _between_terms(sign: str, size: int) -> Box:
    return _sign(sign, size, _ROOM)


def _between_sides(sign: str, size: int) -> Box:
    return _sign(sign, size, _WIDE)


def token_box(token: Token, size: int) -> Box:
    """Typeset a symbol; a derivative as a fraction."""
    top, slash, bottom = token.text.partition("/")
    if slash:
        small = _SMALLER[size]
        below = Token(bottom, token.style, "", token.subscript, token.role, token.index)
        return fraction_of(
            token_box(Token(top, token.style, role=token.role), small),
            token_box(below, small),
            size,
            token.role if token.role != "plain" else "text",
        )
    colour = "text" if token.role == "plain" else token.role
    family: Family = "italic" if token.style == "variable" else "serif"
    parts = [_text(token.text, Face(family, size), colour)]
    if token.text.endswith(("f", "′")):
        parts.append(_space(1.5))  # what leans to the right would touch what follows
    if token.subscript or token.superscript:
        parts.append(_scripts(token, size, colour))
    if token.index:
        parts.append(_text(token.index, Face("serif", size), colour))
    return _row(parts)


def _scripts(token: Token, size: int, colour: str) -> Box:
    """Set what is lowered and what is raised over each other, further apart if there are both."""
    face, apart = Face("serif", _SCRIPTS[size]), bool(token.subscript and token.superscript)
    parts = []
    if token.subscript:
        lowered = _text(token.subscript, face, colour)
        parts.append(_moved(lowered, 0.0, size * (0.3 if apart else 0.2)))
    if token.superscript:
        raised = _text(token.superscript, face, colour)
        parts.append(_moved(raised, 0.0, -size * (0.5 if apart else 0.38)))
    return Box(
        max(part.width for part in parts),
        max(part.ascent for part in parts),
        max(part.descent for part in parts),
        tuple(mark for part in parts for mark in part.marks),
    )


def _text(text: str, face: Face, colour: str = "text") -> Box:
    if not text:
        return _space(0.0)
    measured = metrics(face).tightBoundingRect(text)
    return Box(
        width_of(face, text),
        max(-measured.top(), face.size * 0.45),
        max(measured.bottom(), 0.0),
        (Words(0.0, 0.0, text, face, colour),),
    )


def _space(width: float) -> Box:
    return Box(width, 0.0, 0.0, ())


def _sign(sign: str, size: int, room: float) -> Box:
    space = _space(size * room)
    return _row([space, _text(MINUS if sign == "-" else sign, Face("serif", size)), space])


def _lead(sign: str, size: int, first: bool) -> Box:
    if not first:
        return _sign(sign, size, _ROOM)
    return _text(MINUS, Face("serif", size)) if sign == "-" else _space(0.0)


def _row(boxes: Sequence[Box]) -> Box:
    marks: list[Mark] = []
    x = 0.0
    for part in boxes:
        marks += [mark.moved(x, 0.0) for mark in part.marks]
        x += part.width
    return Box(
        x,
        max((part.ascent for part in boxes), default=0.0),
        max((part.descent for part in boxes), default=0.0),
        tuple(marks),
    )


def _moved(part: Box, dx: float, dy: float) -> Box:
    marks = tuple(mark.moved(dx, dy) for mark in part.marks)
    return Box(part.width + dx, part.ascent - dy, part.descent + dy, marks)


def _bare(node: Node) -> Node:
    """Drop parentheses that a bar makes needless."""
    return node.inside if isinstance(node, Group) and not node.bars else node


def fraction_of(top: Box, bottom: Box, size: int, colour: str = "text") -> Box:
    """Set one box over another, a bar between them."""
    width, axis = max(top.width, bottom.width) + 4.0, size * _AXIS
    above = _moved(top, (width - top.width) / 2, -(axis + _GAP + top.descent))
    below = _moved(bottom, (width - bottom.width) / 2, -axis + _GAP + 0.5 + bottom.ascent)
    bar = Stroke(0.5, -axis, width - 0.5, -axis, colour)
    return Box(width + 1.0, above.ascent, below.descent, (*above.marks, bar, *below.marks))


def _raised(base: Box, exponent: Box, size: int) -> Box:
    # The top of what is raised stands a little over the top of what it is raised over.
    dy = -max(base.ascent - exponent.ascent * 0.75, size * 0.38)
    return _row([base, _moved(exponent, 0.5, dy)])


def _root(inside: Box, size: int) -> Box:
    hook, ascent = size * 0.55, inside.ascent + 3.0
    descent = max(inside.descent, 1.0)
    middle = (descent - ascent) / 2
    strokes = (
        Stroke(0.5, middle + 1.5, hook * 0.35, middle),
        Stroke(hook * 0.35, middle, hook * 0.65, descent),
        Stroke(hook * 0.65, descent, hook, -ascent),
        Stroke(hook, -ascent, hook + inside.width + 2.0, -ascent),
    )
    marks = (*strokes, *(mark.moved(hook + 1.0, 0.0) for mark in inside.marks))
    return Box(hook + inside.width + 3.0, ascent + 1.0, descent, marks)


def _fenced(inside: Box, size: int, fences: str) -> Box:
    if fences == "||":
        top, bottom = max(inside.ascent, size * 0.7) + 1.0, inside.descent + 2.0
        left, right = (Stroke(1.5, -top, 1.5, bottom), Stroke(1.5, -top, 1.5, bottom))
        bar = Box(3.5, top, bottom, (left,))
        return _row([bar, inside, Box(3.5, top, bottom, (right,))])
    height = inside.ascent + inside.descent
    face = Face("serif", size if height < size * 1.25 else round(height * 1.1))
    left_box, right_box = (_text(fence, face) for fence in fences)
    if face.size > size:
        # A large fence is set so that its middle is the middle of what it holds.
        middle = (inside.descent - inside.ascent) / 2
        fence_middle = (left_box.descent - left_box.ascent) / 2
        left_box = _moved(left_box, 0.0, middle - fence_middle)
        right_box = _moved(right_box, 0.0, middle - fence_middle)
    return _row([left_box, inside, right_box])


def stacked(boxes: Sequence[Box]) -> Box:
    """Put boxes under each other; the baseline is the first one's."""
    marks: list[Mark] = []
    y = 0.0
    for at, part in enumerate(boxes):
        if at:
            y += boxes[at - 1].descent + _BETWEEN_ROWS + part.ascent
        marks += [mark.moved(0.0, y) for mark in part.marks]
    width = max(part.width for part in boxes)
    return Box(width, boxes[0].ascent, y + boxes[-1].descent, tuple(marks))
