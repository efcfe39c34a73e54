"""Speed and memory, as ratios in one run: `python -m tests.benchmarks` prints the whole table."""

# Before any of them imports NumPy: it sets the number of threads.
import bpsim as bpsim
