"""What has happened so far: losses, checkpoints and hand edits."""

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np

from bpsim.engine.kernels import Array


@dataclass(frozen=True)
class Edit:
    """A parameter changed by hand.

    Attributes
    ----------
    executed
        How many operations had run when it was made.
    name
        The value in NumPy's notation: ``W1[0,2]``.
    place
        Its place in memory.
    before, after
        Its values.
    """

    executed: int
    name: str
    place: int
    before: float
    after: float


@dataclass
class Track:
    """A growing row of numbers, one a step, NaN where there is none."""

    values: Array = field(default_factory=lambda: np.full(1024, np.nan))

    def room(self, size: int) -> Array:
        """Return the array, grown to hold at least `size` numbers."""
        if size > len(self.values):
            grown = np.full(max(size, 2 * len(self.values)), np.nan)
            grown[: len(self.values)] = self.values
            self.values = grown
        return self.values


@dataclass(frozen=True)
class Future:
    """What an edit in the past cut off, so that undo can give it back."""

    horizon: int
    losses: Array
    penalties: Array
    checkpoints: dict[int, Array]
    edits: tuple[Edit, ...]


class History:
    """The record of one training, from its start to the furthest operation ever run.

    Attributes
    ----------
    horizon
        How many operations have run at the furthest.
    edits
        In their order.
    every
        A checkpoint is kept each so many steps; more as the budget fills.
    """

    def __init__(self, operations: int, state: Array, every: int, budget: int) -> None:
        self.operations = operations
        self.horizon = 0
        self.edits: list[Edit] = []
        self.every = every
        self._budget = budget
        self._losses, self._penalties = Track(), Track()
        self._checkpoints: dict[int, Array] = {0: state.copy()}

    @property
    def steps(self) -> int:
        """Complete steps up to the horizon."""
        return self.horizon // self.operations

    @property
    def losses(self) -> Array:
        """The batch loss of each complete step; index 0 is step 1."""
        return self._losses.values[: self.steps]

    @property
    def penalties(self) -> Array:
        """The penalty of each complete step, NaN where there is none."""
        return self._penalties.room(self.steps)[: self.steps]

    def loss_room(self, steps: int) -> Array:
        """Return the array of losses with room for so many steps."""
        return self._losses.room(steps)

    def penalty_room(self, steps: int) -> Array:
        """Return the array of penalties with room for so many steps."""
        return self._penalties.room(steps)

    def checkpoint(self, step: int, state: Array) -> None:
        """Keep the state right after a step, before any edit made there."""
        if step in self._checkpoints:
            return
        self._checkpoints[step] = state.copy()
        if len(self._checkpoints) * state.nbytes > self._budget and len(self._checkpoints) > 4:
            # Thin out: the record stays complete, a far jump replays a little more.
            self.every *= 2
            self._checkpoints = {
                s: kept for s, kept in self._checkpoints.items() if s % self.every == 0
            }

    def nearest(self, step: int) -> tuple[int, Array]:
        """Return the last checkpoint at or before a step, as its step and the state."""
        steps = sorted(self._checkpoints)
        found = steps[bisect_right(steps, step) - 1]
        return found, self._checkpoints[found]

    def edits_at(self, executed: int) -> list[Edit]:
        """Return the edits made after so many operations."""
        return [edit for edit in self.edits if edit.executed == executed]

    def cut(self, executed: int, keep_edits: int) -> Future:
        """Forget all after `executed` operations but the first edits; return what was cut."""
        steps, after = self.steps, executed // self.operations
        cut = Future(
            self.horizon,
            self._losses.values[after:steps].copy(),
            self.penalties[after:steps].copy(),
            {s: kept for s, kept in self._checkpoints.items() if s * self.operations > executed},
            tuple(self.edits[keep_edits:]),
        )
        for step in cut.checkpoints:
            self._checkpoints.pop(step, None)
        del self.edits[keep_edits:]
        self.horizon = executed
        return cut

    def attach(self, executed: int, future: Future) -> None:
        """Give back what `cut` took."""
        after = executed // self.operations
        self.horizon = future.horizon
        self.loss_room(self.steps)[after : after + len(future.losses)] = future.losses
        self.penalty_room(self.steps)[after : after + len(future.penalties)] = future.penalties
        self._checkpoints.update(future.checkpoints)
        self.edits.extend(future.edits)
