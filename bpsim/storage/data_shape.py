"""The shape of a project file's data: rows, a CSV file beside it, or a built-in set."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from bpsim.engine.specification import Problem, SpecificationError
from bpsim.session.project import Dataset
from bpsim.session.scaling import Scaling
from bpsim.storage.csv_choices import Choices
from bpsim.storage.csv_dialect import Dialect
from bpsim.storage.data_sources import csv_beside
from bpsim.storage.datasets.table import built_in
from bpsim.storage.shape_parts import Part, Row, Text, Value
from bpsim.words import count, translate


def _other_width(found: int, width: int) -> str:
    words = translate("project", "{numbers}, but there are {width} features and targets")
    return words.format(numbers=count(found, "number"), width=width)


def _not_positive(number: float) -> str:
    return translate("project", "is {number}, but must be above 0").format(number=repr(number))


class _Scaling(Part):
    means: list[float]
    deviations: list[float]

    def scaling(self, width: int) -> Scaling:
        uneven = [
            Problem(f"data.scaling.{name}", _other_width(len(numbers), width))
            for name, numbers in (("means", self.means), ("deviations", self.deviations))
            if len(numbers) != width
        ]
        uneven += [
            Problem(f"data.scaling.deviations[{index}]", _not_positive(number))
            for index, number in enumerate(self.deviations)
            if number <= 0.0
        ]
        if uneven:
            raise SpecificationError(uneven)
        return Scaling(tuple(self.means), tuple(self.deviations))


class _Rows(Part):
    features: list[Text]
    targets: list[Text]
    train: list[Row]
    test: list[Row] = Field(default_factory=list)
    scaling: _Scaling | None = None

    def dataset(self, folder: Path | None) -> Dataset:
        width = len(self.features) + len(self.targets)
        uneven = [
            Problem(f"data.{part}[{index}]", _other_width(len(row), width))
            for part, rows in (("train", self.train), ("test", self.test))
            for index, row in enumerate(rows)
            if len(row) != width
        ]
        if uneven:
            raise SpecificationError(uneven)
        scaling = None if self.scaling is None else self.scaling.scaling(width)
        return Dataset.of(tuple(self.features), tuple(self.targets), self.train, self.test, scaling)


class _Csv(Part):
    csv: Text
    features: list[Text]
    targets: list[Text]
    delimiter: Literal[",", ";", "\t", "|", " "] = ","
    decimal: Literal[".", ","] = "."
    encoding: Literal["utf-8", "utf-16", "cp1252"] = "utf-8"
    header: bool = True
    categories: list[Text] = Field(default_factory=list)
    empty: Literal["refuse", "drop", "mean", "constant"] = "refuse"
    constant: float = 0.0
    empty_words: list[Text] = Field(default_factory=list)
    standardise: list[Text] = Field(default_factory=list)
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
    __pydantic_extra__: dict[str, Value] = Field(init=False)
    builtin: str

    def dataset(self, folder: Path | None) -> Dataset:
        return built_in(self.builtin, self.__pydantic_extra__ or {})


def _source(value: object) -> str:
    if isinstance(value, dict):
        for key in ("builtin", "csv"):
            if key in value:
                return f"<{key}>"
    return "<rows>"


DataShape = Annotated[
    Annotated[_Rows, Tag("<rows>")]
    | Annotated[_Csv, Tag("<csv>")]
    | Annotated[_BuiltIn, Tag("<builtin>")],
    Discriminator(_source),
]
"""Each has a method `dataset`, given the folder in which a CSV may stand."""
