"""The parameter history as CSV, made by replaying the training."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.kernels import Array, run
from bpsim.session.compiled import Compiled
from bpsim.session.history import Edit, Era, Record
from bpsim.session.values import column_name
from bpsim.storage.safe_write import write_safely

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
_CHUNK_BYTES = 2**20
Progress = Callable[[int, int], bool]
Element = tuple[str, tuple[int, ...]]


class CancelledError(Exception):
    """The person cancelled; nothing was written."""


def text(value: float) -> str:
    """Write a number so that it reads back as the same float64."""
    return "NaN" if value != value else repr(float(value))


class _Replay:
    """Goes through a training once more, by the very calls that the session makes.

    Attributes
    ----------
    elements
        Every parameter in the order of the columns.
    step
        How many updates are complete.
    """

    def __init__(self, record: Record) -> None:
        self._record, self._era = record, record.eras[0]
        self._compiled = Compiled(self._era.project)
        self._compiled.start(initial_parameters(self._era.project.specification))
        self.step, self._done = 0, 0
        self.elements: list[Element] = []
        places = []
        memory = self._compiled.memory
        for number in range(1, len(self._era.project.specification.network.layers) + 1):
            for name in (f"W{number}", f"b{number}"):
                slot = memory.slots[name]
                self.elements += [(name, index) for index in np.ndindex(slot.shape[::-1])]
                places.append(np.arange(slot.start, slot.stop).reshape(slot.shape).T.ravel())
        # Parameters come first in memory, whatever the settings are.
        self._places: NDArray[np.intp] = np.concatenate(places)

    def parameters(self) -> Array:
        """Return a copy of all parameters in the order of the columns."""
        return self._compiled.parameters[self._places]

    def gradients(self) -> Array:
        """Return a copy of all gradients likewise."""
        return self._compiled.gradients[self._places]

    def head(self) -> list[str]:
        """Give step, epoch, batch, loss and penalty of the last complete step."""
        if self.step == 0:
            return ["0", "", "", "", ""]
        epoch, batch = self._era.place(self.step - 1)
        stored = self._compiled.first.view
        losses = (text(stored("loss").item()), text(stored("penalty").item()))
        return [str(self.step), str(epoch), str(batch), *losses]

    def moments(self) -> Iterator[tuple[list[str], str]]:
        """Stop at the start, after each update and each event; give the head and the event."""
        edits, eras = list(self._record.edits), list(self._record.eras[1:])
        head = self.head()
        yield head, ""
        while True:
            start = self._era.executed + (self.step - self._era.step) * self._era.operations
            # A change of settings right here comes before what is edited later in the step.
            while edits and edits[0].executed == start:
                yield self._edit(edits.pop(0), head), "edit"
            while eras and eras[0].executed == start:
                self._enter(eras.pop(0))
                yield head, "settings"
            while edits and edits[0].executed < start + self._era.operations:
                self._run_to(edits[0].executed - start)
                # The losses of a step in progress are not those of the last complete one.
                yield self._edit(edits.pop(0), head), "edit"
            if self.step == self._record.steps:
                return
            self._run_to(self._era.operations)
            self.step, self._done = self.step + 1, 0
            head = self.head()
            yield head, ""

    def _edit(self, edit: Edit, head: list[str]) -> list[str]:
        self._compiled.memory.array[edit.place] = edit.after
        return head

    def _enter(self, era: Era) -> None:
        compiled = Compiled(era.project)
        compiled.take_over(self._compiled)
        self._era, self._compiled = era, compiled

    def _run_to(self, done: int) -> None:
        compiled, length = self._compiled, self._era.operations
        epoch, batch = self._era.place(self.step)
        if self._done == 0 and done:
            compiled.load(epoch, batch)
        program = compiled.program_of(batch)
        if (self._done, done) == (0, length):
            run(program.calls)
        else:
            for operation in program.operations[self._done : done]:
                run(operation.calls)
        self._done = done


def _numbers(values: Array) -> list[str]:
    if np.isfinite(values).all():
        return list(map(repr, values.tolist()))
    return list(map(text, values.tolist()))


def history_size(
    record: Record,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
) -> tuple[int, int]:
    """Count the rows, with the header, and the columns of a history; Excel has a limit to both.

    Parameters
    ----------
    record, gradients, tidy, every
        As for `history_csv`.
    """
    sizes = record.eras[0].project.specification.network.sizes
    values = sum((i + 1) * o for i, o in pairwise(sizes))
    # Step 0, each K-th, and the last where it is not one of these.
    updates = record.steps // every + (record.steps % every > 0)
    events = len(record.edits) + len(record.eras) - 1
    if tidy:
        rows = (1 + updates + events) * values + (updates * values if gradients else 0)
        return 1 + rows, 8 + bool(events)
    return 2 + updates + events, 5 + values * (1 + gradients) + bool(events)


def history_csv(
    record: Record,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
    progress: Progress = lambda done, total: True,
) -> Iterator[bytes]:
    """Give the history as chunks of CSV.

    Parameters
    ----------
    record
        What was trained, and what was changed by hand.
    gradients
        Whether the gradients of each update follow.
    tidy
        One row a value instead of one row an update.
    every
        Write every so many updates, besides the first row, the last and events.
    progress
        Called with steps done and in all; answers whether to go on.

    Raises
    ------
    CancelledError
        If `progress` says no.
    """
    replay, steps = _Replay(record), record.steps
    layout = _tidy if tidy else _wide
    header, line_of = layout(replay, gradients, len(record.edits) + len(record.eras) > 1)
    lines, size = [header], len(header)
    for head, event in replay.moments():
        if event or replay.step % every == 0 or replay.step == steps:
            slopes = replay.gradients() if gradients and replay.step and not event else None
            line = line_of(head, replay.parameters(), slopes, event)
            lines.append(line)
            size += len(line)
        if not progress(replay.step, steps):
            raise CancelledError
        if size >= _CHUNK_BYTES:
            yield "".join(lines).encode()
            lines, size = [], 0
    yield "".join(lines).encode()


def write_history(
    path: Path,
    record: Record,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
    progress: Progress = lambda done, total: True,
) -> None:
    """Write the history to a file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    record, gradients, tidy, every, progress
        As for `history_csv`.

    Raises
    ------
    CancelledError
        If `progress` says no.
    OSError
        If it cannot be written.
    """
    chunks = history_csv(record, gradients=gradients, tidy=tidy, every=every, progress=progress)
    write_safely(path, chunks)


_Line = Callable[[list[str], Array, Array | None, str], str]


def _wide(replay: _Replay, gradients: bool, events: bool) -> tuple[str, _Line]:
    names = [column_name(*element) for element in replay.elements]
    header = ["step", "epoch", "batch", "loss", "penalty", *names]
    header += [f"d{name}" for name in names] if gradients else []
    header += ["event"] if events else []
    empty = [""] * len(names)

    def line(head: list[str], values: Array, slopes: Array | None, event: str) -> str:
        fields = [*head, *_numbers(values)]
        if gradients:
            fields += empty if slopes is None else _numbers(slopes)
        if events:
            fields.append(event)
        return ",".join(fields) + "\n"

    return ",".join(header) + "\n", line


def _tidy(replay: _Replay, gradients: bool, events: bool) -> tuple[str, _Line]:
    header = ["step", "epoch", "batch", "layer", "parameter", "row", "column", "value"]
    header += ["event"] if events else []
    places = [
        (name[1:], name[0], ",".join(map(str, index)) + ("," if len(index) == 1 else ""))
        for name, index in replay.elements
    ]

    def line(head: list[str], values: Array, slopes: Array | None, event: str) -> str:
        start, end = ",".join(head[:3]), f",{event}\n" if events else "\n"
        kinds = [("", values)] if slopes is None else [("", values), ("d", slopes)]
        return "".join(
            f"{start},{layer},{prefix}{kind},{place},{number}{end}"
            for prefix, part in kinds
            for (layer, kind, place), number in zip(places, _numbers(part), strict=True)
        )

    return ",".join(header) + "\n", line
