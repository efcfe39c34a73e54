"""Writing the parameter history beside Python's csv writer, with what it takes of memory.

Run: ``python -m tests.benchmarks.export [STEPS]``. A 2-8-8-1 network has 105 parameters; a million
steps make a file of two gigabytes, of which the default writes a tenth. To reach: at least 10
times as fast as the csv writer, bit-exact, at most 50 MB beyond the start.

The csv writer gets its numbers from memory. The program makes them anew by replaying the training;
both the writing alone and the whole export are measured.
"""

import csv
import ctypes
import resource
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

import bpsim
from bpsim.session.history import Record
from bpsim.session.session import Session
from bpsim.storage import history_csv
from bpsim.storage.history_csv import rows_together
from bpsim.storage.history_export import write_history
from bpsim.storage.history_replay import Part, elements_of, parts
from bpsim.storage.progress import go_on
from tests.examples import small

STEPS, ROUNDS, ROUND_ROWS = 100_000, 7, 5_000


def seconds(call) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def trained(steps: int) -> Record:
    layers = ((8, "tanh"), (8, "tanh"), (1, "sigmoid"))
    session = Session(small(layers=layers, rows=100, batch_size=1, shuffle=True))
    session.run(steps)
    return session.history.record()


def by_csv(found: list[Part], header: list[str], path: Path) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for part in found:
            for place, numbers in zip(part.places.tolist(), part.numbers.tolist(), strict=True):
                writer.writerow(place + numbers)


def by_us(found: list[Part], write, header: list[str], path: Path) -> None:
    with path.open("wb") as file:
        file.write(",".join(header).encode() + b"\n")
        for part in found:
            file.write(write(part))


def wrong_numbers(path: Path, record: Record) -> int:
    """Count the numbers of a file that do not read back bit for bit."""
    rows, wrong = rows_together(record, False), 0
    with path.open() as file:
        reader = csv.reader(file)
        next(reader)
        for part in parts(record, gradients=False, every=1, rows=rows, progress=go_on):
            for numbers in part.numbers:
                read = np.array([float(cell or "nan") for cell in next(reader)[3:]])
                wrong += int((read.view(np.uint64) != numbers.view(np.uint64)).sum())
    return wrong


class Memory:
    """Looks at the memory in use whenever progress is told."""

    def __init__(self) -> None:
        # What the training gave back would hide what is taken now.
        ctypes.CDLL(None).malloc_trim(0)
        self.start = self.most = self.now()

    def __call__(self, done: int, total: int) -> bool:
        self.most = max(self.most, self.now())
        return True

    def now(self) -> float:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20


def main() -> None:
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    print(f"bpsim {bpsim.__version__}, NumPy {np.__version__}, {steps:,} steps of 2-8-8-1")
    record = trained(steps)
    with TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours.csv"), Path(folder, "theirs.csv")
        few = trained(100)
        write_history(ours, few)
        memory = Memory()
        whole = seconds(lambda: write_history(ours, record, progress=memory))
        print(f"memory beyond the start   {memory.most - memory.start:6.1f} MB, to reach 50")
        print(f"numbers that differ       {wrong_numbers(ours, record):6}")
        some = trained(ROUND_ROWS)
        rows = rows_together(some, False)
        found = [*parts(some, gradients=False, every=1, rows=rows, progress=go_on)]
        header, write = history_csv._wide(elements_of(some), False, False)
        pairs = [
            (
                seconds(lambda: by_csv(found, header, theirs)),
                seconds(lambda: by_us(found, write, header, ours)),
            )
            for _ in range(ROUNDS)
        ]
        slow, quick = (median(pair[i] for pair in pairs) / ROUND_ROWS * 1e6 for i in range(2))
        ratio = median(pair[0] / pair[1] for pair in pairs)
        print(f"a row, csv's writer       {slow:6.1f} us")
        print(f"a row, bpsim              {quick:6.1f} us, {ratio:.1f} times as fast, to reach 10")
        replayed = whole / steps * 1e6
        print(f"with the replay           {replayed:6.1f} us, {slow / replayed:.1f} times as fast")


if __name__ == "__main__":
    main()
