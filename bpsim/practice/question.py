"""One value that is asked for, and the numbers that it is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.kernels import Array, run
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.program import Kind, Operation
from bpsim.engine.specification import Specification, Training
from bpsim.session.session import Session
from bpsim.session.settings import frozen_mask
from bpsim.session.values import Element


@dataclass(frozen=True)
class Question:
    """One element of the operation that a session has just run.

    Attributes
    ----------
    ahead
        A session that stands right after the operation.
    operation
        What is asked.
    element, sample
        Which number of it.
    """

    ahead: Session
    operation: Operation
    element: Element
    sample: int = 0
    _kept: dict[str, Array] = field(default_factory=dict, compare=False)

    @property
    def kind(self) -> Kind:
        """What sort of operation it is."""
        return self.operation.kind

    @property
    def layer(self) -> int:
        """The operation's layer."""
        return self.operation.layer

    @property
    def unit(self) -> int:
        """The unit that the element belongs to."""
        return self.element.index[0]

    @property
    def specification(self) -> Specification:
        """The network and its training."""
        return self.ahead.program.specification

    @property
    def training(self) -> Training:
        """How the network is trained."""
        return self.specification.training

    @property
    def rows(self) -> int:
        """Rows of the batch."""
        return self.ahead.program.rows

    @property
    def outputs(self) -> int:
        """Units of the last layer."""
        return self.specification.network.outputs

    @property
    def last(self) -> int:
        """The number of the last layer."""
        return len(self.specification.network.layers)

    @property
    def right(self) -> float:
        """The value that training uses."""
        value = self.ahead.program.view(self.operation.name)
        return float(value[self.element.at(self.sample)])

    def activation(self, layer: int) -> str:
        """Name a layer's activation."""
        return self.specification.network.layers[layer - 1].activation

    @property
    def paired(self) -> bool:
        """Whether loss and output activation are taken together."""
        return self.activation(self.last) in LOSSES[self.training.loss.name].pairings

    @property
    def settings(self) -> Mapping[str, float]:
        """The optimizer's numbers, ``learning_rate`` among them."""
        choice = self.training.optimizer
        return choice.values(OPTIMIZERS[choice.name].parameters)

    @property
    def tensor(self) -> str:
        """The parameter that a gradient, a state or an update belongs to: ``W1``."""
        return self.operation.name[-len(f"W{self.layer}") :]

    @property
    def frozen(self) -> bool:
        """Whether training leaves the parameter alone."""
        mask = frozen_mask(self.ahead.project, self.tensor)
        return mask if isinstance(mask, bool) else bool(np.asarray(mask)[self.element.index])

    # Numbers

    def read(self, name: str) -> Array:
        """Return a value as the operation read it; what belongs to samples is (batch, units)."""
        if name not in self._kept:
            done = self.ahead.position.done - 1
            own = name == self.operation.name
            past = self.ahead.past(name, done) if own else None
            self._kept[name] = self.ahead.program.view(name).copy() if past is None else past
        return self._kept[name]

    def old(self) -> float:
        """Return the element as it was before the operation changed it."""
        return float(self.read(self.operation.name)[self.element.at(self.sample)])

    def number(self, name: str) -> float:
        """Return the same element of another value: of ``dW1`` for an update of ``W1``."""
        return float(self.read(name)[self.element.at(self.sample)])

    def updated(self, name: str) -> Array:
        """Return a parameter as the update of this step leaves it."""
        key = f"{name} updated"
        if key not in self._kept:
            here = self.ahead.position.executed
            halt = self.ahead.step_batch().halt
            self._kept[key] = self.ahead.program.view(name).copy()
            self.ahead.jump(here)
            if halt is not None:
                self._kept[key][...] = np.nan
        return self._kept[key]


def activate(name: str, z: Array) -> Array:
    """Give f(z) of single numbers."""
    return _calculated(name, z, slope=False)


def slope(name: str, z: Array) -> Array:
    """Give f'(z) of single numbers; 1 where units depend on each other."""
    return _calculated(name, z, slope=True)


def _calculated(name: str, z: Array, slope: bool) -> Array:
    entry, flat = ACTIVATIONS[name], np.atleast_1d(np.asarray(z, dtype=float)).reshape(-1, 1)
    out, kept = np.empty_like(flat), tuple(np.empty_like(flat) for _ in range(entry.keeps))
    calls = entry.forward(flat, out, kept)
    if slope:
        if entry.derivative is None:
            return np.ones_like(z)
        calls += entry.derivative(flat, out, kept)
    run(calls)
    return out.reshape(np.shape(z))
