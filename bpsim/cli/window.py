"""What ``bpsim [FILE]`` takes, which opens the window."""

import argparse
from pathlib import Path

from bpsim import __version__
from bpsim.cli.parsing import OneLineParser, whole


def parser() -> argparse.ArgumentParser:
    """Describe the window's options."""
    made = OneLineParser(
        prog="bpsim",
        description="A debugger for backpropagation. Opens the window, or runs a command: "
        "bpsim train, bpsim trace, bpsim check.",
    )
    made.add_argument("file", nargs="?", type=Path, help="a project, *.bpsim.json")
    made.add_argument("--version", action="version", version=f"bpsim {__version__}")
    made.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture and quit")
    made.add_argument("--size", type=_size, metavar="WxH", help="size of the window")
    made.add_argument("--theme", choices=("system", "light", "dark"))
    made.add_argument("--operations", type=whole(0), default=0, metavar="N", help="run N first")
    return made


def _size(word: str) -> tuple[int, int]:
    width, _, height = word.partition("x")
    try:
        return whole(1)(width), whole(1)(height)
    except argparse.ArgumentTypeError:
        problem = f"{word[:40]!r} must be written like 1440x900"
        raise argparse.ArgumentTypeError(problem) from None
