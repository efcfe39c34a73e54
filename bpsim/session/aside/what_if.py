"""What would become of the loss if one parameter were another; nothing is changed by asking."""

from dataclasses import dataclass

import numpy as np

from bpsim.session.aside.evaluate import Objective
from bpsim.session.session import Session
from bpsim.session.values import Element


@dataclass(frozen=True)
class Outcome:
    """What another value of a parameter would do.

    Attributes
    ----------
    change
        How far it is moved.
    predicted
        The loss if it went on as the gradient says, along the tangent.
    actual
        The loss that comes out.
    """

    change: float
    predicted: float
    actual: float


class WhatIf:
    """The loss of the batch in view, penalty included, as a function of one parameter.

    Parameters
    ----------
    session
        Its present parameters are held, but for one.
    element
        Which one.

    Attributes
    ----------
    value, loss, slope
        The parameter now, the loss now, and how the loss changes with the parameter.

    Raises
    ------
    ValueError
        If `element` is not a parameter.
    IndexError
        If the network has no such element.
    """

    def __init__(self, session: Session, element: Element) -> None:
        self._place = session.place(element)
        self._parameters = session.parameters()
        at, inputs = session.position, session.program.specification.network.inputs
        block = session.batches.blocks(at.epoch)[at.batch - 1]
        rows = np.delete(block, inputs, axis=0).T
        self._objective = Objective(session.program.specification, rows)
        self.value = float(self._parameters[self._place])
        self.loss = self._objective.value(self._parameters)
        self.slope = float(self._objective.gradient(self._parameters)[self._place])

    def outcome(self, value: float) -> Outcome:
        """Say what would become of the loss at another value."""
        moved = self._parameters.copy()
        moved[self._place] = value
        change = value - self.value
        return Outcome(change, self.loss + self.slope * change, self._objective.value(moved))
