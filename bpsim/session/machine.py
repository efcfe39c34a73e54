"""Moves through a history: runs operations, takes them back, replays and trains on."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.kernels import Array, Call, run
from bpsim.engine.losses import LOSSES
from bpsim.engine.program import Kind, Operation, Program
from bpsim.session.compiled import Compiled
from bpsim.session.history import Era, History
from bpsim.session.position import Halt, Position
from bpsim.session.project import Project
from bpsim.session.stopping.breakpoints import Stop
from bpsim.session.training import ReachedError, train
from bpsim.session.values import element_name
from bpsim.words import translate

_UNDO_BYTES = 64 * 2**20
_MOST_STEPS_AT_ONCE = 65_536
_MOST_COMPILED = 3
_LONG_REPLAY = 5_000_000
"""Products of a row and a parameter: some milliseconds."""

Saved = list[tuple[int, Array]]


def never() -> bool:
    """Never be out of time."""
    return False


class Watcher(Protocol):
    """What looks on while training goes on, and says where it stops. It changes no number."""

    def calls(self, program: Program) -> Sequence[Call]:
        """Give all calls of a whole step with its check, and between them some that may end it.

        Those raise `ReachedError`.
        """

    def look(self, program: Program, index: int) -> None:
        """Look at the values after one operation; raise `ReachedError` where it is to stop."""

    def stop(self, executed: int) -> Stop:
        """Say why, once training stands there."""


class Machine:
    """The cursor, the memory that it works on, and a log of what each operation overwrote.

    Attributes
    ----------
    history
        The record that it moves through and carries on.
    compiled
        The era in view, ready to run.
    executed
        The cursor: how many operations have run.
    """

    def __init__(self, project: Project) -> None:
        self._kept: list[Compiled] = []
        self.executed = 0
        self._log: list[Saved] = []
        self._log_bytes = 0
        self._known_from = 0
        self._watcher: Watcher | None = None
        self._position: tuple[Era | None, Position] = (None, Position(*[-1] * 8))
        self.history: History
        self.compiled: Compiled
        self.adopt(self.begin(project))

    # Which history, which era

    def compile(self, project: Project) -> Compiled:
        """Make a project ready to run, or find it among those that are."""
        for compiled in self._kept:
            if compiled.project is project:
                return compiled
        for compiled in self._kept:
            if compiled.fits(project):
                compiled.project = project
                return compiled
        self._kept = [Compiled(project), *self._kept][:_MOST_COMPILED]
        return self._kept[0]

    def begin(self, project: Project) -> History:
        """Make the history of a training that has not begun."""
        compiled = self.compile(project)
        compiled.start(initial_parameters(project.specification))
        era = Era(project, 0, 0, compiled.operations, compiled.batches.count, 0, 0)
        return History(era, compiled.state, len(compiled.parameters), compiled.first.rows)

    def next_era(self, project: Project, executed: int) -> Era:
        """Make the era that goes on with a project after so many operations."""
        old, step = self.history.era_after(executed), self.history.steps_at(executed)
        compiled = self.compile(project)
        first_step, first_epoch = old.first_step, old.first_epoch
        mine, yours = (p.specification.training for p in (project, old.project))
        batches = (mine.batch_size, mine.shuffle, mine.seed)
        if batches != (yours.batch_size, yours.shuffle, yours.seed):
            # Other batches: a new epoch begins, unless one is about to begin anyway.
            epoch, batch = old.place(step)
            first_step, first_epoch = step, epoch - (batch == 1)
        count = compiled.batches.count
        return Era(project, step, executed, compiled.operations, count, first_step, first_epoch)

    def adopt(self, history: History) -> None:
        """Work on a history from now on, from its start."""
        self.history = history
        self.compiled = self.compile(history.eras[0].project)
        self.replay(0)

    @property
    def position(self) -> Position:
        """Where it stands."""
        # Asked for by everything that is drawn; the era and the cursor are all it depends on.
        era = self.history.era_before(self.executed)
        known, position = self._position
        if known is not era or position.executed != self.executed:
            position = self.history.position(self.executed)
            self._position = (era, position)
        return position

    @property
    def program(self) -> Program:
        """The program of the step in view."""
        return self.compiled.program_of(self.position.batch)

    # Going

    def go(self, target: int, out_of_time: Callable[[], bool] = never) -> Halt | None:
        """Go to a moment: walk back by the log, replay, or train on, whatever is nearest."""
        if target < self.executed:
            if target >= self._known_from and self.executed - target <= len(self._log):
                while self.executed > target:
                    self._take_back()
                return None
            return self.replay(target)
        history = self.history
        if target > history.horizon or target - self.executed < self.compiled.operations:
            return self._train(target, out_of_time)
        step = history.steps_at(target)
        found, _ = history.checkpoints.nearest(max(step - 1, 0))
        if history.executed_at(found) > self.executed:
            return self.replay(target)
        return self._train(target, out_of_time)

    def advance(
        self, target: int, watcher: Watcher, out_of_time: Callable[[], bool] = never
    ) -> Halt | Stop | None:
        """Go on to a moment, or to where a watcher says to stop if that comes first."""
        self._watcher = watcher
        try:
            return self._train(target, out_of_time)
        except ReachedError:
            return watcher.stop(self.executed)
        finally:
            self._watcher = None

    def replay(self, target: int) -> Halt | None:
        """Start from the nearest checkpoint; the step in view is walked, so that all shows."""
        self._watcher = None  # it has seen this
        step = self.history.position(target).step
        found, state = self.history.checkpoints.nearest(step - 1)
        self.executed = self.history.executed_at(found)
        self.compiled = self.compile(self.history.era_before(self.executed).project)
        np.copyto(self.compiled.state, state)
        self._forget_log(values=False)
        self._apply_edits()
        if self.executed == 0:
            self.compiled.load(1, 1)
        self._lend_checkpoints(found, step - 1)
        return self._train(target, never)

    def _lend_checkpoints(self, step: int, last: int) -> None:
        """Where a replay takes long, halve the way again and again, so that the next is short."""
        history, lent = self.history, {}
        while (last - step) * self.compiled.work > _LONG_REPLAY:
            step = (step + last + 1) // 2
            end = history.executed_at(step)
            self._train(end, never)
            if not history.edits_at(end):
                lent[step] = self.compiled.state.copy()
        if lent:
            history.checkpoints.lend(lent)

    def walk(self, target: int) -> Halt | None:
        """Run operations one by one, noting what each overwrites."""
        while self.executed < target:
            halt = self._walk_one()
            if halt is not None:
                return halt
        return None

    def _enter(self) -> Era:
        """Switch to the era in which the next operation runs."""
        era = self.history.era_after(self.executed)
        if era.project is not self.compiled.project:
            before, self.compiled = self.compiled, self.compile(era.project)
            if before is not self.compiled:
                self.compiled.take_over(before)
            self._forget_log(values=False)
        return era

    def _train(self, target: int, out_of_time: Callable[[], bool]) -> Halt | None:
        """Go on to a moment: whole steps at full speed, what is left one by one."""
        # The last step is walked, so that going back from here is quick, unless time is short.
        halt = None
        while halt is None and self.executed < target:
            era = self.history.era_after(self.executed)
            length = era.operations
            done = (self.executed - era.executed) % length
            end = min(target, self.history.end_of(era))
            last_whole = era.executed + (end - 1 - era.executed) // length * length
            if done:
                halt = self.walk(min(target, self.executed - done + length))
            elif self.executed < last_whole:
                if out_of_time():
                    return None
                self._enter()
                halt = self._train_steps(
                    era, era.step + (last_whole - era.executed) // length, out_of_time
                )
            else:
                halt = self.walk(end)
        return halt

    def _train_steps(self, era: Era, until: int, out_of_time: Callable[[], bool]) -> Halt | None:
        """Run whole steps up to `until`, or to the next edit, or until the time is up."""
        history, compiled, length = self.history, self.compiled, era.operations
        step = era.step + (self.executed - era.executed) // length
        event = history.next_event(self.executed)
        if event is not None:
            until = min(until, era.step + (event - era.executed) // length)
            if until <= step:
                return self.walk(self.executed + length)
        until = min(until, step + _MOST_STEPS_AT_ONCE)
        self._forget_log()
        calls = {n: self._calls(program) for n, program in compiled.programs.items()}
        run = train(compiled, history, era, (step, until), calls, out_of_time)
        if run.overflowed:
            return self._walk_again(era, run.step, era.operations)
        if run.reached is not None:
            halt = self._walk_again(era, run.step, run.reached.index + 1)
            if halt is not None:
                return halt
            raise run.reached
        self.executed = era.executed + (run.step - era.step) * length
        history.horizon = max(history.horizon, self.executed)
        self._apply_edits()
        return None

    def _calls(self, program: Program) -> Sequence[Call]:
        return program.calls if self._watcher is None else self._watcher.calls(program)

    def _walk_again(self, era: Era, step: int, operations: int) -> Halt | None:
        """Replay to a step that was broken off and walk through so much of it."""
        before = era.executed + (step - era.step) * era.operations
        self.history.horizon = max(self.history.horizon, before)
        self.compiled.forget_overflow()
        self.replay(before)
        return self.walk(before + operations)

    def _apply_edits(self) -> None:
        for edit in self.history.edits_at(self.executed):
            self.compiled.memory.array[edit.place] = edit.after

    # One operation

    def _walk_one(self) -> Halt | None:
        era = self._enter()
        history, compiled = self.history, self.compiled
        array = compiled.memory.array
        steps, index = divmod(self.executed - era.executed, era.operations)
        epoch, batch = era.place(era.step + steps)
        program = compiled.program_of(batch)
        operation = program.operations[index]
        spans = operation.spans if index else (*operation.spans, program.slots["batch"].span)
        saved: Saved = [(start, array[start:stop].copy()) for start, stop in spans]
        if index == 0:
            compiled.load(epoch, batch)
        run(operation.calls)
        result = program.view(operation.name)
        if not np.isfinite(result).all():
            halt = self._halt(operation, result)
            self._restore(saved)
            if self.executed == era.executed > 0:
                # Nothing of this era has run: the step in view is the last one before it.
                self.replay(self.executed)
            return halt
        self.executed += 1
        for edit in history.edits_at(self.executed) if history.edits else ():
            saved.append((edit.place, array[edit.place : edit.place + 1].copy()))
            array[edit.place] = edit.after
        self._note(saved)
        if self.executed > history.horizon:
            history.horizon = self.executed
            if index + 1 == era.operations:
                self._record(era.step + steps + 1)
        if self._watcher is not None:
            self._watcher.look(program, index)
        return None

    def _record(self, step: int) -> None:
        compiled, history = self.compiled, self.history
        history.loss_room(step)[step - 1] = compiled.first.stored("loss")[0, 0]
        if compiled.has_penalty:
            history.penalty_room(step)[step - 1] = compiled.first.stored("penalty")[0]
        # What training keeps is the state before an edit that was made right after the step.
        history.samples.add(step, compiled.parameters, compiled.gradients)
        if step % history.checkpoints.every == 0:
            history.checkpoints.add(step, compiled.state)

    def _halt(self, operation: Operation, result: Array) -> Halt:
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        at = self.history.position(self.executed + 1)
        name = element_name(operation.name, index)
        where = (at.step, at.epoch, at.batch, operation.name, name, float(result[index]))
        return Halt(*where, _loss_advice(self.program) if operation.kind is Kind.LOSS else "")

    # The log

    def write(self, place: int, value: float) -> None:
        """Change one number by hand, so that going back restores it."""
        array = self.compiled.memory.array
        if self._log:
            self._log[-1].append((place, array[place : place + 1].copy()))
        array[place] = value

    def past(self, name: str, done: int) -> Array | None:
        """Return what a value was when so many operations of the step in view had run.

        Parameters
        ----------
        name
            As for `Program.view`.
        done
            At most as many as have run.

        Returns
        -------
        ndarray or None
            A copy; ``None`` where the log does not reach back so far.
        """
        back = self.position.done - done
        if not 0 <= back <= len(self._log):
            return None
        slot = self.program.slots["a0" if name == "x" else name]
        old = self.compiled.memory.array[slot.start : slot.stop].copy()
        for saved in reversed(self._log[len(self._log) - back :]):
            for start, values in reversed(saved):
                low, high = max(start, slot.start), min(start + len(values), slot.stop)
                if low < high:
                    old[low - slot.start : high - slot.start] = values[low - start : high - start]
        return old.reshape(self.program.view(name).T.shape).T

    def state_before(self) -> Array:
        """Return a copy of the state before the step in view."""
        here, at = self.executed, self.position
        if at.done > len(self._log):
            self.go(here - at.done)
            state = self.compiled.state.copy()
            self.go(here)
            return state
        state = self.compiled.state.copy()
        for saved in reversed(self._log[len(self._log) - at.done :]):
            for start, values in reversed(saved):
                stop = min(start + len(values), len(state))
                state[start:stop] = values[: max(stop - start, 0)]
        return state

    def _note(self, saved: Saved) -> None:
        self._log.append(saved)
        self._log_bytes += sum(values.nbytes for _, values in saved)
        while self._log_bytes > _UNDO_BYTES and len(self._log) > 1:
            self._log_bytes -= sum(values.nbytes for _, values in self._log.pop(0))

    def _forget_log(self, values: bool = True) -> None:
        """Begin a new log; say whether memory holds the values of the step that ends here."""
        self._log.clear()
        self._log_bytes = 0
        self._known_from = self.executed + (self.executed > 0 and not values)

    def _take_back(self) -> None:
        saved = self._log.pop()
        self._log_bytes -= sum(values.nbytes for _, values in saved)
        self._restore(saved)
        self.executed -= 1

    def _restore(self, saved: Saved) -> None:
        for start, values in reversed(saved):
            self.compiled.memory.array[start : start + len(values)] = values


def _loss_advice(program: Program) -> str:
    """Say what to try where a loss meets outputs for which it is not defined."""
    layers = program.specification.network.layers
    loss = LOSSES[program.specification.training.loss.name]
    a, (low, high) = program.view(f"a{len(layers)}"), loss.outputs
    from_sums = layers[-1].activation in {*loss.pairings, *loss.detours}
    if from_sums or ((a > low) & (a < high)).all():
        return ""
    if high < np.inf:
        words = translate(
            "session",
            "{loss} needs outputs above {low} and below {high}: try {fitting} in the last layer, "
            "or another loss.",
        )
    else:
        words = translate(
            "session",
            "{loss} needs outputs above {low}: try {fitting} in the last layer, or another loss.",
        )
    return words.format(loss=loss.name, low=f"{low:g}", high=f"{high:g}", fitting=loss.fitting)
