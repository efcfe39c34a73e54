"""One operation of a training step, and the memory that it works on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bpsim.engine.kernels import Array, Call
from bpsim.engine.memory import Memory, Slot
from bpsim.engine.optimizers import Stage
from bpsim.engine.specification import Specification


class Phase(StrEnum):
    """The parts of a training step, in their order."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class Kind(StrEnum):
    """What sort of operation it is; explanations and pictures go by this."""

    WEIGHTED_SUM = "weighted sum"
    ACTIVATION = "activation"
    LOSS = "loss"
    PENALTY = "penalty"
    OUTPUT_ERROR = "output error"
    HIDDEN_ERROR = "hidden error"
    WEIGHT_GRADIENT = "weight gradient"
    BIAS_GRADIENT = "bias gradient"
    PENALTY_GRADIENT = "penalty gradient"
    STATE = "optimizer state"
    DECAY = "weight decay"
    UPDATE = "update"


@dataclass(frozen=True, eq=False)
class Operation:
    """One named operation of a training step.

    Attributes
    ----------
    name
        The value that it computes.
    kind, phase
        What it is and where it belongs.
    layer
        The layer's number, 0 where it belongs to none.
    formula
        As plain text in NumPy's notation.
    reads
        Names of the values that it uses.
    spans
        All stretches of memory that it may overwrite.
    calls
        What it does.
    stage
        The optimizer's stage, where it is one.
    whole
        What is left of that in a whole step, if not all: there one call does the rest for all
        operations, or nobody looks at it.
    index
        Its place in the step, from 0, which it gets with the others beside it.
    """

    name: str
    kind: Kind
    phase: Phase
    layer: int
    formula: str
    reads: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    calls: Sequence[Call]
    stage: Stage | None = None
    whole: Sequence[Call] | None = None
    index: int = 0


class Workspace:
    """The memory as a batch of a given number of rows sees it.

    Attributes
    ----------
    specification, memory, rows
        What it belongs to.
    slots
        The places of all values by name, shared ones and those of this many rows.
    """

    def __init__(self, specification: Specification, memory: Memory, rows: int) -> None:
        self.specification, self.memory, self.rows = specification, memory, rows
        self.slots: Mapping[str, Slot] = {**memory.slots, **memory.work[rows]}

    def stored(self, name: str) -> Array:
        """Return a value as it is stored, ``(units, batch)``."""
        return self.memory.stored(self.slots[name])

    def flat(self, slot: Slot) -> Array:
        """Return a stretch of memory, one-dimensional."""
        return self.memory.array[slot.start : slot.stop]

    def across(self, name: str, layers: Sequence[int]) -> Array:
        """Return ``z``, ``slope`` or what is kept, of neighbouring layers, one-dimensional."""
        first, last = (self.slots[name.format(n)] for n in (layers[0], layers[-1]))
        return self.memory.array[first.start : last.stop]
