"""Which curves are drawn, and their values."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.session import Session
from bpsim.session.values import Element

MOST = 12
"""Curves that can be told apart."""
MANY = 256
"""Of what leads into units no more are looked at."""


@dataclass(frozen=True)
class Series:
    """One curve.

    Attributes
    ----------
    layer
        The layer whose norm it is, where it is one.
    element
        The weight or bias, or its gradient, where it is one.
    """

    layer: int = 0
    element: Element | None = None


def choose(
    session: Session,
    selected: Iterable[Element],
    pinned: Iterable[Element],
    gradients: bool,
    norms: bool = False,
) -> tuple[Series, ...]:
    """Take what is pinned and selected; without that all parameters, or norms if they are many.

    Parameters
    ----------
    session
        Whose network it is.
    selected, pinned
        Only weights and biases count; where units alone are selected, what leads into them.
    gradients
        Whether their gradients are wanted.
    norms
        Whether the norms of all layers are wanted instead.
    """
    layers = range(1, len(session.project.specification.network.layers) + 1)
    chosen = [] if norms else wanted(session, selected, pinned)
    if not norms and not chosen and len(session.parameters()) <= MOST:
        chosen = _all(session)
    mark = "d" if gradients else ""
    if chosen:
        return tuple(Series(element=Element(mark + e.name, e.index)) for e in chosen[:MOST])
    return tuple(Series(layer=number) for number in layers)[:MOST]


def wanted(
    session: Session, selected: Iterable[Element], pinned: Iterable[Element] = ()
) -> list[Element]:
    """Return the weights and biases that are pinned or selected, pinned ones first."""
    chosen = [element for element in selected if session.has(element)]
    parameters = [element for element in chosen if element.is_parameter]
    if not parameters:
        units = [element for element in chosen if element.name[0] in "az" and element.layer]
        # No more than some can be drawn, and a large layer has a hundred thousand.
        parameters = [into for unit in units[:MOST] for into in _into(session, unit)][:MANY]
    kept = [element for element in pinned if session.has(element)]
    return list(dict.fromkeys([*kept, *parameters]))


def _into(session: Session, unit: Element) -> list[Element]:
    sources = session.project.specification.network.sizes[unit.layer - 1]
    layer = unit.layer
    few = range(min(sources, MANY))
    return [
        *(Element(f"W{layer}", (*unit.index, source)) for source in few),
        Element(f"b{layer}", unit.index),
    ]


def _all(session: Session) -> list[Element]:
    names = [
        name
        for number in range(1, len(session.project.specification.network.layers) + 1)
        for name in (f"W{number}", f"b{number}")
    ]
    return [Element(n, index) for n in names for index in np.ndindex(session.program.view(n).shape)]


def table(session: Session, gradients: bool) -> tuple[NDArray[np.int64], Array]:
    """Return the steps that are kept, and all parameters or gradients at each.

    The step in view is added where it is complete and comes after all that are kept.
    """
    samples, at = session.history.samples, session.position
    rows = samples.gradients if gradients else samples.parameters
    if at.done < at.operations or at.updates <= samples.steps[-1]:
        return samples.steps, rows
    compiled = session.machine.compiled
    last = compiled.gradients if gradients else compiled.parameters
    return np.append(samples.steps, at.updates), np.vstack([rows, last])


def values(session: Session, series: Series, rows: Array) -> Array:
    """Pick one curve out of a table."""
    if series.element is None:
        slot = session.memory.slots[f"Wb{series.layer}"]
        norms: Array = np.sqrt(np.square(rows[:, slot.start : slot.stop]).sum(axis=1))
        return norms
    parameter = Element(series.element.name.removeprefix("d"), series.element.index)
    return rows[:, session.place(parameter)]
