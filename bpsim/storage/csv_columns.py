"""Turns the cells of one column into numbers or categories, strictly and quickly."""

from collections.abc import Collection, Iterator, Sequence
from math import isfinite, nan

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.storage.csv_dialect import parse_cell
from bpsim.words import translate

_NUMBER_BYTES = b"0123456789+-eE "


def only_numbers(text: str, others: str) -> bool:
    """Tell whether text holds nothing but what numbers are written with, and `others`.

    Of such text `float` takes exactly what is strictly a number: no ``1_000``, no ``nan``, no
    digits of other scripts.
    """
    return text.isascii() and not text.encode().translate(None, _NUMBER_BYTES + others.encode())


def numbers(cells: Sequence[str], decimal: str, empty: Collection[str]) -> Array | None:
    """Read a column of numbers, NaN where a cell is empty; None if a cell is neither.

    Parameters
    ----------
    cells
        As they are written.
    decimal
        The decimal mark.
    empty
        The words, stripped, that count as empty; ``""`` among them.
    """
    found = _floats(cells, decimal)
    if found is None:
        there = [cell.strip() not in empty for cell in cells]
        present = _floats([c for c, full in zip(cells, there, strict=True) if full], decimal)
        if present is not None:
            found = np.full(len(cells), nan)
            found[there] = present
    return found


def _floats(cells: Sequence[str], decimal: str) -> Array | None:
    joined = "\n".join(cells)
    if not only_numbers(joined, decimal + "\n"):
        return None
    if decimal == ",":
        joined = joined.replace(",", ".")
    words = joined.split("\n") if cells else []
    try:
        found = np.array(list(map(float, words)), dtype=np.float64)
    except ValueError:
        return None
    return found if len(found) == len(cells) and np.isfinite(found).all() else None


def number_problems(
    cells: Sequence[str], decimal: str, empty: Collection[str]
) -> Iterator[tuple[int, str]]:
    """Give the place of each cell that is no number, and what is wrong with it."""
    for place, cell in enumerate(cells):
        if cell.strip() in empty:
            continue
        value = parse_cell(cell, decimal)
        if value is None:
            words = translate("csv", "{cell} is not a number")
            yield place, words.format(cell=repr(cell[:40]))
        elif not isfinite(value):
            words = translate("csv", "{number} is too large for a float64")
            yield place, words.format(number=cell[:40])


def levels(words: Collection[str], decimal: str) -> list[str]:
    """Put the words of a category in order: by value if all are numbers, else by letter."""
    values = {word: parse_cell(word, decimal) for word in words}
    if all(value is not None for value in values.values()):
        return sorted(words, key=lambda word: (values[word], word))
    return sorted(words)
