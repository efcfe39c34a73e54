"""The parameter history as CSV, in chunks, made by replaying the training."""

from collections.abc import Callable, Iterator
from operator import add

from bpsim.session.history import Record
from bpsim.session.values import column_name
from bpsim.storage.history_replay import LOSSES, Element, Part, elements_of, parts
from bpsim.storage.number_text import rows_of_integers, rows_of_numbers
from bpsim.storage.progress import Progress, go_on

_NUMBERS_TOGETHER = 40_000
"""How many numbers of a part are written at a time: a megabyte of text, roughly."""

Write = Callable[[Part], bytes]


def has_events(record: Record) -> bool:
    """Tell whether something was changed by hand on the way."""
    return bool(record.edits) or len(record.eras) > 1


def rows_together(record: Record, gradients: bool) -> int:
    """Say how many rows of a history are worked on at a time."""
    width = len(elements_of(record)) * (1 + gradients) + LOSSES
    return max(_NUMBERS_TOGETHER // width, 1)


def history_csv(
    record: Record,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
    progress: Progress = go_on,
) -> Iterator[bytes]:
    """Give the history as chunks of CSV.

    Parameters
    ----------
    record
        What was trained, and what was changed by hand.
    gradients
        Whether the gradients of each update follow.
    tidy
        One row a value instead of one row an update.
    every
        Write every so many updates, besides the first row, the last and events.
    progress
        Called with steps done and in all; answers whether to go on.

    Raises
    ------
    CancelledError
        If `progress` says no.
    """
    layout = _tidy if tidy else _wide
    header, write = layout(elements_of(record), gradients, has_events(record))
    yield ",".join(header).encode() + b"\n"
    rows = rows_together(record, gradients)
    for part in parts(record, gradients=gradients, every=every, rows=rows, progress=progress):
        yield write(part)


def wide_header(elements: list[Element], gradients: bool, events: bool) -> list[str]:
    """Name the columns of the wide layout."""
    names = [column_name(*element) for element in elements]
    slopes = [f"d{name}" for name in names] if gradients else []
    last = ["event"] if events else []
    return ["step", "epoch", "batch", "loss", "penalty", *names, *slopes, *last]


def tidy_header(events: bool) -> list[str]:
    """Name the columns of the tidy layout."""
    last = ["event"] if events else []
    return ["step", "epoch", "batch", "layer", "parameter", "row", "column", "value", *last]


def _heads(part: Part) -> list[bytes]:
    """Write step, epoch and batch of each row; the start has no epoch and no batch."""
    heads = rows_of_integers(part.places)
    if part.places[0, 0] == 0:
        heads = [b"0,," if head == b"0,0,0" else head for head in heads]
    return heads


def _wide(elements: list[Element], gradients: bool, events: bool) -> tuple[list[str], Write]:
    def write(part: Part) -> bytes:
        fields = [_heads(part), rows_of_numbers(part.numbers)]
        if events:
            fields.append([event.encode() for event in part.events])
        return b"\n".join(map(b",".join, zip(*fields, strict=True))) + b"\n"

    return wide_header(elements, gradients, events), write


def _tidy(elements: list[Element], gradients: bool, events: bool) -> tuple[list[str], Write]:
    places = [
        f"{name[1:]},{name[0]},{','.join(map(str, index))}{',' * (2 - len(index))},".encode()
        for name, index in elements
    ]
    slopes = [place.replace(b",", b",d", 1) for place in places]
    count = len(places)

    def write(part: Part) -> bytes:
        lines = []
        values = part.numbers[:, LOSSES:]
        # Rows without gradients have no lines for them.
        written = [row.split(b",") for row in rows_of_numbers(values)]
        for head, numbers, event in zip(_heads(part), written, part.events, strict=True):
            named = list(map(add, places, numbers[:count]))
            if gradients and numbers[count]:
                named += map(add, slopes, numbers[count:])
            end = b"," + event.encode() if events else b""
            lines.append(head + b"," + (end + b"\n" + head + b",").join(named) + end + b"\n")
        return b"".join(lines)

    return tidy_header(events), write
