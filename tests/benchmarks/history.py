"""Jumps in a long training, and the memory that its whole history takes.

Run: ``python -m tests.benchmarks.history [STEPS]``. A million steps of 2-8-8-1 at batch 10. To
reach: a jump to a random step in 5 ms in the median and 50 ms at worst, and at most 150 MB beyond
the start.
"""

import resource
import sys
from statistics import median

import numpy as np

import bpsim
from bpsim.session.session import Session
from tests.benchmarks.timing import seconds
from tests.benchmarks.training import project

STEPS, JUMPS = 1_000_000, 1000


def megabytes() -> float:
    """Give the most that this process has ever taken."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def jumps(session: Session, times: int) -> list[float]:
    """Jump to random steps; give the milliseconds of each."""
    steps = np.random.default_rng(0).integers(1, session.history.steps, times).tolist()
    return [1000.0 * seconds(lambda step=step: session.jump_to_step(step)) for step in steps]


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    session = Session(project((2, 8, 8, 1), 10))
    session.run(1000)
    start = megabytes()
    taken = seconds(lambda: session.run(steps - 1000))
    # The plots ask for both.
    history = session.history
    numbers = history.losses.size + history.penalties.size
    beyond = megabytes() - start
    print(
        f"bpsim {bpsim.__version__}, NumPy {np.__version__}, {steps:,} steps of 2-8-8-1 at batch 10"
    )
    print(f"trained in {taken:.1f} s; {len(history.checkpoints):,} checkpoints, {numbers:,} losses")
    print(f"memory beyond the start  {beyond:6.1f} MB, to stay below 150")
    found = sorted(jumps(session, JUMPS))
    print(f"a jump, in the median    {median(found):6.2f} ms, to reach 5")
    print(f"the longest of {JUMPS:,}     {found[-1]:6.2f} ms, to reach 50")


if __name__ == "__main__":
    main()
