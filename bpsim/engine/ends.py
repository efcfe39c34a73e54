"""The end of the network, where a loss is taken, and what losses have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Array, Calls, bind, constant, mean_parts, run

Values = Mapping[str, float]


@dataclass(frozen=True)
class Ends:
    """The arrays at the end of the network that a loss works on.

    Attributes
    ----------
    z, a, y
        Weighted sums, outputs and targets, shape ``(outputs, batch)``.
    kept
        What the output activation's forward pass kept.
    residual
        Kept by the loss for its derivative, shape ``(outputs, batch)``.
    losses
        The loss of each sample, shape ``(1, batch)``.
    """

    z: Array
    a: Array
    y: Array
    kept: tuple[Array, ...]
    residual: Array
    losses: Array

    def terms(self) -> Array:
        """Return room for a term of each output; of a single one it is the loss itself."""
        return self.losses if len(self.a) == 1 else np.empty_like(self.a)


ValueBuilder = Callable[[Ends, Values], Calls]
SlopeBuilder = Callable[[Ends, Array, Values], Calls]


def total(terms: Array, ends: Ends, times: float = 1.0) -> Calls:
    """Add up over the outputs by a product with ones, times a power of two."""
    if terms is ends.losses:
        return []
    return [bind(np.full((1, terms.shape[0]), times).dot, terms, ends.losses)]


def mean(terms: Array, ends: Ends, times: float = 1.0) -> Calls:
    """Take the mean over the outputs, times a power of two."""
    if terms is ends.losses:
        return []
    part, rest = mean_parts(terms.shape[0])
    calls: Calls = [bind(np.full((1, terms.shape[0]), times * part).dot, terms, ends.losses)]
    if rest != 1.0:
        calls.append(bind(np.divide, ends.losses, constant(rest), ends.losses))
    return calls


def residuals(ends: Ends) -> Calls:
    """Take the distance from the targets."""
    return [bind(np.subtract, ends.a, ends.y, ends.residual)]


def squares(ends: Ends, loss: Array, divisor: float, otherwise: Calls) -> Calls:
    """Make the loss of a whole batch of its squared residuals; otherwise where those overflow."""
    residual, result = ends.residual.reshape(-1), loss.reshape(-1)
    dot = residual.dot

    def apply() -> None:
        total = dot(residual)
        if total < np.inf:
            result[0] = total / divisor
        else:
            run(otherwise)

    return [apply]


def outputs(ends: Ends) -> float:
    """Count the outputs."""
    return float(ends.a.shape[0])


def clip(array: Array, limit: float, out: Array) -> Calls:
    """Cut off at a limit on both sides."""
    return [
        bind(np.fmin, array, constant(limit), out),
        bind(np.fmax, out, constant(-limit), out),
    ]
