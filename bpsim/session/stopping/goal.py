"""Where a run is to end, besides at a breakpoint."""

from dataclasses import dataclass

from bpsim.session.stopping.breakpoints import Breakpoint

NEVER = 2**62


@dataclass(frozen=True)
class Goal:
    """The end of a run.

    Attributes
    ----------
    executed
        After so many operations, if not before.
    breakpoint
        At this one, if not before.
    """

    executed: int = NEVER
    breakpoint: Breakpoint | None = None

    @property
    def besides(self) -> tuple[Breakpoint, ...]:
        """What counts besides a person's own breakpoints."""
        return () if self.breakpoint is None else (self.breakpoint,)


def loss_below(value: float) -> Goal:
    """Run until a batch's loss is below a value."""
    return Goal(breakpoint=Breakpoint("loss", condition=f"loss < {value!r}"))
