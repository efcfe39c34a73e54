"""Reads expressions such as ``abs(dW1[0,0]) > 10``: a small grammar, and nothing of Python's.

The grammar, from loose to tight::

    either     = both {"or" both}
    both       = negation {"and" negation}
    negation   = "not" negation | comparison
    comparison = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
    sum        = product {("+" | "-") product}
    product    = signed {("*" | "/") signed}
    signed     = ("-" | "+") signed | power
    power      = atom ["**" signed]
    atom       = number | value | function "(" either {"," either} ")" | "(" either ")"
    value      = name ["[" whole {"," whole} "]"]
"""

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from math import isinf

from bpsim.session.conditions.functions import FUNCTIONS
from bpsim.session.conditions.tree import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    Apply,
    ConditionError,
    Expression,
    Name,
    Node,
    Number,
)
from bpsim.words import QT_TRANSLATE_NOOP, translate

__all__ = ["ConditionError", "Expression", "parse"]

_TOKEN = re.compile(
    r"(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/<>()\[\],])",
    re.ASCII,
)
_SAME = str.maketrans({"−": "-", "×": "*", "·": "*", "\t": " ", "\n": " ", "\u00a0": " "})
_INSTEAD = {
    "=": QT_TRANSLATE_NOOP("conditions", "Use == to compare."),
    "&": QT_TRANSLATE_NOOP("conditions", "Write “and”."),
    "|": QT_TRANSLATE_NOOP("conditions", "Write “or”, or abs(…) for a magnitude."),
    "!": QT_TRANSLATE_NOOP("conditions", "Write “not”, or != for “is not”."),
    "^": QT_TRANSLATE_NOOP("conditions", "Write ** for a power."),
    "≤": QT_TRANSLATE_NOOP("conditions", "Write <=."),
    "≥": QT_TRANSLATE_NOOP("conditions", "Write >=."),
    "≠": QT_TRANSLATE_NOOP("conditions", "Write !=."),
    "²": QT_TRANSLATE_NOOP("conditions", "Write **2."),
    "[": QT_TRANSLATE_NOOP("conditions", "An index follows a name, as in W1[0,2]."),
    "]": QT_TRANSLATE_NOOP("conditions", "There is no [ before it."),
    ")": QT_TRANSLATE_NOOP("conditions", "There is no ( before it."),
    ",": QT_TRANSLATE_NOOP("conditions", "Write decimals with a point: 0.5."),
}
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
_WORDS = ("and", "or", "not")
_MOST_INDEX = 6


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int

    @property
    def stop(self) -> int:
        return self.start + len(self.text)


