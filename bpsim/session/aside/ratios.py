"""How far each update moved a layer, beside the layer's size, at the steps that are kept.

What stood before an update is not kept, but for steps that follow each other: it is made again
from the nearest checkpoint, by the calls of training itself, in a memory of its own.
"""

from collections.abc import Generator, Iterator

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.aside.sampled import Sampled
from bpsim.session.machine import Machine
from bpsim.session.norm import norm
from bpsim.session.session import Session

_WORK_TOGETHER = 200_000
"""How many products of a row and a parameter are worked out at a time: some milliseconds."""


class Ratios(Sampled[Array]):
    """The length of each layer's update over the length of its weights and biases before it."""

    def __init__(self) -> None:
        super().__init__()
        self._machine: Machine | None = None
        self._table: tuple[object, Array] = (None, np.empty((0, 0)))

    def known(self, session: Session) -> tuple[NDArray[np.int64], Array]:
        """Return the steps whose ratios are known, and the ratios, shape ``(steps, layers)``."""
        steps, ratios = self.found(session)
        if self._table[0] is not ratios:
            layers = len(session.project.specification.network.layers)
            self._table = ratios, np.array(ratios).reshape(len(steps), layers)
        return steps, self._table[1]

    def wanted(self, session: Session) -> NDArray[np.int64]:
        """Return all steps that are kept and that updated something."""
        steps = session.history.samples.steps
        return steps[steps > 0]

    def forget(self) -> None:
        """Forget where another training stood."""
        self._machine = None

    def begin(self, session: Session, step: int, parameters: Array) -> Iterator[Array | None]:
        """Make again what stood before a step; compare it with what stands after."""
        history = session.history
        start, end = history.executed_at(step - 1), history.executed_at(step)
        layers = len(session.project.specification.network.layers)
        if any(start < edit.executed < end for edit in history.edits):
            yield np.full(layers, np.nan)  # an edit in the midst of an update is no part of it
            return
        before = yield from self._before(session, step)
        slots = (session.memory.slots[f"Wb{number}"] for number in range(1, layers + 1))
        spans = [slice(slot.start, slot.stop) for slot in slots]
        with np.errstate(all="ignore"):
            moved = parameters - before
            lengths = np.array([norm(before[span]) for span in spans])
            updates = np.array([norm(moved[span]) for span in spans])
        yield np.divide(updates, lengths, out=np.full(layers, np.nan), where=lengths > 0.0)

    def _before(self, session: Session, step: int) -> Generator[None, None, Array]:
        history, samples = session.history, session.history.samples
        at = int(np.searchsorted(samples.steps, step - 1))
        if samples.steps[at] == step - 1:
            before: Array = samples.parameters[at].copy()
            for edit in history.edits_at(history.executed_at(step - 1)):
                before[edit.place] = edit.after
            return before
        machine = self._machine
        if machine is None:
            machine = self._machine = Machine(history.eras[0].project)
            machine.adopt(history)
        found, _ = history.checkpoints.nearest(step - 1)
        if not history.executed_at(found) < machine.executed < history.executed_at(step):
            machine.replay(history.executed_at(found + 1))
        together = _WORK_TOGETHER // machine.compiled.work
        while (here := history.steps_at(machine.executed)) < step:
            if together:
                machine.go(history.executed_at(min(here + together, step)))
            else:
                machine.walk(machine.executed + 1)
            yield None
        return machine.state_before()[: samples.size]
