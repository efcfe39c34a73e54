"""The numbers that a loss, an optimizer or an initializer takes, as a table describes them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite


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
            return None if isinstance(value, bool) else "must be true or false"
        if isinstance(value, bool) or not isfinite(value):
            return f"must be {self.range_text()}"
        below = value < self.low or (self.open_low and value == self.low)
        above = value > self.high or (self.open_high and value == self.high)
        return f"is {value!r}, but must be {self.range_text()}" if below or above else None

    def range_text(self) -> str:
        """Describe the legal values: ``a number above 0``."""
        parts = []
        if self.low > -inf:
            parts.append(f"{'above' if self.open_low else 'at least'} {self.low:g}")
        if self.high < inf:
            parts.append(f"{'below' if self.open_high else 'at most'} {self.high:g}")
        return " ".join(["a number", " and ".join(parts)]).strip()


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
