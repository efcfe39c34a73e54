"""The chosen columns of a CSV file: taken in piece by piece, put together at the end."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.engine.specification import Problem
from bpsim.session.preparation import split, standardise
from bpsim.session.project import Dataset
from bpsim.storage.csv_choices import Choices, CsvError
from bpsim.storage.csv_columns import levels, number_problems, numbers
from bpsim.storage.csv_dialect import column_names, records
from bpsim.storage.csv_quick import quick_cells, quick_numbers
from bpsim.words import count, translate

MOST_LEVELS = 200
MOST_NUMBERS = 50_000_000
_BATCH = 4096

Codes = NDArray[np.int64]


@dataclass
class Cells:
    """The chosen columns, piece by piece."""

    name: str
    choices: Choices
    line: int = 1
    names: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    numbers: list[Array] = field(default_factory=list)
    codes: list[Codes] = field(default_factory=list)
    words: list[dict[str, int]] = field(default_factory=list)
    _empty_cells: bool = False

    def add(self, text: str) -> None:
        """Take in a piece that ends where a line ends."""
        if not self.names:
            text = self._take_header(text)
            if not self.names:
                return
        if not self._quick(text) and not self._by_cell(text):
            raise CsvError(self.name, list(self._problems(text)), self._empty_cells)
        self.line += _breaks(text)

    def _take_header(self, text: str) -> str:
        lines = StringIO(text, newline="")
        first: list[str] = []
        try:
            first = next((row for row in records(lines, self.choices.dialect.delimiter) if row), [])
        except csv.Error as error:
            raise CsvError(self.name, [self._quote_problem(self.line, error)]) from error
        header = self.choices.dialect.header
        rest = lines.read()
        self.names = column_names(first, header)
        missing = [c for c in dict.fromkeys(self.choices.columns) if c not in self.names]
        if missing:
            raw = [cell.strip() for cell in first] if header else []
            raise CsvError(self.name, [self._column_problem(column, raw) for column in missing])
        self.places = tuple(self.names.index(column) for column in self.choices.columns)
        self.words = [{} for _ in self.choices.categories]
        if not header:
            return text
        self.line += _breaks(text) - _breaks(rest)
        return rest

    def _column_problem(self, column: str, raw: list[str]) -> Problem:
        if column in raw:
            words = translate(
                "csv", "{name} has more than one column {column}; its first line has {known}"
            )
        else:
            words = translate("csv", "{name} has no column {column}; its first line has {known}")
        known = ", ".join(raw or self.names) or translate("csv", "nothing")
        key = "features" if column in self.choices.features else "targets"
        return Problem(key, words.format(name=self.name, column=repr(column), known=known[:400]))

    def _quick(self, text: str) -> bool:
        """Read a piece that is plain enough for NumPy's own reader; say whether it was."""
        choices, width = self.choices, len(self.names)
        if not choices.categories:
            table = quick_numbers(text, choices.dialect, width)
            if table is not None:
                self.numbers.append(table[:, self.places])
                return True
        words = [column in choices.categories for column in choices.columns]
        wordy = [place for place, is_words in zip(self.places, words, strict=True) if is_words]
        plain = [place for place in self.places if place not in wordy]
        found = quick_cells(text, choices.dialect, width, plain, wordy)
        if found is None:
            return False
        table, cells = found
        coded = iter(cells)
        numbers = iter(table.T)
        return self._keep([next(coded) if is_words else next(numbers) for is_words in words])

    def _by_cell(self, text: str) -> bool:
        """Read a piece with words, quotes or empty cells in it; say whether all was well."""
        choices, width = self.choices, len(self.names)
        reader = records(StringIO(text, newline=""), choices.dialect.delimiter)
        try:
            while batch := list(islice(reader, _BATCH)):
                rows = [row for row in batch if not _is_blank(row, width)]
                if any(len(row) != width for row in rows):
                    return False
                columns = list(zip(*rows, strict=True)) or [()] * width
                if not self._take_columns(columns):
                    return False
        except csv.Error:
            return False
        return True

    def _take_columns(self, columns: list[tuple[str, ...]]) -> bool:
        choices = self.choices
        found: list[Sequence[str] | Array] = []
        for column, place in zip(choices.columns, self.places, strict=True):
            cells = columns[place]
            if column in choices.categories:
                found.append(cells)
                continue
            values = numbers(cells, choices.dialect.decimal, choices.all_empty_words)
            if values is None:
                return False
            found.append(values)
        return self._keep(found)

    def _keep(self, columns: Sequence[Sequence[str] | Array]) -> bool:
        """Keep numbers, and words as codes; say whether empty cells allow that."""
        choices, found, codes = self.choices, [], []
        for column, cells in zip(choices.columns, columns, strict=True):
            if isinstance(cells, np.ndarray):
                found.append(cells)
                continue
            codes.append(self._coded(choices.categories.index(column), cells))
            # Its numbers come from the codes, once all words are known.
            found.append(np.where(codes[-1] < 0, np.nan, 0.0))
        table = np.column_stack(found)
        if choices.empty == "refuse" and np.isnan(table).any():
            return False
        self.numbers.append(table)
        if codes:
            self.codes.append(np.column_stack(codes))
        return True

    def _coded(self, category: int, cells: Sequence[str]) -> Codes:
        """Give the words of a category numbers as they come, and empty cells -1."""
        known, empty = self.words[category], self.choices.all_empty_words
        codes = dict.fromkeys(cells, -1)
        for cell in codes:
            word = cell.strip()
            if word not in empty:
                codes[cell] = known.setdefault(word, len(known))
        return np.fromiter(map(codes.__getitem__, cells), np.int64, len(cells))

    def _problems(self, text: str) -> Iterator[Problem]:
        """Name what is wrong in a piece, by line and column."""
        choices, width, line = self.choices, len(self.names), self.line
        chosen = list(zip(choices.columns, self.places, strict=True))
        empty = choices.all_empty_words
        try:
            for row in records(StringIO(text, newline=""), choices.dialect.delimiter):
                here = {"name": self.name, "line": line}
                line += 1 + sum(_breaks(cell) for cell in row)
                if _is_blank(row, width):
                    continue
                if len(row) != width:
                    words = translate(
                        "csv", "{name}, line {line}: {fields}, but the first line has {width}"
                    )
                    fields = count(len(row), "field")
                    yield Problem("", words.format(fields=fields, width=width, **here))
                    continue
                at = translate("csv", "{name}, line {line}, column {column}: {problem}")
                for column, place in chosen:
                    cell = row[place]
                    wrong: list[str] = []
                    if choices.empty == "refuse" and cell.strip() in empty:
                        wrong, self._empty_cells = [translate("csv", "is empty")], True
                    elif column not in choices.categories:
                        found = number_problems([cell], choices.dialect.decimal, empty)
                        wrong = [what for _, what in found]
                    for what in wrong:
                        yield Problem("", at.format(column=repr(column), problem=what, **here))
        except csv.Error as error:
            yield self._quote_problem(line, error)

    def _quote_problem(self, line: int, error: csv.Error) -> Problem:
        words = translate("csv", "{name}, line {line}: quotes do not match ({error})")
        return Problem("", words.format(name=self.name, line=line, error=error))

    def dataset(self) -> Dataset:
        """Put the columns together as the choices say."""
        choices = self.choices
        if not self.names:
            raise CsvError(
                self.name, [self._column_problem(column, []) for column in choices.columns]
            )
        table = np.concatenate([np.empty((0, len(self.places))), *self.numbers])
        no_codes = np.empty((len(table), len(choices.categories)), np.int64)
        codes = np.concatenate(self.codes) if self.codes else no_codes
        if choices.empty == "drop":
            whole = ~np.isnan(table).any(axis=1)
            table, codes = table[whole], codes[whole]
        train, test = split(len(table), choices.test, choices.seed)
        parts: list[Array] = []
        names: list[list[str]] = []
        scaled: list[int] = []
        # Numbers that stand side by side are taken together, from `start` on.
        width, start = 0, 0
        for place, column in enumerate(choices.columns):
            if column in choices.categories:
                category = choices.categories.index(column)
                part, words = self._one_hot(column, self.words[category], codes[:, category])
                parts += [table[:, start:place], part]
                start = place + 1
            else:
                words = [column]
                if choices.empty in ("mean", "constant"):
                    table[:, place] = self._filled(column, table[:, place], train)
            if column in choices.standardise:
                scaled.append(width)
            width += len(words)
            if width * len(table) > MOST_NUMBERS:
                text = translate("csv", "{name} has more than {most} numbers")
                message = text.format(name=self.name, most=f"{MOST_NUMBERS:,}")
                raise CsvError(self.name, [Problem("", message)])
            names.append(words)
        rows = np.hstack([*parts, table[:, start:]]) if parts else table
        features = [name for words in names[: len(choices.features)] for name in words]
        targets = [name for words in names[len(choices.features) :] for name in words]
        # Not to be written to, they need not be copied.
        training, testing = rows[train] if len(test) else rows, rows[test]
        training.setflags(write=False)
        data = Dataset.of(tuple(features), tuple(targets), training, testing)
        try:
            return standardise(data, tuple(scaled))
        except ValueError as error:
            raise CsvError(self.name, [Problem("standardise", str(error))]) from error

    def _one_hot(self, column: str, known: dict[str, int], codes: Codes) -> tuple[Array, list[str]]:
        there = set(np.unique(codes).tolist())
        words = levels([w for w, code in known.items() if code in there], self._decimal)
        if len(words) > MOST_LEVELS:
            message = translate(
                "csv",
                "{name}: column {column} has {count} different values, but at most {most} make "
                "categories; read it as numbers or leave it out",
            ).format(name=self.name, column=repr(column), count=f"{len(words):,}", most=MOST_LEVELS)
            raise CsvError(self.name, [Problem("categories", message)])
        order = [known[word] for word in words]
        if -1 in there:
            order, words = [*order, -1], [*words, "(empty)"]
        part: Array = (codes[:, None] == np.array(order, dtype=np.int64)).astype(np.float64)
        return part, [f"{column}={word}" for word in words]

    @property
    def _decimal(self) -> str:
        return self.choices.dialect.decimal

    def _filled(self, column: str, values: Array, train: NDArray[np.intp]) -> Array:
        empty = np.isnan(values)
        if not empty.any():
            return values
        fill = self.choices.constant
        if self.choices.empty == "mean":
            present = values[train][~empty[train]]
            if not len(present):
                text = translate("csv", "{name}: column {column} has no value to take the mean of")
                message = text.format(name=self.name, column=repr(column))
                raise CsvError(self.name, [Problem("empty", message)])
            # In parts, so that a sum of the largest float64s cannot overflow.
            fill = float((present / len(present)).sum())
        return np.where(empty, fill, values)


def _is_blank(row: list[str], width: int) -> bool:
    return not row or (len(row) == 1 < width and not row[0].strip())


def _breaks(text: str) -> int:
    """Count line breaks of any kind."""
    if "\r" not in text:
        return text.count("\n")
    return text.count("\n") + text.count("\r") - text.count("\r\n")
