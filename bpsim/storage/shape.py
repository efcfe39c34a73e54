"""The shape of a project file, checked key by key with pydantic; it is slow to import."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import (
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
)
from bpsim.session.project import (
    Project,
    check,
    find_problems,
    with_network,
    with_training,
)
from bpsim.session.standing import Moment, SavedEdit, SavedSettings, Standing
from bpsim.session.stopping.breakpoints import NO_MARKS, Marks
from bpsim.session.values import Element
from bpsim.storage.data_shape import DataShape
from bpsim.storage.marks_shape import BreakpointShape, marks_of
from bpsim.storage.shape_parts import Part, Row, Text, Value
from bpsim.words import QT_TRANSLATE_NOOP, count, translate


def _switch_or_list(value: object) -> str:
    return "<switch>" if isinstance(value, bool) else "<list>"


def _word_or_masks(value: object) -> str:
    return "<masks>" if isinstance(value, dict | _Frozen) else "<word>"


def _list_or_rows(value: object) -> str:
    return (
        "<rows>" if isinstance(value, list) and value and isinstance(value[0], list) else "<list>"
    )


_WeightMask = Annotated[
    Annotated[bool, Tag("<switch>")] | Annotated[list[list[bool]], Tag("<list>")],
    Discriminator(_switch_or_list),
]
_BiasMask = Annotated[
    Annotated[bool, Tag("<switch>")] | Annotated[list[bool], Tag("<list>")],
    Discriminator(_switch_or_list),
]


class _Named(BaseModel):
    """A choice from a table: what else stands in it is up to the table."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    __pydantic_extra__: dict[str, Value] = Field(init=False)
    name: str

    def choice(self) -> Choice:
        return Choice(self.name, dict(self.__pydantic_extra__ or {}))


class _Frozen(Part):
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


class _Layer(Part):
    units: int
    activation: str
    weights: list[Row] | None = None
    biases: Row | None = None
    frozen: _FrozenChoice = None

    def layer(self) -> Layer:
        return Layer(
            self.units,
            self.activation,
            None if self.weights is None else tuple(map(tuple, self.weights)),
            None if self.biases is None else tuple(self.biases),
            *_masks(self.frozen),
        )


class _Network(Part):
    inputs: int
    layers: list[_Layer]
    initializer: _Named = _Named(name="glorot_uniform")


class _Training(Part):
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


class _Moment(Part):
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


class _LaterLayer(Part):
    activation: str
    frozen: _FrozenChoice = None


class _Settings(Part):
    step: Annotated[int, Field(ge=1)]
    training: _Training
    layers: list[_LaterLayer]

    def settings(self, project: Project, path: str) -> SavedSettings:
        network = project.specification.network
        if len(self.layers) != len(network.layers):
            words = translate("project", "{here}, but the network has {there}")
            here, there = count(len(self.layers), "layer"), count(len(network.layers), "layer")
            message = words.format(here=here, there=there)
            raise SpecificationError([Problem(f"{path}.layers", message)])
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
    Annotated[list[float], Tag("<list>")] | Annotated[list[Row], Tag("<rows>")],
    Discriminator(_list_or_rows),
]


class _State(Part):
    step: Annotated[int, Field(ge=0)]
    epoch: Annotated[int, Field(ge=1)]
    batch: Annotated[int, Field(ge=1)]
    operation: Annotated[int, Field(ge=0)] = 0
    furthest: _Moment
    now: dict[str, _Numbers]
    before: dict[str, _Numbers]
    losses: list[float | None] = Field(default_factory=list)
    penalties: list[float | None] = Field(default_factory=list)
    edits: list[_Edit] = Field(default_factory=list)
    settings: list[_Settings] = Field(default_factory=list)

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
            words = translate("project", "has rows of unequal length")
            raise SpecificationError([Problem(f"{path}.{name}", words)]) from error
    return arrays


class _File(Part):
    format: Literal["bpsim-project"]
    version: Annotated[int, Field(ge=1, le=1)]
    name: Text
    network: _Network
    training: _Training
    data: DataShape
    state: _State | None = None
    breakpoints: list[BreakpointShape] = Field(default_factory=list)
    watches: list[Text] = Field(default_factory=list)


_WORDS = {
    "missing": QT_TRANSLATE_NOOP("project", "is missing"),
    "extra_forbidden": QT_TRANSLATE_NOOP("project", "is not a key that belongs here"),
    "int_type": QT_TRANSLATE_NOOP("project", "must be a whole number"),
    "int_from_float": QT_TRANSLATE_NOOP("project", "must be a whole number"),
    "float_type": QT_TRANSLATE_NOOP("project", "must be a number"),
    "bool_type": QT_TRANSLATE_NOOP("project", "must be true or false"),
    "string_type": QT_TRANSLATE_NOOP("project", "must be text"),
    "value_error": QT_TRANSLATE_NOOP("project", "holds half a character (a lone surrogate)"),
    "list_type": QT_TRANSLATE_NOOP("project", "must be a list"),
    "model_type": QT_TRANSLATE_NOOP("project", "must be an object with keys"),
    "dict_type": QT_TRANSLATE_NOOP("project", "must be an object with keys"),
    "finite_number": QT_TRANSLATE_NOOP("project", "is too large for a float64"),
    "less_than_equal": QT_TRANSLATE_NOOP(
        "project", "is newer than this program knows; it reads version 1"
    ),
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
    marks
        Breakpoints and watches.
    """

    project: Project
    standing: Standing | None
    marks: Marks = NO_MARKS


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
        words = translate("project", "must be a JSON object, as a project file is")
        raise SpecificationError([Problem("", words)])
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
    standing = None if file.state is None else file.state.standing(project)
    return Content(project, standing, marks_of(file.breakpoints, file.watches))


def _problems(error: ValidationError) -> list[Problem]:
    found: dict[str, Problem] = {}
    for entry in error.errors(include_url=False):
        path = _path(entry["loc"])
        found.setdefault(path, Problem(path, _message(entry)))
    return list(found.values())


def _message(entry: ErrorDetails) -> str:
    if entry["type"] == "literal_error":
        return translate("project", "must be {expected}").format(expected=entry["ctx"]["expected"])
    if entry["type"] == "greater_than_equal":
        return translate("project", "must be {least} or more").format(least=entry["ctx"]["ge"])
    words = _WORDS.get(entry["type"])
    return translate("project", words) if words else entry["msg"][0].lower() + entry["msg"][1:]


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
