"""What an operation touches on the picture."""

import re
from dataclasses import dataclass, field
from typing import Literal

from bpsim.engine.program import Kind, Operation, Phase

Role = Literal["read", "gradient", "update"]

_NAME = re.compile(r"(.*?)(W|b|a|z|delta)(\d+)")
_UNITS = frozenset(
    {Kind.WEIGHTED_SUM, Kind.ACTIVATION, Kind.OUTPUT_ERROR, Kind.HIDDEN_ERROR, Kind.LOSS}
)


@dataclass(frozen=True)
class Touch:
    """What an operation reads and writes, by layers.

    Attributes
    ----------
    everything
        Whether nothing steps back, because no operation is current.
    written
        The layer whose units are written, 0 if none's are.
    units
        Layers whose units are read or written.
    weights, biases
        By layer, how its weights or biases take part.
    way
        1 where a signal runs to the right along the read weights, -1 to the left, else 0.
    phase
        The operation's.
    """

    everything: bool = True
    written: int = 0
    units: frozenset[int] = frozenset()
    weights: dict[int, Role] = field(default_factory=dict)
    biases: dict[int, Role] = field(default_factory=dict)
    way: int = 0
    phase: Phase | None = None


def touch_of(operation: Operation | None) -> Touch:
    """Work out what an operation touches."""
    if operation is None:
        return Touch()
    weights: dict[int, Role] = {}
    biases: dict[int, Role] = {}
    units: set[int] = set()
    for name in operation.reads:
        match = _NAME.fullmatch("a0" if name == "x" else name)
        if match is None or match[1]:
            continue
        layer = int(match[3])
        if match[2] == "W":
            weights[layer] = "read"
        elif match[2] == "b":
            biases[layer] = "read"
        else:
            units.add(layer)
    written = operation.layer if operation.kind in _UNITS else 0
    if written:
        units.add(written)
    elif operation.layer:
        role: Role = "update" if operation.phase is Phase.UPDATE else "gradient"
        match = _NAME.fullmatch(operation.name)
        if match is not None:
            (weights if match[2] == "W" else biases)[operation.layer] = role
    ways = {Kind.WEIGHTED_SUM: 1, Kind.HIDDEN_ERROR: -1}
    return Touch(
        False,
        written,
        frozenset(units),
        weights,
        biases,
        ways.get(operation.kind, 0),
        operation.phase,
    )
