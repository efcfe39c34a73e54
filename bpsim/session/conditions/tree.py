"""Expressions over the values of a network, as a tree that nothing can change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_CHARACTERS = 300
MOST_DEPTH = 40
MOST_STEPS = 1000
"""The longest that ``dead(a1[0], n)`` looks back."""


class ConditionError(ValueError):
    """An expression that cannot be used.

    Attributes
    ----------
    message
        What is wrong and what would be right.
    column
        Where, from 0.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.message, self.column = message, column


@dataclass(frozen=True)
class Node:
    """A part of an expression, written from `start` up to `stop` in its text."""

    start: int
    stop: int


@dataclass(frozen=True)
class Number(Node):
    """A constant."""

    value: float


@dataclass(frozen=True)
class Name(Node):
    """A value of the network, or an element of one."""

    name: str
    index: tuple[int, ...] = ()


@dataclass(frozen=True)
class Apply(Node):
    """An operator or a function with what it is applied to; an operator's name is its sign."""

    function: str
    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Expression:
    """A whole expression.

    Attributes
    ----------
    text
        As it was typed.
    root
        Its tree.
    """

    text: str
    root: Node

    def text_of(self, node: Node) -> str:
        """Return how a part was written."""
        return self.text[node.start : node.stop]

    def nodes(self) -> Iterator[Node]:
        """Give all parts, each after what it is made of."""
        yield from _nodes(self.root)

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the values that it uses, each once; the input is ``x``."""
        names = (node.name for node in self.nodes() if isinstance(node, Name))
        return tuple(dict.fromkeys("x" if name == "a0" else name for name in names))

    @property
    def lookback(self) -> int:
        """How many earlier steps it depends on."""
        return _lookback(self.root)


LOOKS_BACK: Mapping[str, int] = {"previous": 1, "change": 1, "changed_sign": 1, "dead": 1}
"""Functions of more than the present moment."""


def _nodes(node: Node) -> Iterator[Node]:
    if isinstance(node, Apply):
        for part in node.parts:
            yield from _nodes(part)
    yield node


def _lookback(node: Node) -> int:
    if not isinstance(node, Apply):
        return 0
    own = LOOKS_BACK.get(node.function, 0)
    if node.function == "dead" and isinstance(node.parts[-1], Number):
        own = int(node.parts[-1].value)
    return own + max(map(_lookback, node.parts))
