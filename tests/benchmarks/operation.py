"""One operation stepped through the session, with what going back needs, beside its own kernel.

Run: ``python -m tests.benchmarks.operation``. No window. To reach: at most 30 microseconds more
than the operation's own calls; a single NumPy call stands beside it. Of each operation the
quickest of many passes counts, and then the mean and the largest over the operations of a step.
"""

from time import perf_counter_ns

import numpy as np

import bpsim
from bpsim.engine.kernels import Calls
from bpsim.session.session import Session
from tests.benchmarks.training import project

PASSES = 100
CASES = (((1, 1, 1), 1), ((2, 8, 8, 1), 1), ((2, 8, 8, 1), 10), ((2, 32, 32, 1), 10))


def once(calls: Calls) -> int:
    start = perf_counter_ns()
    for call in calls:
        call()
    return perf_counter_ns() - start


def measure(session: Session) -> dict[str, list[float]]:
    """Give the microseconds of each operation of a step: its kernel, a step, and back again."""
    session.run(100)
    count = session.operations
    best = {name: [float("inf")] * count for name in ("kernel", "step", "back")}

    def note(name: str, index: int, time: int) -> None:
        best[name][index] = min(best[name][index], time / 1000.0)

    for _ in range(PASSES):
        with np.errstate(all="ignore"):
            for index, operation in enumerate(session.program.operations):
                note("kernel", index, once(operation.calls))
        session.step_batch()  # what the kernels did is walked over
        for index in range(count):
            note("step", index, once([session.step_operation]))
        for index in reversed(range(count)):
            note("back", index, once([session.back_operation]))
    return best


def numpy_call() -> float:
    """Give the microseconds of a product of two arrays of ten numbers."""
    a, b, out = np.ones(10), np.ones(10), np.empty(10)
    return min(once([lambda: np.multiply(a, b, out)]) for _ in range(1000)) / 1000.0


def main() -> None:
    bare = numpy_call()
    print(f"bpsim {bpsim.__version__}, NumPy {np.__version__}, microseconds an operation")
    print(f"a bare NumPy call takes {bare:.2f}; above the kernel, to stay below 30")
    heads = ("kernel", "above", "most", "calls", "back")
    print(f"{'network':>10} {'batch':>5}", *(f"{head:>7}" for head in heads))
    for sizes, batch in CASES:
        found = measure(Session(project(sizes, batch)))
        above = [s - k for s, k in zip(found["step"], found["kernel"], strict=True)]
        kernel, mean, back = (sum(t) / len(t) for t in (found["kernel"], above, found["back"]))
        name = "-".join(map(str, sizes))
        figures = (kernel, mean, max(above), mean / bare, back)
        print(f"{name:>10} {batch:>5}", *(f"{figure:>7.1f}" for figure in figures))


if __name__ == "__main__":
    main()
