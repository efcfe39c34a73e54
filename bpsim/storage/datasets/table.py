"""The table of built-in sets; a new one is one entry here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Problem, SpecificationError
from bpsim.session.preparation import split, standardise
from bpsim.session.project import Dataset
from bpsim.storage.datasets import generated
from bpsim.storage.datasets.generated import Maker
from bpsim.storage.datasets.options import SEED, TEST, Option
from bpsim.storage.datasets.shipped import DIGITS_ROWS, IRIS_KINDS, IRIS_ROWS, shipped
from bpsim.words import QT_TRANSLATE_NOOP, translate

MOST_ROWS = 100_000

Kind = Literal["classes", "values"]


@dataclass(frozen=True)
class BuiltIn:
    """One built-in set.

    Attributes
    ----------
    name
        As written in a project file.
    title, meaning
        A heading and one line for people.
    kind
        Whether targets are classes (0 and 1) or values.
    features, targets
        Names of the columns.
    make
        Makes the rows from the options.
    own_options
        What may be chosen, besides `SEED` and `TEST`.
    source, licence
        Where it comes from and on what terms, unless it is drawn here.
    """

    name: str
    title: str
    meaning: str
    kind: Kind
    features: tuple[str, ...]
    targets: tuple[str, ...]
    make: Maker
    own_options: tuple[Option, ...]
    source: str = ""
    licence: str = ""

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be chosen, in the order in which to ask for it."""
        return (*self.own_options, SEED, TEST)

    def dataset(self, options: Mapping[str, float | bool]) -> Dataset:
        """Make the data; what is not given takes its default.

        Raises
        ------
        SpecificationError
            With every option that is unknown or outside its range.
        """
        problems = [*self._problems(options)]
        if problems:
            raise SpecificationError(problems)
        values = Choice(self.name, options).values(self.options)
        rows = self.make(values)
        train, test = split(len(rows), values["test"], int(values["seed"]))
        data = Dataset.of(self.features, self.targets, rows[train], rows[test])
        if not values.get("standardise", False):
            return data
        # Classes stay 0 and 1.
        width = len(self.features) + (len(self.targets) if self.kind == "values" else 0)
        return standardise(data, tuple(range(width)))

    def _problems(self, options: Mapping[str, float | bool]) -> list[Problem]:
        known = {option.name: option for option in self.options}
        problems = []
        for name, value in options.items():
            if name not in known:
                words = translate("datasets", "is not known; {name} has {known}")
                message = words.format(name=self.name, known=", ".join(known))
                problems.append(Problem(f"data.{name}", message))
            elif complaint := known[name].complaint(value):
                problems.append(Problem(f"data.{name}", complaint))
        return problems


_STANDARDISE = Option(
    QT_TRANSLATE_NOOP("datasets", "standardise"),
    True,
    QT_TRANSLATE_NOOP("datasets", "Shift and scale each number column to mean 0 and deviation 1."),
)


def _drawn(rows: int, noise: float, least: int = 2) -> tuple[Option, ...]:
    return (
        Option(
            QT_TRANSLATE_NOOP("datasets", "rows"),
            rows,
            QT_TRANSLATE_NOOP("datasets", "How many rows are drawn."),
            least,
            MOST_ROWS,
            whole=True,
        ),
        Option(
            QT_TRANSLATE_NOOP("datasets", "noise"),
            noise,
            QT_TRANSLATE_NOOP("datasets", "Standard deviation of what is added by chance."),
            0.0,
            1e6,
        ),
    )


def _gate(name: str, title: str, meaning: str, *targets: float) -> BuiltIn:
    a, b, c, d = targets
    make = generated.truth_table((a, b, c, d))
    return BuiltIn(name, title, meaning, "classes", ("a", "b"), (name,), make, _drawn(4, 0.0, 4))


def _plane(name: str, title: str, meaning: str, make: Maker, noise: float) -> BuiltIn:
    features, targets = ("x1", "x2"), ("class",)
    return BuiltIn(name, title, meaning, "classes", features, targets, make, _drawn(200, noise))


def _curve(name: str, title: str, meaning: str, make: Maker, noise: float) -> BuiltIn:
    return BuiltIn(name, title, meaning, "values", ("x",), ("y",), make, _drawn(100, noise))


def _taken(most: int) -> Option:
    meaning = QT_TRANSLATE_NOOP("datasets", "How many of the {most} rows are taken.")
    return Option(QT_TRANSLATE_NOOP("datasets", "rows"), most, meaning, 2, most, whole=True)


