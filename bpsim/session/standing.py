"""Where training stands, as plain values that can be saved and gone on from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.specification import Problem
from bpsim.session.compiled import Compiled
from bpsim.session.project import Project
from bpsim.session.values import Element
from bpsim.words import count, translate

State = Mapping[str, Array]
"""Parameters and optimizer states by name, in their public shapes."""


@dataclass(frozen=True)
class Moment:
    """A moment of training: after so many steps, and so many operations of the next."""

    step: int
    operation: int = 0


@dataclass(frozen=True)
class SavedEdit:
    """A parameter that was changed by hand."""

    moment: Moment
    element: Element
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class SavedSettings:
    """Settings that training went on with after a step."""

    step: int
    project: Project


@dataclass(frozen=True, eq=False)
class Standing:
    """Where training stands.

    Attributes
    ----------
    moment
        The cursor.
    epoch, batch
        Where the step in view stands, from 1.
    furthest
        How far training has ever gone.
    state
        All that training carries from step to step, now.
    before
        The same before the step in view.
    losses, penalties
        Of each step up to the furthest; NaN where unknown.
    edits, settings
        What was changed on the way.
    """

    moment: Moment
    epoch: int
    batch: int
    furthest: Moment
    state: State
    before: State
    losses: Array
    penalties: Array
    edits: tuple[SavedEdit, ...] = ()
    settings: tuple[SavedSettings, ...] = ()


def state_names(compiled: Compiled) -> list[str]:
    """Name what makes up the state: ``W1``, ``b1`` ..., then the optimizer's."""
    memory = compiled.memory
    return [
        name
        for name, slot in memory.slots.items()
        if slot.stop <= memory.state_stop
        and "Wb" not in name
        # Worked out anew from t before they are used.
        and not name.startswith("correction_")
    ]


def named(compiled: Compiled, state: Array) -> dict[str, Array]:
    """Take a stored state apart."""
    slots = compiled.memory.slots
    return {
        name: state[slots[name].start : slots[name].stop].reshape(slots[name].shape).T.copy()
        for name in state_names(compiled)
    }


def stored(compiled: Compiled, state: State) -> Array:
    """Put a state together as it is stored."""
    whole = np.zeros(compiled.memory.state_stop)
    for name in state_names(compiled):
        slot = compiled.memory.slots[name]
        whole[slot.start : slot.stop] = state[name].T.ravel()
    return whole


def state_problems(compiled: Compiled, state: State, path: str) -> Iterator[Problem]:
    """List what is missing, left over or misshapen in a state."""
    wanted = {name: compiled.first.view(name).shape for name in state_names(compiled)}
    for name, shape in wanted.items():
        if name not in state:
            yield Problem(f"{path}.{name}", translate("session", "is missing"))
        elif state[name].shape != shape:
            words = translate("session", "has the shape {found}, but must have {wanted}")
            yield Problem(f"{path}.{name}", words.format(found=state[name].shape, wanted=shape))
    for name in state:
        if name not in wanted:
            words = translate("session", "is nothing that this training has")
            yield Problem(f"{path}.{name}", words)


def length_problems(steps: int, losses: Array, path: str) -> Iterator[Problem]:
    """Tell whether there are as many losses as steps, or none."""
    if len(losses) not in (0, steps):
        words = translate("session", "{numbers}, but {steps} were made")
        numbers = count(len(losses), "number")
        yield Problem(path, words.format(numbers=numbers, steps=count(steps, "step")))
