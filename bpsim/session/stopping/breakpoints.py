"""Where training is to stop, as plain values, and what is said when it does."""

from dataclasses import dataclass

from bpsim.engine.operation import Operation


@dataclass(frozen=True)
class Breakpoint:
    """A place where training stops, a condition on which it does, or both.

    Attributes
    ----------
    operation
        The name of the operation at which it stops, once that has run; none where only the
        condition counts.
    kind
        Its kind, where several operations have that name; otherwise none.
    condition
        As it was typed; none where it always stops. With an operation it stops each time that
        the condition holds there, without one wherever it comes true.
    enabled
        Whether it counts.
    """

    operation: str = ""
    kind: str = ""
    condition: str = ""
    enabled: bool = True

    def is_at(self, operation: Operation) -> bool:
        """Tell whether it belongs to an operation."""
        return self.operation == operation.name and self.kind in ("", str(operation.kind))


@dataclass(frozen=True)
class Stop:
    """Training stopped at a breakpoint, or where a run was to end.

    Attributes
    ----------
    executed
        After how many operations.
    operation
        The operation that ran last.
    breakpoint
        Why.
    facts
        What its condition read, each with its value: ``("a1[2]", 0.0)``.
    sample
        The row of the batch for which it held, where each has its own values.
    """

    executed: int
    operation: str
    breakpoint: Breakpoint
    facts: tuple[tuple[str, float], ...] = ()
    sample: int | None = None


@dataclass(frozen=True)
class Marks:
    """What a person has marked to look at; it changes no number of the training.

    Attributes
    ----------
    breakpoints
        In the order in which they were made.
    watches
        Expressions as they were typed.
    """

    breakpoints: tuple[Breakpoint, ...] = ()
    watches: tuple[str, ...] = ()


NO_MARKS = Marks()
