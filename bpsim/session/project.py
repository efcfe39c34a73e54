"""A project: a name, a specification and the data that it is trained on."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from bpsim.engine import specification as engine
from bpsim.engine.kernels import Array
from bpsim.engine.losses import LOSSES
from bpsim.engine.specification import (
    Network,
    Problem,
    Specification,
    SpecificationError,
    Training,
)
from bpsim.session.scaling import Scaling
from bpsim.session.values import Element
from bpsim.words import count, translate


@dataclass(frozen=True, eq=False)
class Dataset:
    """Rows of features and targets.

    Attributes
    ----------
    features, targets
        Names of the columns.
    train, test
        Rows, shape ``(rows, features + targets)``, not to be written to.
    scaling
        How they were standardised, if they were: the rows are what training uses.
    """

    features: tuple[str, ...]
    targets: tuple[str, ...]
    train: Array
    test: Array
    scaling: Scaling | None = None

    @classmethod
    def of(
        cls,
        features: tuple[str, ...],
        targets: tuple[str, ...],
        train: object,
        test: object = (),
        scaling: Scaling | None = None,
    ) -> "Dataset":
        """Make a data set from anything that NumPy reads as rows of numbers."""
        width = len(features) + len(targets)
        return cls(features, targets, _rows(train, width), _rows(test, width), scaling)

    def __eq__(self, other: object) -> bool:
        """Compare names and, bit for bit, numbers."""
        return (
            isinstance(other, Dataset)
            and (self.features, self.targets, self.scaling)
            == (other.features, other.targets, other.scaling)
            and np.array_equal(self.train, other.train)
            and np.array_equal(self.test, other.test)
        )

    __hash__ = None  # type: ignore[assignment]


def _rows(rows: object, width: int) -> Array:
    # What nobody can write to needs no copy; there may be millions of rows.
    fixed = isinstance(rows, np.ndarray) and not rows.flags.writeable and rows.base is None
    array = np.asarray(rows, np.float64) if fixed else np.array(rows, np.float64)
    if array.size == 0:
        array = array.reshape(0, width)
    array.setflags(write=False)
    return array


@dataclass(frozen=True)
class Project:
    """What a person works on."""

    name: str
    specification: Specification
    data: Dataset


def with_parameters(
    project: Project, present: Callable[[str], Array], values: Mapping[Element, float]
) -> Project:
    """Return a project with other initial weights and biases.

    Parameters
    ----------
    project
        What is changed.
    present
        Gives ``W1``, ``b1`` and so on as they are, in their public shapes.
    values
        The new values of single elements.
    """
    network = project.specification.network
    layers = list(network.layers)
    for name in dict.fromkeys(element.name for element in values):
        array = present(name).copy()
        for element, value in values.items():
            if element.name == name:
                array[element.index] = value
        at = int(name[1:]) - 1
        if name.startswith("W"):
            layers[at] = replace(layers[at], weights=tuple(map(tuple, array.tolist())))
        else:
            layers[at] = replace(layers[at], biases=tuple(array.tolist()))
    return with_network(project, replace(network, layers=tuple(layers)))


def with_network(project: Project, network: Network) -> Project:
    """Return a project with another network."""
    return replace(project, specification=replace(project.specification, network=network))


def with_training(project: Project, training: Training) -> Project:
    """Return a project that is trained otherwise."""
    return replace(project, specification=replace(project.specification, training=training))


def find_problems(project: Project) -> list[Problem]:
    """List everything that is wrong with a project, each with its path."""
    return [*engine.find_problems(project.specification), *_data_problems(project)]


def check(project: Project) -> None:
    """Raise `SpecificationError` if anything is wrong."""
    problems = find_problems(project)
    if problems:
        raise SpecificationError(problems)


def _data_problems(project: Project) -> Iterator[Problem]:
    network, data = project.specification.network, project.data
    if len(data.features) != network.inputs:
        words = translate("session", "{names}, but the network has {inputs}")
        names, inputs = count(len(data.features), "name"), count(network.inputs, "input")
        yield Problem("data.features", words.format(names=names, inputs=inputs))
    if network.layers and len(data.targets) != network.outputs:
        words = translate("session", "{names}, but the last layer has {units}")
        names, units = count(len(data.targets), "name"), count(network.outputs, "unit")
        yield Problem("data.targets", words.format(names=names, units=units))
    if len(data.train) == 0:
        words = translate("session", "is empty, but training needs at least one row")
        yield Problem("data.train", words)
    loss = LOSSES.get(project.specification.training.loss.name)
    low, high = loss.targets if loss else (-np.inf, np.inf)
    for part, rows in (("train", data.train), ("test", data.test)):
        targets = rows[:, len(data.features) :]
        for index in np.flatnonzero(((targets < low) | (targets > high)).any(axis=1))[:3]:
            if high == np.inf:
                words = translate(
                    "session", "has a target outside {low} and up, which {loss} needs"
                )
            else:
                words = translate(
                    "session", "has a target outside {low} to {high}, which {loss} needs"
                )
            name = project.specification.training.loss.name
            message = words.format(low=f"{low:g}", high=f"{high:g}", loss=name)
            yield Problem(f"data.{part}[{index}]", message)
