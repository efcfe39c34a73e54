"""What can be read of a session: where training stands, and every number of the step in view."""

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.memory import Memory
from bpsim.engine.program import Operation, Program
from bpsim.session.batches import Batches, Rows
from bpsim.session.history import History
from bpsim.session.machine import Machine
from bpsim.session.position import Position
from bpsim.session.project import Project
from bpsim.session.values import Element
from bpsim.words import translate


class View:
    """The readable side of a session.

    Attributes
    ----------
    machine
        What moves it; for what saves and restores a session.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    @property
    def project(self) -> Project:
        """What is trained, with the settings that the next operation goes by."""
        return self.history.era_after(self.machine.executed).project

    @property
    def initial_project(self) -> Project:
        """What was trained at the start."""
        return self.history.eras[0].project

    @property
    def history(self) -> History:
        """The record of this training."""
        return self.machine.history

    @property
    def position(self) -> Position:
        """Where training stands."""
        return self.machine.position

    @property
    def program(self) -> Program:
        """The program of the step in view; its number of rows is the batch's."""
        return self.machine.program

    @property
    def operations(self) -> int:
        """How many operations the step in view has."""
        return self.machine.compiled.operations

    @property
    def batches(self) -> Batches:
        """The batches from which the step in view takes its own."""
        return self.machine.compiled.batches

    @property
    def memory(self) -> Memory:
        """The memory that the step in view works on."""
        return self.machine.compiled.memory

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
        at, program = self.position, self.program
        slot = program.slots["a0" if name == "x" else name]
        if slot.stop <= self.memory.state_stop or name in ("x", "a0", "y"):
            return True
        return any(op.name == name for op in program.operations[: at.done])

    def has(self, element: Element) -> bool:
        """Tell whether the network has such an element."""
        if ("a0" if element.name == "x" else element.name) not in self.program.slots:
            return False
        shape = self.program.view(element.name).shape
        index = element.at(0)
        return len(index) == len(shape) and all(
            0 <= i < n for i, n in zip(index, shape, strict=True)
        )

    def number(self, element: Element, sample: int = 0) -> float | None:
        """Return one number, of a sample where each has its own; ``None`` if not computed."""
        value = self.value(element.name)
        return None if value is None else float(value[element.at(sample)])

    def past(self, name: str, done: int) -> Array | None:
        """Return what a value was when so many operations of the step in view had run.

        Parameters
        ----------
        name
            As for `Program.view`.
        done
            At most as many as have run.

        Returns
        -------
        ndarray or None
            A copy; ``None`` where that is no longer known.
        """
        return self.machine.past(name, done)

    def upcoming_batch(self) -> Array:
        """Return a copy of the batch that the step in progress, or the next one, takes."""
        at = self.machine.executed
        era = self.history.era_after(at)
        epoch, batch = era.place(self.history.steps_at(at))
        return self.machine.compile(era.project).batches.blocks(epoch)[batch - 1].copy()

    def parameters(self) -> Array:
        """Return a copy of all parameters as they are stored."""
        return self.machine.compiled.parameters.copy()

    def series(self, element: Element) -> tuple[Array, Array]:
        """Return steps and values of a weight, a bias or its gradient over the training."""
        samples = self.history.samples
        slope = element.name.startswith("d")
        parameter = Element(element.name.removeprefix("d"), element.index)
        table = samples.gradients if slope else samples.parameters
        return samples.steps.astype(float), table[:, self.place(parameter)]

    def place(self, element: Element) -> int:
        """Find a weight or a bias in memory.

        Raises
        ------
        ValueError
            If it is not a parameter.
        IndexError
            If the network has no such element.
        """
        slot = self.memory.slots.get(element.name)
        if slot is None or slot.stop > self.memory.parameters.stop or element.name[:2] == "Wb":
            words = translate("session", "{name} is not a weight or a bias.")
            raise ValueError(words.format(name=element.name))
        shape = slot.shape[::-1]
        inside = len(element.index) == len(shape) and all(
            0 <= i < size for i, size in zip(element.index, shape, strict=True)
        )
        if not inside:
            words = translate("session", "{name} has no element {index}.")
            raise IndexError(words.format(name=element.name, index=list(element.index)))
        return slot.start + int(np.ravel_multi_index(element.index[::-1], slot.shape))
