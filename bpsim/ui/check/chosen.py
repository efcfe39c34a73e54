"""Which parameters are meant by what is selected."""

from collections.abc import Iterable

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.network.element import on_picture


def parameters_of(session: Session, elements: Iterable[Element]) -> tuple[Element, ...]:
    """Give the selected weights and biases; of a unit its bias and the weights into it."""
    found: dict[Element, None] = {}
    for element in elements:
        there = on_picture(session, element)
        if there.is_parameter:
            found[there] = None
        elif there.layer and there.index:
            unit = there.index[-1]
            sources = session.project.specification.network.sizes[there.layer - 1]
            weights = [Element(f"W{there.layer}", (unit, source)) for source in range(sources)]
            found |= dict.fromkeys([*weights, Element(f"b{there.layer}", (unit,))])
    return tuple(found)
