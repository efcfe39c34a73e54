"""The heat behind a number: sign by hue, size by strength, always readable."""

from functools import cache
from math import isfinite

from PySide6.QtGui import QColor

from bpsim.ui.theme.tokens import Tokens

STRONGEST = 0.45
"""How much of the sign's hue the largest number gets; text keeps a contrast of 4.5."""
_ZERO = 0.3

Colour = tuple[float, ...]


def _parts(name: str) -> Colour:
    colour = QColor(name)
    return colour.red(), colour.green(), colour.blue()


def _mixed(first: Colour, second: Colour, share: float) -> Colour:
    return tuple(a + (b - a) * share for a, b in zip(first, second, strict=True))


@cache
def _ends(tokens: Tokens) -> tuple[Colour, Colour, Colour]:
    zero = _mixed(_parts(tokens.panel), _parts(tokens.zero), _ZERO)
    return zero, _parts(tokens.positive), _parts(tokens.negative)


def heat(value: float, largest: float, tokens: Tokens) -> QColor:
    """Return the ground of a number in a table whose largest has the size `largest`."""
    zero, positive, negative = _ends(tokens)
    strength = abs(value) / largest if largest and isfinite(value) else float(value != 0.0)
    red, green, blue = _mixed(zero, positive if value > 0 else negative, STRONGEST * strength)
    return QColor(round(red), round(green), round(blue))
