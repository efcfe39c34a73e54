"""One flat float64 array that holds every number of a training step, with named slots.

Parameters come first, then the optimizer's states, so that what makes up the state of training
is one stretch that can be copied; then gradients, then what a step computes. A layer's
parameters are stored as ``(n_in + 1, n_out)``: the transposed weights, and the biases as one more
row, which meet a row of ones under the activations. Activations are stored ``(units, batch)``.
So every slot is contiguous, and a weighted sum or a gradient is one matrix product. Views turn
this round to the public shapes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

import numpy as np

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.kernels import Array
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.specification import Specification


@dataclass(frozen=True)
class Slot:
    """A named stretch of memory.

    Attributes
    ----------
    start, stop
        Its place in the array.
    shape
        As stored; the public view is its transpose.
    """

    start: int
    stop: int
    shape: tuple[int, ...]

    @property
    def span(self) -> tuple[int, int]:
        """Start and stop."""
        return self.start, self.stop


class Memory:
    """The array and the places of its slots.

    Attributes
    ----------
    array
        All numbers, one-dimensional float64.
    slots
        The slots that every batch shares: parameters, states, gradients, loss and penalty.
    work
        For each number of rows, the slots that belong to a batch of that many.
    checked
        For each number of rows, the stretch of numbers among which one is no longer finite if any
        is before the update. Parameters meet the weighted sums, residuals the loss, errors the
        gradients; activations and their slopes are finite where the sums are, and what is kept
        first. Gradients are among them unless each goes into its parameter by itself, where it is
        seen in the next step.
    parameters, gradients
        Stretches of equal length and layout.
    states
        For each of the optimizer's states, likewise.
    state_stop
        The array up to here is all that training carries from step to step.
    """

    def __init__(self, specification: Specification, rows: Iterable[int]) -> None:
        network = specification.network
        self.slots: dict[str, Slot] = {}
        self.work: dict[int, dict[str, Slot]] = {}
        self.checked: dict[int, tuple[int, int]] = {}
        self._end = 0
        optimizer = OPTIMIZERS[specification.training.optimizer.name]
        self.parameters = self._tensors(network.sizes, "")
        self.states = {name: self._tensors(network.sizes, name) for name in optimizer.states}
        if optimizer.corrected:
            # t and 1 - beta**t for each corrected state.
            self._add(self.slots, "t", (1,))
            for name in optimizer.corrected:
                self._add(self.slots, f"correction_{name}", (1,))
        self.state_stop = self._end
        self.gradients = self._tensors(network.sizes, "d")
        frozen = any(
            mask is not False
            for layer in network.layers
            for mask in (layer.frozen_weights, layer.frozen_biases)
        )
        remembers = frozen or bool(optimizer.states)
        self._checked_from = self.parameters.stop if remembers else self._end
        self._add(self.slots, "loss", (1, 1))
        self._add(self.slots, "penalty", (1,))
        for n in sorted(set(rows)):
            self.work[n] = self._work(specification, n)
        self.array: Array = np.zeros(self._end)
        for work in self.work.values():
            for name, slot in work.items():
                if name.startswith("ones"):
                    self.array[slot.start : slot.stop] = 1.0

    def stored(self, slot: Slot) -> Array:
        """Return the slot's numbers in the shape in which they are stored."""
        return self.array[slot.start : slot.stop].reshape(slot.shape)

    def _add(self, slots: dict[str, Slot], name: str, shape: tuple[int, ...]) -> Slot:
        start = self._end
        self._end += prod(shape)
        slots[name] = Slot(start, self._end, shape)
        return slots[name]

    def _tensors(self, sizes: tuple[int, ...], prefix: str) -> Slot:
        start = self._end
        for layer in range(1, len(sizes)):
            n_in, n_out = sizes[layer - 1], sizes[layer]
            w = self._add(self.slots, f"{prefix}W{layer}", (n_in, n_out))
            b = self._add(self.slots, f"{prefix}b{layer}", (n_out,))
            self.slots[f"{prefix}Wb{layer}"] = Slot(w.start, b.stop, (n_in + 1, n_out))
        return Slot(start, self._end, (self._end - start,))

    def _work(self, specification: Specification, rows: int) -> dict[str, Slot]:
        network = specification.network
        slots: dict[str, Slot] = {}

        def add_all(name: str, keeping: int = 0) -> None:
            # Layer by layer: neighbours are one stretch.
            for number, layer in enumerate(network.layers, 1):
                if ACTIVATIONS[layer.activation].keeps >= keeping:
                    self._add(slots, name.format(number), (layer.units, rows))

        add_all("z{}")
        add_all("kept{}_0", 1)
        self.checked[rows] = (self._checked_from, self._end)
        add_all("kept{}_1", 2)
        add_all("delta{}")
        residual = self._add(slots, "residual", (network.outputs, rows))
        same = LOSSES[specification.training.loss.name].slope_is_residual
        slots["pull"] = residual if same else self._add(slots, "pull", (network.outputs, rows))
        slots["losses"] = self.slots["loss"] if rows == 1 else self._add(slots, "losses", (1, rows))
        x = self._add(slots, "a0", (network.inputs, rows))
        ones = self._add(slots, "ones0", (1, rows))
        slots["a0+1"] = Slot(x.start, ones.stop, (network.inputs + 1, rows))
        y = self._add(slots, "y", (network.outputs, rows))
        slots["batch"] = Slot(x.start, y.stop, (network.inputs + 1 + network.outputs, rows))
        add_all("slope{}")
        for number, layer in enumerate(network.layers, 1):
            a = self._add(slots, f"a{number}", (layer.units, rows))
            ones = self._add(slots, f"ones{number}", (1, rows))
            slots[f"a{number}+1"] = Slot(a.start, ones.stop, (layer.units + 1, rows))
        return slots
