"""One element of one operation, and the way to its numbers in the session's memory."""

from dataclasses import dataclass, field
from functools import cached_property
from math import floor, log10

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.kernels import Array
from bpsim.engine.losses import LOSSES
from bpsim.engine.parameters import Choice
from bpsim.engine.program import Operation, Program
from bpsim.engine.specification import Specification, Training
from bpsim.explain.notation import MOST_TERMS, Value, Values
from bpsim.explain.structure import Formula, Role, Step
from bpsim.session.position import Position
from bpsim.session.session import Session
from bpsim.session.values import element_name

_MOST_DIGITS = 10
_DIGITS_OF_CONSTANTS = 6


@dataclass(frozen=True)
class Written:
    """Something to be written down with its numbers.

    Attributes
    ----------
    template, values
        The formula and what its names stand for, see `notation.write`.
    name
        What stands before its first line, such as ``L[0]``.
    result
        What comes out, where a line of its own says so.
    symbols
        Whether the formula is written, or only the numbers.
    """

    template: str
    values: Values
    name: str = ""
    result: float | None = None
    symbols: bool = True


@dataclass(frozen=True)
class Parts:
    """What each kind of operation has to say.

    Attributes
    ----------
    subtitle, why
        As in `Explanation`.
    rule
        Typeset.
    template, values
        The element's formula and what its names stand for, see `notation.write`.
    lead
        What is written before.
    between
        What is written between the numbers and the result; each gives the same result.
    derivation
        As in `Explanation`.
    digits
        Significant digits of the result, where it needs more than others.
    """

    subtitle: str
    rule: Formula
    template: str
    values: Values
    why: str
    lead: tuple[Written, ...] = ()
    between: tuple[Written, ...] = ()
    derivation: tuple[Step, ...] = ()
    digits: int = 0


