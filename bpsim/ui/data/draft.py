"""Rows that are being typed, pasted and drawn, before anything is trained on them."""

from dataclasses import dataclass, field
from itertools import chain
from math import isnan, nan

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.explain.typed import parse_numbers
from bpsim.session.preparation import split, standardise, take_back_scaling
from bpsim.session.project import Dataset
from bpsim.ui.data.table import all_rows


@dataclass
class Draft:
    """A table that may still have gaps.

    Attributes
    ----------
    features, targets
        Names of the columns.
    rows
        Shape ``(rows, columns)``; NaN where nothing has been entered.
    test
        Which rows are kept for testing.
    scaled
        Which columns are standardised again when the draft is applied.
    """

    features: list[str]
    targets: list[str]
    rows: Array
    test: NDArray[np.bool_]
    scaled: tuple[int, ...] = field(default=())

    @classmethod
    def of(cls, data: Dataset) -> "Draft":
        """Start from data, with the values before they were standardised."""
        plain = take_back_scaling(data)
        test = np.arange(len(data.train) + len(data.test)) >= len(data.train)
        scaled = data.scaling.columns if data.scaling else ()
        return cls(list(data.features), list(data.targets), all_rows(plain), test, scaled)

    @classmethod
    def blank(cls, features: list[str], targets: list[str]) -> "Draft":
        """Start from nothing."""
        width = len(features) + len(targets)
        return cls(features, targets, np.empty((0, width)), np.zeros(0, dtype=bool))

    @property
    def names(self) -> list[str]:
        """All columns, features first."""
        return [*self.features, *self.targets]

    def plain(self) -> Dataset:
        """Give the rows without gaps as data, not standardised."""
        whole = ~np.isnan(self.rows).any(axis=1)
        train, test = self.rows[whole & ~self.test], self.rows[whole & self.test]
        return Dataset.of(tuple(self.features), tuple(self.targets), train, test)

    def dataset(self) -> Dataset:
        """Give the data as it is to be trained on.

        Raises
        ------
        ValueError
            If a column's values lie too far apart to be standardised.
        """
        return standardise(self.plain(), self.scaled)

    def gap(self) -> tuple[int, int] | None:
        """Find the first cell in which nothing has been entered; rows without any don't count."""
        empty = np.isnan(self.rows)
        gaps = np.argwhere(empty & ~empty.all(axis=1, keepdims=True))
        return (int(gaps[0][0]), int(gaps[0][1])) if len(gaps) else None

    def add(self, count: int, values: tuple[float, ...] | None = None) -> None:
        """Add rows for training: empty ones, or one with values."""
        new = np.full((count, self.rows.shape[1]), nan) if values is None else np.array([values])
        self.rows = np.concatenate([self.rows, new])
        self.test = np.concatenate([self.test, np.zeros(len(new), dtype=bool)])

    def remove(self, rows: NDArray[np.intp] | list[int]) -> None:
        """Remove rows."""
        self.rows, self.test = np.delete(self.rows, rows, 0), np.delete(self.test, rows)

    def add_column(self, target: bool) -> None:
        """Add an empty column, the last of the features or of the targets."""
        names, stem = (self.targets, "y") if target else (self.features, "x")
        number = len(names) + 1
        while f"{stem}{number}" in self.names:
            number += 1
        at = len(self.names) if target else len(self.features)
        names.append(f"{stem}{number}")
        self.rows = np.insert(self.rows, at, nan, axis=1)
        if not target:
            self.scaled = tuple(c + (c >= at) for c in self.scaled)

    def remove_column(self, column: int) -> None:
        """Remove a column."""
        features = len(self.features)
        names, at = (
            (self.features, column) if column < features else (self.targets, column - features)
        )
        del names[at]
        self.rows = np.delete(self.rows, column, axis=1)
        self.scaled = tuple(c - (c > column) for c in self.scaled if c != column)

    def rename(self, column: int, name: str) -> None:
        """Give a column another name."""
        features = len(self.features)
        if column < features:
            self.features[column] = name
        else:
            self.targets[column - features] = name

    def split(self, fraction: float, seed: int) -> None:
        """Draw anew which rows are for testing."""
        self.test = np.zeros(len(self.rows), dtype=bool)
        self.test[split(len(self.rows), fraction, seed)[1]] = True

    def paste(self, text: str, row: int, column: int) -> str:
        """Enter cells from the clipboard, more rows being added as needed.

        Returns
        -------
        str
            The first cell that is no number or has no column; nothing is entered then.
        """
        lines = [line.split("\t") for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")]
        room, widths = self.rows.shape[1] - column, np.array([len(cells) for cells in lines])
        if (widths > room).any():
            return lines[(widths > room).argmax()][room].strip() or " "
        cells = list(chain.from_iterable(lines))
        numbers = parse_numbers(cells)
        if None in numbers:
            return cells[numbers.index(None)].strip() or " "
        missing = row + len(lines) - len(self.rows)
        if missing > 0:
            self.add(missing)
        block = self.rows[row : row + len(lines), column:]
        block[np.arange(room) < widths[:, np.newaxis]] = np.array(numbers, dtype=float)
        return ""

    def nearest(self, x: float, y: float, wide: float, high: float) -> int | None:
        """Find the row whose point is nearest, within an ellipse of these half axes."""
        if not len(self.rows):
            return None
        away = np.hypot((self.rows[:, 0] - x) / wide, (self.rows[:, 1] - y) / high)
        away = np.where(np.isnan(away), np.inf, away)
        best = int(away.argmin())
        return best if away[best] <= 1.0 and not isnan(away[best]) else None
