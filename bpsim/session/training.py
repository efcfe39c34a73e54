"""Whole training steps at full speed, with all that the history keeps of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Call, run
from bpsim.engine.program import NotFiniteError
from bpsim.session.compiled import Compiled
from bpsim.session.history import Era, History

_TOGETHER = 64
_WORK_TOGETHER = 2_000_000
"""How many products of a row and a parameter may pass between two looks at the clock."""


class ReachedError(Exception):
    """Training has come to where it is to stop; a watcher raises it.

    Attributes
    ----------
    index
        The operation of the step that ran last.
    """

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index


@dataclass(frozen=True)
class Run:
    """How far training came.

    Attributes
    ----------
    step
        How many steps are complete.
    overflowed
        Whether a value of the next one is no longer finite; its memory is spoilt then.
    reached
        What a watcher raised in the midst of it; likewise.
    """

    step: int
    overflowed: bool = False
    reached: ReachedError | None = None


def train(
    compiled: Compiled,
    history: History,
    era: Era,
    steps: tuple[int, int],
    calls: Mapping[int, Sequence[Call]],
    out_of_time: Callable[[], bool],
) -> Run:
    """Run whole steps and note their losses, samples and checkpoints.

    Parameters
    ----------
    compiled, era
        What to train, where its memory stands before the first of the steps.
    history
        Where they are noted.
    steps
        How many are complete, and how many are to be.
    calls
        The calls of a step by the number of its rows.
    out_of_time
        Asked every few steps.
    """
    step, until = steps
    batches, first = compiled.batches, compiled.first
    losses, loss = history.loss_room(until), first.stored("loss").item
    penalties = history.penalty_room(until) if compiled.has_penalty else None
    penalty = first.stored("penalty").item
    ready = {n: (compiled.programs[n].batch, calls[n]) for n in calls}
    samples, checkpoints = history.samples, history.checkpoints
    together = max(1, min(_TOGETHER, _WORK_TOGETHER // compiled.work))
    loaded = None
    with np.errstate(all="ignore"):
        while step < until:
            epoch, batch = divmod(step - era.first_step, era.batches)
            ends = (_next(step, every) for every in (together, samples.every, checkpoints.every))
            most = min(until, *ends) - step
            found: list[float] = []
            added: list[float] = []
            try:
                for block in batches.following(era.first_epoch + epoch + 1, batch + 1, most):
                    if block is not loaded:
                        target, whole = ready[block.shape[1]]
                        target[...] = block
                        loaded = block
                    for call in whole:
                        call()
                    found.append(loss())
                    if penalties is not None:
                        added.append(penalty())
            except (NotFiniteError, ReachedError) as end:
                reached = end if isinstance(end, ReachedError) else None
                # What an update made infinite is found out in the step after it.
                in_passes = reached is None or reached.index < compiled.passes
                if found and in_passes and not compiled.is_finite():
                    return Run(step + len(found) - 1, overflowed=True)
                return Run(step + len(found), reached is None, reached)
            finally:
                losses[step : step + len(found)] = found
                if penalties is not None:
                    penalties[step : step + len(added)] = added
            if not compiled.is_finite():
                return Run(step + len(found) - 1, overflowed=True)
            step += len(found)
            if step % samples.every == 0:
                samples.add(step, compiled.parameters, compiled.gradients)
            if step % checkpoints.every == 0:
                checkpoints.add(step, compiled.state)
            if step % together == 0 and out_of_time():
                break
    if loaded is not None:
        # Losses of single samples are left out on the way; the last step's are looked at.
        run(compiled.programs[loaded.shape[1]].loss_calls)
    return Run(step)


def _next(step: int, every: int) -> int:
    return step - step % every + every
