"""Starts the program: the window, or a command that needs none."""

import argparse
import ctypes
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from bpsim import __version__
from bpsim.cli.parsing import BAD_INPUT, OneLineParser, whole

COMMANDS = ("train", "trace", "check")
XCB_LIBRARY = "libxcb-cursor.so.0"
DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
}


def main(arguments: list[str] | None = None) -> int:
    """Run the program and return its exit status."""
    words = sys.argv[1:] if arguments is None else arguments
    if words and words[0] in COMMANDS:
        try:
            from bpsim.cli.main import main as command

            return command(words)
        except KeyboardInterrupt:
            return 130
    return _window(_parser().parse_args(words))


def _size(word: str) -> tuple[int, int]:
    width, _, height = word.partition("x")
    try:
        return whole(1)(width), whole(1)(height)
    except argparse.ArgumentTypeError:
        problem = f"{word[:40]!r} must be written like 1440x900"
        raise argparse.ArgumentTypeError(problem) from None


def _parser() -> argparse.ArgumentParser:
    parser = OneLineParser(
        prog="bpsim",
        description="A debugger for backpropagation. Opens the window, or runs a command: "
        "bpsim train, bpsim trace, bpsim check.",
    )
    parser.add_argument("file", nargs="?", type=Path, help="a project, *.bpsim.json")
    parser.add_argument("--version", action="version", version=f"bpsim {__version__}")
    parser.add_argument("--screenshot", type=Path, metavar="FILE", help="save a picture and quit")
    parser.add_argument("--size", type=_size, metavar="WxH", help="size of the window")
    parser.add_argument("--theme", choices=("system", "light", "dark"))
    parser.add_argument("--operations", type=whole(0), default=0, metavar="N", help="run N first")
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
    if _takes_xcb(os.environ) and not _loads(XCB_LIBRARY):
        # Qt would end the whole process, with pages of its own words.
        return _missing(f"{XCB_LIBRARY}: cannot be loaded")
    try:
        from bpsim.ui.app import run_window
    except ImportError as error:
        return _missing(str(error))
    return run_window(
        options.file, options.screenshot, options.size, options.theme, options.operations
    )


def _takes_xcb(environment: Mapping[str, str]) -> bool:
    """Tell whether Qt will talk to an X server."""
    if sys.platform != "linux":
        return False
    platform = environment.get("QT_QPA_PLATFORM")
    if platform:
        return platform.partition(":")[0].partition(";")[0] == "xcb"
    return bool(environment.get("DISPLAY")) and not environment.get("WAYLAND_DISPLAY")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _missing(cause: str) -> int:
    package = DEBIAN_PACKAGES.get(cause.partition(":")[0])
    hint = f"; on Debian: apt install {package}" if package else ""
    print(f"bpsim: the window cannot start, {cause}{hint}", file=sys.stderr)
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
