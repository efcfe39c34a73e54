"""Compares the gradients of backpropagation with numerical derivatives of the loss."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import isfinite

import numpy as np

from bpsim.engine.kernels import Array, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Specification

TOLERANCE = 1e-6
"""How far a gradient may be off, as a part of itself."""
_NOISE = 1e-11
"""What rounding in the loss leaves of a numerical derivative, as a part of loss and gradients."""
_STEPS = (1e-3, 1e-2, 1e-4, 1e-5, 1e-1)
"""Distances to try, as parts of the parameter's size: sharp bends need short ones."""


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
    """

    name: str
    gradient: float
    numerical: float
    difference: float
    verdict: str


def check_gradients(
    specification: Specification, batch: Array, parameters: Array
) -> list[Comparison]:
    """Check every gradient of one batch, on a copy of everything.

    Parameters
    ----------
    specification
        The network and its training.
    batch
        As the program takes it: inputs, ones and targets, shape ``(inputs+1+outputs, rows)``.
    parameters
        All parameters as they are stored.
    """
    memory = Memory(specification, [batch.shape[1]])
    program = Program(specification, memory, batch.shape[1])
    stretch = memory.parameters
    theta = memory.array[stretch.start : stretch.stop]
    theta[:] = parameters
    program.batch[:] = batch
    passes = [op for op in program.operations if op.phase is not Phase.UPDATE]
    losses = [op for op in passes if op.phase is not Phase.BACKWARD]

    def loss(place: int, value: float) -> float:
        theta[place] = value
        for operation in losses:
            run(operation.calls)
        total = program.stored("loss").item() + program.stored("penalty").item()
        theta[place] = parameters[place]
        return float(total)

    for operation in passes:
        run(operation.calls)
    gradients = memory.array[memory.gradients.start : memory.gradients.stop].copy()
    total = program.stored("loss").item() + program.stored("penalty").item()
    largest = float(np.abs(gradients).max())
    noise = _NOISE * (abs(total) + largest)
    found = []
    for name, index, place in _elements(program):
        gradient, value = float(gradients[place]), float(parameters[place])
        numerical = _nearest(partial(loss, place), value, gradient, noise)
        distance = abs(gradient - numerical)
        difference = distance / max(largest, abs(numerical)) if distance else 0.0
        right = _agree(gradient, numerical, noise)
        verdict = "right" if right else "kink" if _bends(partial(loss, place), value) else "wrong"
        element = f"d{name}[{','.join(map(str, index))}]"
        found.append(Comparison(element, gradient, numerical, difference, verdict))
    return found


def _agree(gradient: float, numerical: float, noise: float) -> bool:
    size = max(abs(gradient), abs(numerical))
    return abs(gradient - numerical) <= TOLERANCE * size + noise


def _elements(program: Program) -> list[tuple[str, tuple[int, ...], int]]:
    found = []
    for number in range(1, len(program.specification.network.layers) + 1):
        for name in (f"W{number}", f"b{number}"):
            slot = program.slots[name]
            for index in np.ndindex(slot.shape[::-1]):
                place = slot.start + int(np.ravel_multi_index(index[::-1], slot.shape))
                found.append((name, index, place))
    return found


def _nearest(loss: Callable[[float], float], value: float, gradient: float, noise: float) -> float:
    """Differentiate at several distances, until one agrees; else give the steadiest estimate."""
    estimates = []
    for step in _STEPS:
        estimate = _five_points(loss, value, step * max(1.0, abs(value)))
        if _agree(gradient, estimate, noise):
            return estimate
        estimates.append((step, estimate))
    estimates.sort()
    pairs = [(abs(b - a), b) for (_, a), (_, b) in pairwise(estimates) if isfinite(b - a)]
    return min(pairs)[1] if pairs else estimates[0][1]


def _five_points(loss: Callable[[float], float], value: float, h: float) -> float:
    """Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 25.3.6."""
    one = loss(value + h) - loss(value - h)
    two = loss(value + 2.0 * h) - loss(value - 2.0 * h)
    return (8.0 * one - two) / (12.0 * h)


def _bends(loss: Callable[[float], float], value: float) -> bool:
    """Tell a kink: the two one-sided derivatives stay apart however near one looks."""
    middle, gaps, slopes = loss(value), [], 0.0
    for step in (1e-4, 1e-6):
        h = step * max(1.0, abs(value))
        right, left = (loss(value + h) - middle) / h, (middle - loss(value - h)) / h
        gaps.append(abs(right - left))
        slopes = max(abs(right), abs(left))
        rounding = 1e-14 * abs(middle) / h
    return gaps[1] > max(0.5 * gaps[0], 1e-4 * slopes, rounding)
