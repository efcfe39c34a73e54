"""What a condition read at the moment when it held, to be told with it."""

from collections.abc import Iterator

import numpy as np

from bpsim.session.conditions.functions import Value
from bpsim.session.conditions.reading import ConditionError, Expression
from bpsim.session.conditions.scope import Scope, Source
from bpsim.session.conditions.tree import Apply, Name, Node, Number
from bpsim.session.conditions.values import compiled
from bpsim.session.values import element_name

_TELLING = ("<", "<=", ">", ">=", "==", "!=", "changed_sign", "dead", "finite")

Facts = tuple[tuple[str, float], ...]


def facts_of(expression: Expression, scope: Scope) -> tuple[Facts, int | None]:
    """Name the values that made a condition hold, and the sample where one was it.

    Of several elements it is the first for which it holds.
    """
    facts: dict[str, float] = {}
    sample: int | None = None
    for node in expression.nodes():
        if not isinstance(node, Apply) or node.function not in _TELLING:
            continue
        sides = [side for side in node.parts if not isinstance(side, Number)]
        place, found = _where(expression, node, scope)
        sample = found if sample is None else sample
        for side in sides:
            facts.update(_fact(expression, side, scope, place, found))
    return tuple(facts.items()), sample


def _source(expression: Expression, node: Node, scope: Scope) -> Source | None:
    try:
        return compiled(Expression(expression.text, node), scope)
    except ConditionError:
        return None  # it looks back, and what it saw is gone


def _where(expression: Expression, node: Node, scope: Scope) -> tuple[tuple[int, ...], int | None]:
    """Find the first element and sample for which a comparison holds."""
    source = _source(expression, node, scope)
    if source is None or source.single:
        return (), None
    places = np.argwhere(source.read())
    if not len(places):
        return (), None
    place = tuple(int(i) for i in places[0])
    return (place[:-1], place[-1]) if source.sampled else (place, None)


def _fact(
    expression: Expression,
    side: Node,
    scope: Scope,
    place: tuple[int, ...],
    sample: int | None,
) -> Iterator[tuple[str, float]]:
    source = _source(expression, side, scope)
    if source is None or source.truth:
        return
    index = place if source.shape else ()
    if len(index) != len(source.shape):
        return
    value: Value = source.read()
    if source.sampled:
        if sample is None:
            return
        value = value[..., sample]
    text = expression.text_of(side).strip()
    if index:
        text = element_name(text, index) if isinstance(side, Name) else text
        value = value[index]
    yield text, float(value)
