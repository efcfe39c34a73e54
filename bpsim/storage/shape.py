"""The shape of a project file, checked key by key with pydantic; it is slow to import."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
)
from pydantic_core import ErrorDetails

from bpsim.engine import specification as engine
from bpsim.engine.kernels import Array
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import (
    BiasMask,
    Layer,
    Network,
    Problem,
    Specification,
    SpecificationError,
    Training,
    WeightMask,
    count,
)
from bpsim.session.project import (
    Dataset,
    Project,
    check,
    find_problems,
    with_network,
    with_training,
)
from bpsim.session.scaling import Scaling
from bpsim.session.standing import Moment, SavedEdit, SavedSettings, Standing
from bpsim.session.values import Element
from bpsim.storage.csv_choices import Choices
from bpsim.storage.csv_dialect import Dialect
from bpsim.storage.data_sources import csv_beside
from bpsim.storage.datasets.table import built_in

_Row = list[float]


def _whole_characters(value: str) -> str:
    # JSON's \\ud800 alone is no character and could never be written to a file.
    value.encode()
    return value


_Text = Annotated[str, AfterValidator(_whole_characters)]


# Unions are told apart by what is given, so that only the branch that is meant complains. The
# tags turn up in the places of pydantic's errors, where `_path` leaves them out.


def _switch_or_number(value: object) -> str:
    return "<switch>" if isinstance(value, bool) else "<number>"


def _switch_or_list(value: object) -> str:
    return "<switch>" if isinstance(value, bool) else "<list>"


def _word_or_masks(value: object) -> str:
    return "<masks>" if isinstance(value, dict | _Frozen) else "<word>"


def _list_or_rows(value: object) -> str:
    return (
        "<rows>" if isinstance(value, list) and value and isinstance(value[0], list) else "<list>"
    )


def _source(value: object) -> str:
    if isinstance(value, dict):
        for key in ("builtin", "csv"):
            if key in value:
                return f"<{key}>"
    return "<rows>"


_Value = Annotated[
    Annotated[bool, Tag("<switch>")] | Annotated[float, Tag("<number>")],
    Discriminator(_switch_or_number),
]
_WeightMask = Annotated[
    Annotated[bool, Tag("<switch>")] | Annotated[list[list[bool]], Tag("<list>")],
    Discriminator(_switch_or_list),
]
_BiasMask = Annotated[
    Annotated[bool, Tag("<switch>")] | Annotated[list[bool], Tag("<list>")],
    Discriminator(_switch_or_list),
]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class _Named(BaseModel):
    """A choice from a table: what else stands in it is up to the table."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, _Value] = Field(init=False)
    name: str

    def choice(self) -> Choice:
        return Choice(self.name, dict(self.__pydantic_extra__ or {}))


class _Frozen(_Part):
    weights: _WeightMask = False
    biases: _BiasMask = False


_FrozenChoice = (
    Annotated[
        Annotated[Literal["weights", "biases", "all"], Tag("<word>")]
        | Annotated[_Frozen, Tag("<masks>")],
        Discriminator(_word_or_masks),
    ]
    | None
)


def _masks(frozen: _Frozen | str | None) -> tuple[WeightMask, BiasMask]:
    if not isinstance(frozen, _Frozen):
        return frozen in ("weights", "all"), frozen in ("biases", "all")
    weights, biases = frozen.weights, frozen.biases
    return (
        weights if isinstance(weights, bool) else tuple(map(tuple, weights)),
        biases if isinstance(biases, bool) else tuple(biases),
    )


