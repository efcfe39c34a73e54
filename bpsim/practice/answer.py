"""Reads an answer, and tells how exact it means to be."""

import re
from dataclasses import dataclass
from decimal import Decimal

from bpsim.explain.typed import parse_number

LEAST_DIGITS = 2
"""Significant digits that an answer must have, unless it is exact without them."""
_FRACTION_PART = 5e-4
"""How far a fraction may be off, as a part of itself: as far as three digits."""
_EXACT = 1e-9
_ROUNDING = 3.0
"""Half units of the last digit that rounding on the way may cost."""


@dataclass(frozen=True)
class Answer:
    """A number as it was typed.

    Attributes
    ----------
    value
        What was typed.
    half
        Half a unit of its last digit: whatever is no farther away rounds to it.
    digits
        Significant digits; a fraction has plenty.
    """

    value: float
    half: float
    digits: int

    def is_exactly(self, number: float) -> bool:
        """Tell whether it is the number itself."""
        return abs(self.value - number) <= _EXACT * abs(number)

    def fits(self, number: float) -> bool:
        """Tell whether a number rounds to it."""
        # What lies right between two roundings may be rounded either way.
        slack = 1e-9 * self.half + 4e-16 * abs(number)
        return abs(self.value - number) <= self.half + slack or self.is_exactly(number)

    def is_near(self, number: float) -> bool:
        """Tell whether it differs only as rounding on the way makes it."""
        enough = self.digits > LEAST_DIGITS
        return enough and abs(self.value - number) <= _ROUNDING * self.half

    @property
    def sharpness(self) -> float:
        """The width of what rounds to it, as a part of itself; infinite around 0."""
        return 2.0 * self.half / abs(self.value) if self.value else float("inf")


def read_answer(text: str) -> Answer | None:
    """Read ``0.65``, ``0,65`` or ``13/20``; None if it is no finite number."""
    value = parse_number(text)
    if value is None:
        return None
    plain = text.strip().replace(",", ".").replace("−", "-")
    if "/" in plain:
        return Answer(value, _FRACTION_PART * abs(value), 3)
    number = Decimal(plain)
    exponent = number.as_tuple().exponent
    last = exponent if isinstance(exponent, int) else 0
    mantissa = re.split("[eE]", plain)[0]
    figures = re.sub(r"[^0-9]", "", mantissa).lstrip("0")
    return Answer(value, 0.5 * 10.0**last, len(figures))
