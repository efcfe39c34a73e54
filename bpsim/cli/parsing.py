"""What the command lines of the commands and of the window share."""

import argparse
from collections.abc import Callable
from typing import NoReturn

BAD_INPUT = 2


class OneLineParser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and end with the status for bad input."""
        self.exit(BAD_INPUT, f"{self.prog}: {message}; {self.prog} --help tells more\n")


def whole(low: int) -> Callable[[str], int]:
    """Make a reader of whole numbers from `low`."""

    def read(word: str) -> int:
        short = word.isascii() and word.isdigit() and len(word) <= 18
        if not (short and int(word) >= low):
            raise argparse.ArgumentTypeError(f"{word[:40]!r} must be a whole number, {low} or more")
        return int(word)

    return read
