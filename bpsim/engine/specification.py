"""A frozen description of a network and of how it is trained, and what may be wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite
from sys import float_info

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.initializers import INITIALIZERS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice, Parameter
from bpsim.words import count, translate

Matrix = tuple[tuple[float, ...], ...]
Vector = tuple[float, ...]
WeightMask = bool | tuple[tuple[bool, ...], ...]
BiasMask = bool | tuple[bool, ...]

MOST_UNITS = 100_000
MOST_PARAMETERS = 20_000_000
MOST_NUMBER = float_info.max
FARTHEST = 13
"""No normal draw is further from the mean, in standard deviations: uniform draws of 53 bits each
go into ``sqrt(-2 log(r**2))``, whose largest value is 12.1."""


@dataclass(frozen=True)
class Problem:
    """One mistake: where it stands, in a project file's notation, and what would be right."""

    path: str
    message: str

    def __str__(self) -> str:
        """Join both: ``network.inputs: must be 1 or more``."""
        return f"{self.path}: {self.message}" if self.path else self.message


class SpecificationError(ValueError):
    """A description that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Layer:
    """One layer: its units, their activation and, if given, its parameters.

    Attributes
    ----------
    units
        Number of units.
    activation
        A key of `ACTIVATIONS`.
    weights
        Initial weights, ``units`` rows; drawn by the network's initializer if ``None``.
    biases
        Initial biases; 0 if ``None``.
    frozen_weights, frozen_biases
        What keeps its value in every update: all, nothing, or a mask of the same shape.
    """

    units: int
    activation: str
    weights: Matrix | None = None
    biases: Vector | None = None
    frozen_weights: WeightMask = False
    frozen_biases: BiasMask = False


@dataclass(frozen=True)
class Network:
    """The layers of a network, the last of them its output."""

    inputs: int
    layers: tuple[Layer, ...]
    initializer: Choice = field(default_factory=lambda: Choice("glorot_uniform"))

    @property
    def outputs(self) -> int:
        """Number of units of the last layer."""
        return self.layers[-1].units

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of inputs, then of each layer's units."""
        return (self.inputs, *(layer.units for layer in self.layers))


@dataclass(frozen=True)
class Training:
    """How the network is trained.

    Attributes
    ----------
    loss, optimizer
        Choices from `LOSSES` and `OPTIMIZERS`; the learning rate is the optimizer's parameter.
    l1, l2
        Penalties on all weights.
    batch_size
        Rows a batch; 0 for all.
    shuffle
        Whether each epoch has an order of its own.
    seed
        From which weights and orders are drawn.
    """

    loss: Choice
    optimizer: Choice
    l1: float = 0.0
    l2: float = 0.0
    batch_size: int = 1
    shuffle: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Specification:
    """A network and its training."""

    network: Network
    training: Training


def find_problems(specification: Specification) -> list[Problem]:
    """List everything that is wrong with a specification, each with its path."""
    return [*_network_problems(specification.network), *_training_problems(specification)]


def check(specification: Specification) -> None:
    """Raise `SpecificationError` if anything is wrong."""
    problems = find_problems(specification)
    if problems:
        raise SpecificationError(problems)


def _network_problems(network: Network) -> Iterator[Problem]:
    if not 1 <= network.inputs <= MOST_UNITS:
        yield Problem("network.inputs", _units_problem(network.inputs))
    if not network.layers:
        message = translate("engine", "is empty, but a network needs at least one layer")
        yield Problem("network.layers", message)
    sizes = (network.inputs, *(layer.units for layer in network.layers))
    weights = sum((i + 1) * o for i, o in pairwise(sizes))
    if weights > MOST_PARAMETERS:
        message = translate("engine", "make {weights} parameters, but at most {most} fit here")
        numbers = {"weights": f"{weights:,}", "most": f"{MOST_PARAMETERS:,}"}
        yield Problem("network.layers", message.format(**numbers))
    inputs = network.inputs
    for index, layer in enumerate(network.layers):
        last = index == len(network.layers) - 1
        yield from _layer_problems(layer, inputs, last, f"network.layers[{index}]")
        inputs = layer.units
    yield from _choice_problems(
        network.initializer,
        {entry.name: entry.parameters for entry in INITIALIZERS.values()},
        "network.initializer",
    )
    yield from _range_problems(network.initializer)


def _units_problem(units: int) -> str:
    words = translate("engine", "is {units}, but must be from 1 to {most}")
    return words.format(units=units, most=f"{MOST_UNITS:,}")


def _range_problems(choice: Choice) -> Iterator[Problem]:
    """Tell of ranges that are upside down, or from which infinite numbers would be drawn."""
    entry = INITIALIZERS.get(choice.name)
    if entry is None or any(
        isinstance(value, bool) or not isfinite(value) for value in choice.parameters.values()
    ):
        return
    values = choice.values(entry.parameters)
    if choice.name == "uniform":
        low, high = values["low"], values["high"]
        if low > high:
            message = translate("engine", "is {low}, but must not be above high")
            yield Problem("network.initializer.low", message.format(low=repr(low)))
        elif not isfinite(high - low):
            message = translate(
                "engine", "is {high}, too far above low: their distance must be below {most}"
            )
            numbers = {"high": repr(high), "most": f"{MOST_NUMBER:.1e}"}
            yield Problem("network.initializer.high", message.format(**numbers))
    if choice.name == "normal" and not isfinite(abs(values["mean"]) + FARTHEST * values["std"]):
        message = translate(
            "engine",
            "is {std}, too large: draws go up to {times} times as far from the mean, and must stay "
            "below {most}",
        )
        numbers = {"std": repr(values["std"]), "most": f"{MOST_NUMBER:.1e}"}
        yield Problem("network.initializer.std", message.format(times=FARTHEST, **numbers))


