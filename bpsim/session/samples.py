"""Parameters and gradients of evenly spaced steps, for curves over the whole training."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array

_MOST_ROWS = 2000
_MOST_BYTES = 32 * 2**20


@dataclass(frozen=True)
class Kept:
    """Rows that were cut off, so that they can be given back."""

    steps: NDArray[np.int64]
    rows: Array


class Samples:
    """A table with a row for every so many steps; when it is full, every other row goes.

    Attributes
    ----------
    every
        Steps from row to row.
    size
        How many parameters there are; a row holds them, then as many gradients.
    """

    def __init__(self, parameters: Array) -> None:
        self.size, self.every, self._count = len(parameters), 1, 0
        self._most = max(16, min(_MOST_ROWS, _MOST_BYTES // (16 * self.size)))
        self._steps = np.empty(16, dtype=np.int64)
        self._rows = np.empty((16, 2 * self.size))
        self.add(0, parameters, np.full(self.size, np.nan))

    @property
    def nbytes(self) -> int:
        """What it takes."""
        return self._rows.nbytes + self._steps.nbytes

    @property
    def steps(self) -> NDArray[np.int64]:
        """The step of each row; 0 is the state before any update."""
        return self._steps[: self._count]

    @property
    def parameters(self) -> Array:
        """The parameters after each of these steps, as stored, shape ``(rows, parameters)``."""
        return self._rows[: self._count, : self.size]

    @property
    def gradients(self) -> Array:
        """The gradients that each of these updates used, likewise; NaN for step 0."""
        return self._rows[: self._count, self.size :]

    def add(self, step: int, parameters: Array, gradients: Array) -> None:
        """Note a step, if it is one of those that are kept and not noted yet."""
        if step % self.every or (self._count and step <= self._steps[self._count - 1]):
            return
        if self._count == len(self._steps):
            if self._count >= self._most:
                self._thin(self.every * 2)
                if step % self.every:
                    return
            else:
                self._grow(self._count + 1)
        self._steps[self._count] = step
        self._rows[self._count, : self.size] = parameters
        self._rows[self._count, self.size :] = gradients
        self._count += 1

    def cut(self, step: int) -> Kept:
        """Forget what comes after a step, and return it."""
        at = bisect_right(self.steps, step)
        kept = Kept(self.steps[at:].copy(), self._rows[at : self._count].copy())
        self._count = at
        return kept

    def attach(self, kept: Kept) -> None:
        """Give back what `cut` took."""
        count = self._count + len(kept.steps)
        self._grow(count)
        self._steps[self._count : count] = kept.steps
        self._rows[self._count : count] = kept.rows
        self._count = count
        if len(kept.steps):
            self._thin(self.every)

    def _grow(self, count: int) -> None:
        if count <= len(self._steps):
            return
        room = max(count, min(2 * len(self._steps), self._most))
        steps, rows = np.empty(room, dtype=np.int64), np.empty((room, 2 * self.size))
        steps[: self._count], rows[: self._count] = self.steps, self._rows[: self._count]
        self._steps, self._rows = steps, rows

    def _thin(self, every: int) -> None:
        self.every = every
        keep = np.flatnonzero(self.steps % every == 0)
        self._steps[: len(keep)] = self._steps[keep]
        self._rows[: len(keep)] = self._rows[keep]
        self._count = len(keep)
