"""Reads a CSV file of any common kind into a set of data, by choices that can be kept."""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path

from bpsim.engine.specification import Problem
from bpsim.session.project import Dataset
from bpsim.storage.csv_cells import Cells
from bpsim.storage.csv_choices import Choices, CsvError, choice_problems
from bpsim.storage.progress import CancelledError, Progress, go_on
from bpsim.words import translate

MOST_BYTES = 256 * 2**20
_CHUNK = 2**18


def read_csv(
    source: Path | bytes,
    name: str,
    choices: Choices,
    progress: Progress = go_on,
) -> Dataset:
    """Read a CSV file.

    Parameters
    ----------
    source
        The file, or its content.
    name
        What messages call it.
    choices
        How to read it.
    progress
        Called after each piece, with bytes done and bytes in all.

    Raises
    ------
    CsvError
        With what is wrong, each cell by its line and column.
    CancelledError
        If `progress` said so.
    """
    problems = list(choice_problems(choices))
    if problems:
        raise CsvError(name, problems)
    try:
        total = source.stat().st_size if isinstance(source, Path) else len(source)
        if isinstance(source, Path) and not source.is_file():
            words = translate("csv", "{name} is not a file that can be read")
            raise CsvError(name, [Problem("", words.format(name=name))])
        if total > MOST_BYTES:
            words = translate("csv", "{name} is larger than {most} MiB")
            message = words.format(name=name, most=MOST_BYTES >> 20)
            raise CsvError(name, [Problem("", message)])
        raw = source.open("rb") if isinstance(source, Path) else BytesIO(source)
        with TextIOWrapper(raw, choices.dialect.codec, newline="") as file:
            cells = Cells(name, choices)
            for text in _pieces(file):
                cells.add(text)
                if not progress(raw.tell(), total):
                    raise CancelledError
    except OSError as error:
        raise CsvError(name, [_unreadable(name, error.strerror or str(error))]) from error
    except UnicodeError as error:
        encoding = choices.dialect.encoding.upper()
        words = translate("csv", "{name} is not {encoding} text; another encoding may be right")
        message = words.format(name=name, encoding=encoding)
        if isinstance(error, UnicodeDecodeError) and choices.dialect.encoding == "utf-8":
            words = translate("csv", "{name} is not UTF-8 text (byte {byte} in it)")
            message = words.format(name=name, byte=f"{error.object[error.start]:#04x}")
        raise CsvError(name, [Problem("encoding", message)]) from error
    except ValueError as error:
        if isinstance(error, CsvError):
            raise
        # A path with a NUL in it.
        raise CsvError(name, [_unreadable(name, str(error))]) from error
    return cells.dataset()


def _unreadable(name: str, cause: str) -> Problem:
    words = translate("csv", "{name} cannot be read: {cause}")
    return Problem("", words.format(name=name, cause=cause))


def _pieces(file: TextIOWrapper) -> Iterator[str]:
    """Give text in pieces that end where a line ends outside quotes."""
    parts: list[str] = []
    odd = False
    while block := file.read(_CHUNK):
        cut = _cut(block, odd)
        odd ^= _is_odd(block)
        if cut:
            yield "".join([*parts, block[:cut]])
            parts = []
        parts.append(block[cut:])
    if rest := "".join(parts):
        yield rest


def _is_odd(block: str) -> bool:
    """Tell whether a block has an odd number of quotes; most have none."""
    return '"' in block and block.count('"') % 2 == 1


def _cut(block: str, odd: bool) -> int:
    """Find where the last whole line ends; `odd` tells whether the block starts in quotes."""
    end = len(block)
    odd ^= _is_odd(block)
    while True:
        quote = block.rfind('"', 0, end)
        # A carriage return at the very end may have its line feed in the next block.
        at = max(
            block.rfind("\n", quote + 1, end),
            block.rfind("\r", quote + 1, min(end, len(block) - 1)),
        )
        if not odd and at >= 0:
            return at + 1
        if quote < 0:
            return 0
        end, odd = quote, not odd
