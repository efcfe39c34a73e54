"""A session: one project, the cursor in its training, and every way to move it."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bpsim.engine.initializers import initial_parameters
from bpsim.engine.kernels import Array, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Operation, Phase, Program
from bpsim.session.batches import Batches, Rows
from bpsim.session.history import Edit, Future, History
from bpsim.session.position import Change, Halt, Position
from bpsim.session.project import Project, check
from bpsim.session.values import element_name

_CHECKPOINT_EVERY = 100
_CHECKPOINT_WORK = 10_000_000
_CHECKPOINT_BYTES = 128 * 2**20
_UNDO_BYTES = 64 * 2**20
_MOST_STEPS_AT_ONCE = 65_536

Saved = list[tuple[int, Array]]


@dataclass(frozen=True)
class _Swap:
    """One undoable edit: where it stands, and the history that would be there without it."""

    edit: Edit
    index: int
    other: Future


class Session:
    """One person's work with one network.

    Parameters
    ----------
    project
        What to work on.

    Raises
    ------
    SpecificationError
        If anything is wrong with the project.
    """

    def __init__(self, project: Project) -> None:
        check(project)
        self.project = project
        self.batches = Batches(project)
        self.memory = Memory(project.specification, self.batches.sizes)
        self._programs = {
            rows: Program(project.specification, self.memory, rows)
            for rows in set(self.batches.sizes)
        }
        self._first = self._programs[self.batches.sizes[0]]
        self.operations = len(self._first.operations)
        for number, (w, b) in enumerate(initial_parameters(project.specification), 1):
            self._first.view(f"W{number}")[:] = w
            self._first.view(f"b{number}")[:] = b
        work = self.memory.parameters.stop * self._first.rows
        every = max(1, min(_CHECKPOINT_EVERY, _CHECKPOINT_WORK // work))
        self.history = History(self.operations, self._state, every, _CHECKPOINT_BYTES)
        self._zeros = np.zeros_like(self.memory.array)
        self._undo: list[_Swap] = []
        self._redo: list[_Swap] = []
        self._executed = 0
        self._log: list[Saved] = []
        self._log_bytes = 0
        self._load(1)

    # Where training stands

    @property
    def position(self) -> Position:
        """Where training stands."""
        return Position.of(self._executed, self.operations, self.batches.count)

    @property
    def program(self) -> Program:
        """The program of the step in view; its number of rows is the batch's."""
        return self._program_of(self.position.step)

    @property
    def current(self) -> Operation | None:
        """The operation that ran last in the step in view."""
        done = self.position.done
        return self.program.operations[done - 1] if done else None

    @property
    def rows(self) -> Rows:
        """Which rows of the data the step in view takes."""
        at = self.position
        return self.batches.indices(at.epoch, at.batch)

    def value(self, name: str) -> Array | None:
        """Return a read-only view of a value, or ``None`` where this step has not computed it.

        Parameters
        ----------
        name
            As for `Program.view`.

        Raises
        ------
        KeyError
            If the network has no such value.
        """
        view = self.program.view(name)
        view.flags.writeable = False
        return view if self.is_computed(name) else None

    def is_computed(self, name: str) -> bool:
        """Tell whether a value belongs to what has run, or always has a value."""
        at = self.position
        slot = self.program.slots["a0" if name == "x" else name]
        if slot.stop <= self.memory.state_stop or name in ("x", "a0", "y"):
            return True
        return any(op.name == name for op in self.program.operations[: at.done])

    def upcoming_batch(self) -> Array:
        """Return a copy of the batch that the step in progress, or the next one, takes."""
        epoch, batch = divmod(self._executed // self.operations, self.batches.count)
        return self.batches.blocks(epoch + 1)[batch].copy()

    def before(self, name: str) -> Array | None:
        """Return what a value was before the current operation ran, where that is known.

        Parameters
        ----------
        name
            As for `Program.view`.
        """
        if not self._log:
            return None
        slot, program = self.program.slots[name], self.program
        old = self.memory.array.copy()
        for start, values in reversed(self._log[-1]):
            old[start : start + len(values)] = values
        return old[slot.start : slot.stop].reshape(program.slots[name].shape).T

    def parameters(self) -> Array:
        """Return a copy of all parameters as they are stored."""
        slot = self.memory.parameters
        return self.memory.array[slot.start : slot.stop].copy()

    # Moving

    def step_operation(self) -> Change:
        """Run one operation."""
        return self._moved(lambda: self._walk(self._executed + 1))

    def step_phase(self) -> Change:
        """Run to the end of a phase: of this one, or of the next where one has just ended."""
        return self._moved(lambda: self._walk(self._phase_end()))

    def step_batch(self) -> Change:
        """Run to the end of a training step."""
        return self._moved(
            lambda: self._walk((self._executed // self.operations + 1) * self.operations)
        )

    def step_epoch(self) -> Change:
        """Run to the end of an epoch."""
        length = self.operations * self.batches.count
        return self._moved(lambda: self._go((self._executed // length + 1) * length))

    def back_operation(self) -> Change:
        """Take back one operation."""
        return self._moved(lambda: self._go(max(self._executed - 1, 0)))

    def back_phase(self) -> Change:
        """Go back to the start of a phase."""
        return self._moved(lambda: self._go(self._phase_start()))

    def back_batch(self) -> Change:
        """Go back to the start of a training step."""
        length = self.operations
        return self._moved(lambda: self._go(max(-(-self._executed // length) - 1, 0) * length))

    def back_epoch(self) -> Change:
        """Go back to the start of an epoch."""
        length = self.operations * self.batches.count
        return self._moved(lambda: self._go(max(-(-self._executed // length) - 1, 0) * length))

    def restart(self) -> Change:
        """Go back to the very start."""
        return self._moved(lambda: self._go(0))

    def jump(self, executed: int) -> Change:
        """Go to any moment, given by how many operations have run by then."""
        return self._moved(lambda: self._go(max(executed, 0)))

    def jump_to_step(self, step: int) -> Change:
        """Go to the end of a training step; 0 is the very start."""
        return self.jump(step * self.operations)

    def run(self, steps: int, out_of_time: Callable[[], bool] = lambda: False) -> Change:
        """Train on for whole steps, until the time is up if that comes first.

        Parameters
        ----------
        steps
            How many updates to make; a step that is under way counts as one.
        out_of_time
            Asked every few steps; free of any clock, so that callers decide.
        """
        target = (self._executed // self.operations + steps) * self.operations
        return self._moved(lambda: self._go(target, out_of_time))

    # Editing

    def edit(self, name: str, index: tuple[int, ...], value: float) -> Change:
        """Change one weight or bias by hand; what was computed after this moment is cut off.

        Parameters
        ----------
        name, index
            The parameter: ``"W1"``, ``(0, 2)``.
        value
            A finite number.

        Raises
        ------
        ValueError
            If it is not a parameter or the value is not finite.
        IndexError
            If it has no such element.
        """
        slot = self.memory.slots.get(name)
        if slot is None or slot.stop > self.memory.parameters.stop or name.startswith("Wb"):
            raise ValueError(f"{name} is not a weight or a bias.")
        if not np.isfinite(value):
            raise ValueError(f"A parameter must be a finite number, not {value}.")
        if len(index) != len(slot.shape) or any(
            not 0 <= i < size for i, size in zip(index, slot.shape[::-1], strict=True)
        ):
            raise IndexError(f"{name} has no element {list(index)}.")
        place = slot.start + int(np.ravel_multi_index(index[::-1], slot.shape))
        edit = Edit(
            self._executed,
            element_name(name, index),
            place,
            float(self.memory.array[place]),
            float(value),
        )
        before, steps = self.position, self.history.steps
        keep = sum(1 for e in self.history.edits if e.executed <= self._executed)
        self._undo.append(_Swap(edit, keep, self.history.cut(self._executed, keep)))
        self._redo.clear()
        self.history.edits.append(edit)
        if self._log:
            self._log[-1].append((place, self.memory.array[place : place + 1].copy()))
        self.memory.array[place] = edit.after
        return Change(before, self.position, edit, dropped=steps - self.history.steps)

    @property
    def undo_label(self) -> str | None:
        """The edit that `undo` would take back."""
        return self._undo[-1].edit.name if self._undo else None

    @property
    def redo_label(self) -> str | None:
        """The edit that `redo` would make again."""
        return self._redo[-1].edit.name if self._redo else None

    def undo(self) -> Change | None:
        """Take back the last edit, at the moment where it was made, with the history it cut."""
        return self._swap(self._undo, self._redo, undone=True)

    def redo(self) -> Change | None:
        """Make the last undone edit again."""
        return self._swap(self._redo, self._undo, undone=False)

    def _swap(self, source: list[_Swap], target: list[_Swap], undone: bool) -> Change | None:
        if not source:
            return None
        before, swap = self.position, source.pop()
        executed = swap.edit.executed
        target.append(_Swap(swap.edit, swap.index, self.history.cut(executed, swap.index)))
        self.history.attach(executed, swap.other)
        self._replay(executed)
        return Change(before, self.position, swap.edit, undone)

    # The machinery

    @property
    def _state(self) -> Array:
        return self.memory.array[: self.memory.state_stop]

    def _program_of(self, step: int) -> Program:
        return self._programs[self.batches.sizes[(step - 1) % self.batches.count]]

    def _load(self, step: int) -> None:
        epoch, batch = divmod(step - 1, self.batches.count)
        np.copyto(self._program_of(step).batch, self.batches.blocks(epoch + 1)[batch])

    def _moved(self, move: Callable[[], Halt | None]) -> Change:
        before = self.position
        halt = move()
        return Change(before, self.position, halt=halt)

    def _phase_end(self) -> int:
        step, done = divmod(self._executed, self.operations)
        phases = [op.phase for op in self._first.operations]
        end = done + 1
        while end < self.operations and phases[end] == phases[done]:
            end += 1
        return step * self.operations + end

    def _phase_start(self) -> int:
        if self._executed == 0:
            return 0
        step, last = divmod(self._executed - 1, self.operations)
        phases: list[Phase] = [op.phase for op in self._first.operations]
        while last > 0 and phases[last - 1] == phases[last]:
            last -= 1
        return step * self.operations + last

    def _go(self, target: int, out_of_time: Callable[[], bool] = lambda: False) -> Halt | None:
        """Go to a moment: walk back by the log, replay, or train on, whatever is nearest."""
        if target < self._executed:
            if self._executed - target <= len(self._log):
                while self._executed > target:
                    self._take_back()
                return None
            return self._replay(target)
        if target > self.history.horizon or target - self._executed < self.operations:
            return self._train(target, out_of_time)
        step = target // self.operations
        found, _ = self.history.nearest(max(step - 1, 0))
        if found * self.operations > self._executed:
            return self._replay(target)
        return self._train(target, out_of_time)

    def _replay(self, target: int) -> Halt | None:
        """Start from the nearest checkpoint; the step in view is walked, so that all shows."""
        step = Position.of(target, self.operations, 1).step
        found, state = self.history.nearest(step - 1)
        np.copyto(self._state, state)
        self._executed = found * self.operations
        self._forget_log()
        self._apply_edits()
        if target == 0:
            self._load(1)
        return self._train(target, lambda: False)

    def _train(self, target: int, out_of_time: Callable[[], bool]) -> Halt | None:
        """Go on to a moment: whole steps at full speed, what is left one by one."""
        length = self.operations
        halt = self._walk(min(target, -(-self._executed // length) * length))
        # The last step is walked, so that going back from here is quick, unless time is short.
        last_whole = (target - 1) // length
        while halt is None and self._executed // length < last_whole and not out_of_time():
            halt = self._train_steps(last_whole, out_of_time)
        if halt is None and self._executed // length >= last_whole and self._executed < target:
            halt = self._walk(target)
        return halt

    def _train_steps(self, until: int, out_of_time: Callable[[], bool]) -> Halt | None:
        """Run whole steps up to `until`, or to the next edit, or until the time is up."""
        edits = self.history.edits
        step = self._executed // self.operations
        upcoming = bisect_left(edits, self._executed + 1, key=lambda edit: edit.executed)
        if upcoming < len(edits):
            until = min(until, edits[upcoming].executed // self.operations)
            if until <= step:
                return self._walk((step + 1) * self.operations)
        until = min(until, step + _MOST_STEPS_AT_ONCE)
        self._forget_log()
        losses = self.history.loss_room(until)
        has_penalty = any(op.name == "penalty" for op in self._first.operations)
        penalties = self.history.penalty_room(until) if has_penalty else None
        loss, penalty = self._first.stored("loss"), self._first.stored("penalty")
        overflow, zeros, copy = self.memory.array.dot, self._zeros, np.copyto
        count, every = self.batches.count, self.history.every
        start, loaded = step, None
        with np.errstate(all="ignore"):
            while step < until:
                epoch, batch = divmod(step, count)
                block = self.batches.blocks(epoch + 1)[batch]
                program = self._programs[block.shape[1]]
                if block is not loaded:
                    copy(program.batch, block)
                    loaded = block
                for call in program.calls:
                    call()
                # 0 * inf and 0 * nan are nan: one product tells whether all is finite.
                if overflow(zeros) != 0.0:
                    self._executed = start * self.operations
                    return self._find_overflow(step)
                losses[step] = loss[0, 0]
                if penalties is not None:
                    penalties[step] = penalty[0]
                step += 1
                if step % every == 0:
                    self.history.checkpoint(step, self._state)
                    every = self.history.every
                if step & 15 == 0 and out_of_time():
                    break
        self._executed = step * self.operations
        self.history.horizon = max(self.history.horizon, self._executed)
        self._apply_edits()
        return None

    def _find_overflow(self, step: int) -> Halt | None:
        """Replay to the step in which a value overflowed and walk through it."""
        self.history.horizon = max(self.history.horizon, step * self.operations)
        self._replay(step * self.operations)
        return self._walk((step + 1) * self.operations)

    def _apply_edits(self) -> None:
        for edit in self.history.edits_at(self._executed):
            self.memory.array[edit.place] = edit.after

    def _walk(self, target: int) -> Halt | None:
        """Run operations one by one, noting what each overwrites."""
        while self._executed < target:
            halt = self._walk_one()
            if halt is not None:
                return halt
        return None

    def _walk_one(self) -> Halt | None:
        array = self.memory.array
        step, index = divmod(self._executed, self.operations)
        program = self._program_of(step + 1)
        operation = program.operations[index]
        spans = operation.spans if index else (*operation.spans, program.slots["batch"].span)
        saved: Saved = [(start, array[start:stop].copy()) for start, stop in spans]
        if index == 0:
            self._load(step + 1)
        run(operation.calls)
        result = program.view(operation.name)
        if not np.isfinite(result).all():
            halt = self._halt(operation, result)
            self._restore(saved)
            return halt
        self._executed += 1
        edits = self.history.edits_at(self._executed) if self.history.edits else []
        for edit in edits:
            saved.append((edit.place, array[edit.place : edit.place + 1].copy()))
            array[edit.place] = edit.after
        self._note(saved)
        if self._executed > self.history.horizon:
            self.history.horizon = self._executed
            if index + 1 == self.operations:
                self._record(step)
        return None

    def _record(self, step: int) -> None:
        self.history.loss_room(step + 1)[step] = self._first.stored("loss")[0, 0]
        if "penalty" in {op.name for op in self._first.operations}:
            self.history.penalty_room(step + 1)[step] = self._first.stored("penalty")[0]
        if (step + 1) % self.history.every == 0:
            self.history.checkpoint(step + 1, self._state)

    def _halt(self, operation: Operation, result: Array) -> Halt:
        index = tuple(int(i) for i in np.argwhere(~np.isfinite(result))[0])
        at = Position.of(self._executed + 1, self.operations, self.batches.count)
        return Halt(
            at.step,
            at.epoch,
            at.batch,
            operation.name,
            element_name(operation.name, index),
            float(result[index]),
        )

    def _note(self, saved: Saved) -> None:
        self._log.append(saved)
        self._log_bytes += sum(values.nbytes for _, values in saved)
        while self._log_bytes > _UNDO_BYTES and len(self._log) > 1:
            self._log_bytes -= sum(values.nbytes for _, values in self._log.pop(0))

    def _forget_log(self) -> None:
        self._log.clear()
        self._log_bytes = 0

    def _take_back(self) -> None:
        saved = self._log.pop()
        self._log_bytes -= sum(values.nbytes for _, values in saved)
        self._restore(saved)
        self._executed -= 1

    def _restore(self, saved: Saved) -> None:
        for start, values in reversed(saved):
            self.memory.array[start : start + len(values)] = values
