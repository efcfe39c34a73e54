"""Training through the program of operations beside a hand-written NumPy loop.

Run: ``python -m tests.benchmarks.training``. Both run in turn in one process; what counts is the
ratio. The loop is written as one would by hand: preallocated arrays, ``out=``, one array a tensor.
"""

import bpsim  # noqa: I001  (before NumPy: it sets the number of threads)

from itertools import pairwise
from statistics import median
from time import perf_counter

import numpy as np

from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session

STEPS, ROUNDS, RATE = 5000, 9, 0.1


def project(sizes: tuple[int, ...], batch: int) -> Project:
    draws = np.random.default_rng(0)
    layers = tuple(Layer(units, "sigmoid") for units in sizes[1:])
    training = Training(
        Choice("half_squared_error"), Choice("sgd", {"learning_rate": RATE}), batch_size=batch
    )
    names = [tuple(f"{c}{i}" for i in range(n)) for c, n in (("x", sizes[0]), ("y", sizes[-1]))]
    rows = draws.random((1 if sizes == (1, 1, 1) else 100, sizes[0] + sizes[-1]))
    return Project(
        "b", Specification(Network(sizes[0], layers), training), Dataset.of(*names, rows)
    )


def by_hand(sizes: tuple[int, ...], batch: int, data: np.ndarray):
    """Return a function that trains for some steps, keeping losses and parameters each 100."""
    draws = np.random.default_rng(0)
    pairs = list(pairwise(sizes))
    w = [draws.random((i, o)) for i, o in pairs]
    b = [np.zeros(o) for _, o in pairs]
    batch = min(batch, len(data))
    a = [np.empty((batch, n)) for n in sizes]
    delta, slope = (
        [np.empty((batch, o)) for _, o in pairs],
        [np.empty((batch, o)) for _, o in pairs],
    )
    dw, db = [np.empty_like(x) for x in w], [np.empty_like(x) for x in b]
    residual, square = np.empty((batch, sizes[-1])), np.empty((batch, sizes[-1]))
    x, y = np.ascontiguousarray(data[:, : sizes[0]]), np.ascontiguousarray(data[:, sizes[0] :])

    def train(steps: int) -> None:
        losses, kept, at = np.empty(steps), [], 0
        for step in range(steps):
            a[0] = x[at : at + batch]
            target = y[at : at + batch]
            for n in range(len(w)):
                out = a[n + 1]
                np.dot(a[n], w[n], out=out)
                np.add(out, b[n], out=out)
                np.negative(out, out=out)
                np.exp(out, out=out)
                np.add(out, 1.0, out=out)
                np.reciprocal(out, out=out)
            np.subtract(a[-1], target, out=residual)
            np.multiply(residual, residual, out=square)
            losses[step] = 0.5 * square.sum() / batch
            for n in range(len(w) - 1, -1, -1):
                if n == len(w) - 1:
                    np.copyto(delta[n], residual)
                else:
                    np.dot(delta[n + 1], w[n + 1].T, out=delta[n])
                np.subtract(1.0, a[n + 1], out=slope[n])
                np.multiply(slope[n], a[n + 1], out=slope[n])
                np.multiply(delta[n], slope[n], out=delta[n])
                np.dot(a[n].T, delta[n], out=dw[n])
                np.sum(delta[n], axis=0, out=db[n])
                if batch > 1:
                    np.divide(dw[n], batch, out=dw[n])
                    np.divide(db[n], batch, out=db[n])
            for n in range(len(w)):
                np.multiply(dw[n], RATE, out=dw[n])
                np.subtract(w[n], dw[n], out=w[n])
                np.multiply(db[n], RATE, out=db[n])
                np.subtract(b[n], db[n], out=b[n])
            if step % 100 == 0:
                kept.append([p.copy() for p in (*w, *b)])
            at = (at + batch) % len(x)

    return train


def seconds(call) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def main() -> None:
    print(f"bpsim {bpsim.__version__}, NumPy {np.__version__}, median of {ROUNDS} rounds")
    print(f"{'network':>10} {'batch':>5} {'by hand':>10} {'bpsim':>10} {'ratio':>6}")
    for sizes, batch in (((1, 1, 1), 1), ((2, 8, 8, 1), 1), ((2, 8, 8, 1), 10)):
        work = project(sizes, batch)
        session, loop = Session(work), by_hand(sizes, batch, work.data.train)
        pairs = [
            (seconds(lambda: loop(STEPS)), seconds(lambda: session.run(STEPS)))  # noqa: B023
            for _ in range(ROUNDS)
        ]
        hand, ours = (median(p[i] for p in pairs) / STEPS * 1e6 for i in range(2))
        ratio = median(p[1] / p[0] for p in pairs)
        name = "-".join(map(str, sizes))
        print(f"{name:>10} {batch:>5} {hand:>7.1f} us {ours:>7.1f} us {ratio:>6.2f}")


if __name__ == "__main__":
    main()
