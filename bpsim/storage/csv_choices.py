"""Everything that a person decides about a CSV file, and what may be wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bpsim.engine.specification import Problem
from bpsim.storage.csv_dialect import Dialect
from bpsim.storage.datasets.options import SEED, TEST
from bpsim.words import translate

_MOST_PROBLEMS = 20

Empty = Literal["refuse", "drop", "mean", "constant"]


@dataclass(frozen=True)
class Choices:
    """Everything that a person decides about a CSV file.

    Attributes
    ----------
    dialect
        How it is written.
    features, targets
        Columns by name; what is in neither is left out.
    categories
        Which of them hold words: each word becomes a column of 0 and 1.
    empty
        What an empty cell does: it is refused, or its row is dropped, or it gets the mean of the
        training rows, or the constant. Among categories the last two make a category of it.
    constant
        What empty cells become where `empty` says so.
    empty_words
        Words that count as empty too, such as ``NA``.
    standardise
        Which of the columns of numbers get mean 0 and deviation 1.
    test, seed
        What part of the rows is for testing, and from where it is drawn.
    """

    dialect: Dialect
    features: tuple[str, ...]
    targets: tuple[str, ...]
    categories: tuple[str, ...] = ()
    empty: Empty = "refuse"
    constant: float = 0.0
    empty_words: tuple[str, ...] = ()
    standardise: tuple[str, ...] = ()
    test: float = 0.0
    seed: int = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Features and targets."""
        return (*self.features, *self.targets)

    @property
    def all_empty_words(self) -> frozenset[str]:
        """What counts as empty."""
        return frozenset(("", *self.empty_words))


class CsvError(ValueError):
    """A CSV file, or a choice about it, that is no good.

    Attributes
    ----------
    problems
        What is wrong; the path is a field of `Choices`, or empty where it is the file.
    empty_cells
        Whether there are cells that are empty where none may be.
    """

    def __init__(self, name: str, problems: list[Problem], empty_cells: bool = False) -> None:
        left_out = len(problems) - _MOST_PROBLEMS
        if left_out > 0:
            words = translate("csv", "{name}: and {count} more like these")
            more = Problem("", words.format(name=name, count=left_out))
            problems = [*problems[:_MOST_PROBLEMS], more]
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems, self.empty_cells = tuple(problems), empty_cells


def choice_problems(choices: Choices) -> Iterator[Problem]:
    """List what is wrong with choices by themselves, whatever the file."""
    for key, columns in (("features", choices.features), ("targets", choices.targets)):
        if not columns:
            yield Problem(key, translate("csv", "is empty, but at least one column is needed"))
    for column in dict.fromkeys(choices.columns):
        if choices.columns.count(column) > 1:
            words = translate("csv", "column {column} is chosen twice")
            yield Problem("features", words.format(column=repr(column)))
    for key, columns in (("categories", choices.categories), ("standardise", choices.standardise)):
        for column in columns:
            if column not in choices.columns:
                words = translate("csv", "{column} is neither a feature nor a target")
                yield Problem(key, words.format(column=repr(column)))
    for column in choices.standardise:
        if column in choices.categories:
            words = translate("csv", "{column} is a category, which has no mean")
            yield Problem("standardise", words.format(column=repr(column)))
    for option, value in ((TEST, choices.test), (SEED, choices.seed)):
        if complaint := option.complaint(value):
            yield Problem(option.name, complaint)
