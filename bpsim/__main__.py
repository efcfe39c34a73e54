"""Starts the program: the window, or a command that needs none."""

import gc
import os
import sys
from pathlib import Path

COMMANDS = ("train", "trace", "check")
BAD_INPUT = 2


def main(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] in COMMANDS:
        try:
            from bpsim.cli.main import main as command

            return command(words)
        except KeyboardInterrupt:
            return 130
    if not words:
        return _window()
    from bpsim.cli.window import parser

    return _window(**vars(parser().parse_args(words)))


def _window(
    file: Path | None = None,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
    theme: str | None = None,
    operations: int = 0,
) -> int:
    from bpsim.display import display_problem

    if problem := display_problem(os.environ):
        if screenshot is None:
            return _refuse(f"{problem}; to train without one: bpsim train FILE --steps N")
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if problem := _lacking():
        return _refuse(problem)
    # What is made while starting stays: looking for garbage in it is lost time. The window turns
    # this on again once it is painted.
    gc.disable()
    try:
        from bpsim.ui.app import run_window

        return run_window(file, screenshot, size, theme, operations)
    except ImportError as error:
        return _refuse(str(error))


def _lacking() -> str:
    """Name the system's libraries that are missing, without which Qt would end the process."""
    if sys.platform != "linux":
        return ""
    from bpsim.system_libraries import ALWAYS, ON_X, advice, missing, takes_x

    lacking = missing([*ALWAYS, *ON_X] if takes_x(os.environ) else ALWAYS)
    return advice(lacking) if lacking else ""


def _refuse(problem: str) -> int:
    print(f"bpsim: the window cannot start: {problem}", file=sys.stderr)
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
