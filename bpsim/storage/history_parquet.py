"""The parameter history as Parquet, for which an extra library is needed."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.session.history import Record
from bpsim.storage.history_csv import has_events, rows_together, tidy_header, wide_header
from bpsim.storage.history_replay import LOSSES, Part, elements_of, parts
from bpsim.storage.progress import Progress
from bpsim.storage.safe_write import Write, fill_safely
from bpsim.words import QT_TRANSLATE_NOOP, translate

if TYPE_CHECKING:
    from arro3.core import Array as Column
    from arro3.core import DataType

NO_PARQUET = QT_TRANSLATE_NOOP(
    "files", "Parquet needs an extra library: pip install 'bpsim[parquet]'"
)
_GROUP_NUMBERS = 2_000_000
"""Numbers of a row group, which the library holds in memory until it is full."""
_WORDS = ("event", "parameter")
_INTEGERS = ("step", "epoch", "batch", "layer", "row", "column")
_COMPRESSION = "zstd(3)"

Columns = Callable[[Part], "list[Column]"]


class MissingLibraryError(ImportError):
    """What writes Parquet is not installed."""


def can_write_parquet() -> bool:
    """Tell whether what writes Parquet is installed."""
    return find_spec("arro3") is not None and find_spec("arro3.io") is not None


def write_parquet(
    path: Path, record: Record, *, gradients: bool, tidy: bool, every: int, progress: Progress
) -> None:
    """Write the history to a Parquet file, whole or not at all; see `write_history`.

    The columns are those of the CSV; an empty field is a null.
    """
    try:
        from arro3.core import Field, RecordBatch, RecordBatchReader, Schema
        from arro3.io import write_parquet as write_stream
    except ImportError as error:
        raise MissingLibraryError(translate("files", NO_PARQUET)) from error
    events, elements = has_events(record), elements_of(record)
    names = tidy_header(events) if tidy else wide_header(elements, gradients, events)
    schema = Schema([Field(name, _type(name)) for name in names])
    columns = _tidy(record, gradients, events) if tidy else _wide(events)
    rows = rows_together(record, gradients)
    failed: list[BaseException] = []

    def batches() -> Iterator[Any]:
        # The library tells of an error by another one, which has lost what it was.
        try:
            for part in parts(
                record, gradients=gradients, every=every, rows=rows, progress=progress
            ):
                if failed:
                    raise failed[0]
                yield RecordBatch(columns(part), schema=schema)
        except BaseException as error:
            failed.append(error)
            raise

    def fill(write: Write) -> None:
        sink = _Sink(write, failed)
        reader = RecordBatchReader.from_batches(schema, batches())
        try:
            write_stream(
                reader,
                cast(IO[bytes], sink),
                compression=_COMPRESSION,
                dictionary_enabled=False,
                max_row_group_size=max(_GROUP_NUMBERS // len(names), 1),
            )
        except Exception:
            if not failed:
                raise
        if failed:
            raise failed[0]

    fill_safely(path, fill)


class _Sink:
    """What the library takes for a file."""

    def __init__(self, write: Write, failed: list[BaseException]) -> None:
        self._write, self._failed, self._length = write, failed, 0

    def write(self, chunk: bytes) -> int:
        # The library panics where writing fails: it gets to know with the next rows.
        try:
            self._write(bytes(chunk))
        except OSError as error:
            self._failed.append(error)
        self._length += len(chunk)
        return len(chunk)

    def flush(self) -> None:
        """Do nothing: the file is flushed when it is whole."""

    def seek(self, place: int, whence: int = 0) -> int:
        return self._length


def _type(name: str) -> "DataType":
    from arro3.core import DataType

    if name in _WORDS:
        return DataType.string()
    return DataType.int64() if name in _INTEGERS else DataType.float64()


def _floats(values: Array) -> "Column":
    from arro3.core import Array as Column
    from arro3.core import DataType

    missing = np.isnan(values)
    if not missing.any():
        return Column.from_numpy(np.ascontiguousarray(values))
    return Column([None if v != v else v for v in values.tolist()], type=DataType.float64())


def _integers(values: "np.ndarray[Any, np.dtype[np.int64]]", empty: int) -> "Column":
    """Take whole numbers; one of them stands for nothing."""
    from arro3.core import Array as Column
    from arro3.core import DataType

    if not (values == empty).any():
        return Column.from_numpy(np.ascontiguousarray(values))
    return Column([None if v == empty else v for v in values.tolist()], type=DataType.int64())


def _words(values: list[str]) -> "Column":
    from arro3.core import Array as Column
    from arro3.core import DataType

    return Column([value or None for value in values], type=DataType.string())


def _wide(events: bool) -> Columns:
    def columns(part: Part) -> "list[Column]":
        step, epoch, batch = part.places.T
        found = [_integers(step, -1), _integers(epoch, 0), _integers(batch, 0)]
        found += [_floats(values) for values in np.ascontiguousarray(part.numbers.T)]
        return [*found, _words(list(part.events))] if events else found

    return columns


def _tidy(record: Record, gradients: bool, events: bool) -> Columns:
    elements = elements_of(record)
    kinds = ("", "d") if gradients else ("",)
    layer = np.array([int(name[1:]) for name, _ in elements] * len(kinds))
    names = np.array([kind + name[0] for kind in kinds for name, _ in elements])
    row = np.array([index[0] for _, index in elements] * len(kinds))
    column = np.array([index[1] if len(index) > 1 else -1 for _, index in elements] * len(kinds))

    def columns(part: Part) -> "list[Column]":
        values = part.numbers[:, LOSSES:].ravel()
        # Rows without gradients have no lines for them.
        there = ~np.isnan(values)
        rows, width = len(part.events), len(layer)
        places = [np.repeat(place, width)[there] for place in part.places.T]
        about = [np.tile(each, rows)[there] for each in (layer, row, column)]
        found = [_integers(places[0], -1), *(_integers(place, 0) for place in places[1:])]
        found += [_integers(about[0], -1), _words(np.tile(names, rows)[there].tolist())]
        found += [_integers(about[1], -1), _integers(about[2], -1), _floats(values[there])]
        if events:
            found.append(_words(np.repeat(part.events, width)[there].tolist()))
        return found

    return columns
