"""Which rows each training step takes, and in what order."""

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.project import Project

Rows = NDArray[np.intp]
"""Indices of rows of the data."""

_TOGETHER = 4096


class Batches:
    """The batches of every epoch, as blocks ready for the program.

    The order of rows is a function of seed and epoch alone: orders are drawn for groups of
    epochs from PCG64, whose raw stream NumPy keeps unchanged, so there is no generator state to
    rewind.

    Attributes
    ----------
    count
        Batches an epoch.
    sizes
        Rows of each batch.
    """

    def __init__(self, project: Project) -> None:
        data, training = project.data, project.specification.training
        self._columns = len(data.features)
        rows = np.insert(data.train, self._columns, 1.0, axis=1)
        self._data: Array = np.ascontiguousarray(rows.T)
        self.rows = len(data.train)
        size = min(training.batch_size or self.rows, self.rows)
        self._edges = [*range(0, self.rows, size), self.rows]
        self.count = len(self._edges) - 1
        self.sizes = tuple(np.diff(self._edges).tolist())
        self._shuffle, self._seed = training.shuffle, training.seed
        self._group: tuple[int, Rows] | None = None
        self._epoch = 0
        self._blocks: list[Array] = []

    def order(self, epoch: int) -> Rows:
        """Return the rows' indices in the order of an epoch (counted from 1)."""
        if not self._shuffle:
            return np.arange(self.rows, dtype=np.intp)
        together = max(1, _TOGETHER // self.rows)
        group, place = divmod(epoch - 1, together)
        if self._group is None or self._group[0] != group:
            stream = np.random.PCG64(np.random.SeedSequence([self._seed, 0, group]))
            keys = stream.random_raw(together * self.rows).reshape(together, self.rows)
            self._group = (group, keys.argsort(axis=1, kind="stable"))
        order: Rows = self._group[1][place]
        return order

    def indices(self, epoch: int, batch: int) -> Rows:
        """Return the data rows of a batch; epoch and batch count from 1."""
        return self.order(epoch)[self._edges[batch - 1] : self._edges[batch]]

    def blocks(self, epoch: int) -> list[Array]:
        """Return the batches of an epoch, each ``(inputs + 1 + outputs, rows)``."""
        if not self._blocks or (self._shuffle and self._epoch != epoch):
            ordered = self._data[:, self.order(epoch)] if self._shuffle else self._data
            self._blocks = [
                np.ascontiguousarray(ordered[:, start:stop])
                for start, stop in zip(self._edges[:-1], self._edges[1:], strict=True)
            ]
            self._epoch = epoch
        return self._blocks

    def following(self, epoch: int, batch: int, most: int) -> list[Array]:
        """Return the blocks from a batch on, one at least and at most so many.

        Parameters
        ----------
        epoch, batch
            The first one; both count from 1.
        most
            Where rows are shuffled, it may be less: only to the end of the epoch.
        """
        blocks = self.blocks(epoch)
        if not self._shuffle:
            blocks = blocks * (1 + (batch + most) // self.count)
        return blocks[batch - 1 : batch - 1 + most]
