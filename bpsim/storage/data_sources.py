"""Data that a project only names: built-in sets and CSV files beside it."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from math import isfinite
from pathlib import Path

from bpsim.engine.specification import Problem, SpecificationError, count
from bpsim.session.project import Dataset

MOST_BYTES = 256 * 2**20
_MOST_PROBLEMS = 20
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_CORNERS = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


@dataclass(frozen=True)
class BuiltIn:
    """A truth table: two inputs and, for each of their four states, a target."""

    name: str
    targets: tuple[float, float, float, float]

    def dataset(self) -> Dataset:
        """Give it as rows."""
        rows = [(*inputs, y) for inputs, y in zip(_CORNERS, self.targets, strict=True)]
        return Dataset.of(("a", "b"), (self.name,), rows)


BUILT_IN: Mapping[str, BuiltIn] = {
    entry.name: entry
    for entry in (
        BuiltIn("xor", (0.0, 1.0, 1.0, 0.0)),
        BuiltIn("and", (0.0, 0.0, 0.0, 1.0)),
        BuiltIn("or", (0.0, 1.0, 1.0, 1.0)),
    )
}


def built_in(name: str) -> Dataset:
    """Give a built-in set.

    Raises
    ------
    SpecificationError
        If there is none of that name.
    """
    if name not in BUILT_IN:
        message = f"{name!r} is not known; one of {', '.join(BUILT_IN)}"
        raise SpecificationError([Problem("data.builtin", message)])
    return BUILT_IN[name].dataset()


def csv_beside(
    folder: Path | None, name: str, features: Sequence[str], targets: Sequence[str]
) -> Dataset:
    """Read the named columns of a CSV file that stands beside a project.

    Commas between fields, one header line, a point as the decimal mark, every number finite.

    Raises
    ------
    SpecificationError
        With every cell that is not a number, named by its line and column.
    """
    if folder is None:
        problem = "can be read only for a project that is a file; give the rows as train instead"
        raise SpecificationError([Problem("data.csv", problem)])
    if Path(name).name != name or "\\" in name or name in ("", ".", ".."):
        problem = f"{name!r} must be the plain name of a file beside the project"
        raise SpecificationError([Problem("data.csv", problem)])
    problems: list[Problem] = []
    rows = _rows(_text(folder / name, name), name, [*features, *targets], problems)
    if problems:
        left_out = len(problems) - _MOST_PROBLEMS
        if left_out > 0:
            more = Problem("data.csv", f"{name}: and {left_out} more like these")
            problems = [*problems[:_MOST_PROBLEMS], more]
        raise SpecificationError(problems)
    return Dataset.of(tuple(features), tuple(targets), rows)


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        problem = Problem("data.csv", f"{name} cannot be read: {cause}")
        raise SpecificationError([problem]) from error
    if len(content) > MOST_BYTES:
        problem = Problem("data.csv", f"{name} is larger than {MOST_BYTES >> 20} MiB")
        raise SpecificationError([problem])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem("data.csv", f"{name} is not UTF-8 text (byte {error.start})")
        raise SpecificationError([problem]) from error


def _rows(
    text: str, name: str, columns: Sequence[str], problems: list[Problem]
) -> list[list[float]]:
    rows: list[list[float]] = []
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        for column in dict.fromkeys(columns):
            if header.count(column) != 1:
                often = "has no column" if column not in header else "has more than one column"
                known = ", ".join(header) or "nothing"
                problems.append(
                    Problem("data.csv", f"{name} {often} {column!r}; its first line has {known}")
                )
        if problems:
            return rows
        places = [header.index(column) for column in columns]
        for fields in reader:
            if not fields:
                continue
            where = f"{name}, line {reader.line_num}"
            if len(fields) != len(header):
                problem = (
                    f"{where}: {count(len(fields), 'field')}, but the first line has {len(header)}"
                )
                problems.append(Problem("data.csv", problem))
                continue
            rows.append(
                [_cell(fields[p], f"{where}, column {header[p]!r}", problems) for p in places]
            )
    except csv.Error as error:
        problems.append(Problem("data.csv", f"{name}, line {reader.line_num}: {error}"))
    return rows


def _cell(cell: str, where: str, problems: list[Problem]) -> float:
    word = cell.strip(" ")
    value = float(word) if _NUMBER.fullmatch(word) else None
    if value is None or not isfinite(value):
        what = "is empty" if not word else f"{cell[:40]!r} is not a number"
        if value is not None:
            what = f"{cell[:40]} is too large for a float64"
        problems.append(Problem("data.csv", f"{where}: {what}"))
        return 0.0
    return value
