"""Compares the gradients of backpropagation with numerical derivatives of the loss."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Array, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Specification

TOLERANCE = 1e-7
"""How far a gradient may be off, as a part of the largest one."""


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
    scale = max(float(np.abs(gradients).max()), 1e-12)
    found = []
    for name, index, place in _elements(program):
        numerical, kink = _derivative(loss, place, float(parameters[place]))
        difference = abs(float(gradients[place]) - numerical) / scale
        right = difference <= TOLERANCE
        verdict = "right" if right else "kink" if kink else "wrong"
        element = f"d{name}[{','.join(map(str, index))}]"
        found.append(Comparison(element, float(gradients[place]), numerical, difference, verdict))
    return found


def _elements(program: Program) -> list[tuple[str, tuple[int, ...], int]]:
    found = []
    for number in range(1, len(program.specification.network.layers) + 1):
        for name in (f"W{number}", f"b{number}"):
            slot = program.slots[name]
            for index in np.ndindex(slot.shape[::-1]):
                place = slot.start + int(np.ravel_multi_index(index[::-1], slot.shape))
                found.append((name, index, place))
    return found


def _derivative(
    loss: Callable[[int, float], float], place: int, value: float
) -> tuple[float, bool]:
    """Differentiate by five points (Abramowitz and Stegun 25.3.6), and tell a kink."""
    h = 1e-3 * max(1.0, abs(value))
    middle = loss(place, value)
    one, two = ((loss(place, value + k * h), loss(place, value - k * h)) for k in (1.0, 2.0))
    numerical = (8.0 * (one[0] - one[1]) - (two[0] - two[1])) / (12.0 * h)
    right, left = (one[0] - middle) / h, (middle - one[1]) / h
    inner = 1e-6 * max(1.0, abs(value))
    tiny = (loss(place, value + inner) - loss(place, value - inner)) / (2.0 * inner)
    bent = abs(right - left) > 0.05 * (abs(right) + abs(left)) + 1e-6
    return numerical, bent or abs(tiny - numerical) > 1e-5 * (abs(numerical) + 1e-3)
