"""What a breakpoint with a condition costs at full speed, beside the same run without one.

Run: ``python -m tests.benchmarks.breakpoints``. Both run in turn in one process; what counts is
the ratio. The target is 1.20 for a condition on 2-8-8-1.
"""

from functools import partial
from statistics import median

import numpy as np

import bpsim
from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from tests.benchmarks.training import project, seconds

STEPS, ROUNDS = 1000, 41
CONDITIONS = (
    "abs(dW1[0,0]) > 10",
    "loss < -1",
    "a1[2] == 0",
    "changed_sign(b2[0] + 100)",
    "not finite(loss)",
    "dead(a1[2], 50)",
    "W1[0,0] > 1e9 and loss < 1",
    "norm(dW1) > 1e9",
    "max(abs(dW2)) > 1e9",
)


def main() -> None:
    print(f"bpsim {bpsim.__version__}, NumPy {np.__version__}, median of {ROUNDS} rounds")
    print(f"{'network':>10} {'batch':>5} {'without':>10} {'with':>10} {'ratio':>6}  condition")
    for sizes, batch in (((2, 8, 8, 1), 1), ((2, 8, 8, 1), 10)):
        for text in CONDITIONS:
            work = project(sizes, batch)
            plain, marked = Session(work), Session(work)
            marked.mark(Marks((Breakpoint(condition=text),)), Label("breakpoints"))
            pairs = [
                (seconds(partial(plain.run, STEPS)), seconds(partial(marked.run, STEPS)))
                for _ in range(ROUNDS)
            ]
            without, with_one = (median(p[i] for p in pairs) / STEPS * 1e6 for i in range(2))
            ratio = median(p[1] / p[0] for p in pairs)
            assert marked.position == plain.position, "it stopped"
            name = "-".join(map(str, sizes))
            line = f"{name:>10} {batch:>5} {without:>7.1f} us {with_one:>7.1f} us {ratio:>6.2f}"
            print(f"{line}  {text}")


if __name__ == "__main__":
    main()
