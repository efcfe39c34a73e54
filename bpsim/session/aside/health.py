"""How each layer fares: its gradient, the size of its updates, and what its units put out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from math import nan, sqrt

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array, run
from bpsim.engine.memory import Memory, Slot
from bpsim.engine.program import Program
from bpsim.session.aside.ahead import Ahead
from bpsim.session.aside.landscape import spread
from bpsim.session.norm import norm
from bpsim.session.session import Session

BINS = 24
VANISHING = 1e-2
"""A layer whose gradient is less than this part of the largest layer's, for each parameter."""
EXPLODING = 1e3
"""A gradient as long as that is too long for any usual learning rate."""
FAST = 0.1
"""An update that changes weights by more than this part of their size."""
FLAT = 0.05
"""Where a slope is below this part of its largest, an activation is saturated."""
MOSTLY = 0.5
_MOST_ROWS = 1000
_LARGEST = float(np.finfo(float).max)
_STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}
_ENDS = {"sigmoid": (0.0, 1.0), "softmax": (0.0, 1.0), "tanh": (-1.0, 1.0)}


class Trouble(StrEnum):
    """What can be wrong with a layer; the gravest first."""

    EXPLODING = "exploding"
    DEAD = "dead"
    VANISHING = "vanishing"
    SATURATED = "saturated"
    FAST = "fast"


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer as it fares now.

    Attributes
    ----------
    number, activation, units
        Which it is.
    gradient
        The length of the next update's gradient by its weights and biases; NaN on overflow.
    ratio
        The length of that update over the length of what it changes; NaN where that is 0.
    counts, ends
        How many outputs, of all units and rows, fall into each of `BINS` equal parts of a range.
    dead
        How many units put out 0 for every row; only where that stops them from learning.
    saturated
        Which share of the outputs stands where the activation is flat.
    troubles
        What is wrong with it.
    """

    number: int
    activation: str
    units: int
    gradient: float
    ratio: float
    counts: NDArray[np.intp]
    ends: tuple[float, float]
    dead: int
    saturated: float
    troubles: tuple[Trouble, ...]


class Health:
    """Looks at a session's layers, beside the training."""

    def __init__(self) -> None:
        self._ahead = Ahead()
        self._program: Program | None = None

    def look(self, session: Session) -> tuple[Layer, ...]:
        """Return how the layers fare at the present parameters, over the training rows."""
        program, layers = self._forward(session), session.project.specification.network.layers
        slots = [program.memory.slots[f"Wb{n}"] for n in range(1, len(layers) + 1)]
        leap = self._ahead.look(session)
        nothing = [nan] * len(layers)
        gradients = nothing if leap is None else [_length(leap.gradients, s) for s in slots]
        updates = nothing if leap is None else [_length(leap.after - leap.before, s) for s in slots]
        weights = nothing if leap is None else [_length(leap.before, s) for s in slots]
        # For each parameter, so that large layers can be compared with small ones.
        each = [g / sqrt(s.stop - s.start) for g, s in zip(gradients, slots, strict=True)]
        largest, found = max(each), []
        for at, layer in enumerate(layers):
            values = program.view(f"a{at + 1}")
            counts, ends = _histogram(layer.activation, values)
            now = Layer(
                at + 1,
                layer.activation,
                layer.units,
                gradients[at],
                updates[at] / weights[at] if weights[at] else nan,
                counts,
                ends,
                _dead(layer.activation, values),
                _saturated(layer.activation, values),
                (),
            )
            last = at + 1 == len(layers)
            vanishing = each[at] < VANISHING * largest
            found.append(replace(now, troubles=tuple(_troubles(now, vanishing, last))))
        return tuple(found)

    def _forward(self, session: Session) -> Program:
        specification, data = session.project.specification, session.project.data
        parameters = session.parameters()
        kept = spread(len(data.train), len(parameters))
        if len(kept) > _MOST_ROWS:
            kept = np.linspace(0, len(data.train) - 1, _MOST_ROWS).astype(np.intp)
        program = self._program
        if (
            program is None
            or program.specification is not specification
            or program.rows != len(kept)
        ):
            memory = Memory(specification, [len(kept)])
            program = self._program = Program(specification, memory, len(kept))
        program.view("x")[:] = data.train[kept, : specification.network.inputs]
        stretch = program.memory.parameters
        program.memory.array[stretch.start : stretch.stop] = parameters
        run(program.forward_calls)
        return program


def _dead(activation: str, values: Array) -> int:
    return int((values == 0.0).all(axis=0).sum()) if activation == "relu" else 0


def _saturated(activation: str, values: Array) -> float:
    steepest = _STEEPEST.get(activation)
    if steepest is None:
        return 0.0
    slopes = values * (1.0 - values) if activation == "sigmoid" else 1.0 - np.square(values)
    return float(np.mean(slopes < FLAT * steepest))


def _histogram(activation: str, values: Array) -> tuple[NDArray[np.intp], tuple[float, float]]:
    finite = values[np.isfinite(values)]
    low, high = _ENDS.get(activation, (0.0, 0.0))
    if low == high and len(finite):
        low, high = float(finite.min()), float(finite.max())
    if low == high:
        # Where numbers are so large that 0.5 beside them is nothing, a little more.
        reach = max(0.5, 1e-9 * abs(low))
        low, high = max(low - reach, -_LARGEST), min(high + reach, _LARGEST)
    unit = 1.0 if high - low < np.inf else 0.5
    parts = (finite * unit - low * unit) / (high * unit - low * unit)
    places = np.clip(parts * BINS, 0, BINS - 1).astype(np.intp)
    return np.bincount(places, minlength=BINS), (low, high)


def _troubles(layer: Layer, vanishing: bool, last: bool) -> Iterator[Trouble]:
    if not layer.gradient < EXPLODING:
        yield Trouble.EXPLODING
    if layer.dead:
        yield Trouble.DEAD
    if vanishing:
        yield Trouble.VANISHING
    # Where the last layer is sure of its classes it is flat, as it should be.
    if layer.saturated > MOSTLY and not last:
        yield Trouble.SATURATED
    if layer.ratio > FAST:
        yield Trouble.FAST


def _length(array: Array, slot: Slot) -> float:
    with np.errstate(all="ignore"):
        return float(norm(array[slot.start : slot.stop]))


def gradient_norms(session: Session, layer: int) -> tuple[NDArray[np.int64], Array]:
    """Return the steps that are kept, and how long a layer's gradient was at each."""
    samples, slot = session.history.samples, session.memory.slots[f"Wb{layer}"]
    with np.errstate(all="ignore"):
        return samples.steps, np.asarray(norm(samples.gradients[:, slot.start : slot.stop].T))
