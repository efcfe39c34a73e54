"""The numbers that a loss, an optimizer or an initializer takes, as a table describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite

from bpsim.words import translate


@dataclass(frozen=True)
class Parameter:
    """One number (or switch) that belongs to an entry of a table.

    Attributes
    ----------
    name
        As written in a project file.
    default
        The value where none is given; ``None`` where one must be given. A ``bool`` marks a switch.
    meaning
        One line for people.
    low, high
        The range of legal values.
    open_low, open_high
        Whether the end itself is outside the range.
    """

    name: str
    default: float | bool | None
    meaning: str
    low: float = -inf
    high: float = inf
    open_low: bool = False
    open_high: bool = False

    def complaint(self, value: float | bool) -> str | None:
        """Say what is wrong with a value, or nothing."""
        if isinstance(self.default, bool):
            return None if isinstance(value, bool) else translate("engine", "must be true or false")
        if isinstance(value, bool) or not isfinite(value):
            return translate("engine", "must be {range}").format(range=self.range_text())
        below = value < self.low or (self.open_low and value == self.low)
        above = value > self.high or (self.open_high and value == self.high)
        if not (below or above):
            return None
        words = translate("engine", "is {value}, but must be {range}")
        return words.format(value=repr(value), range=self.range_text())

    def range_text(self) -> str:
        """Describe the legal values: ``a number above 0``."""
        parts = []
        if self.low > -inf:
            above, least = translate("engine", "above {low}"), translate("engine", "at least {low}")
            parts.append((above if self.open_low else least).format(low=f"{self.low:g}"))
        if self.high < inf:
            below, most = translate("engine", "below {high}"), translate("engine", "at most {high}")
            parts.append((below if self.open_high else most).format(high=f"{self.high:g}"))
        if len(parts) == 2:
            words = translate("engine", "a number {low} and {high}")
            return words.format(low=parts[0], high=parts[1])
        if parts:
            return translate("engine", "a number {range}").format(range=parts[0])
        return translate("engine", "a number")


@dataclass(frozen=True)
class Choice:
    """An entry chosen from a table, with the values of its own parameters.

    Attributes
    ----------
    name
        The entry's name, for example ``"adam"``.
    parameters
        Values by name; what is left out takes the table's default.
    """

    name: str
    parameters: Mapping[str, float | bool] = field(default_factory=dict)

    def values(self, parameters: tuple[Parameter, ...]) -> dict[str, float]:
        """Give every parameter its value, the defaults filled in."""
        filled = {}
        for parameter in parameters:
            value = self.parameters.get(parameter.name, parameter.default)
            if value is None:
                raise ValueError(f"{self.name} needs {parameter.name}")
            filled[parameter.name] = value
        return filled
