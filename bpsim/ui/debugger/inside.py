"""Stepping into an operation: one element after another is shown, and nothing computed anew."""

from collections.abc import Iterator

import numpy as np

from bpsim.session.session import Session
from bpsim.session.values import Element, is_of_a_sample
from bpsim.ui.controller import Controller


def into(controller: Controller) -> None:
    """Show the next element of the current operation; after the last one run the next."""
    controller.pause()
    elements = elements_of(controller.session)
    at = _place(controller, elements)
    if at + 1 < len(elements):
        controller.selection.choose([elements[at + 1]])
        return
    controller.do(Session.step_operation)
    _choose(controller, 0)


def back_into(controller: Controller) -> None:
    """Show the element before; before the first one take back the operation."""
    controller.pause()
    elements = elements_of(controller.session)
    at = _place(controller, elements)
    if at > 0:
        controller.selection.choose([elements[at - 1]])
        return
    controller.do(Session.back_operation)
    _choose(controller, -1)


def out(controller: Controller) -> None:
    """Show the operation as a whole again."""
    controller.selection.choose(())


def elements_of(session: Session) -> tuple[Element, ...]:
    """List what the current operation computed, for the sample in view; a single number is none."""
    return tuple(_elements(session))


def _elements(session: Session) -> Iterator[Element]:
    current = session.current
    if current is None:
        return
    shape = session.program.view(current.name).shape
    if is_of_a_sample(current.name):
        shape = shape[1:]
    if shape:
        for index in np.ndindex(*shape):
            yield Element(current.name, tuple(int(i) for i in index))


def _place(controller: Controller, elements: tuple[Element, ...]) -> int:
    """Find which element is shown; of a single number all is shown, of others none at first."""
    chosen = controller.selection.current
    if chosen in elements:
        return elements.index(chosen)
    return -1 if elements else 0


def _choose(controller: Controller, at: int) -> None:
    elements = elements_of(controller.session)
    controller.selection.choose([elements[at]] if elements else [])