@dataclass(frozen=True)
class Case:
    """One element of one operation.

    Attributes
    ----------
    session, operation
        Where the numbers are, and what is explained.
    index
        The element: (unit,) of a layer's values, otherwise as NumPy counts.
    sample
        The row of the batch.
    digits
        Significant digits of numbers.
    terms
        How many terms of a sum are written.
    """

    session: Session
    operation: Operation
    index: tuple[int, ...]
    sample: int
    digits: int
    terms: int = MOST_TERMS
    _past: dict[tuple[str, bool], Array | None] = field(default_factory=dict)

    @cached_property
    def at(self) -> Position:
        """Where training stands; asked for once, since it is worked out each time."""
        return self.session.position

    @cached_property
    def program(self) -> Program:
        """The program of the step in view."""
        return self.session.program

    @cached_property
    def specification(self) -> Specification:
        """The network and its training as they are in the step in view."""
        return self.program.specification

    @property
    def layer(self) -> int:
        """The operation's layer."""
        return self.operation.layer

    @property
    def training(self) -> Training:
        """How the network is trained."""
        return self.specification.training

    @property
    def rows(self) -> int:
        """Rows of the batch."""
        return self.program.rows

    @property
    def last(self) -> int:
        """The number of the output layer."""
        return len(self.specification.network.layers)

    @property
    def outputs(self) -> int:
        """Units of the output layer."""
        return self.specification.network.outputs

    @property
    def loss_parameters(self) -> dict[str, float]:
        """The loss's own parameters."""
        choice: Choice = self.training.loss
        return choice.values(LOSSES[choice.name].parameters)

    def activation(self, layer: int) -> str:
        """Name a layer's activation."""
        return self.specification.network.layers[layer - 1].activation

    def paired(self) -> bool:
        """Tell whether loss and output activation are taken together."""
        return self.activation(self.last) in LOSSES[self.training.loss.name].pairings

    def has_slope(self, layer: int) -> bool:
        """Tell whether f'(z) of a layer is in memory once its delta is."""
        name = self.activation(layer)
        if name == "identity" or ACTIVATIONS[name].derivative is None:
            return False
        return layer < self.last or not self.paired()

    def units(self, layer: int) -> int:
        """Count the units of a layer, 0 for the input."""
        return self.specification.network.sizes[layer]

    def ran(self) -> bool:
        """Tell whether the operation has run in this step."""
        return self.operation.index < self.at.done

    def array(self, name: str, old: bool = False) -> Array | None:
        """Return a value as the operation read it, or as it left it.

        Parameters
        ----------
        name
            As for `Program.view`.
        old
            As it was before the operation, where the operation overwrites it.

        Returns
        -------
        ndarray or None
            ``None`` where memory holds only what a later operation made of it.
        """
        if not self.ran():
            return None
        key = (name, old)
        if key not in self._past:
            self._past[key] = self._found(name, self.operation.index + (not old))
        return self._past[key]

    def _found(self, name: str, done: int) -> Array | None:
        session, at = self.session, self.at
        past = session.past(name, done)
        if past is None:
            later = self.program.operations[done : at.done]
            if any(op.name == name for op in later):
                return None
            past = self.program.view(name).copy()
            until = at.executed
        else:
            until = at.executed - at.done + done
        return past if done == self.operation.index else self._unedited(name, past, until)

    def _unedited(self, name: str, array: Array, until: int) -> Array:
        """Take back the edits by hand that were made since the operation ran."""
        at = self.at
        since = at.executed - at.done + self.operation.index + 1
        for edit in reversed(self.session.history.edits):
            if edit.element.name == name and since <= edit.executed <= until:
                array[edit.element.index] = edit.before
        return array

    def number(self, name: str, *index: int, old: bool = False) -> float | None:
        """Return one number, ``None`` where memory no longer holds it."""
        array = self.array(name, old)
        return None if array is None else float(array[index])

    def value(
        self,
        name: str,
        *index: int,
        role: Role = "number",
        old: bool = False,
        digits: int | None = None,
    ) -> Value:
        """Return one element for a template; a number that is gone is written as ``_old``."""
        number, ref = self.number(name, *index, old=old), element_name(name, index)
        gone = number is None and self.ran()
        symbol = f"{ref}_old" if old or gone else ref
        return Value(symbol, number, role, ref, digits or self.digits)

    def weight(self, name: str, *index: int) -> Value:
        """Return a weight or a bias, coloured by its sign."""
        number = self.number(name, *index)
        role: Role = "negative" if number is not None and number < 0 else "positive"
        return self.value(name, *index, role=role)

    def of_unit(
        self,
        name: str,
        unit: int,
        sample: int | None = None,
        role: Role = "number",
        digits: int | None = None,
    ) -> Value:
        """Return a layer's value of one unit; a batch of one row needs no row in its name."""
        row = self.sample if sample is None else sample
        number = self.number(name, row, unit)
        ref = element_name(name, (unit,) if self.rows == 1 else (row, unit))
        return Value(ref, number, role, ref, digits or self.digits)

    def result_sign(self) -> int:
        """Tell the sign of a layer's value, 0 where it is unknown."""
        number = self.number(self.operation.name, self.sample, *self.index)
        return 0 if number is None else (number > 0) - (number < 0)

    def constant(self, symbol: str, number: float, role: Role = "number") -> Value:
        """Return a number that is no element of the memory's named values."""
        return Value(symbol, number, role, None, max(self.digits, _DIGITS_OF_CONSTANTS))

    def finer(self, number: float, difference: float) -> int:
        """Give the digits that `number` needs for a difference to keep its own."""
        if number == 0.0 or difference == 0.0:
            return self.digits
        lost = floor(log10(abs(number)) - log10(abs(difference)))
        return min(max(self.digits, self.digits + lost), max(self.digits, _MOST_DIGITS))

    def difference(self, first: Value, second: Value) -> tuple[Value, Value]:
        """Give two values the digits that their difference needs."""
        if first.number is None or second.number is None:
            return first, second
        gap = first.number - second.number
        pair = (first, second)
        a, b = (
            Value(v.symbol, v.number, v.role, v.ref, self.finer(v.number or 0.0, gap)) for v in pair
        )
        return a, b
