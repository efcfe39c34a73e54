"""Writes the parameter history to a file: in which form, how large it becomes, whole or not."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.history import Record
from bpsim.storage.history_csv import has_events, history_csv
from bpsim.storage.history_parquet import write_parquet
from bpsim.storage.history_replay import elements_of
from bpsim.storage.number_text import rows_of_numbers
from bpsim.storage.progress import Progress, go_on
from bpsim.storage.safe_write import write_safely

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
PARQUET = ".parquet"

# What a number takes in a compressed Parquet file, and what else a line holds in a CSV.
_PARQUET_NUMBER, _WIDE_HEAD, _TIDY_HEAD = 7.6, 50, 20


@dataclass(frozen=True)
class Form:
    """In which form the history is written.

    Attributes
    ----------
    gradients
        Whether the gradients of each update follow.
    tidy
        One row a value instead of one row an update.
    every
        Every so many updates are written, besides the first row, the last and events.
    parquet
        As Parquet instead of CSV.
    """

    gradients: bool = False
    tidy: bool = False
    every: int = 1
    parquet: bool = False


def is_parquet(path: Path) -> bool:
    """Tell by its name whether a file is to be Parquet."""
    return path.suffix.lower() == PARQUET


def history_size(record: Record, form: Form) -> tuple[int, int]:
    """Count the rows, with the header, and the columns of a history."""
    values = len(elements_of(record))
    # Step 0, each K-th, and the last where it is not one of these.
    updates = record.steps // form.every + (record.steps % form.every > 0)
    events = len(record.edits) + len(record.eras) - 1
    last = has_events(record)
    if form.tidy:
        rows = (1 + updates + events) * values + (updates * values if form.gradients else 0)
        return 1 + rows, 8 + last
    return 2 + updates + events, 5 + values * (1 + form.gradients) + last


def history_bytes(record: Record, form: Form, sample: Array) -> int:
    """Estimate how large the file becomes.

    Parameters
    ----------
    record, form
        What is written, and how.
    sample
        Some of its numbers, such as the present parameters.
    """
    rows, columns = history_size(record, form)
    if form.parquet:
        return round(rows * (1 if form.tidy else columns) * _PARQUET_NUMBER)
    number = len(rows_of_numbers(np.atleast_2d(sample))[0]) / sample.size + 1
    if form.tidy:
        return round(rows * (number + _TIDY_HEAD))
    return round(rows * (number * (columns - 5) + _WIDE_HEAD))


def fits_excel(record: Record, form: Form) -> bool:
    """Tell whether Excel can hold the file; Parquet it cannot open anyway."""
    rows, columns = history_size(record, form)
    return form.parquet or (rows <= EXCEL_ROWS and columns <= EXCEL_COLUMNS)


def every_for_excel(record: Record, form: Form) -> int | None:
    """Return every how many updates to write so that Excel can hold the rows, if that helps."""
    _, columns = history_size(record, form)
    if columns > EXCEL_COLUMNS:
        return None
    fixed, _ = history_size(record, Form(form.gradients, form.tidy, record.steps + 1))
    each, _ = history_size(record, Form(form.gradients, form.tidy))
    room = EXCEL_ROWS - fixed
    if room <= 0 or each <= EXCEL_ROWS:
        return None
    return ceil((each - fixed) / room) if record.steps else None


def write_history(
    path: Path, record: Record, form: Form | None = None, progress: Progress = go_on
) -> None:
    """Write the history to a file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    record
        What was trained, and what was changed by hand.
    form
        In which form; a wide CSV if left out.
    progress
        Called with steps done and in all; answers whether to go on.

    Raises
    ------
    CancelledError
        If `progress` says no.
    OSError
        If it cannot be written.
    MissingLibraryError
        If it is to be Parquet and what writes that is not installed.
    """
    form = form or Form()
    if form.parquet:
        write_parquet(
            path,
            record,
            gradients=form.gradients,
            tidy=form.tidy,
            every=form.every,
            progress=progress,
        )
        return
    chunks = history_csv(
        record, gradients=form.gradients, tidy=form.tidy, every=form.every, progress=progress
    )
    write_safely(path, chunks)
