"""Where training stands, and what a move has changed."""

from dataclasses import asdict, dataclass

from bpsim.session.label import Label
from bpsim.session.stopping.breakpoints import Stop
from bpsim.words import translate


@dataclass(frozen=True)
class Position:
    """The cursor and what it means.

    Attributes
    ----------
    executed
        How many operations have run since the start: the cursor itself.
    updates
        How many steps are complete.
    step
        The training step whose values are shown, from 1.
    epoch, batch
        Where that step stands, from 1.
    batches
        Batches an epoch.
    done
        How many operations of the step have run.
    operations
        How many it has.
    """

    executed: int
    updates: int
    step: int
    epoch: int
    batch: int
    batches: int
    done: int
    operations: int


@dataclass(frozen=True)
class Halt:
    """Training stopped because a value is no longer finite.

    Attributes
    ----------
    step, epoch, batch
        Where.
    operation
        The name of the operation.
    element
        The first value that went wrong, in NumPy's notation.
    value
        ``inf``, ``-inf`` or ``nan``.
    advice
        What to try, where it is something unusual.
    """

    step: int
    epoch: int
    batch: int
    operation: str
    element: str
    value: float
    advice: str = ""

    @property
    def message(self) -> str:
        """Say it in words, with what to try."""
        words = translate(
            "session",
            "Step {step} (epoch {epoch}, batch {batch}), operation {operation}: {element} became "
            "{value}. Training stopped before it; everything up to there is kept. {advice}",
        )
        usual = translate("session", "Try a smaller learning rate, or smaller weights.")
        return words.format(**(asdict(self) | {"advice": self.advice or usual}))


@dataclass(frozen=True)
class Change:
    """What one call to the session changed; panels redraw what concerns them.

    Attributes
    ----------
    before, after
        The positions.
    label
        The change by hand that was made, undone or redone.
    undone
        Whether it was taken back.
    dropped
        How many steps of later history it cut off (undo brings them back).
    replaced
        Whether network, settings or data are others than before.
    halt
        Why training stopped, if it did.
    stop
        At which breakpoint it stopped, if it did.
    """

    before: Position
    after: Position
    label: Label | None = None
    undone: bool = False
    dropped: int = 0
    replaced: bool = False
    halt: Halt | None = None
    stop: Stop | None = None
