"""What is done to data before training: split it, standardise it, fit the network to it."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.engine.losses import LOSSES
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Specification
from bpsim.session.project import Dataset
from bpsim.session.scaling import Scaling

MOST_SEED = 2**32 - 1
OUTPUT_RANGES: Mapping[str, tuple[float, float]] = {
    "sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, np.inf),
    "softplus": (0.0, np.inf),
    "elu": (-1.0, np.inf),
}
"""Between what ends the values of an activation lie; the others take any value, or nearly."""


def split(rows: int, fraction: float, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Draw which rows are for training and which for testing.

    Both keep the order of the rows. The draw comes from `numpy.random.RandomState`, whose stream
    NumPy keeps unchanged.

    Parameters
    ----------
    rows
        How many there are.
    fraction
        What part is for testing, from 0 to below 1; one row at least is for training.
    seed
        From 0 to ``2**32 - 1``.

    Returns
    -------
    tuple
        Indices of the training rows and of the test rows.
    """
    test = min(round(rows * fraction), max(rows - 1, 0))
    order = np.random.RandomState(seed).permutation(rows)
    return np.sort(order[test:]), np.sort(order[:test])


def take_back_scaling(data: Dataset) -> Dataset:
    """Give every standardised column its old values."""
    if data.scaling is None:
        return data
    return _with_rows(
        data, data.scaling.take_back(data.train), data.scaling.take_back(data.test), None
    )


def standardise(data: Dataset, columns: tuple[int, ...]) -> Dataset:
    """Standardise some columns, and no others, by the numbers of the training rows.

    Parameters
    ----------
    data
        What was standardised in it before is taken back first.
    columns
        Indices of columns, features first.

    Raises
    ------
    ValueError
        If a column's values lie too far apart for a float64.
    """
    plain = take_back_scaling(data)
    if not columns:
        return plain
    scaling = Scaling.of(plain.train, columns)
    return _with_rows(plain, scaling.apply(plain.train), scaling.apply(plain.test), scaling)


def _with_rows(data: Dataset, train: Array, test: Array, scaling: Scaling | None) -> Dataset:
    return Dataset.of(data.features, data.targets, train, test, scaling)


def adapt_ends(specification: Specification, data: Dataset) -> Specification:
    """Fit loss and output activation to the targets; what needn't change stays.

    A loss that cannot take the targets gives way to ``half_squared_error``, and an output
    activation that cannot reach them, or a softmax of one unit, which is always 1, to
    ``identity`` or ``sigmoid``. How many inputs and outputs there are is `structure.fitted`'s.
    """
    network, training = specification.network, specification.training
    last = network.layers[-1]
    targets = np.concatenate([data.train, data.test])[:, len(data.features) :]
    lonely = last.activation == "softmax" and targets.shape[1] == 1
    if not _within(targets, LOSSES[training.loss.name].targets):
        training = replace(training, loss=Choice("half_squared_error"))
    elif lonely:
        unit = _within(targets, (0.0, 1.0))
        loss = "binary_cross_entropy" if unit else "half_squared_error"
        training = replace(training, loss=Choice(loss))
    if not _within(targets, OUTPUT_RANGES.get(last.activation, (-np.inf, np.inf))):
        last = replace(last, activation="identity")
    elif lonely:
        last = replace(last, activation="sigmoid")
    network = replace(network, layers=(*network.layers[:-1], last))
    return replace(specification, network=network, training=training)


def _within(targets: Array, ends: tuple[float, float]) -> bool:
    return bool(((targets >= ends[0]) & (targets <= ends[1])).all())
