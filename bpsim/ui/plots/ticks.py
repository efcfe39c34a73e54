"""Where an axis has its ticks, and how they are written."""

from math import ceil, floor, log10

from bpsim.explain.numbers import MINUS, format_number

Ticks = tuple[float, list[float]]
"""The distance between ticks, and their places."""

_ROUND = (0.1, 0.2, 0.5, 1, 2, 5, 10)
_LOG_SETS = (tuple(range(1, 10)), (1, 2, 5), (1, 3), (1,))

_MOST_DECADES, _FARTHEST_DECADE = 40, 300
"""In a wider range no two ticks are a decade apart; beyond, numbers are none any more."""


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> Ticks:
    """Place ticks at multiples of 1, 2 or 5 times a power of ten.

    Parameters
    ----------
    low, high
        The ends of the axis.
    most
        How many ticks have room, roughly.
    whole
        Whether only whole numbers mean something.
    """
    rough = (high - low) / max(most, 1)
    if rough <= 0.0:
        return 1.0, []
    power = 10.0 ** floor(log10(rough))
    steps = [factor * power for factor in _ROUND]
    best = next(at for at, size in enumerate(steps) if size >= rough * (1 - 1e-9))
    # One tick alone says nothing of the scale: rather more than have room.
    for size in reversed(steps[best - 2 : best + 1]):
        step = max(size, 1.0) if whole else size
        first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
        if last > first:
            break
    return step, [k * step for k in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Place ticks on an axis of decimal logarithms, at round numbers."""
    if high - low > _MOST_DECADES or max(-low, high) > _FARTHEST_DECADE:
        return linear_ticks(low, high, most, whole=True)[1]
    decades = range(floor(low), ceil(high) + 1)
    for digits in _LOG_SETS:
        places = [d + log10(k) for d in decades for k in digits if low <= d + log10(k) <= high]
        if 2 <= len(places) <= most:
            return places
    if high - low >= 1.0:
        return linear_ticks(low, high, most, whole=True)[1]
    # Less than a decade: even steps of the number itself.
    _, values = linear_ticks(10.0**low, 10.0**high, most)
    return [log10(value) for value in values if value > 0.0]


def tick_text(value: float, step: float) -> str:
    """Write a tick with the digits that tell it from its neighbours."""
    if value == 0.0 or abs(value) < step * 1e-6:
        return "0"
    if not 1e-5 < step < 1e6:
        return _short(format_number(float(f"{value:.6g}")))
    places = max(0, -floor(log10(step * (1 + 1e-9))))
    return f"{abs(value):,.{places}f}".join((MINUS if value < 0 else "", ""))


def log_texts(logarithms: list[float]) -> list[str]:
    """Write ticks of a logarithmic axis; within a decade with as many digits each."""
    if max(map(abs, logarithms), default=0.0) > _FARTHEST_DECADE:
        return [f"1e{value:.0f}" if value else "1" for value in logarithms]
    texts = [f"{10.0**value:.3g}" for value in logarithms]
    near = max(logarithms, default=0.0) - min(logarithms, default=0.0) < 1.0
    if near and not any("e" in text for text in texts):
        places = max((len(text.partition(".")[2]) for text in texts), default=0)
        return [f"{10.0**value:.{places}f}" for value in logarithms]
    return [_short(text) for text in texts]


def _short(text: str) -> str:
    """Write an exponent with no more digits than it has."""
    digits, e, exponent = text.partition("e")
    return f"{digits}e{int(exponent)}" if e else text
