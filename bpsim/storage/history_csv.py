"""The parameter history as CSV, made by replaying the training, row by row."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.history import Edit
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.session.values import column_name, parse_element

_CHUNK = 256
Progress = Callable[[int, int], bool]


class CancelledError(Exception):
    """The person cancelled; nothing was written."""


def text(value: float) -> str:
    """Write a number so that it reads back as the same float64."""
    if value != value:
        return "NaN"
    return repr(float(value))


def _columns(session: Session, prefix: str) -> tuple[list[str], list[tuple[str, tuple[int, ...]]]]:
    elements = [
        (f"{prefix}{tensor}{number}", index)
        for number in range(1, len(session.project.specification.network.layers) + 1)
        for tensor in ("W", "b")
        for index in np.ndindex(session.program.view(f"{tensor}{number}").shape)
    ]
    return [column_name(*element) for element in elements], elements


class _Replay:
    """Goes through a training once more and gives a row for each update and each edit."""

    def __init__(self, project: Project, edits: Sequence[Edit], gradients: bool) -> None:
        self.session = Session(project)
        self._edits = edits
        prefixes = ("", "d") if gradients else ("",)
        self.names: list[str] = []
        self.elements: list[tuple[str, tuple[int, ...]]] = []
        for prefix in prefixes:
            names, elements = _columns(self.session, prefix)
            self.names += names
            self.elements += elements
        layers = range(1, len(project.specification.network.layers) + 1)
        self._views = {
            prefix: [self.session.program.view(f"{prefix}{t}{n}") for n in layers for t in "Wb"]
            for prefix in prefixes
        }

    def values(self, prefix: str) -> Array:
        return np.concatenate([view.ravel() for view in self._views[prefix]])

    def rows(self, steps: int, every: int) -> Iterator[tuple[list[str], Array, Array | None]]:
        """Give heads, parameters and gradients; step 0 and edits have no gradients."""
        session, length = self.session, self.session.operations
        pending = deque(self._edits)
        for step in range(steps + 1):
            session.jump(step * length)
            if step % every == 0 or step == steps:
                gradients = self.values("d") if "d" in self._views and step else None
                yield self._head(step), self.values(""), gradients
            while pending and pending[0].executed < (step + 1) * length:
                edit = pending.popleft()
                session.jump(edit.executed)
                session.edit(*parse_element(edit.name), edit.after)
                yield [*self._head(step), "edit"], self.values(""), None

    def _head(self, step: int) -> list[str]:
        if step == 0:
            return ["0", "", "", "", ""]
        history, batches = self.session.history, self.session.batches.count
        epoch, batch = divmod(step - 1, batches)
        penalty = history.penalties[step - 1]
        head = [str(step), str(epoch + 1), str(batch + 1), text(history.losses[step - 1])]
        head.append("0.0" if np.isnan(penalty) else text(penalty))
        return head


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
    replay = _Replay(project, edits, gradients)
    heads = ["step", "epoch", "batch"] + ([] if tidy else ["loss", "penalty"])
    event = ["event"] if edits else []
    if tidy:
        names = [*heads, "layer", "parameter", "row", "column", "value", *event]
    else:
        names = [*heads, *replay.names, *event]
    lines = [",".join(names)]
    half = len(replay.names) // 2 if gradients else len(replay.names)
    for head, parameters, slopes in replay.rows(steps, every):
        mark = ([head.pop()] if len(head) == 6 else [""]) if edits else []
        numbers = [text(v) for v in parameters.tolist()]
        if gradients:
            numbers += [""] * half if slopes is None else [text(v) for v in slopes.tolist()]
        if tidy:
            for (name, index), number in zip(replay.elements, numbers, strict=False):
                if number:
                    kind = name.rstrip("0123456789")
                    place = [name[len(kind) :], kind, *map(str, index), *[""] * (2 - len(index))]
                    lines.append(",".join([*head[:3], *place, number, *mark]))
        else:
            lines.append(",".join([*head, *numbers, *mark]))
        if len(lines) >= _CHUNK:
            yield ("\n".join(lines) + "\n").encode()
            lines = []
            if not progress(replay.session.history.steps, steps):
                raise CancelledError
    yield ("\n".join(lines) + "\n").encode()
