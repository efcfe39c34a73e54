"""Which class a row belongs to, where the targets are classes and not numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.session.project import Project

_BOUNDED = ("sigmoid", "softmax", "tanh")


@dataclass(frozen=True)
class Classes:
    """How outputs and targets tell classes.

    Attributes
    ----------
    names
        Of the classes.
    threshold
        A lone output above it means the second class; NaN where the largest output wins.
    """

    names: tuple[str, ...]
    threshold: float = float("nan")

    def of(self, values: Array) -> NDArray[np.intp]:
        """Return the class of each row of outputs or targets, from 0."""
        if values.shape[1] == 1:
            upper: NDArray[np.intp] = (values[:, 0] > self.threshold).astype(np.intp)
            return upper
        largest: NDArray[np.intp] = values.argmax(axis=1)
        return largest


def classes_of(project: Project) -> Classes | None:
    """Find the classes of a project; none where its targets are numbers.

    There are classes where the outputs are bounded and the targets of all training rows name one:
    a lone target has two values, the ends of the output's range; of several targets one is 1 and
    the others are 0. Softmax always means classes.
    """
    data, last = project.data, project.specification.network.layers[-1].activation
    targets = data.train[:, len(data.features) :]
    if last not in _BOUNDED or not len(targets):
        return None
    if targets.shape[1] == 1:
        found = tuple(np.unique(targets).tolist())
        ends = (-1.0, 1.0) if last == "tanh" else (0.0, 1.0)
        if found == ends:
            return Classes(tuple(f"{value:g}" for value in found), sum(found) / 2)
        return None
    one_of_many = np.isin(targets, (0.0, 1.0)).all() and (targets.sum(axis=1) == 1.0).all()
    if last == "softmax" or (last == "sigmoid" and one_of_many):
        return Classes(data.targets)
    return None
