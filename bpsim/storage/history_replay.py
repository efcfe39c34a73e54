"""Goes through a training once more, by the very calls that the session makes."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.kernels import Array, run
from bpsim.session.compiled import Compiled
from bpsim.session.history import Edit, Era, Record
from bpsim.storage.progress import CancelledError, Progress

Element = tuple[str, tuple[int, ...]]
PLACES = 3
"""Step, epoch and batch."""
LOSSES = 2
"""Loss and penalty."""
_LOOK_EVERY = 64


@dataclass(frozen=True)
class Part:
    """Some rows of the history, in their order.

    Attributes
    ----------
    places
        Step, epoch and batch of each row, shape ``(rows, 3)``; epoch and batch are 0 at step 0.
    numbers
        Loss and penalty, then every parameter, then every gradient if they are wanted; NaN where
        there is none. Shape ``(rows, 2 + parameters)`` or ``(rows, 2 + 2 * parameters)``.
    events
        What happened at a row, ``edit`` or ``settings``; empty for an update.
    """

    places: NDArray[np.int64]
    numbers: Array
    events: tuple[str, ...]


def elements_of(record: Record) -> list[Element]:
    """Name every parameter in the order of the columns."""
    sizes = record.eras[0].project.specification.network.sizes
    found: list[Element] = []
    for number, (before, units) in enumerate(pairwise(sizes), 1):
        found += [(f"W{number}", index) for index in np.ndindex(units, before)]
        found += [(f"b{number}", index) for index in np.ndindex(units)]
    return found


def parts(
    record: Record, *, gradients: bool, every: int, rows: int, progress: Progress
) -> Iterator[Part]:
    """Give the history part by part.

    Parameters
    ----------
    record
        What was trained, and what was changed by hand.
    gradients
        Whether the gradients of each update are wanted.
    every
        Give every so many updates, besides the first row, the last and events.
    rows
        Of a part, at most.
    progress
        Called with steps done and in all; answers whether to go on.

    Raises
    ------
    CancelledError
        If `progress` says no.
    """
    replay = _Replay(record, progress)
    moments = replay.moments(every)
    more = True
    while more:
        part, more = replay.fill(moments, rows, gradients)
        if part.events:
            yield part
    progress(record.steps, record.steps)


class _Replay:
    def __init__(self, record: Record, progress: Progress) -> None:
        self._record, self._era, self._progress = record, record.eras[0], progress
        self._compiled = Compiled(self._era.project)
        self._compiled.start(initial_parameters(self._era.project.specification))
        self._step, self._done = 0, 0
        self._loaded: Array | None = None
        self._head: tuple[int, int, int] = (0, 0, 0)
        self._losses = (np.nan, np.nan)
        slots = self._compiled.memory.slots
        # Parameters come first in memory, whatever the settings are.
        self._order: NDArray[np.intp] = np.concatenate(
            [
                np.arange(slots[name].start, slots[name].stop).reshape(slots[name].shape).T.ravel()
                for number in range(1, len(self._era.project.specification.network.layers) + 1)
                for name in (f"W{number}", f"b{number}")
            ]
        )

    def fill(self, moments: Iterator[str], most: int, gradients: bool) -> tuple[Part, bool]:
        """Gather rows until a part is full; say whether there may be more."""
        width = len(self._order)
        places = np.empty((most, PLACES), np.int64)
        losses, values = np.empty((most, LOSSES)), np.empty((most, width))
        slopes = np.full((most, width), np.nan) if gradients else np.empty((most, 0))
        events: list[str] = []
        with np.errstate(all="ignore"):
            for event in moments:
                row = len(events)
                places[row], losses[row] = self._head, self._losses
                values[row] = self._compiled.parameters
                if gradients and self._step and not event:
                    slopes[row] = self._compiled.gradients
                events.append(event)
                if len(events) == most:
                    break
        count = len(events)
        ordered = [part[:count].take(self._order, 1) for part in (values, slopes) if part.size]
        numbers = np.concatenate([losses[:count], *ordered], axis=1)
        return Part(places[:count], numbers, tuple(events)), count == most

    def moments(self, every: int) -> Iterator[str]:
        """Stop at the start, after each update that is wanted and each event; name the event."""
        edits, eras = deque(self._record.edits), deque(self._record.eras[1:])
        last = self._record.steps
        yield ""
        while True:
            start = self._executed(self._step)
            # A change of settings right here comes before what is edited later in the step.
            while edits and edits[0].executed == start:
                self._edit(edits.popleft())
                yield "edit"
            while eras and eras[0].executed == start:
                self._enter(eras.popleft())
                yield "settings"
            while edits and edits[0].executed < start + self._era.operations:
                self._run_to(edits[0].executed - start)
                # The losses of a step in progress are not those of the last complete one.
                self._edit(edits.popleft())
                yield "edit"
            if self._step == last:
                return
            if self._done:
                self._run_to(self._era.operations)
                self._step, self._done = self._step + 1, 0
                self._complete()
            else:
                pending = [events[0].executed for events in (edits, eras) if events]
                until = min([last, *map(self._steps_at, pending)])
                self._run_whole(min(until, (self._step // every + 1) * every))
            if self._step % every == 0 or self._step == last:
                yield ""

    def _executed(self, step: int) -> int:
        return self._era.executed + (step - self._era.step) * self._era.operations

    def _steps_at(self, executed: int) -> int:
        return self._era.step + (executed - self._era.executed) // self._era.operations

    def _edit(self, edit: Edit) -> None:
        self._compiled.memory.array[edit.place] = edit.after

    def _enter(self, era: Era) -> None:
        compiled = Compiled(era.project)
        compiled.take_over(self._compiled)
        self._era, self._compiled, self._loaded = era, compiled, None

    def _complete(self) -> None:
        """Note where the step that is now complete stands, and its losses."""
        stored = self._compiled.first.stored
        self._head = (self._step, *self._era.place(self._step - 1))
        self._losses = (stored("loss").item(), stored("penalty").item())

    def _run_to(self, done: int) -> None:
        """Run the step in progress up to so many operations."""
        compiled = self._compiled
        epoch, batch = self._era.place(self._step)
        if self._done == 0:
            compiled.load(epoch, batch)
            self._loaded = None
        for operation in compiled.program_of(batch).operations[self._done : done]:
            run(operation.calls)
        self._done = done

    def _run_whole(self, until: int) -> None:
        """Run whole steps."""
        compiled, era = self._compiled, self._era
        programs, blocks = compiled.programs, compiled.batches.blocks
        for step in range(self._step, until):
            if step % _LOOK_EVERY == 0 and not self._progress(step, self._record.steps):
                raise CancelledError
            epoch, batch = divmod(step - era.first_step, era.batches)
            block = blocks(era.first_epoch + epoch + 1)[batch]
            program = programs[block.shape[1]]
            if block is not self._loaded:
                np.copyto(program.batch, block)
                self._loaded = block
            for call in program.calls:
                call()
        self._step = until
        self._complete()
