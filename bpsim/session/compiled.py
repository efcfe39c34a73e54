"""A project made ready to run: its memory, its programs and its batches."""

from dataclasses import replace

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Layer, Network
from bpsim.session.batches import Batches
from bpsim.session.project import Project


class Compiled:
    """What it takes to run a project.

    Attributes
    ----------
    project
        What was compiled.
    batches
        Its batches.
    memory
        All numbers of a training step.
    programs
        A program for each number of rows that a batch has.
    operations, passes
        How many operations a step has, and how many of them come before its update.
    has_penalty
        Whether one of them is the penalty.
    work
        Parameters times rows of a batch: how much there is to do in a step, roughly.
    """

    def __init__(self, project: Project) -> None:
        self.project, self.batches = project, Batches(project)
        self.memory = Memory(project.specification, self.batches.sizes)
        self.programs = {
            rows: Program(project.specification, self.memory, rows)
            for rows in set(self.batches.sizes)
        }
        self.first = self.programs[self.batches.sizes[0]]
        self.operations = len(self.first.operations)
        self.passes = sum(op.phase is not Phase.UPDATE for op in self.first.operations)
        self.has_penalty = any(op.name == "penalty" for op in self.first.operations)
        self._zeros = np.zeros_like(self.state)
        self.work = len(self.parameters) * self.first.rows

    @property
    def state(self) -> Array:
        """All that training carries from step to step; a live view."""
        return self.memory.array[: self.memory.state_stop]

    @property
    def parameters(self) -> Array:
        """All parameters as they are stored; a live view."""
        slot = self.memory.parameters
        return self.memory.array[slot.start : slot.stop]

    @property
    def gradients(self) -> Array:
        """All gradients likewise."""
        slot = self.memory.gradients
        return self.memory.array[slot.start : slot.stop]

    def is_finite(self) -> bool:
        """Tell whether the state is."""
        return not self.state.dot(self._zeros)  # 0 * inf and 0 * nan are nan

    def forget_overflow(self) -> None:
        """Take out all numbers that aren't finite, or they would look like an overflow later."""
        array = self.memory.array
        array[~np.isfinite(array)] = 0.0

    def program_of(self, batch: int) -> Program:
        """Return the program for a batch, counted from 1."""
        return self.programs[self.batches.sizes[batch - 1]]

    def load(self, epoch: int, batch: int) -> None:
        """Put a batch where its program reads it."""
        np.copyto(self.program_of(batch).batch, self.batches.blocks(epoch)[batch - 1])

    def start(self, weights: list[tuple[Array, Array]]) -> None:
        """Put each layer's weights and biases where training starts from."""
        self.state[:] = 0.0
        for number, (w, b) in enumerate(weights, 1):
            self.first.view(f"W{number}")[:] = w
            self.first.view(f"b{number}")[:] = b

    def take_over(self, other: "Compiled") -> None:
        """Go on from another's parameters, and from its optimizer's state if that is alike."""
        mine, yours = (c.project.specification.training.optimizer.name for c in (self, other))
        if mine == yours:
            np.copyto(self.state, other.state)
        else:
            self.state[:] = 0.0
            np.copyto(self.parameters, other.parameters)

    def fits(self, project: Project) -> bool:
        """Tell whether a project differs from this one in nothing but its initial parameters."""
        ours, theirs = self.project.specification, project.specification
        return (
            ours.training == theirs.training
            and ours.network.inputs == theirs.network.inputs
            and _without_parameters(ours.network) == _without_parameters(theirs.network)
            and self.project.data is project.data
        )


def _without_parameters(network: Network) -> list[Layer]:
    return [replace(layer, weights=None, biases=None) for layer in network.layers]
