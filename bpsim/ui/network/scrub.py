"""Dragging sideways to change a number: how far a pixel goes."""

from dataclasses import dataclass
from math import floor, isfinite, log10

from PySide6.QtCore import QPointF, Qt

from bpsim.session.values import Element

START = 4.0
_FINE, _COARSE = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def unit_of(value: float, modifiers: Qt.KeyboardModifier) -> float:
    """Return by how much one pixel or one key press changes a number of this size."""
    size = floor(log10(abs(value))) if isfinite(value) and abs(value) >= 1.0 else 0
    unit = 10.0 ** (max(size, 0) - 2)
    if modifiers & _FINE:
        return unit / 10
    return unit * 10 if modifiers & _COARSE else unit


def moved(value: float, steps: float, unit: float) -> float:
    """Go so many units from a value, to a number with as few digits as the unit has."""
    digits = max(0, -floor(log10(unit)))
    return round(value + steps * unit, digits)


@dataclass
class Scrub:
    """One drag.

    Attributes
    ----------
    element
        What it changes.
    start
        Where it began.
    value
        What the number was.
    begun
        Whether it has gone far enough to count as one.
    """

    element: Element
    start: QPointF
    value: float
    begun: bool = False

    def value_at(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> float | None:
        """Return the number for the pointer at some place; ``None`` before the drag begins."""
        way = point.x() - self.start.x()
        if not self.begun and abs(way) < START:
            return None
        return moved(self.value, round(way), unit_of(self.value, modifiers))