def parse(text: str) -> Expression:
    """Read an expression.

    Raises
    ------
    ConditionError
        If it is none; with the place and what would be right.
    """
    if len(text) > MOST_CHARACTERS:
        words = translate("conditions", "This is too long: {most} characters are the most.")
        raise ConditionError(words.format(most=MOST_CHARACTERS), MOST_CHARACTERS)
    return Expression(text, _Parser(_tokens(text.translate(_SAME))).whole())


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at] == " ":
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            words = translate("conditions", "{sign} has no meaning here. {hint}")
            shown = text[at] if text[at].isprintable() else repr(text[at])
            hint = _instead(text[at]) or translate(
                "conditions", "Use names, numbers, + - * / **, comparisons and words."
            )
            raise ConditionError(words.format(sign=shown, hint=hint), at)
        token = _Token(str(match.lastgroup), match[0], at)
        before = found[-1] if found and found[-1].stop == at else None
        if token.kind == "name" and before is not None and before.kind == "number":
            words = translate("conditions", "Write {number} * {name}.")
            raise ConditionError(words.format(number=before.text, name=token.text), at)
        found.append(token)
        at = match.end()
    return [*found, _Token("end", "", len(text))]


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def _token(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._token
        self._at += 1
        return token

    def _takes(self, *texts: str) -> _Token | None:
        token = self._token
        if token.kind in ("sign", "name") and token.text in texts:
            return self._next()
        return None

    def _expect(self, text: str, message: str) -> _Token:
        token = self._takes(text)
        if token is None:
            raise ConditionError(message, self._token.start)
        return token

    def whole(self) -> Node:
        if self._token.kind == "end":
            raise ConditionError(
                translate("conditions", "Write something like abs(dW1[0,0]) > 10."), 0
            )
        node = self._either()
        if self._token.kind != "end":
            token = self._token
            words = translate("conditions", "“{text}” is not expected here. {hint}")
            hint = _instead(token.text) or translate(
                "conditions", "Something is missing before it: + - * / and or …"
            )
            raise ConditionError(words.format(text=token.text, hint=hint), token.start)
        return node

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            message = translate("conditions", "This is nested too deeply.")
            raise ConditionError(message, self._token.start)

    def _either(self) -> Node:
        self._deeper()
        node = self._both()
        while self._takes("or"):
            node = _joined("or", node, self._both())
        self._depth -= 1
        return node

    def _both(self) -> Node:
        node = self._negation()
        while self._takes("and"):
            node = _joined("and", node, self._negation())
        return node

    def _negation(self) -> Node:
        token = self._takes("not")
        if token is None:
            return self._comparison()
        self._deeper()
        node = self._negation()
        self._depth -= 1
        return Apply(token.start, node.stop, "not", (node,))

    def _comparison(self) -> Node:
        node = self._sum()
        sign = self._takes(*_COMPARISONS)
        if sign is None:
            return node
        node = _joined(sign.text, node, self._sum())
        again = self._takes(*_COMPARISONS)
        if again is not None:
            message = translate(
                "conditions", "One comparison at a time: write 0 < x and x < 1 for 0 < x < 1."
            )
            raise ConditionError(message, again.start)
        return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._takes("+", "-"):
            node = _joined(sign.text, node, self._product())
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._takes("*", "/"):
            node = _joined(sign.text, node, self._signed())
        return node

    def _signed(self) -> Node:
        sign = self._takes("-", "+")
        if sign is None:
            return self._power()
        self._deeper()
        node = self._signed()
        self._depth -= 1
        if sign.text == "+":
            return node
        return Apply(sign.start, node.stop, "negative", (node,))

    def _power(self) -> Node:
        node = self._atom()
        if self._takes("**"):
            self._deeper()
            node = _joined("**", node, self._signed())
            self._depth -= 1
        return node

    def _atom(self) -> Node:
        token = self._next()
        if token.kind == "number":
            return _number(token)
        if token.text == "(":
            node = self._either()
            words = translate("conditions", "The ( at column {column} is not closed.")
            end = self._expect(")", words.format(column=token.start + 1))
            return replace(node, start=token.start, stop=end.stop)
        if token.kind == "name" and token.text not in _WORDS:
            if self._token.text == "(":
                return self._function(token)
            return self._value(token)
        self._at -= 1
        if token.kind == "end":
            message = translate(
                "conditions", "Something is missing at the end: a value or a number."
            )
            raise ConditionError(message, token.start)
        words = translate("conditions", "A value or a number belongs here, not “{text}”. {hint}")
        message = words.format(text=token.text, hint=_instead(token.text))
        raise ConditionError(message.strip(), token.start)

    def _function(self, token: _Token) -> Node:
        function = FUNCTIONS.get(token.text)
        if function is None or not token.text.isidentifier() or token.text == "negative":
            close = get_close_matches(token.text, _callable_names(), 1)
            if close:
                words = translate(
                    "conditions", "There is no function {name}. Do you mean {others}?"
                )
            else:
                words = translate("conditions", "There is no function {name}. There are {others}.")
            others = ", ".join(close or _callable_names())
            raise ConditionError(words.format(name=token.text, others=others), token.start)
        self._next()
        parts = [self._either()]
        while self._takes(","):
            parts.append(self._either())
        words = translate("conditions", "{name}( is not closed.")
        end = self._expect(")", words.format(name=token.text))
        least, most = function.least, function.most
        if not least <= len(parts) <= most:
            words = translate("conditions", "Write it like {example}.")
            raise ConditionError(words.format(example=function.example), token.start)
        return Apply(token.start, end.stop, token.text, tuple(parts))

    def _value(self, token: _Token) -> Node:
        if not self._takes("["):
            return Name(token.start, token.stop, token.text)
        index = [self._whole_number(token)]
        while self._takes(","):
            index.append(self._whole_number(token))
        words = translate("conditions", "The index is not closed: write {name}[0] or {name}[0,2].")
        end = self._expect("]", words.format(name=token.text))
        return Name(token.start, end.stop, token.text, tuple(index))

    def _whole_number(self, name: _Token) -> int:
        token = self._token
        if token.text == "-":
            message = translate("conditions", "Indices count from 0, and never from the end.")
            raise ConditionError(message, token.start)
        if token.kind != "number" or not token.text.isdigit() or len(token.text) > _MOST_INDEX:
            words = translate("conditions", "An index is a whole number: {name}[0].")
            raise ConditionError(words.format(name=name.text), token.start)
        return int(self._next().text)


def _instead(text: str) -> str:
    """Say what to write in place of something, where there is a usual thing; or nothing."""
    hint = _INSTEAD.get(text)
    return translate("conditions", hint) if hint else ""


def _callable_names() -> list[str]:
    return [name for name in FUNCTIONS if name.isidentifier() and name not in (*_WORDS, "negative")]


def _joined(sign: str, left: Node, right: Node) -> Node:
    return Apply(left.start, right.stop, sign, (left, right))


def _number(token: _Token) -> Number:
    value = float(token.text)
    if isinf(value):
        words = translate("conditions", "{number} is too large for a float64.")
        raise ConditionError(words.format(number=token.text), token.start)
    return Number(token.start, token.stop, value)
