"""Training through the program of operations beside NumPy by hand and other libraries.

Run: ``python -m tests.benchmarks.training``. All run in turn in one process; what counts is the
ratio. The loops by hand are in `tests.benchmarks.by_hand`, the others in `tests.benchmarks.peers`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from time import perf_counter, process_time

import numpy as np

import bpsim
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from tests.benchmarks.by_hand import plain, quick
from tests.benchmarks.peers import PEERS

RATE, ROUNDS, ROUND_S = 0.1, 100, 0.006
NETWORKS = (
    ((1, 1, 1), "sigmoid"),
    ((2, 8, 8, 1), "sigmoid"),
    ((2, 8, 8, 1), "tanh"),
    ((2, 32, 32, 1), "sigmoid"),
    ((2, 32, 32, 1), "tanh"),
    ((784, 128, 10), "sigmoid"),
)
BATCHES = (1, 10, 500)


def seconds(call: Callable[[], object]) -> float:
    """Give the process's own time, whatever else runs on the machine."""
    start = process_time()
    call()
    return process_time() - start


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
    while session.history.samples.every < 16:  # at first every step is a sample for the curves
        session.run(1000)

    def train(steps: int) -> int:
        end = perf_counter() + ROUND_S
        change = session.run(10**9, lambda: perf_counter() > end)
        return change.after.updates - change.before.updates

    return train


def microseconds(loops: list[Callable[[int], object]], rounds: int) -> np.ndarray:
    """Give the time of a step of each in many short rounds, made in turn: ``(rounds, loops)``."""
    counts = []
    for loop in loops:
        once = min(seconds(partial(loop, 1)) for _ in range(3))
        few = max(1, round(ROUND_S / 4 / once))
        counts.append(max(1, round(ROUND_S * few / seconds(partial(loop, few)))))
    times = np.full((rounds, len(loops)), np.nan)
    for row in times:
        for index, loop in enumerate(loops):
            start = process_time()
            made = loop(counts[index])
            steps = made if isinstance(made, int) else counts[index]
            if steps:  # on a busy machine the time may be up at once
                row[index] = 1e6 * (process_time() - start) / steps
    return times


@dataclass(frozen=True)
class Row:
    """One network at one size of batch: by name, the quickest time and how many times bpsim's."""

    network: str
    hidden: str
    batch: int
    times: dict[str, float | None]
    ratios: dict[str, float]


def rows(rounds: int = ROUNDS) -> Iterator[Row]:
    """Measure each network at each size of batch."""
    for sizes, hidden in NETWORKS:
        for batch in BATCHES:
            work = project(sizes, batch, hidden)
            given = (sizes, hidden, batch, work.data.train, RATE)
            loops = {"bpsim": session_loop(work), "by hand": quick(*given), "plain": plain(*given)}
            loops |= {name: make(*given) for name, make in PEERS.items()}
            there = {name: loop for name, loop in loops.items() if loop is not None}
            slow = sizes[0] > 100 and batch > 10
            times = microseconds(list(there.values()), rounds // 6 if slow else rounds)
            # Neighbours in time bear the same load: ratios are taken there, and then the median.
            ratios = np.nanmedian(times / times[:, :1], axis=0).tolist()
            best = dict(zip(there, np.nanmin(times, axis=0).tolist(), strict=True))
            name = "-".join(map(str, sizes))
            ratio = dict(zip(there, ratios, strict=True))
            yield Row(name, hidden, batch, dict.fromkeys(loops) | best, ratio)


HEAD = """\
bpsim {bpsim}, NumPy {numpy}; microseconds a step, the quickest of {rounds} short rounds, and in
brackets how many times bpsim's, the median over the rounds; all of the process's own time. By hand
is as quick as NumPy can be, plain is as one usually writes it. To reach: bpsim at most 1.15 times
by hand at batch 1 and 10, PyTorch 15 and scikit-learn 18 times bpsim. Marks for 2-8-8-1 at batch 1
and 10: compiled JAX 0.6 and 6.7, the loop of TensorFlow Playground 3.3 and 31."""


def main() -> None:
    print(HEAD.format(bpsim=bpsim.__version__, numpy=np.__version__, rounds=ROUNDS))
    for number, row in enumerate(rows()):
        if number == 0:
            names = (f"{name:>16}" for name in row.times)
            print(f"{'network':>10} {'hidden':>7} {'batch':>5} {'ratio':>6}", *names)
        cells = [
            "not there" if time is None else f"{time:.1f} ({row.ratios[name]:.2f})"
            for name, time in row.times.items()
        ]
        start = (
            f"{row.network:>10} {row.hidden:>7} {row.batch:>5} {1 / row.ratios['by hand']:>6.2f}"
        )
        print(start, *(f"{cell:>16}" for cell in cells), flush=True)


if __name__ == "__main__":
    main()
