"""Names of values and of their elements, as NumPy would write them."""

import re

_ELEMENT = re.compile(r"([A-Za-z]+\d*)(?:\[(\d+(?:,\s*\d+)*)\])?")


def element_name(name: str, index: tuple[int, ...]) -> str:
    """Write an element as NumPy would: ``W1[0,2]``; a single number has no index."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def column_name(name: str, index: tuple[int, ...]) -> str:
    """Write an element as a column of a CSV: ``W1_0_2``."""
    return "_".join([name, *map(str, index)])


def parse_element(text: str) -> tuple[str, tuple[int, ...]]:
    """Read ``W1[0,2]`` as its name and index.

    Raises
    ------
    ValueError
        If it is not written so.
    """
    match = _ELEMENT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an element; write it like W1[0,2] or b1[0].")
    index = tuple(int(i) for i in match[2].split(",")) if match[2] else ()
    return match[1], index
