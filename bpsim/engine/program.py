"""Compiles a specification into the ordered operations of one training step.

Stepping and training run the same calls on the same memory. They differ in this only: the batch
mean of gradients and the update rules, which work element by element, run tensor by tensor in
steps and over all parameters at once in training, with the same bits (see
`bpsim.engine.optimizers`); and training leaves out the losses of single samples, and what mends
numbers that are too large as long as there are none. A weight gradient and its layer's bias
gradient are one matrix product; it is made with the first of the two, and the second only shows
its part.
"""

from dataclasses import replace

import numpy as np

from bpsim.engine.kernels import Array, Call, run
from bpsim.engine.memory import Memory
from bpsim.engine.operation import Kind, Operation, Phase, Workspace
from bpsim.engine.passes import passes, whole_passes
from bpsim.engine.specification import Specification
from bpsim.engine.updates import update_all, updates

__all__ = ["Kind", "NotFiniteError", "Operation", "Phase", "Program"]


class NotFiniteError(ArithmeticError):
    """A number of a step is no longer finite."""


def _check(numbers: Array, passes: list[Operation]) -> Call:
    dot, zeros = numbers.dot, np.zeros_like(numbers)
    calls = [call for operation in passes for call in operation.calls]

    def check() -> None:
        # 0 * inf and 0 * nan are nan: one product tells of all. Where it says so, all is done once
        # more in full, which puts right what can be.
        if dot(zeros):
            run(calls)
            if dot(zeros):
                raise NotFiniteError

    return check


class Program(Workspace):
    """The operations of one training step on a batch of a given number of rows.

    Attributes
    ----------
    operations
        In their order.
    calls
        All calls of a whole step, ready for training.
    pass_calls, check, update_calls
        The same in parts: what comes before the update, a look at whether that is finite, which
        raises `NotFiniteError` if not, and the update, of all parameters at once.
    forward_calls, loss_calls
        The calls up to the last activation, and those of the loss, of each sample too.
    batch
        Where a batch goes: inputs, a row of ones, targets; shape ``(inputs+1+outputs, rows)``.
    """

    def __init__(self, specification: Specification, memory: Memory, rows: int) -> None:
        super().__init__(specification, memory, rows)
        before = list(passes(self))
        drafts = [*before, *updates(self)]
        self.operations = tuple(replace(draft, index=i) for i, draft in enumerate(drafts))
        self.batch = self.stored("batch")
        self.pass_calls = tuple(whole_passes(self, before))
        self.check = _check(memory.array[slice(*memory.checked[rows])], before)
        self.update_calls = tuple(update_all(self))
        self.calls: tuple[Call, ...] = (*self.pass_calls, self.check, *self.update_calls)
        self.loss_calls = tuple(
            c for op in self.operations if op.kind is Kind.LOSS for c in op.calls
        )
        self.forward_calls = tuple(
            c for op in self.operations if op.phase is Phase.FORWARD for c in op.calls
        )

    def view(self, name: str) -> Array:
        """Return a live view of a value in its public shape.

        Parameters
        ----------
        name
            ``W1`` (n_out, n_in), ``b1`` (n_out,), ``z1``, ``a1``, ``delta1``, ``x`` or ``a0``,
            ``y`` (batch, units), ``dW1``, ``db1`` and states like ``mW1`` as their parameters,
            ``loss`` and ``penalty`` of shape ().

        Raises
        ------
        KeyError
            If there is no such value.
        """
        if name in ("loss", "penalty"):
            return self.stored(name).reshape(())
        return self.stored("a0" if name == "x" else name).T
