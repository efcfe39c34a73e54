"""The shape of a project file, checked key by key with pydantic; it is slow to import."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import (
    Layer,
    Network,
    Problem,
    Specification,
    SpecificationError,
    Training,
)
from bpsim.session.project import Dataset, Project

_Row = list[float]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Named(BaseModel):
    """A choice from a table: what else stands in it is up to the table."""

    model_config = ConfigDict(strict=True, extra="allow")
    __pydantic_extra__: dict[str, float | bool] = Field(init=False)
    name: str

    def choice(self) -> Choice:
        return Choice(self.name, dict(self.__pydantic_extra__ or {}))


class _Frozen(_Part):
    weights: bool | list[list[bool]] = False
    biases: bool | list[bool] = False


class _Layer(_Part):
    units: int
    activation: str
    weights: list[_Row] | None = None
    biases: _Row | None = None
    frozen: Literal["weights", "biases", "all"] | _Frozen | None = None

    def layer(self) -> Layer:
        frozen = self.frozen
        if isinstance(frozen, _Frozen):
            weights, biases = frozen.weights, frozen.biases
        else:
            weights, biases = frozen in ("weights", "all"), frozen in ("biases", "all")
        return Layer(
            self.units,
            self.activation,
            None if self.weights is None else tuple(map(tuple, self.weights)),
            None if self.biases is None else tuple(self.biases),
            weights if isinstance(weights, bool) else tuple(map(tuple, weights)),
            biases if isinstance(biases, bool) else tuple(biases),
        )


class _Network(_Part):
    inputs: int
    layers: list[_Layer]
    initializer: _Named = _Named(name="glorot_uniform")


class _Training(_Part):
    loss: _Named
    optimizer: _Named
    l1: float = 0.0
    l2: float = 0.0
    batch_size: int = 1
    shuffle: bool = False
    seed: int = 0


class _Data(_Part):
    features: list[str]
    targets: list[str]
    train: list[_Row]
    test: list[_Row] = []


class _File(_Part):
    format: Literal["bpsim-project"]
    version: Annotated[int, Field(ge=1, le=1)]
    name: str
    network: _Network
    training: _Training
    data: _Data


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that belongs here",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "list_type": "must be a list",
    "finite_number": "must be a finite number",
    "less_than_equal": "is newer than this program knows; it reads version 1",
    "greater_than_equal": "must be 1",
}


def shape_of(content: object) -> Project:
    """Turn the content of a file into a project.

    Raises
    ------
    SpecificationError
        With everything that is wrong with its shape.
    """
    if not isinstance(content, dict):
        raise SpecificationError([Problem("", "must be a JSON object, as a project file is")])
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise SpecificationError(_problems(error)) from error
    rows = _uneven(file.data)
    if rows:
        raise SpecificationError(rows)
    specification = Specification(
        Network(
            file.network.inputs,
            tuple(layer.layer() for layer in file.network.layers),
            file.network.initializer.choice(),
        ),
        Training(
            file.training.loss.choice(),
            file.training.optimizer.choice(),
            file.training.l1,
            file.training.l2,
            file.training.batch_size,
            file.training.shuffle,
            file.training.seed,
        ),
    )
    data = file.data
    dataset = Dataset.of(tuple(data.features), tuple(data.targets), data.train, data.test)
    return Project(file.name, specification, dataset)


def _uneven(data: _Data) -> list[Problem]:
    width = len(data.features) + len(data.targets)
    return [
        Problem(
            f"data.{part}[{index}]",
            f"{len(row)} numbers, but there are {width} features and targets",
        )
        for part, rows in (("train", data.train), ("test", data.test))
        for index, row in enumerate(rows)
        if len(row) != width
    ]


def _problems(error: ValidationError) -> list[Problem]:
    found: dict[str, Problem] = {}
    for entry in error.errors(include_url=False):
        path = _path(entry["loc"])
        message = _WORDS.get(entry["type"], entry["msg"][0].lower() + entry["msg"][1:])
        found.setdefault(path, Problem(path, message))
    return list(found.values())


def _path(parts: tuple[int | str, ...]) -> str:
    """Write ``network.layers[1].units``; names of pydantic's union branches are left out."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier() and part not in ("float", "bool", "int", "_Frozen"):
            path += f".{part}" if path else part
    return path
