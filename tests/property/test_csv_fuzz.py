"""Whatever a file holds, reading it gives finite numbers or a clear error, soon."""

import csv
from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpsim.storage import csv_cells
from bpsim.storage.csv_choices import Choices, CsvError
from bpsim.storage.csv_dialect import DECIMALS, DELIMITERS, ENCODINGS, Dialect, guess, preview
from bpsim.storage.csv_import import read_csv

EMPTY = ("refuse", "drop", "mean", "constant")

csv_like = st.lists(
    st.sampled_from(
        [*DELIMITERS, "\n", "\r", "\r\n", '"', "1", "2.5", "-3e2", "1e999", "a", "b", "NA", "nan",
         "_", "٣", "\0", "é", "x", " ", "1,5", "\ufeff", "1e308", "-1e308"]
    ),
    max_size=60,
).map("".join)  # fmt: skip
contents = st.one_of(
    st.binary(max_size=200),
    st.tuples(csv_like, st.sampled_from(["utf-8", "utf-16", "cp1252", "utf-16-be"])).map(
        lambda pair: pair[0].encode(pair[1], "replace")
    ),
)


def outcome(content, choices):
    try:
        return read_csv(content, "f.csv", choices)
    except CsvError as error:
        return error


@settings(max_examples=600)
@given(contents, st.sampled_from(EMPTY), st.data())
def test_any_bytes_give_numbers_or_an_error(content, empty, draw):
    dialect = guess(content)
    if draw.draw(st.booleans()):
        dialect = Dialect(
            draw.draw(st.sampled_from(DELIMITERS)),
            draw.draw(st.sampled_from(DECIMALS)),
            draw.draw(st.sampled_from(ENCODINGS)),
            draw.draw(st.booleans()),
        )
    shown = preview(content, dialect)
    assert len(set(shown.names)) == len(shown.names) == len(shown.kinds)
    roles = draw.draw(st.lists(st.sampled_from("ftci"), min_size=len(shown.names)))
    pairs = list(zip(shown.names, roles, strict=False))
    features = tuple(name for name, role in pairs if role in "fc")
    targets = tuple(name for name, role in pairs if role == "t")
    categories = tuple(name for name, role in pairs if role == "c")
    choices = Choices(dialect, features, targets, categories, empty, 0.5, ("NA",), targets, 0.25, 3)
    found = outcome(content, choices)
    if isinstance(found, CsvError):
        assert found.problems
        assert all(problem.message for problem in found.problems)
        return
    assert np.isfinite(found.train).all()
    assert np.isfinite(found.test).all()
    assert len(found.train) == 0 or len(found.features) >= len(features)


plain = st.sampled_from(["1", "2.5", "-3e2", "red", "blue", "grün", "a b", " 7 "])
odd = st.sampled_from(
    ["1,5", "", " ", "NA", "nan", "inf", "1_0", "٣", "1e999", "\xa01", "2\x0b", '"x"', '"1', "-0"]
)
lines_of_cells = st.lists(
    st.one_of(
        *4 * [st.tuples(st.just("1"), plain, st.just("2.5"))],
        st.tuples(plain, odd, st.just("3")),
        st.lists(plain | odd, min_size=2, max_size=3),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=600)
@given(
    lines_of_cells,
    st.sampled_from(DELIMITERS),
    st.sampled_from(DECIMALS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(EMPTY),
    st.sampled_from(["fct", "ftf", "fti", "cft", "tcf"]),
)
def test_the_quick_way_and_the_csv_module_give_the_same(
    lines, delimiter, decimal, end, empty, roles
):
    content = end.join(delimiter.join(cells) for cells in lines).encode()
    dialect = Dialect(delimiter, decimal, header=False)
    names = preview(content, dialect).names
    pairs = list(zip(names, roles, strict=False))
    features = tuple(name for name, role in pairs if role in "fc")
    targets = tuple(name for name, role in pairs if role == "t")
    categories = tuple(name for name, role in pairs if role == "c")
    choices = Choices(dialect, features, targets, categories, empty, 0.5, ("NA",), (), 0.25, 3)
    quick = outcome(content, choices)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_cells, "quick_numbers", lambda *_: None)
        patch.setattr(csv_cells, "quick_cells", lambda *_: None)
        slow = outcome(content, choices)
    assert str(quick) == str(slow) if isinstance(slow, CsvError) else quick == slow


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(DELIMITERS),
    st.sampled_from(DECIMALS),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(ENCODINGS),
)
def test_what_the_csv_module_writes_reads_back_bit_for_bit(
    rows, delimiter, decimal, quoting, encoding
):
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerow(["a", "b", "c"])
    writer.writerows([[repr(v).replace(".", decimal) for v in row] for row in rows])
    choices = Choices(Dialect(delimiter, decimal, encoding), ("c", "a"), ("b",))
    data = read_csv(text.getvalue().encode(encoding), "f.csv", choices)
    expected = np.array(rows)[:, [2, 0, 1]]
    assert data.train.tobytes() == np.ascontiguousarray(expected).tobytes()
