"""Long rows of numbers that grow at their end, with their extremes found only once."""

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.ui.plots.thinning import extremes, outline

_BLOCK = 256
_FEW = 1 << 15


class Row:
    """Numbers that are added one part after the other."""

    def __init__(self) -> None:
        self._room, self._count = np.empty(1024), 0

    @property
    def values(self) -> Array:
        """What was added so far; a view."""
        return self._room[: self._count]

    def add(self, part: Array) -> None:
        """Add numbers at the end."""
        end = self._count + len(part)
        if end > len(self._room):
            grown = np.empty(max(end, 2 * len(self._room)))
            grown[: self._count] = self.values
            self._room = grown
        self._room[self._count : end] = part
        self._count = end


class Extremes:
    """Where the smallest and the largest number of each block of a growing row are.

    A long stretch of the row is then thinned as quickly as a short one.
    """

    def __init__(self) -> None:
        self._places: NDArray[np.intp] = np.empty(0, dtype=np.intp)

    def outline(self, values: Array, first: int, last: int, most: int) -> tuple[Array, Array]:
        """Thin the numbers from place `first` up to `last`; see `thinning.outline`.

        Parameters
        ----------
        values
            The whole row; those that were there at the last call are the same.
        first, last
            Places, from 0, as of a slice.
        most
            How many points to keep at most, roughly.

        Returns
        -------
        tuple
            Places and numbers.
        """
        if last - first <= _FEW:
            return outline(values[first:last], first, most)
        self._extend(values)
        begin, end = -(-first // _BLOCK), min(last // _BLOCK, len(self._places) // 2)
        edges = np.arange(first, begin * _BLOCK), np.arange(end * _BLOCK, last)
        places = np.concatenate([edges[0], self._places[2 * begin : 2 * end], edges[1]])
        chosen, kept = outline(values[places], 0, most)
        return places[chosen.astype(np.intp)].astype(float), kept

    def _extend(self, values: Array) -> None:
        known = len(self._places) // 2
        blocks = values[known * _BLOCK : len(values) // _BLOCK * _BLOCK].reshape(-1, _BLOCK)
        if len(blocks):
            starts = np.arange(known, known + len(blocks)) * _BLOCK
            both = np.stack(extremes(blocks))
            new = np.sort(starts + both, axis=0).T.ravel()
            self._places = np.concatenate([self._places, new])


class Smooth:
    """The running mean of a growing row in which older numbers count ever less.

    Each counts `factor` times as much as the one after it. The first ones are not drawn
    towards 0: the weights of those that are there add up to 1.

    Parameters
    ----------
    factor
        Between 0 and 1.

    Attributes
    ----------
    row
        The means so far, one a number.
    """

    def __init__(self, factor: float) -> None:
        self.factor, self.row = factor, Row()
        self._carry = 0.0
        # So long that what is divided by factor**length stays exact enough.
        self._length = max(min(int(-16.0 / np.log(factor)), 4096), 1)

    def extend(self, values: Array) -> None:
        """Take the numbers that are new at the end of the row."""
        known, factor = len(self.row.values), self.factor
        new = values[known:]
        if not len(new):
            return
        length = self._length
        padded = np.zeros(-(-len(new) // length) * length)
        padded[: len(new)] = np.nan_to_num(new)
        powers = factor ** np.arange(length)
        sums = np.cumsum(padded.reshape(-1, length) / powers, axis=1) * powers * (1.0 - factor)
        carries = np.empty(len(sums))
        # From block to block; the last block may be padded, so what it carries is read below.
        for at, end in enumerate(sums[:, -1].tolist()):
            carries[at] = self._carry
            self._carry = self._carry * factor**length + end
        sums += carries[:, np.newaxis] * (powers * factor)
        means = sums.ravel()[: len(new)]
        self._carry = float(means[-1])
        count = np.arange(known + 1, known + len(new) + 1)
        self.row.add(means / -np.expm1(count * np.log(factor)))
