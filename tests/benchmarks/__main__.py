"""All benchmarks in the order of their targets, with this machine's figures.

Run: ``python -m tests.benchmarks [NAME ...]``; it takes some twenty minutes, or less for some
names. Each runs in a process of its own. Ratios are taken within one run; times, where they stand
alone, are worth what the machine is worth at that moment, so its load is printed too.
"""

import os
import platform
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

SECTIONS = (
    ("training", "Full speed: at most 1.15 times NumPy by hand; PyTorch 15, scikit-learn 18 times"),
    ("window", "In the running window: 0.8 of that, 25 frames a second, no gap over 100 ms"),
    ("operation", "One operation stepped: at most 30 microseconds over its own kernel"),
    ("breakpoints", "A condition at full speed: at most 1.2 times the run without"),
    ("history", "A million steps: a jump 5 ms, 50 at worst; at most 150 MB"),
    ("export", "A million rows by 105 columns: 10 times the csv writer, bit-exact, 50 MB"),
    ("csv_import", "Importing 100,000 rows by 20 columns, beside numpy.loadtxt"),
    ("plots", "A million losses redrawn in 5 ms, 20 times matplotlib; a prediction map in 4 ms"),
    ("network_picture", "64-64-64 in 33 ms, 2,000 lines of it in 10; 256-256-256 in 33"),
    ("stepping", "From a key to all panels drawn: 33 ms, 50 on 16-16-16-4"),
    ("first_paint", "Cold start: at most 1.5 times a bare window"),
)
PEERS = ("torch", "sklearn", "jax", "matplotlib")


def machine() -> str:
    """Describe where this runs."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        model = next(line.split(":")[1].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def load() -> str:
    """Say how many processes wait for the processor, where that is known."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def main() -> int:
    chosen = sys.argv[1:] or [name for name, _ in SECTIONS]
    unknown = set(chosen) - {name for name, _ in SECTIONS}
    if unknown:
        print(f"There is no benchmark {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    missing = [name for name in PEERS if not find_spec(name)]
    print(f"{machine()}, Python {platform.python_version()}, NumPy {np.__version__}")
    print(f"not installed: {', '.join(missing) or 'nothing'}")
    failed = []
    for name, target in SECTIONS:
        if name not in chosen:
            continue
        print(f"\n## {name}: {target} ({load()})\n", flush=True)
        command = [sys.executable, "-W", "ignore", "-m", f"tests.benchmarks.{name}"]
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            failed.append(name)
            print(done.stderr.strip().splitlines()[-1:], flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
