"""Parquet says what CSV says."""

import csv
import io

import pytest

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage import history_parquet
from bpsim.storage.history_csv import history_csv
from bpsim.storage.history_export import Form, write_history
from bpsim.storage.history_parquet import MissingLibraryError, can_write_parquet
from bpsim.storage.progress import CancelledError
from tests.examples import small


@pytest.fixture
def record():
    session = Session(small("adam", shuffle=True))
    session.jump(10 * session.operations)
    session.edit({Element("b1", (0,)): 1.0})
    session.run(400)
    return session.history.record()


def as_text(value):
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


@pytest.mark.parametrize("tidy", [False, True])
@pytest.mark.parametrize("gradients", [False, True])
@pytest.mark.parametrize("every", [1, 7])
def test_it_holds_what_the_csv_holds(tmp_path, record, tidy, gradients, every):
    io_of = pytest.importorskip("arro3.io")
    options = {"gradients": gradients, "tidy": tidy, "every": every}
    path = tmp_path / "history.parquet"
    write_history(path, record, Form(**options, parquet=True))
    table = io_of.read_parquet(path).read_all()
    header, *rows = csv.reader(io.StringIO(b"".join(history_csv(record, **options)).decode()))
    assert table.column_names == header
    columns = [column.to_pylist() for column in table.columns]
    found = [[as_text(value) for value in row] for row in zip(*columns, strict=True)]
    texts = {name for name in header if name in ("event", "parameter")}
    for row, expected in zip(found, rows, strict=True):
        for name, one, other in zip(header, row, expected, strict=True):
            same = one == other or (name not in texts and one and float(one) == float(other))
            assert same, (name, one, other)


def test_cancelling_leaves_what_was_there(tmp_path, record):
    pytest.importorskip("arro3.io")
    path = tmp_path / "history.parquet"
    path.write_text("before")
    with pytest.raises(CancelledError):
        write_history(path, record, Form(parquet=True), lambda done, total: done < 200)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_library_is_said_in_words(tmp_path, record, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "arro3.io", None)
    path = tmp_path / "history.parquet"
    with pytest.raises(MissingLibraryError, match=r"pip install 'bpsim\[parquet\]'"):
        write_history(path, record, Form(parquet=True))
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(history_parquet, "find_spec", lambda name: None)
    assert not can_write_parquet()