BUILT_IN: Mapping[str, BuiltIn] = {
    entry.name: entry
    for entry in (
        _gate(
            "and",
            QT_TRANSLATE_NOOP("datasets", "AND"),
            QT_TRANSLATE_NOOP("datasets", "1 if both inputs are 1; one line parts it."),
            0.0,
            0.0,
            0.0,
            1.0,
        ),
        _gate(
            "or",
            QT_TRANSLATE_NOOP("datasets", "OR"),
            QT_TRANSLATE_NOOP("datasets", "1 if any input is 1; one line parts it."),
            0.0,
            1.0,
            1.0,
            1.0,
        ),
        _gate(
            "xor",
            QT_TRANSLATE_NOOP("datasets", "XOR"),
            QT_TRANSLATE_NOOP("datasets", "1 if the inputs differ; no one line parts it."),
            0.0,
            1.0,
            1.0,
            0.0,
        ),
        _plane(
            "gaussians",
            QT_TRANSLATE_NOOP("datasets", "Two Gaussians"),
            QT_TRANSLATE_NOOP("datasets", "Two round clouds."),
            generated.gaussians,
            0.5,
        ),
        _plane(
            "circles",
            QT_TRANSLATE_NOOP("datasets", "Circles"),
            QT_TRANSLATE_NOOP("datasets", "A ring inside a ring."),
            generated.circles,
            0.08,
        ),
        _plane(
            "moons",
            QT_TRANSLATE_NOOP("datasets", "Moons"),
            QT_TRANSLATE_NOOP("datasets", "Two half circles in each other."),
            generated.moons,
            0.1,
        ),
        _plane(
            "spirals",
            QT_TRANSLATE_NOOP("datasets", "Spirals"),
            QT_TRANSLATE_NOOP("datasets", "Two arms around each other; hard."),
            generated.spirals,
            0.02,
        ),
        _curve(
            "line",
            QT_TRANSLATE_NOOP("datasets", "Line"),
            QT_TRANSLATE_NOOP("datasets", "y = 0.7 x + 0.2, with noise."),
            generated.line,
            0.1,
        ),
        _curve(
            "sine",
            QT_TRANSLATE_NOOP("datasets", "Sine"),
            QT_TRANSLATE_NOOP("datasets", "y = sin(pi x), with noise."),
            generated.sine,
            0.1,
        ),
        BuiltIn(
            "houses",
            QT_TRANSLATE_NOOP("datasets", "House prices"),
            QT_TRANSLATE_NOOP(
                "datasets", "Invented prices in thousands, from size in m² and age in years."
            ),
            "values",
            ("size", "age"),
            ("price",),
            generated.houses,
            (*_drawn(100, 15.0), _STANDARDISE),
        ),
        BuiltIn(
            "iris",
            QT_TRANSLATE_NOOP("datasets", "Iris"),
            QT_TRANSLATE_NOOP(
                "datasets", "Three kinds of iris from the sizes of their petals and sepals in cm."
            ),
            "classes",
            ("sepal length", "sepal width", "petal length", "petal width"),
            IRIS_KINDS,
            shipped("iris.csv", 3),
            (_taken(IRIS_ROWS), _STANDARDISE),
            "R. A. Fisher, The use of multiple measurements in taxonomic problems, 1936; "
            "UCI Machine Learning Repository, doi.org/10.24432/C56C76",
            "CC BY 4.0",
        ),
        BuiltIn(
            "digits",
            QT_TRANSLATE_NOOP("datasets", "Handwritten digits"),
            QT_TRANSLATE_NOOP(
                "datasets",
                "8 × 8 pictures of the digits 0 to 9; each feature is the ink of a pixel, 0 to 1.",
            ),
            "classes",
            tuple(f"p{row}{column}" for row in range(8) for column in range(8)),
            tuple(str(digit) for digit in range(10)),
            shipped("digits.csv", 10, unit=16.0),
            (_taken(DIGITS_ROWS),),
            "E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, 1998; "
            "UCI Machine Learning Repository, doi.org/10.24432/C50P49",
            "CC BY 4.0",
        ),
    )
}


def built_in(name: str, options: Mapping[str, float | bool]) -> Dataset:
    """Give a built-in set.

    Raises
    ------
    SpecificationError
        If there is none of that name, or an option is no good.
    """
    if name not in BUILT_IN:
        words = translate("datasets", "{name} is not known; one of {names}")
        message = words.format(name=repr(name), names=", ".join(BUILT_IN))
        raise SpecificationError([Problem("data.builtin", message)])
    return BUILT_IN[name].dataset(options)
