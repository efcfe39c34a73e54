"""The parameter history as CSV, made by replaying the training."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.kernels import Array, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Program
from bpsim.session.batches import Batches
from bpsim.session.history import Edit
from bpsim.session.project import Project
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

    def __init__(self, project: Project, edits: Sequence[Edit]) -> None:
        specification = project.specification
        self.batches = Batches(project)
        self._memory = Memory(specification, self.batches.sizes)
        self._programs = {
            rows: Program(specification, self._memory, rows) for rows in set(self.batches.sizes)
        }
        first = next(iter(self._programs.values()))
        self._length = len(first.operations)
        for number, (w, b) in enumerate(initial_parameters(specification), 1):
            first.view(f"W{number}")[:] = w
            first.view(f"b{number}")[:] = b
        self._loss, self._penalty = first.view("loss"), first.view("penalty")
        self._edits = edits
        self.step, self._done = 0, 0
        self.elements: list[Element] = []
        places = []
        for number in range(1, len(specification.network.layers) + 1):
            for name in (f"W{number}", f"b{number}"):
                slot = self._memory.slots[name]
                self.elements += [(name, index) for index in np.ndindex(slot.shape[::-1])]
                places.append(np.arange(slot.start, slot.stop).reshape(slot.shape).T.ravel())
        self._places: NDArray[np.intp] = np.concatenate(places)
        self._to_gradients = self._memory.gradients.start - self._memory.parameters.start

    def parameters(self) -> Array:
        """Return a copy of all parameters in the order of the columns."""
        return self._memory.array[self._places]

    def gradients(self) -> Array:
        """Return a copy of all gradients likewise."""
        return self._memory.array[self._places + self._to_gradients]

    def head(self) -> list[str]:
        """Give step, epoch, batch, loss and penalty of the last complete step."""
        if self.step == 0:
            return ["0", "", "", "", ""]
        epoch, batch = divmod(self.step - 1, self.batches.count)
        losses = (text(self._loss.item()), text(self._penalty.item()))
        return [str(self.step), str(epoch + 1), str(batch + 1), *losses]

    def moments(self, steps: int) -> Iterator[tuple[list[str], bool]]:
        """Stop at the start, after each update and each edit; give the head and if it is one."""
        upcoming = 0
        head = self.head()
        yield head, False
        while True:
            stop = (self.step + 1) * self._length
            while upcoming < len(self._edits) and self._edits[upcoming].executed < stop:
                edit = self._edits[upcoming]
                self._run_to(edit.executed - self.step * self._length)
                self._memory.array[edit.place] = edit.after
                upcoming += 1
                # The losses of a step in progress are not those of the last complete one.
                yield head, True
            if self.step == steps:
                return
            self._run_to(self._length)
            self.step, self._done = self.step + 1, 0
            head = self.head()
            yield head, False

    def _run_to(self, done: int) -> None:
        epoch, batch = divmod(self.step, self.batches.count)
        block = self.batches.blocks(epoch + 1)[batch]
        program = self._programs[block.shape[1]]
        if self._done == 0 and done:
            np.copyto(program.batch, block)
        if (self._done, done) == (0, self._length):
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
    project: Project,
    edits: Sequence[Edit],
    steps: int,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
) -> tuple[int, int]:
    """Count the rows, with the header, and the columns of a history; Excel has a limit to both.

    Parameters
    ----------
    project, edits, steps, gradients, tidy, every
        As for `history_csv`.
    """
    sizes = project.specification.network.sizes
    values = sum((i + 1) * o for i, o in pairwise(sizes))
    # Step 0, each K-th, and the last where it is not one of these.
    updates = steps // every + (steps % every > 0)
    if tidy:
        rows = (1 + updates + len(edits)) * values + (updates * values if gradients else 0)
        return 1 + rows, 8 + bool(edits)
    return 2 + updates + len(edits), 5 + values * (1 + gradients) + bool(edits)


def history_csv(
    project: Project,
    edits: Sequence[Edit],
    steps: int,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
    progress: Progress = lambda done, total: True,
) -> Iterator[bytes]:
    """Give the history as chunks of CSV.

    Parameters
    ----------
    project, edits, steps
        What was trained, what was changed by hand, and how many updates to write.
    gradients
        Whether the gradients of each update follow.
    tidy
        One row a value instead of one row an update.
    every
        Write every so many updates, besides the first row, the last and edits.
    progress
        Called with steps done and in all; answers whether to go on.

    Raises
    ------
    CancelledError
        If `progress` says no.
    """
    replay = _Replay(project, edits)
    layout = _tidy if tidy else _wide
    header, line_of = layout(replay, gradients, bool(edits))
    lines, size = [header], len(header)
    for head, edited in replay.moments(steps):
        if edited or replay.step % every == 0 or replay.step == steps:
            slopes = replay.gradients() if gradients and replay.step and not edited else None
            line = line_of(head, replay.parameters(), slopes, "edit" if edited else "")
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
    project: Project,
    edits: Sequence[Edit],
    steps: int,
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
    project, edits, steps, gradients, tidy, every, progress
        As for `history_csv`.

    Raises
    ------
    CancelledError
        If `progress` says no.
    OSError
        If it cannot be written.
    """
    chunks = history_csv(
        project, edits, steps, gradients=gradients, tidy=tidy, every=every, progress=progress
    )
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
