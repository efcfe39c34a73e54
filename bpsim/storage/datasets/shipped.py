"""Sets that ship as files, in an order drawn from a seed."""

from functools import cache

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.resources import resource
from bpsim.storage.datasets.generated import Maker, Values

IRIS_KINDS = ("setosa", "versicolor", "virginica")
IRIS_ROWS, DIGITS_ROWS = 150, 1797


@cache
def _read(name: str) -> Array:
    table: Array = np.loadtxt(resource("datasets", name), delimiter=",", skiprows=1, ndmin=2)
    return table


def shipped(name: str, classes: int, unit: float = 1.0) -> Maker:
    """Make rows of a file whose last column is the number of a class.

    Parameters
    ----------
    name
        The file in ``resources/datasets``.
    classes
        How many classes there are: each becomes a column of 0 and 1.
    unit
        What the features are divided by.
    """

    def make(values: Values) -> Array:
        table = _read(name)
        order = np.random.RandomState(int(values["seed"])).permutation(len(table))
        chosen = table[order[: int(values["rows"])]]
        return np.hstack([chosen[:, :-1] / unit, np.eye(classes)[chosen[:, -1].astype(int)]])

    return make
