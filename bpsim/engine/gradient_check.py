"""Compares the gradients of backpropagation with numerical derivatives of the loss."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import inf, isfinite, nan
from typing import Literal

import numpy as np

from bpsim.engine.kernels import Array, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Specification

TOLERANCE = 1e-6
"""How far a gradient may be off, as a part of itself."""
_NOISE = 1e-11
"""What rounding in the loss leaves of a numerical derivative, as a part of loss and gradients."""
_ROUNDING = 2e-15
"""The same before it is divided by a short distance."""
_STEPS = (1e-3, 1e-2, 1e-4, 1e-5, 1e-1)
"""Distances to try, as parts of the parameter's size: sharp bends need short ones."""
_SHORT_STEPS = (1e-6, 1e-7, 1e-8)
"""Distances between a value and a kink close by."""

Verdict = Literal["right", "wrong", "kink"]
Place = tuple[str, tuple[int, ...]]
"""A parameter: ``("W1", (0, 2))``."""


@dataclass(frozen=True)
class Comparison:
    """One parameter's two derivatives.

    Attributes
    ----------
    name
        The gradient in NumPy's notation.
    gradient, numerical
        By backpropagation, and by differences.
    difference
        Their distance as a part of the largest gradient.
    verdict
        ``right``, ``wrong``, or ``kink`` where the loss has no derivative.
    step
        How far the parameter was moved for the numerical one.
    sides
        At a kink, the slopes to the left and to the right.
    """

    name: str
    gradient: float
    numerical: float
    difference: float
    verdict: Verdict
    step: float
    sides: tuple[float, float] | None = None

    @property
    def distance(self) -> float:
        """How far the two lie apart."""
        return abs(self.gradient - self.numerical)

    @property
    def relative(self) -> float:
        """The same as a part of the larger of the two."""
        size = max(abs(self.gradient), abs(self.numerical))
        return self.distance / size if size else 0.0


class GradientCheck:
    """Checks the gradients of one batch one by one, on a copy of everything.

    Parameters
    ----------
    specification
        The network and its training.
    batch
        As the program takes it: inputs, ones and targets, shape ``(inputs+1+outputs, rows)``.
    parameters
        All parameters as they are stored.

    Attributes
    ----------
    places
        All parameters, layer by layer.
    """

    def __init__(self, specification: Specification, batch: Array, parameters: Array) -> None:
        memory = Memory(specification, [batch.shape[1]])
        self._program = program = Program(specification, memory, batch.shape[1])
        self._theta = memory.array[memory.parameters.start : memory.parameters.stop]
        self._theta[:] = parameters
        program.batch[:] = batch
        passes = [op for op in program.operations if op.phase is not Phase.UPDATE]
        # What lies below a parameter's layer doesn't depend on it.
        self._losses = {
            number: [
                call
                for op in passes
                if op.phase is not Phase.BACKWARD and (op.layer >= number or not op.layer)
                for call in op.calls
            ]
            for number in range(1, len(specification.network.layers) + 1)
        }
        run([call for op in passes for call in op.calls])
        self._gradients = memory.array[memory.gradients.start : memory.gradients.stop].copy()
        self._largest = float(np.abs(self._gradients).max())
        self._scale = abs(self._total()) + self._largest
        self.places: tuple[Place, ...] = tuple(
            (name, index)
            for number in self._losses
            for name in (f"W{number}", f"b{number}")
            for index in np.ndindex(program.slots[name].shape[::-1])
        )

    def compare(self, place: Place) -> Comparison:
        """Check one parameter."""
        name, index = place
        slot = self._program.slots[name]
        at = slot.start + int(np.ravel_multi_index(index[::-1], slot.shape))
        gradient, value = float(self._gradients[at]), float(self._theta[at])
        loss = partial(self._loss, int(name[1:]), at)
        numerical, step, agrees = self._nearest(loss, value, gradient)
        distance = abs(gradient - numerical)
        difference = distance / max(self._largest, abs(numerical)) if distance else 0.0
        verdict: Verdict = "right"
        sides = None
        if not agrees:
            sides = _sides(loss, value)
            verdict = "wrong" if sides is None else "kink"
        run(self._losses[int(name[1:])])  # those above go on from what is computed here
        element = f"d{name}[{','.join(map(str, index))}]"
        return Comparison(element, gradient, numerical, difference, verdict, step, sides)

    def _total(self) -> float:
        program = self._program
        return float(program.stored("loss").item() + program.stored("penalty").item())

    def _loss(self, layer: int, at: int, value: float) -> float:
        kept = self._theta[at]
        self._theta[at] = value
        run(self._losses[layer])
        self._theta[at] = kept
        return self._total()

    def _noise(self, part: float) -> float:
        return (_ROUNDING / part if part in _SHORT_STEPS else _NOISE) * self._scale

    def _nearest(
        self, loss: Callable[[float], float], value: float, gradient: float
    ) -> tuple[float, float, bool]:
        """Differentiate at several distances, until one agrees; else give the steadiest estimate.

        Short distances suffer from rounding: they are tried only where the others don't agree
        among themselves either, since a kink lies between.
        """
        size, estimates = max(1.0, abs(value)), []
        steadiest = (inf, nan, nan)
        for parts in (_STEPS, _SHORT_STEPS):
            for part in parts:
                estimate = _five_points(loss, value, part * size)
                if _agree(gradient, estimate, self._noise(part)):
                    return estimate, part * size, True
                estimates.append((part * size, estimate))
            estimates.sort()
            pairs = pairwise(estimates)
            found = [(abs(b - a), b, step) for (_, a), (step, b) in pairs if isfinite(b - a)]
            steadiest = min(found, default=steadiest)
            gap, estimate, _ = steadiest
            if gap <= TOLERANCE * abs(estimate) + _NOISE * self._scale:
                break
        return *steadiest[1:], False


def check_gradients(
    specification: Specification, batch: Array, parameters: Array, places: Iterable[Place] = ()
) -> list[Comparison]:
    """Check the gradients of some parameters, or of all; see `GradientCheck`."""
    check = GradientCheck(specification, batch, parameters)
    return [check.compare(place) for place in tuple(places) or check.places]


def _agree(gradient: float, numerical: float, noise: float) -> bool:
    size = max(abs(gradient), abs(numerical))
    return abs(gradient - numerical) <= TOLERANCE * size + noise


def _five_points(loss: Callable[[float], float], value: float, h: float) -> float:
    """Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 25.3.6."""
    one = loss(value + h) - loss(value - h)
    two = loss(value + 2.0 * h) - loss(value - 2.0 * h)
    return (8.0 * one - two) / (12.0 * h)


def _sides(loss: Callable[[float], float], value: float) -> tuple[float, float] | None:
    """Give the slopes on both sides of a kink: they stay apart however near one looks."""
    middle, gaps, slopes, sides = loss(value), [], 0.0, (0.0, 0.0)
    for step in (1e-4, 1e-6):
        h = step * max(1.0, abs(value))
        right, left = (loss(value + h) - middle) / h, (middle - loss(value - h)) / h
        gaps.append(abs(right - left))
        sides = (left, right)
        slopes = max(abs(right), abs(left))
        rounding = 1e-14 * abs(middle) / h
    return sides if gaps[1] > max(0.5 * gaps[0], 1e-4 * slopes, rounding) else None
