"""Changes of a data set's columns, as inputs and outputs come, go and move."""

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.project import Dataset


def unused(stem: str, names: tuple[str, ...]) -> str:
    """Return a name with this stem that is none of the names: ``x0``, ``x1`` ..."""
    return next(name for k in range(len(names) + 2) if (name := f"{stem}{k}") not in names)


def with_column(
    data: Dataset, at: int, name: str, *, target: bool, like: int | None = None
) -> Dataset:
    """Put in a feature or a target: zeros, or a copy of the column `like`."""
    place = at + (len(data.features) if target else 0)

    def wider(rows: Array) -> Array:
        return np.insert(rows, place, 0.0 if like is None else rows[:, like], axis=1)

    features, targets = list(data.features), list(data.targets)
    (targets if target else features).insert(at, name)
    columns: list[int | None] = [*range(data.train.shape[1])]
    columns.insert(place, like)
    scaling = data.scaling.chosen(columns) if data.scaling else None
    return Dataset.of(tuple(features), tuple(targets), wider(data.train), wider(data.test), scaling)


def without_column(data: Dataset, at: int, *, target: bool) -> Dataset:
    """Take out a feature or a target."""
    place = at + (len(data.features) if target else 0)
    features, targets = list(data.features), list(data.targets)
    del (targets if target else features)[at]
    train, test = (np.delete(rows, place, axis=1) for rows in (data.train, data.test))
    columns = [column for column in range(data.train.shape[1]) if column != place]
    scaling = data.scaling.chosen(columns) if data.scaling else None
    return Dataset.of(tuple(features), tuple(targets), train, test, scaling)


def reordered(data: Dataset, order: list[int], *, target: bool) -> Dataset:
    """Put the features or the targets into another order."""
    start = len(data.features)
    names = data.targets if target else data.features
    renamed = tuple(names[k] for k in order)
    columns = (
        [*range(start), *(start + k for k in order)]
        if target
        else [
            *order,
            *range(start, start + len(data.targets)),
        ]
    )
    features, targets = (data.features, renamed) if target else (renamed, data.targets)
    scaling = data.scaling.chosen(columns) if data.scaling else None
    return Dataset.of(features, targets, data.train[:, columns], data.test[:, columns], scaling)
