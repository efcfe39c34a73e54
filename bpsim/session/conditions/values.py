"""Turns expressions into functions that read live values; all mistakes are found before."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from bpsim.session.conditions.functions import FUNCTIONS, Function, Takes, Value
from bpsim.session.conditions.scope import Scope, Source, shape_words
from bpsim.session.conditions.tree import (
    LOOKS_BACK,
    MOST_STEPS,
    Apply,
    ConditionError,
    Expression,
    Name,
    Node,
    Number,
)
from bpsim.words import translate

Memories = dict[object, list[Any]]
"""What the functions that look back remember, each under a key of its own."""


def compiled(expression: Expression, scope: Scope, memories: Memories | None = None) -> Source:
    """Compile an expression, of whatever shape.

    Parameters
    ----------
    expression
        From `parse`.
    scope
        What its names mean.
    memories
        Where functions that look back remember; such functions are refused without.

    Raises
    ------
    ConditionError
        If it does not fit the network.
    """
    return _Builder(expression, scope, memories).build(expression.root)


def condition(
    expression: Expression, scope: Scope, memories: Memories | None = None
) -> Callable[[], bool]:
    """Compile a condition: true where it holds for any element and any sample.

    Raises
    ------
    ConditionError
        If it does not fit the network, or is a number.
    """
    if not expression.reads:
        message = translate("conditions", "It reads no value of the network: try loss < 0.01.")
        raise ConditionError(message, 0)
    source = compiled(expression, scope, memories)
    if not source.truth:
        message = translate("conditions", "Compare it with something, as in loss < 0.01.")
        raise ConditionError(message, expression.root.stop)
    read = source.read
    return read if source.single else lambda: bool(np.count_nonzero(read()))


_NOTHING = float("nan")
"""What was before the first step."""
_PAIRWISE = {"min": np.minimum, "max": np.maximum}
"""What these do with more than one argument."""


class _Builder:
    def __init__(self, expression: Expression, scope: Scope, memories: Memories | None) -> None:
        self._expression, self._scope, self._memories = expression, scope, memories

    def build(self, node: Node) -> Source:
        if isinstance(node, Number):
            value = node.value
            return Source((), False, lambda: value)
        if isinstance(node, Name):
            try:
                return self._scope.source(node.name, node.index)
            except LookupError as error:
                raise ConditionError(str(error.args[0]), node.start) from None
        assert isinstance(node, Apply)
        if node.function in LOOKS_BACK:
            return self._looking_back(node)
        function, parts = FUNCTIONS[node.function], self._parts(node)
        if function.reduces and len(parts) == 1:
            return _reduced(function, parts[0])
        return self._element_by_element(node, function, parts)

    def _parts(self, node: Apply) -> list[Source]:
        parts = [self.build(part) for part in node.parts]
        takes = FUNCTIONS[node.function].takes
        for part, source in zip(node.parts, parts, strict=True):
            if takes is Takes.NUMBERS and source.truth:
                words = translate(
                    "conditions", "“{name}” needs a number, and this is true or false."
                )
                raise ConditionError(words.format(name=node.function), part.start)
            if takes is Takes.TRUTHS and not source.truth:
                words = translate(
                    "conditions", "“{name}” needs a condition: compare this, as in … > 0."
                )
                raise ConditionError(words.format(name=node.function), part.start)
        return parts

    def _element_by_element(self, node: Apply, function: Function, parts: list[Source]) -> Source:
        shapes = [part.shape for part in parts if part.shape]
        if any(shape != shapes[0] for shape in shapes):
            sizes = [
                shape_words(self._expression.text_of(part), source.shape)
                for part, source in zip(node.parts, parts, strict=True)
                if source.shape
            ]
            words = translate(
                "conditions", "{one}, {other}: they do not go together element by element."
            )
            raise ConditionError(words.format(one=sizes[0], other=sizes[1]), node.parts[1].start)
        shape = shapes[0] if shapes else ()
        sampled = any(part.sampled for part in parts)
        if not shape and not sampled:
            return Source((), False, _called(function.one, node, parts), function.truth)
        reads = [_aligned(part, sampled) for part in parts]
        many = _PAIRWISE.get(node.function, function.many)
        return Source(shape, sampled, _mapped(many, reads), function.truth)

    def _looking_back(self, node: Apply) -> Source:
        if self._memories is None:
            words = translate(
                "conditions", "{name}(…) looks back over steps: only breakpoints can."
            )
            raise ConditionError(words.format(name=node.function), node.start)
        source = self.build(node.parts[0])
        if source.truth:
            words = translate("conditions", "{name}(…) needs a number, and this is true or false.")
            raise ConditionError(words.format(name=node.function), node.parts[0].start)
        if node.function == "dead":
            memory = self._memories.setdefault((node.function, node.start), [None])
            return _dead(source, _count_of(node.parts[1]), memory)
        read, single = source.read, source.single
        finish = _FINISH[node.function, single]
        memory = self._memories.setdefault((node.function, node.start), [None])

        def look_at_one() -> Value:
            now = read()
            old, memory[0] = memory[0], now
            return finish(now, _NOTHING if old is None else old)

        def look_at_many() -> Value:
            now = np.array(read())
            old, memory[0] = memory[0], now
            if old is None or old.shape != now.shape:
                old = np.full(now.shape, _NOTHING)
            return finish(now, old)

        look = look_at_one if single else look_at_many
        return Source(source.shape, source.sampled, look, FUNCTIONS[node.function].truth)


def _count_of(node: Node) -> int:
    value = node.value if isinstance(node, Number) else 0.0
    if not 1 <= value <= MOST_STEPS or value != int(value):
        words = translate("conditions", "How many steps: a whole number from 1 to {most}.")
        raise ConditionError(words.format(most=f"{MOST_STEPS:,}"), node.start)
    return int(value)


def _change(now: Value, old: Value) -> Value:
    return now - old


def _signs_differ(now: Value, old: Value) -> Value:
    return (np.sign(now) != np.sign(old)) & ~np.isnan(old)


def _sign_differs(now: Value, old: Value) -> bool:
    return bool(old == old and ((now > 0) - (now < 0)) != ((old > 0) - (old < 0)))


_FINISH: dict[tuple[str, bool], Callable[[Value, Value], Value]] = {
    ("previous", True): lambda now, old: old,
    ("previous", False): lambda now, old: old,
    ("change", True): _change,
    ("change", False): _change,
    ("changed_sign", True): _sign_differs,
    ("changed_sign", False): _signs_differ,
}
"""What comes of the present and the previous value, by whether they are single numbers."""


def _dead(source: Source, steps: int, memory: list[Any]) -> Source:
    read, sampled = source.read, source.sampled

    def look() -> Value:
        zero = read() == 0.0
        if sampled:
            zero = zero.all(axis=-1)
        old = 0 if memory[0] is None else memory[0]
        memory[0] = np.where(zero, old + 1, 0) if source.shape else (old + 1 if zero else 0)
        held = memory[0] >= steps
        return held if source.shape else bool(held)

    return Source(source.shape, False, look, True)


def _called(one: Callable[..., Any], node: Apply, parts: list[Source]) -> Callable[[], Any]:
    if len(parts) == 1:
        read = parts[0].read
        return lambda: one(read())
    if len(parts) > 2:
        reads = [part.read for part in parts]
        return lambda: one(*(read() for read in reads))
    left, right = parts[0].read, parts[1].read
    if isinstance(node.parts[1], Number):
        constant = node.parts[1].value
        return lambda: one(left(), constant)
    return lambda: one(left(), right())


def _aligned(part: Source, sampled: bool) -> Callable[[], Any]:
    """Give an array the axis of the samples where others have it."""
    read = part.read
    if sampled and part.shape and not part.sampled:
        return lambda: read()[..., None]
    return read


def _mapped(many: Callable[..., Any], reads: list[Callable[[], Any]]) -> Callable[[], Any]:
    if len(reads) == 1:
        first = reads[0]
        return lambda: many(first())
    if len(reads) == 2:
        left, right = reads
        return lambda: many(left(), right())
    return lambda: reduce(many, (read() for read in reads))


def _reduced(function: Function, part: Source) -> Source:
    read, many = part.read, function.many
    kind: Callable[[Any], Any] = bool if function.truth else float
    if part.single:
        one = function.one
        return Source((), False, lambda: one(read()), function.truth)
    if not part.sampled:
        return Source((), False, lambda: kind(many(read().ravel("K"))), function.truth)
    if part.shape:
        flat = (-1,)
        return Source(
            (), True, lambda: many((a := read()).reshape(*flat, a.shape[-1])), function.truth
        )
    return Source((), True, lambda: many(read()[None]), function.truth)
