"""Whatever numbers are written, they read back bit for bit."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bpsim.storage.number_text import rows_of_integers, rows_of_numbers

shapes = st.tuples(st.integers(1, 5), st.integers(1, 6))


@given(arrays.arrays(np.uint64, shapes))
def test_every_float64_reads_back(bits):
    table = bits.view(np.float64)
    rows = [row.split(b",") for row in rows_of_numbers(table)]
    read = np.array([[float(cell or "nan") for cell in row] for row in rows])
    known = ~np.isnan(table)
    assert read.shape == table.shape
    assert (read.view(np.uint64)[known] == bits[known]).all()
    assert np.isnan(read[~known]).all()


@given(arrays.arrays(np.float64, shapes, elements=st.floats(allow_nan=False)))
def test_numbers_are_spelled_as_every_reader_knows_them(table):
    for row in rows_of_numbers(table):
        for cell in row.decode().split(","):
            assert cell in ("inf", "-inf") or set(cell) <= set("0123456789.e-+")


def test_what_is_not_there_is_an_empty_field():
    table = np.array([[np.nan, 1.0], [np.inf, np.nan], [-0.0, 5e-324]])
    assert rows_of_numbers(table[:1]) == [b",1.0"]
    assert rows_of_numbers(table) == [b",1.0", b"inf,", b"-0.0,5e-324"]


@given(arrays.arrays(np.int64, shapes))
def test_whole_numbers_have_no_point(table):
    expected = [",".join(map(str, row)).encode() for row in table.tolist()]
    assert rows_of_integers(table) == expected