class _Layer(_Part):
    units: int
    activation: str
    weights: list[_Row] | None = None
    biases: _Row | None = None
    frozen: _FrozenChoice = None

    def layer(self) -> Layer:
        return Layer(
            self.units,
            self.activation,
            None if self.weights is None else tuple(map(tuple, self.weights)),
            None if self.biases is None else tuple(self.biases),
            *_masks(self.frozen),
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

    def training(self) -> Training:
        return Training(
            self.loss.choice(),
            self.optimizer.choice(),
            self.l1,
            self.l2,
            self.batch_size,
            self.shuffle,
            self.seed,
        )


class _Scaling(_Part):
    means: list[float]
    deviations: list[float]

    def scaling(self, width: int) -> Scaling:
        uneven = [
            Problem(
                f"data.scaling.{name}",
                f"{count(len(numbers), 'number')}, but there are {width} features and targets",
            )
            for name, numbers in (("means", self.means), ("deviations", self.deviations))
            if len(numbers) != width
        ]
        uneven += [
            Problem(f"data.scaling.deviations[{index}]", f"is {number!r}, but must be above 0")
            for index, number in enumerate(self.deviations)
            if number <= 0.0
        ]
        if uneven:
            raise SpecificationError(uneven)
        return Scaling(tuple(self.means), tuple(self.deviations))


class _Rows(_Part):
    features: list[_Text]
    targets: list[_Text]
    train: list[_Row]
    test: list[_Row] = []
    scaling: _Scaling | None = None

    def dataset(self, folder: Path | None) -> Dataset:
        width = len(self.features) + len(self.targets)
        uneven = [
            Problem(
                f"data.{part}[{index}]",
                f"{count(len(row), 'number')}, but there are {width} features and targets",
            )
            for part, rows in (("train", self.train), ("test", self.test))
            for index, row in enumerate(rows)
            if len(row) != width
        ]
        if uneven:
            raise SpecificationError(uneven)
        scaling = None if self.scaling is None else self.scaling.scaling(width)
        return Dataset.of(tuple(self.features), tuple(self.targets), self.train, self.test, scaling)


class _Csv(_Part):
    csv: _Text
    features: list[_Text]
    targets: list[_Text]
    delimiter: Literal[",", ";", "\t", "|", " "] = ","
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "utf-16", "cp1252"] = "utf-8"
    header: bool = True
    categories: list[_Text] = []
    empty: Literal["refuse", "drop", "mean", "constant"] = "refuse"
    constant: float = 0.0
    empty_words: list[_Text] = []
    standardise: list[_Text] = []
    test: float = 0.0
    seed: int = 0

    def dataset(self, folder: Path | None) -> Dataset:
        return csv_beside(
            folder,
            self.csv,
            Choices(
                Dialect(self.delimiter, self.decimal, self.encoding, self.header),
                tuple(self.features),
                tuple(self.targets),
                tuple(self.categories),
                self.empty,
                self.constant,
                tuple(self.empty_words),
                tuple(self.standardise),
                self.test,
                self.seed,
            ),
        )


