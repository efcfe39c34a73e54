"""The heat behind a number: sign by hue, size by strength, always readable."""

from math import isfinite

from PySide6.QtGui import QColor

from bpsim.ui.theme.tokens import Tokens

STRONGEST = 0.45
"""How much of the sign's hue the largest number gets; text keeps a contrast of 4.5."""
_ZERO = 0.3


def mixed(first: QColor, second: QColor, share: float) -> QColor:
    """Return a colour between two."""
    pairs = (
        (first.red(), second.red()),
        (first.green(), second.green()),
        (first.blue(), second.blue()),
    )
    return QColor(*(round(a + (b - a) * share) for a, b in pairs))


def heat(value: float, largest: float, tokens: Tokens) -> QColor:
    """Return the ground of a number in a table whose largest has the size `largest`."""
    zero = mixed(QColor(tokens.panel), QColor(tokens.zero), _ZERO)
    strength = abs(value) / largest if largest and isfinite(value) else float(value != 0.0)
    hue = QColor(tokens.positive if value > 0 else tokens.negative)
    return mixed(zero, hue, STRONGEST * strength)
