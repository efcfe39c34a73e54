"""What a page is made of: words, lines and frames, and spots that can be pointed at.

Everything is placed in numbers once and drawn as often as needed; colours are names of tokens, so
that another theme needs no other places.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QFontMetricsF

from bpsim.ui.theme import fonts

Family = Literal["sans", "mono", "serif", "italic"]
LinkKind = Literal["element", "fold", "path", "section"]


class Face(NamedTuple):
    """A font: family, size in pixels, weight."""

    family: Family
    size: int
    weight: int = 400


class Link(NamedTuple):
    """What a spot stands for: an element by its name, a fold, a path by its number, a section."""

    kind: LinkKind
    name: str


@dataclass(frozen=True)
class Words:
    """Text on a baseline."""

    x: float
    y: float
    text: str
    face: Face
    colour: str = "text"
    link: Link | None = None

    def moved(self, dx: float, dy: float) -> "Words":
        """Place it elsewhere."""
        return Words(self.x + dx, self.y + dy, self.text, self.face, self.colour, self.link)


@dataclass(frozen=True)
class Stroke:
    """A straight line."""

    x0: float
    y0: float
    x1: float
    y1: float
    colour: str = "text"

    def moved(self, dx: float, dy: float) -> "Stroke":
        """Place it elsewhere."""
        return Stroke(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy, self.colour)


@dataclass(frozen=True)
class Frame:
    """A rounded ground with an edge."""

    x: float
    y: float
    width: float
    height: float
    ground: str = "sunk"
    edge: str = "line"
    strength: float = 1.0
    radius: float = 6.0

    def moved(self, dx: float, dy: float) -> "Frame":
        """Place it elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


Mark = Words | Stroke | Frame


@dataclass(frozen=True)
class Spot:
    """A place that can be pointed at and chosen."""

    rect: QRectF
    link: Link
    says: str = ""


@dataclass
class Page:
    """Marks and spots, from the top down.

    Attributes
    ----------
    marks, spots
        What is drawn, and what answers.
    height
        How far down it goes.
    """

    marks: list[Mark] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    height: float = 0.0

    def place(self, marks: Iterable[Mark], dx: float, dy: float) -> None:
        """Put marks on the page, moved."""
        self.marks += [mark.moved(dx, dy) for mark in marks]


@cache
def font(face: Face) -> QFont:
    """Return a face's font."""
    if face.family == "sans":
        return fonts.sans(face.size, face.weight)
    if face.family == "mono":
        return fonts.mono(face.size, face.weight)
    return fonts.serif(face.size, italic=face.family == "italic")


@cache
def metrics(face: Face) -> QFontMetricsF:
    """Return a face's measures."""
    return QFontMetricsF(font(face))


@lru_cache(20_000)
def width_of(face: Face, text: str) -> float:
    """Measure a text."""
    return float(metrics(face).horizontalAdvance(text))
