"""Reads and writes a number the way people type it."""

import re
from collections.abc import Sequence
from math import isfinite

_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_FRACTION = re.compile(rf"\s*({_NUMBER})\s*(?:/\s*({_NUMBER}))?\s*", re.ASCII)


def parse_number(text: str) -> float | None:
    """Read ``0.1``, ``0,1``, ``1/3`` or ``1e-3``; None if it is no finite number."""
    match = _FRACTION.fullmatch(text.replace("−", "-"))
    if match is None:
        return None
    over, under = (float(part.replace(",", ".")) if part else 1.0 for part in match.groups())
    if under == 0.0:
        return None
    value = over / under
    return value if isfinite(value) else None


def parse_numbers(texts: Sequence[str]) -> list[float | None]:
    """Read many numbers, each as `parse_number` does; quicker where all are written plainly."""
    whole = "".join(texts)
    try:
        # `float` also knows 1_000 and other scripts' figures.
        numbers = [*map(float, texts)] if whole.isascii() and "_" not in whole else []
    except ValueError:
        numbers = []
    if numbers and all(map(isfinite, numbers)):
        return list(numbers)
    return [parse_number(text) for text in texts]


def parse_whole(text: str) -> int | None:
    """Read a whole number; None if it is none."""
    return int(text) if re.fullmatch(r"\s*[+-]?\d{1,40}\s*", text, re.ASCII) else None


def number_text(value: float) -> str:
    """Write a number as short as it can be typed: ``2``, ``0.1``, ``1e-8``."""
    return re.sub(r"e([+-])0+", r"e\1", repr(value).removesuffix(".0"))
