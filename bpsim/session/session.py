"""A session: one project, the cursor in its training, and every way to move or change it."""

from collections.abc import Callable, Mapping
from math import isfinite

from bpsim.engine.program import Operation, Phase
from bpsim.session.label import Label
from bpsim.session.machine import Machine, never
from bpsim.session.position import Change, Halt, Position
from bpsim.session.project import Project, check, with_parameters
from bpsim.session.stopping.breakpoints import Breakpoint, Marks, Stop
from bpsim.session.stopping.runner import Runner
from bpsim.session.undo import Undo
from bpsim.session.values import Element
from bpsim.session.view import View
from bpsim.words import translate


class Session(View):
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
        super().__init__(Machine(project))
        self._undo, self._runner = Undo(self.machine), Runner(self.machine)

    # Moving

    def step_operation(self) -> Change:
        """Run one operation."""
        return self._moved(lambda: self.machine.walk(self.machine.executed + 1))

    def step_phase(self) -> Change:
        """Run to the end of a phase: of this one, or of the next where one has just ended."""
        return self.advance(self._phase_end())

    def step_batch(self) -> Change:
        """Run to the end of a training step."""
        return self.advance(self.history.executed_at(self.position.updates + 1))

    def step_epoch(self) -> Change:
        """Run to the end of an epoch."""
        return self.advance(self.epoch_end)

    @property
    def epoch_end(self) -> int:
        """How many operations have run by the end of the epoch."""
        return self.history.executed_at(self._epoch_end(self.position.updates))

    def back_operation(self) -> Change:
        """Take back one operation."""
        return self.jump(self.machine.executed - 1)

    def back_phase(self) -> Change:
        """Go back to the start of a phase."""
        return self.retreat(self._phase_start())

    def back_batch(self) -> Change:
        """Go back to the start of a training step."""
        at = self.position
        return self.retreat(at.executed - at.done)

    def back_epoch(self) -> Change:
        """Go back to the start of an epoch."""
        return self.retreat(self.history.executed_at(self._epoch_start(self.position)))

    def restart(self) -> Change:
        """Go back to the very start."""
        return self.jump(0)

    def jump(self, executed: int) -> Change:
        """Go to any moment, given by how many operations have run by then."""
        return self._moved(lambda: self.machine.go(max(executed, 0)))

    def jump_to_step(self, step: int) -> Change:
        """Go to the end of a training step; 0 is the very start."""
        return self.jump(self.history.executed_at(max(step, 0)))

    def advance(
        self,
        target: int,
        out_of_time: Callable[[], bool] = never,
        *,
        besides: tuple[Breakpoint, ...] = (),
    ) -> Change:
        """Go on to a moment, or to the first breakpoint before it.

        Parameters
        ----------
        target
            After how many operations to end.
        out_of_time
            Asked every few steps; free of any clock, so that callers decide.
        besides
            Breakpoints that count this once, first of all.
        """
        breakpoints = (*besides, *self.marks.breakpoints)
        return self._moved(
            lambda: self._runner.forwards(target, breakpoints, self.version, out_of_time)
        )

    def retreat(self, target: int) -> Change:
        """Go back to a moment, or to the last breakpoint after it."""
        return self._moved(lambda: self._runner.backwards(target, self.marks.breakpoints))

    def run(self, steps: int, out_of_time: Callable[[], bool] = never) -> Change:
        """Train on for whole steps, until a breakpoint or the end of the time.

        Parameters
        ----------
        steps
            How many updates to make; a step that is under way counts as one.
        out_of_time
            Asked every few steps; free of any clock, so that callers decide.
        """
        return self.advance(self.history.executed_at(self.position.updates + steps), out_of_time)

    # Changing

    def would_drop(self) -> int:
        """Count the steps of later history that a change made now would cut off."""
        return self.history.steps - self.position.updates

    def edit(
        self,
        values: Mapping[Element, float],
        label: Label | None = None,
        *,
        going_on: bool = False,
        follow: bool = False,
    ) -> Change:
        """Change weights and biases by hand; what was computed after this moment is cut off.

        Where the step in view has not updated anything yet, it begins again with the new values,
        up to where it was, so that everything shown fits together. In the first step that changes
        the project's initial parameters, and a restart comes back to them; later it is an event
        in the history.

        Parameters
        ----------
        values
            The new values.
        label
            What the change is called.
        going_on
            Whether this goes on with the last change, as dragging does: undo takes back both.
        follow
            Whether to run the forward phase where none has, so that its values can be watched.

        Raises
        ------
        ValueError
            If one is not a parameter or a value is not finite.
        IndexError
            If the network has no such element.
        """
        places = {element: self.place(element) for element in values}
        for element, value in values.items():
            if not isfinite(value):
                words = translate("session", "{name} must be a finite number, not {value}.")
                raise ValueError(words.format(name=element, value=value))
        label = label or _edit_label(values)
        before, steps, machine = self.position, self.history.steps, self.machine
        current = self.current if 0 < before.done < before.operations else None
        if current is not None and current.phase is Phase.UPDATE:
            current = None
        start = before.executed - (before.done if current else 0)
        if start == 0:
            project = with_parameters(self.project, self.program.view, values)
            self._undo.begin_anew(label, project, going_on)
        else:
            cut = self._undo.cut(label, start, going_on)
            machine.go(start)
            self._undo.note(cut, {e: (places[e], float(v)) for e, v in values.items()})
        halt = self._catch_up(current)
        if follow and current is None:
            halt = machine.walk(self._phase_end())
        return Change(
            before, self.position, label, dropped=max(steps - before.updates, 0), halt=halt
        )

    def change_settings(self, project: Project, label: Label) -> Change:
        """Go on with other settings: anything but the shape of the network and the data.

        In the midst of a step that step begins again under the new settings, up to where it was.

        Parameters
        ----------
        project
            As the present one, but for its settings; its initial parameters don't matter.
        label
            What the change is called.

        Raises
        ------
        SpecificationError
            If anything is wrong with it.
        ValueError
            If the network's shape or the data differ.
        """
        check(project)
        now, before, machine = self.project, self.position, self.machine
        if project.specification.network.sizes != now.specification.network.sizes:
            raise ValueError(
                translate(
                    "session", "The shape of the network cannot change in the midst of training."
                )
            )
        if project.data is not now.data:
            raise ValueError(
                translate("session", "The data cannot change in the midst of training.")
            )
        steps, compiled = self.history.steps, machine.compiled
        start = before.executed - before.done % before.operations
        current = self.current if start < before.executed else None
        if start == 0:
            self._undo.begin_anew(label, project, False)
        else:
            self._undo.cut(label, start, False)
            self.history.eras.append(machine.next_era(project, start))
            machine.replay(start)
        halt = self._catch_up(current)
        dropped = max(steps - before.updates, 0)
        replaced = machine.compiled is not compiled
        return Change(before, self.position, label, dropped=dropped, halt=halt, replaced=replaced)

    def replace(self, project: Project, label: Label) -> Change:
        """Work on another network or other data from here on; training begins anew.

        Raises
        ------
        SpecificationError
            If anything is wrong with it; everything stays as it is then.
        """
        check(project)
        before, steps, compiled = self.position, self.history.steps, self.machine.compiled
        self._undo.begin_anew(label, project, False)
        replaced = self.machine.compiled is not compiled
        return Change(before, self.position, label, dropped=steps, replaced=replaced)

    def rename(self, name: str) -> Change:
        """Give the project another name; training stays as it is."""
        label = Label("rename", {"name": name})
        self._undo.rename(label, name)
        return Change(self.position, self.position, label)

    def mark(self, marks: Marks, label: Label) -> Change:
        """Change breakpoints and watches; training stays as it is."""
        self._undo.mark(label, marks)
        return Change(self.position, self.position, label)

    def restore_marks(self, marks: Marks) -> None:
        """Take up the marks of a file, which is no change by hand."""
        self._undo.marks = marks

    @property
    def marks(self) -> Marks:
        """Breakpoints and watches."""
        return self._undo.marks

    def _catch_up(self, current: Operation | None) -> Halt | None:
        """Run the step in progress again, to the operation of the same name."""
        if current is None:
            return None
        start = self.machine.executed
        operations = self.machine.compile(self.project).first.operations
        same = [op for op in operations if (op.name, op.kind) == (current.name, current.kind)]
        phase = [op for op in operations if op.phase is current.phase]
        at = (same or phase or operations)[0].index
        return self.machine.walk(start + at + 1)

    @property
    def version(self) -> object:
        """Another object after each change by hand; undo and redo bring back the one there was."""
        return self._undo.version

    @property
    def undo_label(self) -> Label | None:
        """The change that `undo` would take back."""
        return self._undo.label

    @property
    def redo_label(self) -> Label | None:
        """The change that `redo` would make again."""
        return self._undo.redo_label

    def undo(self) -> Change | None:
        """Take back the last change, at the moment where it was made, with what it cut off."""
        return self._swapped(self._undo.undo, undone=True)

    def redo(self) -> Change | None:
        """Make the last undone change again."""
        return self._swapped(self._undo.redo, undone=False)

    def _swapped(self, swap: Callable[[], Label | None], undone: bool) -> Change | None:
        before, compiled = self.position, self.machine.compiled
        label = swap()
        if label is None:
            return None
        replaced = self.machine.compiled is not compiled
        return Change(before, self.position, label, undone, replaced=replaced)

    # The machinery

    def _moved(self, move: Callable[[], Halt | Stop | None]) -> Change:
        before, compiled = self.position, self.machine.compiled
        end = move()
        halt, stop = (None, end) if isinstance(end, Stop) else (end, None)
        # A move from one era into another may bring another program.
        replaced = self.machine.compiled is not compiled
        return Change(before, self.position, halt=halt, stop=stop, replaced=replaced)

    def _phase_end(self) -> int:
        at = self.machine.executed
        era = self.history.era_after(at)
        done = (at - era.executed) % era.operations
        operations = self.machine.compile(era.project).first.operations
        phases: list[Phase] = [op.phase for op in operations]
        end = done + 1
        while end < era.operations and phases[end] == phases[done]:
            end += 1
        return at - done + end

    def _phase_start(self) -> int:
        at = self.position
        if at.executed == 0:
            return 0
        phases: list[Phase] = [op.phase for op in self.program.operations]
        last = at.done - 1
        while last > 0 and phases[last - 1] == phases[last]:
            last -= 1
        return at.executed - at.done + last

    def _epoch_end(self, updates: int) -> int:
        era = self.history.era_after(self.machine.executed)
        _, batch = era.place(updates)
        return updates + era.batches - batch + 1

    def _epoch_start(self, at: Position) -> int:
        first = at.step - at.batch
        era = self.history.era_before(at.executed)
        # Where settings changed within the epoch, its batches may have been others before.
        return max(first, 0) if first >= era.first_step else era.first_step


def _edit_label(values: Mapping[Element, float]) -> Label:
    if len(values) == 1:
        return Label("edit", {"name": str(next(iter(values)))})
    return Label("edit_many", {"count": len(values)})
