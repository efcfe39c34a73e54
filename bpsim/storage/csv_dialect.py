"""How a CSV file is written, guessed from its beginning, and what its first rows hold."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from io import StringIO
from itertools import islice
from typing import Literal

DELIMITERS = (",", ";", "\t", "|", " ")
DECIMALS = (".", ",")
ENCODINGS = ("utf-8", "utf-16", "cp1252")
EMPTY_WORDS = ("NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "?", "-")
"""Words that often stand for an empty cell."""

GUESS_BYTES = 2**18
_GUESS_ROWS = 200

Kind = Literal["number", "category", "empty"]

_NUMBERS = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?", re.ASCII),
}


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Attributes
    ----------
    delimiter
        One of `DELIMITERS`; a run of blanks counts as one.
    decimal
        One of `DECIMALS`.
    encoding
        One of `ENCODINGS`; a byte order mark is skipped.
    header
        Whether the first line names the columns.
    """

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    header: bool = True

    @property
    def codec(self) -> str:
        """The name under which Python knows the encoding, byte order mark and all."""
        return "utf-8-sig" if self.encoding == "utf-8" else self.encoding


@dataclass(frozen=True)
class Preview:
    """The first rows of a file.

    Attributes
    ----------
    names
        Of the columns, each once.
    rows
        Cells as they are written; rows may differ in length.
    kinds
        What each column seems to hold.
    empty_words
        Words in columns of numbers that seem to stand for an empty cell.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[Kind, ...]
    empty_words: tuple[str, ...]


def parse_cell(cell: str, decimal: str) -> float | None:
    """Read a number strictly: no ``1_000``, no ``nan``, no digits of other scripts."""
    word = cell.strip(" ")
    return float(word.replace(",", ".")) if _NUMBERS[decimal].fullmatch(word) else None


def records(text: Iterator[str], delimiter: str) -> Iterator[list[str]]:
    """Split lines into records of cells.

    Raises
    ------
    csv.Error
        Where quotes do not match, or a cell is too long.
    """
    if delimiter == " ":
        text = (line.strip(" \r\n") + "\n" for line in text)
    return csv.reader(text, delimiter=delimiter, skipinitialspace=delimiter == " ", strict=True)


def column_names(first: Sequence[str], header: bool) -> tuple[str, ...]:
    """Name columns by the header, or by their place, each name once."""
    names = [
        (name.strip() if header else "") or f"column {place}" for place, name in enumerate(first, 1)
    ]
    often, used, unique = Counter(names), set(names), []
    seen: Counter[str] = Counter()
    for name in names:
        if often[name] > 1:
            base = name
            while name in used:
                seen[base] += 1
                name = f"{base} ({seen[base]})"
            used.add(name)
        unique.append(name)
    return tuple(unique)


def guess(head: bytes) -> Dialect:
    """Guess how a file is written from its first bytes (some `GUESS_BYTES`)."""
    encoding = _guess_encoding(head)
    lines = _lines(head, encoding)
    best, score = Dialect(encoding=encoding), 0.0
    for delimiter in DELIMITERS:
        rows = _rows(lines, delimiter, _GUESS_ROWS)
        for decimal in DECIMALS if delimiter != "," else ".":
            found = _fit(rows, decimal)
            if found > score:
                best, score = replace(best, delimiter=delimiter, decimal=decimal), found
    rows = _rows(lines, best.delimiter, _GUESS_ROWS)
    return replace(best, header=_has_header(rows, best.decimal))


def preview(head: bytes, dialect: Dialect, most: int = 50) -> Preview:
    """Show the first rows of a file from its first bytes, as far as they can be read."""
    lines = _lines(head, dialect.encoding)
    rows = _rows(lines, dialect.delimiter, _GUESS_ROWS)
    width = max((len(row) for row in rows), default=0)
    first = [*rows[0], *[""] * (width - len(rows[0]))] if rows else []
    names = column_names(first, dialect.header)
    body = rows[1:] if dialect.header else rows
    kinds: list[Kind] = []
    words: set[str] = set()
    for place in range(width):
        kind, empty = _kind([row[place] for row in body if place < len(row)], dialect.decimal)
        kinds.append(kind)
        words |= empty
    shown = tuple(tuple(row) for row in body[:most])
    return Preview(names, shown, tuple(kinds), tuple(w for w in EMPTY_WORDS if w in words))


def _guess_encoding(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        # The last character may be cut in two.
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _lines(head: bytes, encoding: str) -> list[str]:
    codec = Dialect(encoding=encoding).codec
    text = codecs.getincrementaldecoder(codec)("replace").decode(_with_order(head, encoding))
    lines = list(StringIO(text, newline=""))
    # What is cut off would look like a short row.
    return lines[:-1] if len(head) >= GUESS_BYTES and len(lines) > 1 else lines


def _with_order(head: bytes, encoding: str) -> bytes:
    marked = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return head if encoding != "utf-16" or marked else codecs.BOM_UTF16_LE + head


def _rows(lines: list[str], delimiter: str, most: int) -> list[list[str]]:
    rows: list[list[str]] = []
    # As far as it goes: the import names the line.
    with suppress(csv.Error):
        rows.extend(islice((row for row in records(iter(lines), delimiter) if row), most))
    return rows


def _fit(rows: list[list[str]], decimal: str) -> float:
    """Rate a way to split: rows of one width, cells that are numbers, several columns."""
    if not rows:
        return 0.0
    width, alike = Counter(len(row) for row in rows).most_common(1)[0]
    cells = [cell for row in rows[1:] or rows for cell in row if cell.strip()]
    numbers = sum(parse_cell(cell, decimal) is not None for cell in cells)
    # A line that is torn, or a note at the end, must not make one column of all.
    torn = 0.8 if len(rows[0]) == width else 0.5
    even = 1.0 if alike == len(rows) else torn * alike / len(rows)
    return even * (1.0 + numbers / max(len(cells), 1)) * (0.75 if width == 1 else 1.0)


def _has_header(rows: list[list[str]], decimal: str) -> bool:
    if not rows:
        return True
    first, body = rows[0], rows[1:]
    words = [bool(cell.strip()) and parse_cell(cell, decimal) is None for cell in first]
    for place, word in enumerate(words):
        below = [row[place] for row in body if place < len(row)]
        if word and below and _kind(below, decimal)[0] == "number":
            return True
    return all(word or not cell.strip() for word, cell in zip(words, first, strict=True))


def _kind(cells: list[str], decimal: str) -> tuple[Kind, set[str]]:
    words = {word for cell in cells if (word := cell.strip())}
    other = {word for word in words if parse_cell(word, decimal) is None}
    if not words:
        return "empty", set()
    if other <= set(EMPTY_WORDS):
        return ("number", other) if other < words else ("empty", other)
    return "category", set()