def _layer_problems(layer: Layer, inputs: int, last: bool, path: str) -> Iterator[Problem]:
    if not 1 <= layer.units <= MOST_UNITS:
        yield Problem(f"{path}.units", _units_problem(layer.units))
    yield from _name_problems(layer.activation, ACTIVATIONS, f"{path}.activation")
    activation = ACTIVATIONS.get(layer.activation)
    if activation is not None and activation.output_only and not last:
        message = translate("engine", "{activation} can stand only in the last layer")
        yield Problem(f"{path}.activation", message.format(activation=layer.activation))
    if layer.weights is not None:
        yield from _matrix_problems(layer.weights, layer.units, inputs, f"{path}.weights")
    if layer.biases is not None:
        yield from _vector_problems(layer.biases, layer.units, f"{path}.biases")
    if not isinstance(layer.frozen_weights, bool):
        yield from _shape_problems(
            layer.frozen_weights, layer.units, inputs, f"{path}.frozen.weights"
        )
    if not isinstance(layer.frozen_biases, bool) and len(layer.frozen_biases) != layer.units:
        problem = _other_size(len(layer.frozen_biases), "value", layer.units, "unit")
        yield Problem(f"{path}.frozen.biases", problem)


def _other_size(given: int, what: str, there: int, needed: str) -> str:
    words = translate("engine", "{given}, but the layer has {there}")
    return words.format(given=count(given, what), there=count(there, needed))


def _shape_problems(
    rows: tuple[tuple[float, ...], ...] | tuple[tuple[bool, ...], ...],
    units: int,
    inputs: int,
    path: str,
) -> Iterator[Problem]:
    if len(rows) != units:
        yield Problem(path, _other_size(len(rows), "row", units, "unit"))
    for index, row in enumerate(rows):
        if len(row) != inputs:
            yield Problem(f"{path}[{index}]", _other_size(len(row), "value", inputs, "input"))


def _matrix_problems(rows: Matrix, units: int, inputs: int, path: str) -> Iterator[Problem]:
    yield from _shape_problems(rows, units, inputs, path)
    for i, row in enumerate(rows):
        # Row by row first: large networks are checked at every change of their shape.
        for j, value in enumerate(row) if not all(map(isfinite, row)) else ():
            if not isfinite(value):
                yield Problem(f"{path}[{i}][{j}]", _not_finite(value))


def _not_finite(value: float) -> str:
    return translate("engine", "is {value}, but must be a finite number").format(value=value)


def _vector_problems(values: Vector, units: int, path: str) -> Iterator[Problem]:
    if len(values) != units:
        yield Problem(path, _other_size(len(values), "value", units, "unit"))
    for index, value in enumerate(values):
        if not isfinite(value):
            yield Problem(f"{path}[{index}]", _not_finite(value))


def _training_problems(specification: Specification) -> Iterator[Problem]:
    training = specification.training
    yield from _choice_problems(
        training.loss, {e.name: e.parameters for e in LOSSES.values()}, "training.loss"
    )
    yield from _choice_problems(
        training.optimizer,
        {e.name: e.parameters for e in OPTIMIZERS.values()},
        "training.optimizer",
    )
    layers = specification.network.layers
    if layers and (training.loss.name, layers[-1].activation, layers[-1].units) == (
        "binary_cross_entropy",
        "softmax",
        1,
    ):
        yield Problem(
            f"network.layers[{len(layers) - 1}].activation",
            translate(
                "engine",
                "softmax of a single unit is always 1, where binary_cross_entropy is infinite; "
                "sigmoid would be right",
            ),
        )
    for name, value in (("l1", training.l1), ("l2", training.l2)):
        if not (isfinite(value) and value >= 0.0):
            message = translate("engine", "is {value}, but must be a number of at least 0")
            yield Problem(f"training.{name}", message.format(value=repr(value)))
    if training.batch_size < 0:
        message = translate("engine", "is {size}, but must be 1 or more, or 0 for all rows")
        yield Problem("training.batch_size", message.format(size=training.batch_size))
    if not 0 <= training.seed < 2**63:
        message = translate("engine", "is {seed}, but must be from 0 to 2**63 - 1")
        yield Problem("training.seed", message.format(seed=training.seed))


def _name_problems(name: str, table: Mapping[str, object], path: str) -> Iterator[Problem]:
    if name not in table:
        message = translate("engine", "{name} is not known; one of {names}")
        yield Problem(path, message.format(name=repr(name), names=", ".join(table)))


def _choice_problems(
    choice: Choice, table: Mapping[str, tuple[Parameter, ...]], path: str
) -> Iterator[Problem]:
    yield from _name_problems(choice.name, table, f"{path}.name")
    parameters = {p.name: p for p in table.get(choice.name, ())}
    if choice.name not in table:
        return
    for name, value in choice.parameters.items():
        if name not in parameters:
            known = ", ".join(parameters) or translate("engine", "no parameters")
            message = translate("engine", "is not known; {name} has {known}")
            yield Problem(f"{path}.{name}", message.format(name=choice.name, known=known))
        elif complaint := parameters[name].complaint(value):
            yield Problem(f"{path}.{name}", complaint)
    for name, parameter in parameters.items():
        if parameter.default is None and name not in choice.parameters:
            message = translate("engine", "is missing; {range}")
            yield Problem(f"{path}.{name}", message.format(range=parameter.range_text()))
