"""How large the picture is drawn and where: crowded networks spread out first, then all grows."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QTransform

from bpsim.ui.network.layout import arrange
from bpsim.ui.network.picture import Column, Picture

LEAST, MOST = 0.5, 12.0
READABLE = 30.0
"""Units of this radius have room for all their words: beyond it they need not stand apart more."""
_SPREADS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, MOST)
IN_SIGHT = 60.0


class Zoom:
    """The view on a picture of some size.

    Attributes
    ----------
    factor
        How many times as large as it fits.
    shift
        Where its corner is.
    """

    def __init__(self) -> None:
        self.factor, self.shift = 1.0, QPointF()
        self._shape: tuple[tuple[int, ...], float, float, float, frozenset[int]]

    def show(
        self,
        sizes: tuple[int, ...],
        width: float,
        height: float,
        top: float,
        unfolded: frozenset[int],
    ) -> Picture:
        """Arrange a network for a place of this size, see `arrange`."""
        self._shape = (sizes, width, height, top, unfolded)
        spread = self._spread()
        return arrange(sizes, width * spread, height * spread, top, unfolded)

    def _spread(self) -> float:
        return max(min(self.factor, _enough(self._shape)), 1.0)

    @property
    def scale(self) -> float:
        """How many pixels a unit of the picture takes."""
        return self.factor / self._spread()

    def fit(self) -> None:
        """Show all of it."""
        self.factor, self.shift = 1.0, QPointF()

    def by(self, factor: float, about: QPointF, picture: Picture) -> None:
        """Zoom in or out, keeping what is at one point of the widget in place."""
        spot = self.to_picture(about)
        self.factor = min(max(self.factor * factor, LEAST), MOST)
        there = _same_spot(spot, picture, self.show(*self._shape))
        self.shift = about - there * self.scale
        self._keep_in_sight()

    def pan(self, way: QPointF) -> None:
        """Move the picture."""
        self.shift += way
        self._keep_in_sight()

    def reveal(self, spot: QPointF, room: QRectF) -> None:
        """Move the picture as far as it takes to have a point of the widget in its middle part."""
        x = min(max(spot.x(), room.left()), room.right())
        y = min(max(spot.y(), room.top()), room.bottom())
        self.pan(QPointF(x, y) - spot)

    def _keep_in_sight(self) -> None:
        _, width, height, _, _ = self._shape
        x = min(max(self.shift.x(), IN_SIGHT - width * self.factor), width - IN_SIGHT)
        y = min(max(self.shift.y(), IN_SIGHT - height * self.factor), height - IN_SIGHT)
        self.shift = QPointF(x, y)

    def transform(self) -> QTransform:
        """From the picture's coordinates to the widget's."""
        return QTransform(self.scale, 0, 0, self.scale, self.shift.x(), self.shift.y())

    def to_picture(self, point: QPointF) -> QPointF:
        """Translate a point of the widget to the picture's coordinates."""
        return (point - self.shift) / self.scale


@lru_cache(maxsize=16)
def _enough(shape: tuple[tuple[int, ...], float, float, float, frozenset[int]]) -> float:
    """Find how far a picture must spread until all its words have room."""
    sizes, width, height, top, unfolded = shape
    for spread in _SPREADS:
        picture = arrange(sizes, width * spread, height * spread, top, unfolded)
        if picture.radius >= READABLE:
            return spread
    return MOST


def _same_spot(spot: QPointF, old: Picture, new: Picture) -> QPointF:
    """Find what was at a spot of a picture on another one of the same network."""
    first, last = old.columns[0].x, old.columns[-1].x
    share = (spot.x() - first) / (last - first or 1.0)
    x = new.columns[0].x + share * (new.columns[-1].x - new.columns[0].x)
    at = min(range(len(old.columns)), key=lambda n: abs(old.columns[n].x - spot.x()))
    before, high = _extent(old.columns[at], old)
    after, higher = _extent(new.columns[at], new)
    return QPointF(x, after + (spot.y() - before) * higher / high)


def _extent(column: Column, picture: Picture) -> tuple[float, float]:
    """Return the middle of a column and a length that grows with it."""
    if column.heat is not None:
        return column.heat.y, column.heat.height
    middle = (column.ys[0] + column.ys[-1]) / 2
    high = column.ys[-1] - column.ys[0]
    return middle, high or picture.radius
