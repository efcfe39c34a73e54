"""Undo and redo: each change by hand with what would be there without it."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bpsim.session.history import Edit, Future, History
from bpsim.session.label import Label
from bpsim.session.machine import Machine
from bpsim.session.project import Project
from bpsim.session.stopping.breakpoints import Marks
from bpsim.session.values import Element

_MOST_BYTES = 256 * 2**20


@dataclass(frozen=True)
class Cut:
    """What a change in the midst of a history cut off, and where.

    Attributes
    ----------
    executed
        After how many operations.
    edits, eras
        How many of them stayed.
    future
        What is on the other side.
    """

    executed: int
    edits: int
    eras: int
    future: Future


@dataclass(frozen=True)
class _Swap:
    label: Label
    cursor: int
    other: Cut | History | str | Marks
    """What was cut off, or the whole other history, or the other name or marks."""
    version: object

    @property
    def nbytes(self) -> int:
        if isinstance(self.other, Cut):
            return self.other.future.nbytes
        return self.other.nbytes if isinstance(self.other, History) else 0


class Undo:
    """The changes that were made and those that were taken back.

    Attributes
    ----------
    version
        Another object after each change; undo and redo bring back the one there was.
    marks
        Breakpoints and watches.
    budget
        How many bytes of cut-off history it keeps, besides that of the last change.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._done: list[_Swap] = []
        self._undone: list[_Swap] = []
        self.version = object()
        self.marks = Marks()
        self.budget = _MOST_BYTES

    @property
    def label(self) -> Label | None:
        """The change that would be taken back."""
        return self._done[-1].label if self._done else None

    @property
    def redo_label(self) -> Label | None:
        """The change that would be made again."""
        return self._undone[-1].label if self._undone else None

    def cut(self, label: Label, executed: int, going_on: bool) -> Cut:
        """Cut the history for a change, or go on with the last one where nothing ran since."""
        machine, history = self._machine, self._machine.history
        last = self._done[-1] if going_on and self._done else None
        if last is not None and last.label == label and isinstance(last.other, Cut):
            alike = last.other.executed == executed and history.horizon == machine.executed
            if alike:
                self._changed()
                history.horizon = executed
                return last.other
        edits, eras = (
            bisect_right(events, executed, key=lambda event: event.executed)
            for events in (history.edits, history.eras)
        )
        cut = Cut(executed, edits, eras, history.cut(executed, edits, eras))
        self._remember(label, cut)
        return cut

    def begin_anew(self, label: Label, project: Project, going_on: bool) -> None:
        """Go on with another project from its start."""
        machine = self._machine
        last = self._done[-1] if going_on and self._done else None
        fresh = machine.history.horizon == machine.executed and machine.history.steps == 0
        if last and last.label == label and isinstance(last.other, History) and fresh:
            self._changed()
        else:
            self._remember(label, machine.history)
        machine.adopt(machine.begin(project))

    def rename(self, label: Label, name: str) -> None:
        """Give the project another name."""
        machine = self._machine
        self._remember(label, machine.history.eras[0].project.name)
        machine.history.rename(name)

    def mark(self, label: Label, marks: Marks) -> None:
        """Change breakpoints and watches."""
        self._remember(label, self.marks)
        self.marks = marks

    def note(self, cut: Cut, values: Mapping[Element, tuple[int, float]]) -> None:
        """Put edits into the history, each in place of one of the same change if there is one.

        Parameters
        ----------
        cut
            From `cut`; the machine stands there.
        values
            Place and new value of each element.
        """
        history, array = self._machine.history, self._machine.compiled.memory.array
        same = {history.edits[k].element: k for k in range(cut.edits, len(history.edits))}
        for element, (place, value) in values.items():
            known = same.get(element)
            if known is None:
                old = float(array[place])
                history.edits.append(Edit(cut.executed, element, place, old, value))
                self._machine.write(place, value)
            else:
                history.edits[known] = replace(history.edits[known], after=value)
                array[place] = value

    def _remember(self, label: Label, other: Cut | History | str | Marks) -> None:
        self._done.append(_Swap(label, self._machine.executed, other, self.version))
        self._changed()
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        """Let go of the oldest changes, but never of the last, where they keep too much."""
        total = 0
        for index in range(len(self._done) - 1, -1, -1):
            total += self._done[index].nbytes
            if total > self.budget and index < len(self._done) - 1:
                del self._done[: index + 1]
                return

    def _changed(self) -> None:
        self._undone.clear()
        self.version = object()

    def undo(self) -> Label | None:
        """Take back the last change, at the moment where it was made; return its label."""
        return self._move(self._done, self._undone)

    def redo(self) -> Label | None:
        """Make the last undone change again, and go where it was taken back."""
        return self._move(self._undone, self._done)

    def _move(self, source: list[_Swap], target: list[_Swap]) -> Label | None:
        if not source:
            return None
        swap, machine = source.pop(), self._machine
        other, there = swap.other, swap.other
        if isinstance(other, Marks):
            # Nothing of the training has changed, so it stays where it is.
            target.append(_Swap(swap.label, swap.cursor, self.marks, self.version))
            self.marks, self.version = other, swap.version
            return swap.label
        if isinstance(other, str):
            there = machine.history.eras[0].project.name
            machine.history.rename(other)
        elif isinstance(other, History):
            there = machine.history
        else:
            future = machine.history.cut(other.executed, other.edits, other.eras)
            there = replace(other, future=future)
            machine.history.attach(other.executed, other.future)
        target.append(_Swap(swap.label, machine.executed, there, self.version))
        self.version = swap.version
        if isinstance(other, History):
            machine.adopt(other)
        machine.replay(swap.cursor)
        return swap.label
