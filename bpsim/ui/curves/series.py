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


def choose(session: Session, selected: Iterable[Element], gradients: bool) -> tuple[Series, ...]:
    """Take what is selected; without that all parameters, or the layers' norms if they are many.

    Parameters
    ----------
    session
        Whose network it is.
    selected
        What is selected; only weights and biases count.
    gradients
        Whether their gradients are wanted.
    """
    chosen = [e for e in selected if e.is_parameter and session.has(e)]
    if not chosen and len(session.parameters()) <= MOST:
        chosen = _all(session)
    mark = "d" if gradients else ""
    if chosen:
        return tuple(Series(element=Element(mark + e.name, e.index)) for e in chosen[:MOST])
    layers = range(1, len(session.project.specification.network.layers) + 1)
    return tuple(Series(layer=number) for number in layers)[:MOST]


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
