"""Standardised columns, with the numbers that take them back."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.words import translate


@dataclass(frozen=True)
class Scaling:
    """How columns were standardised: ``standardised = (value - mean) / deviation``.

    A column that was left as it is has the mean 0 and the deviation 1.

    Attributes
    ----------
    means, deviations
        One number a column, features first; deviations are positive.
    """

    means: tuple[float, ...]
    deviations: tuple[float, ...]

    @classmethod
    def of(cls, rows: Array, columns: tuple[int, ...]) -> "Scaling":
        """Take mean and standard deviation (of all values, ``ddof=0``) of some columns.

        A column whose values are all equal keeps the deviation 1, and becomes 0.

        Parameters
        ----------
        rows
            Shape ``(rows, columns)``.
        columns
            Indices of the columns to standardise.

        Raises
        ------
        ValueError
            If their values lie too far apart for a float64.
        """
        means, deviations = [0.0] * rows.shape[1], [1.0] * rows.shape[1]
        for column in columns if len(rows) else ():
            values = rows[:, column]
            with np.errstate(over="ignore", invalid="ignore"):
                mean, deviation = float(values.mean()), float(values.std())
            if not (isfinite(mean) and isfinite(deviation)):
                raise ValueError(_too_wide())
            means[column] = mean
            alike = (values == values[0]).all() or deviation == 0.0
            deviations[column] = 1.0 if alike else deviation
        return cls(tuple(means), tuple(deviations))

    @property
    def columns(self) -> tuple[int, ...]:
        """Indices of the columns that are standardised."""
        pairs = zip(self.means, self.deviations, strict=True)
        return tuple(i for i, pair in enumerate(pairs) if pair != (0.0, 1.0))

    def chosen(self, columns: Sequence[int | None]) -> "Scaling":
        """Give the scaling of other columns: some of these, or None for one left as it is."""
        return Scaling(
            tuple(0.0 if c is None else self.means[c] for c in columns),
            tuple(1.0 if c is None else self.deviations[c] for c in columns),
        )

    def apply(self, rows: Array) -> Array:
        """Standardise rows of shape ``(rows, columns)``.

        Raises
        ------
        ValueError
            If their values lie too far apart for a float64.
        """
        with np.errstate(over="ignore"):
            result: Array = (rows - np.array(self.means)) / np.array(self.deviations)
        if not np.isfinite(result).all():
            raise ValueError(_too_wide())
        return result

    def take_back(self, rows: Array) -> Array:
        """Give standardised rows their old values, to the last digit or two."""
        result: Array = rows * np.array(self.deviations) + np.array(self.means)
        return result


def _too_wide() -> str:
    return translate("session", "The values lie too far apart to be standardised.")
