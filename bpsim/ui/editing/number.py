"""Reads a number the way people type it."""

import re
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
