"""Colours of maps and of many curves, made from the theme's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from bpsim.engine.kernels import Array
from bpsim.ui.theme.tokens import Tokens

Table = NDArray[np.uint8]
"""Colours as rows of red, green, blue and opacity."""

STRENGTH = 0.8
"""How far the ends of a map go from the panel's colour to the full one: points stay visible."""

_NAMES = ("positive", "negative", "forward", "backward", "update", "text")
_STYLES = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


@dataclass(frozen=True)
class Stroke:
    """How one of many curves is drawn.

    Attributes
    ----------
    colour
        As ``#RRGGBB``.
    style
        Of its line.
    """

    colour: str
    style: Qt.PenStyle


def stroke(tokens: Tokens, number: int) -> Stroke:
    """Tell curves apart: first by colour and line together, then by line alone."""
    return Stroke(
        getattr(tokens, _NAMES[number % len(_NAMES)]),
        _STYLES[(number + number // len(_NAMES)) % len(_STYLES)],
    )


def class_colours(tokens: Tokens, count: int) -> list[str]:
    """Give each class a colour; they come again where there are too many."""
    return [getattr(tokens, _NAMES[number % len(_NAMES)]) for number in range(count)]


def mixed(ground: str, colour: str, shares: Array) -> Table:
    """Mix a colour into a ground, in shares from 0 to 1; one row a share."""
    ends = np.array([_rgb(ground), _rgb(colour)], dtype=np.float64)
    table = np.full((len(shares), 4), 255, dtype=np.uint8)
    table[:, :3] = np.rint(ends[0] + shares[:, np.newaxis] * (ends[1] - ends[0]))
    return table


def blended(ground: str, colour: str, share: float) -> str:
    """Mix a colour into a ground, as ``#RRGGBB``."""
    red, green, blue, _ = mixed(ground, colour, np.array([share]))[0].tolist()
    return f"#{red:02x}{green:02x}{blue:02x}"


def _rgb(colour: str) -> tuple[int, int, int]:
    parsed = QColor(colour)
    return parsed.red(), parsed.green(), parsed.blue()


def diverging(tokens: Tokens, strength: float = STRENGTH) -> Table:
    """Return 256 colours from negative over the panel's own to positive."""
    side = np.linspace(0.0, strength, 128)
    negative = mixed(tokens.panel, tokens.negative, side[::-1])
    return np.concatenate([negative, mixed(tokens.panel, tokens.positive, side)])


def indices(values: Array, low: float, high: float) -> NDArray[np.uint8]:
    """Place values from `low` to `high` among 256 colours; what is outside gets the ends."""
    scaled = (values - low) * (255.0 / (high - low))
    return np.clip(np.nan_to_num(scaled, nan=127.5), 0.0, 255.0).astype(np.uint8)
