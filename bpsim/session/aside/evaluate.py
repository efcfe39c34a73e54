"""What a network would give with any parameters and any rows, beside the training itself.

The programs here have memories of their own: the session's is neither read nor written.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from bpsim.engine.kernels import Array, Calls, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Specification

_NUMBERS_TOGETHER = 100_000
"""How many numbers a pass works on at a time, roughly: few enough for the processor's cache."""
_PROGRAMS_KEPT = 4


class Evaluator:
    """Runs a network forwards.

    Parameters
    ----------
    specification
        The network; what it says about training doesn't matter here.
    """

    def __init__(self, specification: Specification) -> None:
        self.specification = specification
        # Inputs and, of each layer, some five values a unit.
        width = 5 * sum(specification.network.sizes)
        self._most = max(_NUMBERS_TOGETHER // width, 1)
        self._program = lru_cache(_PROGRAMS_KEPT)(self._compiled)

    def outputs(self, parameters: Array, inputs: Array) -> Array:
        """Return what the network puts out.

        Parameters
        ----------
        parameters
            All of them as they are stored (see `Session.parameters`).
        inputs
            Shape ``(rows, inputs)``.

        Returns
        -------
        Array
            Shape ``(rows, outputs)``, new each time.
        """
        network = self.specification.network
        found = np.empty((len(inputs), network.outputs))
        program = self._program(min(len(inputs), self._most))
        _set_parameters(program, parameters)
        x, a = program.view("x"), program.view(f"a{len(network.layers)}")
        for start in range(0, len(inputs), program.rows):
            part = inputs[start : start + program.rows]
            # A last part that is shorter leaves rows of the one before, which nobody reads.
            x[: len(part)] = part
            run(program.forward_calls)
            found[start : start + len(part)] = a[: len(part)]
        return found

    def activations(self, parameters: Array, inputs: Array) -> list[Array]:
        """Return what each layer puts out, the first hidden one first.

        Parameters
        ----------
        parameters
            All of them as they are stored.
        inputs
            Shape ``(rows, inputs)``; few rows, as they are worked out at a time.

        Returns
        -------
        list of Array
            Shape ``(rows, units)`` each; views until the next call.
        """
        program = self._program(len(inputs))
        _set_parameters(program, parameters)
        program.view("x")[:] = inputs
        run(program.forward_calls)
        return [program.view(f"a{n + 1}") for n in range(len(self.specification.network.layers))]

    def _compiled(self, rows: int) -> Program:
        return Program(self.specification, Memory(self.specification, [rows]), rows)


class Objective:
    """What training makes smaller, for given rows, as a function of the parameters.

    It is the mean loss of the rows plus the penalty, if there is one.

    Parameters
    ----------
    specification
        The network and its training.
    rows
        Inputs and targets, shape ``(rows, inputs + outputs)``.
    """

    def __init__(self, specification: Specification, rows: Array) -> None:
        self._program = program = Program(
            specification, Memory(specification, [len(rows)]), len(rows)
        )
        inputs = specification.network.inputs
        program.view("x")[:] = rows[:, :inputs]
        program.view("y")[:] = rows[:, inputs:]
        self._losses = _calls(program, (Phase.FORWARD, Phase.LOSS))
        self._passes = _calls(program, (Phase.FORWARD, Phase.LOSS, Phase.BACKWARD))

    def value(self, parameters: Array) -> float:
        """Return loss and penalty together; infinite or NaN where a number overflows."""
        _set_parameters(self._program, parameters)
        run(self._losses)
        return float(self._program.view("loss") + self._program.view("penalty"))

    def gradient(self, parameters: Array) -> Array:
        """Return the derivative by every parameter, in the order of the parameters."""
        _set_parameters(self._program, parameters)
        run(self._passes)
        memory = self._program.memory
        return memory.array[memory.gradients.start : memory.gradients.stop].copy()


def _set_parameters(program: Program, parameters: Array) -> None:
    stretch = program.memory.parameters
    program.memory.array[stretch.start : stretch.stop] = parameters


def _calls(program: Program, phases: Sequence[Phase]) -> Calls:
    return [call for op in program.operations if op.phase in phases for call in op.calls]
