"""Training through the program of operations beside NumPy by hand and other libraries.

Run: ``python -m tests.benchmarks.training``. All run in turn in one process; what counts is the
ratio. The loops by hand are in `tests.benchmarks.by_hand`, the others in `tests.benchmarks.peers`.
"""

import bpsim  # noqa: I001  (before NumPy: it sets the number of threads)

from collections.abc import Callable, Iterator
from functools import partial
from time import perf_counter

import numpy as np

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from tests.benchmarks.by_hand import plain, quick
from tests.benchmarks.peers import PEERS
from tests.benchmarks.timing import seconds

RATE, ROUNDS, ROUND_S = 0.1, 150, 0.003
NETWORKS = (
    ((1, 1, 1), "sigmoid"),
    ((2, 8, 8, 1), "sigmoid"),
    ((2, 8, 8, 1), "tanh"),
    ((2, 32, 32, 1), "sigmoid"),
    ((2, 32, 32, 1), "tanh"),
    ((784, 128, 10), "sigmoid"),
)
BATCHES = (1, 10, 500)


def project(sizes: tuple[int, ...], batch: int, hidden: str = "sigmoid") -> Project:
    draws = np.random.default_rng(0)
    layers = (*(Layer(units, hidden) for units in sizes[1:-1]), Layer(sizes[-1], "sigmoid"))
    training = Training(
        Choice("half_squared_error"), Choice("sgd", {"learning_rate": RATE}), batch_size=batch
    )
    names = [tuple(f"{c}{i}" for i in range(n)) for c, n in (("x", sizes[0]), ("y", sizes[-1]))]
    rows = draws.random((max(100, 2 * batch), sizes[0] + sizes[-1]))
    return Project(
        "b", Specification(Network(sizes[0], layers), training), Dataset.of(*names, rows)
    )


def session_loop(work: Project) -> Callable[[int], int]:
    """Return a function that trains on as the window does: until its time is up."""
    session = Session(work)

    def train(steps: int) -> int:
        end = perf_counter() + ROUND_S
        change = session.run(10**9, lambda: perf_counter() > end)
        return change.after.updates - change.before.updates

    return train


def microseconds(loops: list[Callable[[int], object]], rounds: int) -> list[float]:
    """Give the time of a step of each: the quickest of many short rounds, made in turn."""
    counts = []
    for loop in loops:
        once = min(seconds(partial(loop, 1)) for _ in range(3))
        few = max(1, round(ROUND_S / 4 / once))
        counts.append(max(1, round(ROUND_S * few / seconds(partial(loop, few)))))
    best = [float("inf")] * len(loops)
    for _ in range(rounds):
        for index, loop in enumerate(loops):
            start = perf_counter()
            made = loop(counts[index])
            steps = made if isinstance(made, int) else counts[index]
            if steps:  # on a busy machine the time may be up at once
                best[index] = min(best[index], (perf_counter() - start) / steps)
    return [1e6 * time for time in best]


def rows(rounds: int = ROUNDS) -> Iterator[tuple[str, str, int, dict[str, float | None]]]:
    """Measure each network at each size of batch: times of a step by who takes them."""
    for sizes, hidden in NETWORKS:
        for batch in BATCHES:
            work = project(sizes, batch, hidden)
            given = (sizes, hidden, batch, work.data.train, RATE)
            loops = {"by hand": quick(*given), "bpsim": session_loop(work), "plain": plain(*given)}
            loops |= {name: make(*given) for name, make in PEERS.items()}
            there = {name: loop for name, loop in loops.items() if loop is not None}
            slow = sizes[0] > 100 and batch > 10
            times = microseconds(list(there.values()), rounds // 4 if slow else rounds)
            measured = dict.fromkeys(loops) | dict(zip(there, times, strict=True))
            yield "-".join(map(str, sizes)), hidden, batch, measured


def main() -> None:
    print(f"bpsim {bpsim.__version__}, NumPy {np.__version__}; microseconds a step, the quickest")
    print(
        f"of {ROUNDS} short rounds in turn; in brackets how many times bpsim's. By hand is as quick"
    )
    print("as NumPy can be, plain is as one usually writes it. To reach: at most 1.15 by hand at")
    print(
        "batch 1 and 10, 15 times PyTorch, 18 times scikit-learn; 0.6 and 6.7 us are the marks of"
    )
    print("compiled JAX for 2-8-8-1 there, 3.3 and 31 of TensorFlow Playground")
    for number, (name, hidden, batch, times) in enumerate(rows()):
        if number == 0:
            print(
                f"{'network':>10} {'hidden':>7} {'batch':>5} {'ratio':>6}",
                *(f"{n:>16}" for n in times),
            )
        ours, hand = times["bpsim"], times["by hand"]
        cells = ["not there" if t is None else f"{t:.1f} ({t / ours:.2f})" for t in times.values()]
        line = f"{name:>10} {hidden:>7} {batch:>5} {ours / hand:>6.2f}"
        print(line, *(f"{cell:>16}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
