"""Starts the program: the window, or a command that needs none."""

import argparse
import os
import sys
from pathlib import Path

from bpsim import __version__

COMMANDS = ("train", "trace", "check")
BAD_INPUT = 2
DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] in COMMANDS:
        from bpsim.cli.main import main as command

        try:
            return command(words)
        except KeyboardInterrupt:
            return 130
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
    return _window(_parser().parse_args(words))


def _size(word: str) -> tuple[int, int]:
    width, _, height = word.partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{word!r} must be written like 1440x900")
    return int(width), int(height)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bpsim",
        description="A debugger for backpropagation. Opens the window, or runs a command: "
        "bpsim train, bpsim trace, bpsim check.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="a project, *.bpsim.json")
    parser.add_argument("--version", action="version", version=f"bpsim {__version__}")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture and quit")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window")
    parser.add_argument("--theme", choices=("system", "light", "dark"))
    parser.add_argument("--operations", type=int, default=0, metavar="N", help="run N first")
    return parser


def _window(options: argparse.Namespace) -> int:
    shown = any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform == "linux" and not shown:
        if options.screenshot is None:
            print(
                "bpsim: there is no display; to train without a window: bpsim train FILE --steps N",
                file=sys.stderr,
            )
            return BAD_INPUT
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        from bpsim.ui.app import run_window
    except ImportError as error:
        library = str(error).partition(":")[0]
        package = DEBIAN_PACKAGES.get(library)
        hint = f"; on Debian: apt install {package}" if package else ""
        print(f"bpsim: the window cannot start, {error}{hint}", file=sys.stderr)
        return BAD_INPUT
    return run_window(
        options.file, options.screenshot, options.size, options.theme, options.operations
    )


if __name__ == "__main__":
    sys.exit(main())
