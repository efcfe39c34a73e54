"""How numbers are written for people."""

from math import isinf, isnan

MINUS = "−"


def format_number(x: float, digits: int = 4, sign: bool = False) -> str:
    """Write a number readably, with a true minus sign.

    Zeros at the end are kept where they stand for rounded digits, and left out where the number
    is exact without them: ``0.61`` is 0.61, and ``0.6100`` is near it.

    Parameters
    ----------
    x
        Any float.
    digits
        Significant digits; digits before the point are never rounded away below a million.
    sign
        Whether a plus is written too.
    """
    if isnan(x):
        return "NaN"
    size = abs(x)
    if size == 0.0:
        return "0"
    if isinf(x):
        text = "inf"
    else:
        rounded = f"{size:.{digits - 1}e}"
        mantissa, _, exponent = rounded.partition("e")
        if 1e-4 <= size < 1e6:
            text = _shorter(f"{size:.{max(0, digits - 1 - int(exponent))}f}", "", size)
        else:
            text = _shorter(mantissa, f"e{exponent}", size)
    return f"{MINUS if x < 0 else '+' if sign else ''}{text}"


def _shorter(text: str, exponent: str, exact: float) -> str:
    """Drop zeros at the end, if what is left is the very number."""
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return (short if float(short + exponent) == exact else text) + exponent


def full_number(x: float) -> str:
    """Write a number with all its digits, so that it reads back as the same float64."""
    return "NaN" if isnan(x) else repr(float(x))
