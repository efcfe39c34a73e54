"""Changes of what is marked: breakpoints set, changed and removed, watches likewise."""

from dataclasses import replace

from bpsim.engine.operation import Operation
from bpsim.session.label import Label
from bpsim.session.stopping.breakpoints import Breakpoint, Marks

Marking = tuple[Marks, Label]
"""Other marks, and what the change is called."""


def is_marking(label: Label) -> bool:
    """Tell whether a change was one of breakpoints or watches, and so of no number."""
    return label.kind.startswith(("breakpoint", "watch"))


def breakpoint_for(operation: Operation, operations: tuple[Operation, ...]) -> Breakpoint:
    """Make a breakpoint at an operation; its kind counts where others have its name."""
    alike = sum(1 for other in operations if other.name == operation.name)
    return Breakpoint(operation.name, str(operation.kind) if alike > 1 else "")


def breakpoints_at(marks: Marks, operation: Operation) -> list[Breakpoint]:
    """Give the breakpoints at an operation."""
    return [each for each in marks.breakpoints if each.is_at(operation)]


def toggled(marks: Marks, operation: Operation, operations: tuple[Operation, ...]) -> Marking:
    """Set a breakpoint at an operation, or remove what is there."""
    there = breakpoints_at(marks, operation)
    if there:
        left = tuple(each for each in marks.breakpoints if each not in there)
        return replace(marks, breakpoints=left), Label("breakpoint_off", {"name": operation.name})
    return with_breakpoint(marks, breakpoint_for(operation, operations))


def with_breakpoint(marks: Marks, added: Breakpoint) -> Marking:
    """Add a breakpoint, once."""
    breakpoints = tuple(dict.fromkeys((*marks.breakpoints, added)))
    name = added.operation or added.condition
    return replace(marks, breakpoints=breakpoints), Label("breakpoint", {"name": name})


def changed_breakpoint(marks: Marks, old: Breakpoint, new: Breakpoint | None) -> Marking:
    """Put another breakpoint in the place of one, or none."""
    if new is None:
        left = tuple(each for each in marks.breakpoints if each != old)
        name = old.operation or old.condition
        return replace(marks, breakpoints=left), Label("breakpoint_off", {"name": name})
    swapped = dict.fromkeys(new if each == old else each for each in marks.breakpoints)
    return replace(marks, breakpoints=tuple(swapped)), Label("breakpoints")


def switched(marks: Marks, each: Breakpoint) -> Marking:
    """Switch a breakpoint on or off."""
    return changed_breakpoint(marks, each, replace(each, enabled=not each.enabled))


def with_watch(marks: Marks, text: str) -> Marking:
    """Watch something besides, once."""
    watches = tuple(dict.fromkeys((*marks.watches, text)))
    return replace(marks, watches=watches), Label("watch", {"name": text})


def changed_watch(marks: Marks, old: str, new: str | None) -> Marking:
    """Watch something else instead, or nothing."""
    if new is None:
        left = tuple(each for each in marks.watches if each != old)
        return replace(marks, watches=left), Label("watch_off", {"name": old})
    swapped = dict.fromkeys(new if each == old else each for each in marks.watches)
    return replace(marks, watches=tuple(swapped)), Label("watches")
