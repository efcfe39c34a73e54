"""How the benchmarks take times: in turn, many short rounds, and of each the quickest.

Other programs on the machine only ever make a round longer, so the quickest of many short ones
is what the code itself takes, and ratios of them hold even while the machine is busy.
"""

from collections.abc import Callable, Sequence
from time import perf_counter


def seconds(call: Callable[[], object]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def fastest(calls: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Give the quickest of so many rounds, in seconds, of each of the calls, made in turn."""
    best = [float("inf")] * len(calls)
    for _ in range(rounds):
        for index, call in enumerate(calls):
            best[index] = min(best[index], seconds(call))
    return best
