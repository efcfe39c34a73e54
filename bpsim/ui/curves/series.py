"""Which curves are drawn, and their values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.norm import norm
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
        The layer whose curve it is, where it is one.
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
    layers: bool = False,
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
    layers
        Whether one curve a layer is wanted instead.
    """
    count = len(session.project.specification.network.layers)
    chosen = [] if layers else wanted(session, selected, pinned)
    if not layers and not chosen and len(session.parameters()) <= MOST:
        chosen = _all(session)
    mark = "d" if gradients else ""
    if chosen:
        return tuple(Series(element=Element(mark + e.name, e.index)) for e in chosen[:MOST])
    return tuple(Series(layer=number + 1) for number in range(min(count, MOST)))


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


@dataclass(frozen=True, eq=False)
class Table:
    """Parameters or gradients at the steps that are kept, and at the one in view.

    Attributes
    ----------
    steps
        In their order.
    rows
        At each step that is kept.
    here, row
        Where the step in view comes in, and its own row, where it is none of those.
    """

    steps: NDArray[np.int64]
    rows: Array
    here: int = 0
    row: Array | None = None

    def curve(self, pick: Callable[[Array], Array]) -> Array:
        """Make one number of each row."""
        kept = pick(self.rows)
        return kept if self.row is None else np.insert(kept, self.here, pick(self.row))


def table(session: Session, gradients: bool) -> Table:
    """Return all parameters or gradients at the steps that are kept, and where training stands."""
    samples, at = session.history.samples, session.position
    rows = samples.gradients if gradients else samples.parameters
    here = int(np.searchsorted(samples.steps, at.updates))
    kept = here < len(samples.steps) and samples.steps[here] == at.updates
    if at.done < at.operations or kept:
        return Table(samples.steps, rows)
    compiled = session.machine.compiled
    row = compiled.gradients if gradients else compiled.parameters
    return Table(np.insert(samples.steps, here, at.updates), rows, here, row[np.newaxis])


def values(session: Session, series: Series, known: Table) -> Array:
    """Pick one curve out of a table."""
    if series.element is None:
        slot = session.memory.slots[f"Wb{series.layer}"]
        with np.errstate(all="ignore"):
            return known.curve(lambda rows: np.asarray(norm(rows[:, slot.start : slot.stop].T)))
    parameter = Element(series.element.name.removeprefix("d"), series.element.index)
    place = session.place(parameter)
    return known.curve(lambda rows: rows[:, place])
