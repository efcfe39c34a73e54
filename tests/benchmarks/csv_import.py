"""Importing a CSV file beside `numpy.loadtxt` of the same file.

Run: ``python -m tests.benchmarks.csv_import``. 100,000 rows by 20 columns; both run in turn in one
process; what counts is the ratio.
"""

from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

import bpsim
from bpsim.storage.csv_choices import Choices
from bpsim.storage.csv_dialect import Dialect
from bpsim.storage.csv_import import read_csv

ROWS, COLUMNS, ROUNDS = 100_000, 20, 7


def seconds(call) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def main() -> None:
    names = tuple(f"c{i}" for i in range(COLUMNS))
    numbers = np.random.RandomState(0).standard_normal((ROWS, COLUMNS))
    print(f"bpsim {bpsim.__version__}, NumPy {np.__version__}, median of {ROUNDS} rounds")
    print(f"{'file':>24} {'loadtxt':>9} {'bpsim':>9} {'ratio':>6}")
    with TemporaryDirectory() as folder:
        path = Path(folder, "numbers.csv")
        np.savetxt(path, numbers, "%.6g", ",", header=",".join(names), comments="")
        choices = Choices(Dialect(), names[:-1], names[-1:], test=0.2)
        comma = Path(folder, "comma.csv")
        comma.write_text(path.read_text().replace(",", ";").replace(".", ","))
        comma_choices = Choices(Dialect(";", ","), names[:-1], names[-1:], test=0.2)
        first = Choices(Dialect(), names[:-1], names[-1:], categories=("c19",))
        words = Path(folder, "words.csv")
        lines = path.read_text().splitlines()
        kinds = ("red", "green", "blue")
        text = [f"{line.rpartition(',')[0]},{kinds[n % 3]}" for n, line in enumerate(lines[1:])]
        words.write_text("\n".join([lines[0], *text]))
        for title, file, chosen in (
            ("numbers", path, choices),
            ("decimal commas", comma, comma_choices),
            ("19 numbers and a word", words, first),
        ):
            pairs = [
                (
                    seconds(lambda: np.loadtxt(path, delimiter=",", skiprows=1)),
                    seconds(partial(read_csv, file, "b", chosen)),
                )
                for _ in range(ROUNDS)
            ]
            numpy, ours = (median(pair[i] for pair in pairs) for i in range(2))
            ratio = median(pair[1] / pair[0] for pair in pairs)
            print(f"{title:>24} {numpy * 1e3:>6.0f} ms {ours * 1e3:>6.0f} ms {ratio:>6.2f}")


if __name__ == "__main__":
    main()
