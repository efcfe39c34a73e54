"""What has happened so far: settings, losses, checkpoints and hand edits."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.checkpoints import Checkpoints
from bpsim.session.position import Position
from bpsim.session.project import Project
from bpsim.session.samples import Kept, Samples
from bpsim.session.values import Element

_NEVER = 2**62
_NONE: Array = np.empty(0)


@dataclass(frozen=True)
class Edit:
    """A parameter changed by hand.

    Attributes
    ----------
    executed
        How many operations had run when it was made.
    element
        The weight or bias.
    place
        Its place in memory.
    before, after
        Its values.
    """

    executed: int
    element: Element
    place: int
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Era:
    """A stretch of training under the same settings; a change of settings begins another.

    Attributes
    ----------
    project
        What is trained, and how.
    step, executed
        How many steps and operations ran before it.
    operations, batches
        How many operations a step has, and how many steps an epoch.
    first_step, first_epoch
        Where its first epoch begins: steps and epochs before it. An era that changes nothing
        about the batches goes on in the midst of the last one's epoch.
    """

    project: Project
    step: int
    executed: int
    operations: int
    batches: int
    first_step: int
    first_epoch: int

    def place(self, step: int) -> tuple[int, int]:
        """Return epoch and batch, from 1, of the step after `step` others."""
        epoch, batch = divmod(step - self.first_step, self.batches)
        return self.first_epoch + epoch + 1, batch + 1


@dataclass(frozen=True, eq=False)
class Record:
    """What it takes to go through a training once more.

    Attributes
    ----------
    eras, edits
        In their order.
    steps
        How many complete steps there are.
    """

    eras: tuple[Era, ...]
    edits: tuple[Edit, ...]
    steps: int


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
    """What a change in the past cut off, so that undo can give it back."""

    horizon: int
    losses: Array
    penalties: Array
    checkpoints: dict[int, Array]
    samples: Kept
    edits: tuple[Edit, ...]
    eras: tuple[Era, ...]

    @property
    def nbytes(self) -> int:
        """What it takes, roughly."""
        state = next(iter(self.checkpoints.values()), _NONE)
        states = len(self.checkpoints) * state.nbytes
        return self.losses.nbytes + self.penalties.nbytes + states + self.samples.rows.nbytes


def _executed(event: Edit | Era) -> int:
    return event.executed


class History:
    """The record of one training, from its start to the furthest operation ever run.

    Parameters
    ----------
    first
        The first era.
    state
        The state before any update.
    parameters
        How many numbers of it are parameters.
    rows
        Rows of a batch.

    Attributes
    ----------
    horizon
        How many operations have run at the furthest.
    eras, edits
        In their order.
    checkpoints
        States from which any other can be made again.
    samples
        Parameters and gradients over the steps.
    """

    def __init__(self, first: Era, state: Array, parameters: int, rows: int) -> None:
        self.eras: list[Era] = [first]
        self.edits: list[Edit] = []
        self.horizon = 0
        self.checkpoints = Checkpoints(state, parameters * rows)
        self.samples = Samples(state[:parameters])
        self._losses, self._penalties = Track(), Track()

    # Counting

    def era_after(self, executed: int) -> Era:
        """Return the era in which the next operation runs."""
        return self.eras[bisect_right(self.eras, executed, key=_executed) - 1]

    def era_before(self, executed: int) -> Era:
        """Return the era in which the last of so many operations ran."""
        return self.era_after(max(executed - 1, 0))

    def end_of(self, era: Era) -> int:
        """Return when the era after this one begins; never, if it is the last."""
        later = bisect_right(self.eras, era.executed, key=_executed)
        return self.eras[later].executed if later < len(self.eras) else _NEVER

    def steps_at(self, executed: int) -> int:
        """Count the complete steps after so many operations."""
        era = self.era_after(executed)
        return era.step + (executed - era.executed) // era.operations

    def executed_at(self, step: int) -> int:
        """Count the operations up to the end of a step."""
        before = bisect_right(self.eras, max(step - 1, 0), key=lambda era: era.step) - 1
        era = self.eras[before]
        return era.executed + (step - era.step) * era.operations

    def position(self, executed: int) -> Position:
        """Work out where a cursor stands; a complete step stays in view until the next."""
        era = self.era_before(executed)
        before, _ = divmod(max(executed - 1 - era.executed, 0), era.operations)
        epoch, batch = era.place(era.step + before)
        done = executed - era.executed - before * era.operations
        updates = self.steps_at(executed)
        return Position(
            executed,
            updates,
            era.step + before + 1,
            epoch,
            batch,
            era.batches,
            done,
            era.operations,
        )

    def place_of(self, step: int) -> tuple[int, int]:
        """Return epoch and batch, from 1, of a step."""
        era = self.era_after(self.executed_at(step - 1))
        return era.place(step - 1)

    @property
    def nbytes(self) -> int:
        """What it takes, roughly."""
        tracks = self._losses.values.nbytes + self._penalties.values.nbytes
        return tracks + self.checkpoints.nbytes + self.samples.nbytes

    @property
    def steps(self) -> int:
        """Complete steps up to the horizon."""
        return self.steps_at(self.horizon)

    def record(self) -> Record:
        """Return what it takes to go through it once more; it stays as it is from now on."""
        end = self.executed_at(self.steps + 1)
        edits = tuple(edit for edit in self.edits if edit.executed < end)
        return Record(tuple(self.eras), edits, self.steps)

    # Losses

    @property
    def losses(self) -> Array:
        """The batch loss of each complete step; index 0 is step 1."""
        return self._losses.room(self.steps)[: self.steps]

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

    def resume(
        self, horizon: int, losses: Array, penalties: Array, step: int, state: Array
    ) -> None:
        """Take up a record that was made before, with one checkpoint of it."""
        self.horizon = horizon
        self.loss_room(self.steps)[: len(losses)] = losses
        self.penalty_room(self.steps)[: len(penalties)] = penalties
        self.checkpoints.attach({step: state})

    # Events

    def edits_at(self, executed: int) -> list[Edit]:
        """Return the edits made after so many operations."""
        start = bisect_left(self.edits, executed, key=_executed)
        return self.edits[start : bisect_right(self.edits, executed, key=_executed)]

    def next_event(self, executed: int) -> int | None:
        """Return when the first edit or change of settings after so many operations was made."""
        edit = bisect_right(self.edits, executed, key=_executed)
        era = bisect_right(self.eras, executed, key=_executed)
        times = [e.executed for e in self.edits[edit : edit + 1]]
        times += [e.executed for e in self.eras[era : era + 1]]
        return min(times, default=None)

    def rename(self, name: str) -> None:
        """Give the project of every era another name."""
        self.eras = [replace(era, project=replace(era.project, name=name)) for era in self.eras]

    def cut(self, executed: int, edits: int, eras: int) -> Future:
        """Forget what comes after so many operations, edits and eras, and return it."""
        steps, after = self.steps, self.steps_at(executed)
        losses, penalties = self.losses, self.penalties
        cut = Future(
            self.horizon,
            losses[after:steps].copy(),
            # Without a penalty there are none to keep.
            penalties[after:steps].copy() if np.isfinite(penalties[after:steps]).any() else _NONE,
            self.checkpoints.cut(after),
            self.samples.cut(after),
            tuple(self.edits[edits:]),
            tuple(self.eras[eras:]),
        )
        losses[after:steps] = penalties[after:steps] = np.nan
        del self.edits[edits:]
        del self.eras[eras:]
        self.horizon = executed
        return cut

    def attach(self, executed: int, future: Future) -> None:
        """Give back what `cut` took."""
        after = self.steps_at(executed)
        self.edits.extend(future.edits)
        self.eras.extend(future.eras)
        self.horizon = future.horizon
        self.loss_room(self.steps)[after : after + len(future.losses)] = future.losses
        self.penalty_room(self.steps)[after : after + len(future.penalties)] = future.penalties
        self.checkpoints.attach(future.checkpoints)
        self.samples.attach(future.samples)
