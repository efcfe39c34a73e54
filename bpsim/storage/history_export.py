"""Writes the parameter history to a file: which form, how large it becomes, whole or not at all."""

from itertools import pairwise
from pathlib import Path

from bpsim.session.history import Record
from bpsim.storage.history_csv import has_events, history_csv
from bpsim.storage.history_parquet import write_parquet
from bpsim.storage.progress import Progress, go_on
from bpsim.storage.safe_write import write_safely

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384
PARQUET = ".parquet"


def history_size(
    record: Record,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
) -> tuple[int, int]:
    """Count the rows, with the header, and the columns of a history; Excel has a limit to both.

    Parameters
    ----------
    record, gradients, tidy, every
        As for `history_csv`.
    """
    sizes = record.eras[0].project.specification.network.sizes
    values = sum((i + 1) * o for i, o in pairwise(sizes))
    # Step 0, each K-th, and the last where it is not one of these.
    updates = record.steps // every + (record.steps % every > 0)
    events = len(record.edits) + len(record.eras) - 1
    last = has_events(record)
    if tidy:
        rows = (1 + updates + events) * values + (updates * values if gradients else 0)
        return 1 + rows, 8 + last
    return 2 + updates + events, 5 + values * (1 + gradients) + last


def write_history(
    path: Path,
    record: Record,
    *,
    gradients: bool = False,
    tidy: bool = False,
    every: int = 1,
    progress: Progress = go_on,
) -> None:
    """Write the history to a file, whole or not at all.

    Parameters
    ----------
    path
        The file; as Parquet if its name ends so, else as CSV.
    record, gradients, tidy, every, progress
        As for `history_csv`.

    Raises
    ------
    CancelledError
        If `progress` says no.
    OSError
        If it cannot be written.
    MissingLibraryError
        If it is to be Parquet and what writes that is not installed.
    """
    if path.suffix.lower() == PARQUET:
        write_parquet(path, record, gradients=gradients, tidy=tidy, every=every, progress=progress)
        return
    chunks = history_csv(record, gradients=gradients, tidy=tidy, every=every, progress=progress)
    write_safely(path, chunks)