class _BuiltIn(BaseModel):
    """A built-in set: what else stands in it is up to its table."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, _Value] = Field(init=False)
    builtin: str

    def dataset(self, folder: Path | None) -> Dataset:
        return built_in(self.builtin, self.__pydantic_extra__ or {})


class _Moment(_Part):
    step: Annotated[int, Field(ge=0)]
    operation: Annotated[int, Field(ge=0)] = 0

    def moment(self) -> Moment:
        return Moment(self.step, self.operation)


class _Edit(_Moment):
    element: str
    before: float
    after: float

    def edit(self, path: str) -> SavedEdit:
        try:
            element = Element.parse(self.element)
        except ValueError as error:
            raise SpecificationError([Problem(f"{path}.element", str(error))]) from error
        return SavedEdit(self.moment(), element, self.before, self.after)


class _LaterLayer(_Part):
    activation: str
    frozen: _FrozenChoice = None


class _Settings(_Part):
    step: Annotated[int, Field(ge=1)]
    training: _Training
    layers: list[_LaterLayer]

    def settings(self, project: Project, path: str) -> SavedSettings:
        network = project.specification.network
        if len(self.layers) != len(network.layers):
            raise SpecificationError(
                [
                    Problem(
                        f"{path}.layers",
                        f"{count(len(self.layers), 'layer')}, but the network has "
                        f"{count(len(network.layers), 'layer')}",
                    )
                ]
            )
        layers = tuple(
            replace(
                old,
                activation=new.activation,
                frozen_weights=_masks(new.frozen)[0],
                frozen_biases=_masks(new.frozen)[1],
            )
            for old, new in zip(network.layers, self.layers, strict=True)
        )
        later = with_network(project, replace(network, layers=layers))
        later = with_training(later, self.training.training())
        problems = find_problems(later)
        if problems:
            raise SpecificationError([Problem(f"{path}.{p.path}", p.message) for p in problems])
        return SavedSettings(self.step, later)


_Numbers = Annotated[
    Annotated[list[float], Tag("<list>")] | Annotated[list[_Row], Tag("<rows>")],
    Discriminator(_list_or_rows),
]


class _State(_Part):
    step: Annotated[int, Field(ge=0)]
    epoch: Annotated[int, Field(ge=1)]
    batch: Annotated[int, Field(ge=1)]
    operation: Annotated[int, Field(ge=0)] = 0
    furthest: _Moment
    now: dict[str, _Numbers]
    before: dict[str, _Numbers]
    losses: list[float | None] = []
    penalties: list[float | None] = []
    edits: list[_Edit] = []
    settings: list[_Settings] = []

    def standing(self, project: Project) -> Standing:
        return Standing(
            Moment(self.step, self.operation),
            self.epoch,
            self.batch,
            self.furthest.moment(),
            _arrays(self.now, "state.now"),
            _arrays(self.before, "state.before"),
            np.array(self.losses, dtype=np.float64),
            np.array(self.penalties, dtype=np.float64),
            tuple(edit.edit(f"state.edits[{k}]") for k, edit in enumerate(self.edits)),
            tuple(s.settings(project, f"state.settings[{k}]") for k, s in enumerate(self.settings)),
        )


def _arrays(values: dict[str, _Numbers], path: str) -> dict[str, Array]:
    arrays = {}
    for name, value in values.items():
        try:
            arrays[name] = np.array(value, dtype=np.float64)
        except ValueError as error:
            raise SpecificationError(
                [Problem(f"{path}.{name}", "has rows of unequal length")]
            ) from error
    return arrays


class _File(_Part):
    format: Literal["bpsim-project"]
    version: Annotated[int, Field(ge=1, le=1)]
    name: _Text
    network: _Network
    training: _Training
    data: Annotated[
        Annotated[_Rows, Tag("<rows>")]
        | Annotated[_Csv, Tag("<csv>")]
        | Annotated[_BuiltIn, Tag("<builtin>")],
        Discriminator(_source),
    ]
    state: _State | None = None


_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not a key that belongs here",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
    "value_error": "holds half a character (a lone surrogate)",
    "list_type": "must be a list",
    "model_type": "must be an object with keys",
    "dict_type": "must be an object with keys",
    "finite_number": "is too large for a float64",
    "less_than_equal": "is newer than this program knows; it reads version 1",
}


@dataclass(frozen=True, eq=False)
class Content:
    """What a project file holds.

    Attributes
    ----------
    project
        The project as it was at the start of training.
    standing
        Where training stands, if the file says so.
    """

    project: Project
    standing: Standing | None


def shape_of(content: object, folder: Path | None) -> Content:
    """Turn the content of a file into a project and where its training stands.

    Parameters
    ----------
    content
        As `json.loads` gives it.
    folder
        Where a CSV that the project names may stand.

    Raises
    ------
    SpecificationError
        With everything that is wrong with its shape, or with its data and its network.
    """
    if not isinstance(content, dict):
        raise SpecificationError([Problem("", "must be a JSON object, as a project file is")])
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise SpecificationError(_problems(error)) from error
    specification = Specification(
        Network(
            file.network.inputs,
            tuple(layer.layer() for layer in file.network.layers),
            file.network.initializer.choice(),
        ),
        file.training.training(),
    )
    try:
        dataset = file.data.dataset(folder)
    except SpecificationError as error:
        raise SpecificationError([*engine.find_problems(specification), *error.problems]) from error
    project = Project(file.name, specification, dataset)
    check(project)
    return Content(project, None if file.state is None else file.state.standing(project))


def _problems(error: ValidationError) -> list[Problem]:
    found: dict[str, Problem] = {}
    for entry in error.errors(include_url=False):
        path = _path(entry["loc"])
        found.setdefault(path, Problem(path, _message(entry)))
    return list(found.values())


def _message(entry: ErrorDetails) -> str:
    if entry["type"] == "literal_error":
        return f"must be {entry['ctx']['expected']}"
    if entry["type"] == "greater_than_equal":
        return f"must be {entry['ctx']['ge']} or more"
    return _WORDS.get(entry["type"], entry["msg"][0].lower() + entry["msg"][1:])


def _path(parts: tuple[int | str, ...]) -> str:
    """Write ``network.layers[1].units``, or ``network["my key"]`` for a key with a blank."""
    path = ""
    for part in parts:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part.isidentifier():
            path += f".{part}" if path else part
        elif not (part.startswith("<") and part.endswith(">")):
            path += f'["{part}"]'
    return path
