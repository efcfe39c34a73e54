"""Reading CSV files by explicit choices."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from bpsim.session.preparation import split
from bpsim.storage.csv_choices import Choices, CsvError
from bpsim.storage.csv_dialect import Dialect
from bpsim.storage.csv_import import read_csv
from bpsim.storage.progress import CancelledError
from bpsim.storage.project_file import ProjectFileError, read_project
from bpsim.storage.project_text import project_text
from tests.examples import small

XY = Choices(Dialect(), ("x",), ("y",))


def read(text, choices=XY, **changes):
    content = text if isinstance(text, bytes) else text.encode()
    return read_csv(content, "f.csv", replace(choices, **changes))


def complaint(text, choices=XY, **changes):
    with pytest.raises(CsvError) as error:
        read(text, choices, **changes)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("x,y\n1.5,2\n-3e2,.5\n", Dialect()),
        ("y,note,x\r\n2,red,1.5\r\n.5,,-3e2\r\n", Dialect()),
        ("\ufeffx,y\n1.5,2\n\n\n-3e2,.5", Dialect()),
        ("x;y\n1,5;2\n-3e2;,5\n", Dialect(";", ",")),
        ("x;y;z\n1,5;2;rot\n-3e2;,5;blau\n", Dialect(";", ",")),
        ("x\ty\n1.5\t2\n-3e2\t.5\n", Dialect("\t")),
        ("x|y\r1.5|2\r-3e2|.5\r", Dialect("|")),
        ("  x  y\n1.5   2 \n\n -3e2 .5\n", Dialect(" ")),
        ('x y\n1.5 "2" \n-3e2 .5\n', Dialect(" ")),
        ('x,y,"a\nb"\n1.5,2,"c ""d""\n,e"\n"-3e2"," .5",\n', Dialect()),
        ("x,y\n 1.5 , 2\n   \n-3e2,.5\n", Dialect()),
    ],
)
def test_every_dialect_gives_the_same_numbers(text, dialect):
    data = read(text, dialect=dialect)
    assert data.train.tolist() == [[1.5, 2.0], [-300.0, 0.5]]
    assert (data.features, data.targets) == (("x",), ("y",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_encodings(encoding):
    choices = Choices(Dialect(encoding=encoding), ("größe",), ("y",))
    assert read("größe,y\n1,2\n".encode(encoding), choices).train.tolist() == [[1, 2]]


def test_a_wrong_encoding_is_named():
    content = "x,y\n1,ü\n".encode("cp1252")
    assert complaint(content) == ["encoding: f.csv is not UTF-8 text (byte 0xfc in it)"]
    [message] = complaint(content, dialect=Dialect(encoding="utf-16"))
    assert message == "encoding: f.csv is not UTF-16 text; another encoding may be right"


def test_without_a_header_columns_are_counted():
    choices = Choices(Dialect(header=False), ("column 2",), ("column 1",))
    assert read("1,2\n3,4\n", choices).train.tolist() == [[2, 1], [4, 3]]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("x,y\n1,2\n1_0,2\n", ["f.csv, line 3, column 'x': '1_0' is not a number"]),
        ("x,y\n1,nan\n", ["f.csv, line 2, column 'y': 'nan' is not a number"]),
        ("x,y\n1,-inf\n", ["f.csv, line 2, column 'y': '-inf' is not a number"]),
        ("x,y\n1,1e999\n", ["f.csv, line 2, column 'y': 1e999 is too large for a float64"]),
        ("x,y\n1,٣\n", ["f.csv, line 2, column 'y': '٣' is not a number"]),
        ("x,y\n1,0x1\n", ["f.csv, line 2, column 'y': '0x1' is not a number"]),
        ("x,y\n1,2 3\n", ["f.csv, line 2, column 'y': '2 3' is not a number"]),
        ("x,y\n1,--2\n", ["f.csv, line 2, column 'y': '--2' is not a number"]),
        ("x,y\n1,2\n\n1\n1,2,3\n", [
            "f.csv, line 4: 1 field, but the first line has 2",
            "f.csv, line 5: 3 fields, but the first line has 2",
        ]),
        ("x,y\n1,\n,2\n", [
            "f.csv, line 2, column 'y': is empty",
            "f.csv, line 3, column 'x': is empty",
        ]),
        ('x,y,z\n1,2,"a\nb"\n1,x,""\n', ["f.csv, line 4, column 'y': 'x' is not a number"]),
        ('x,y\n1,2\n1,"2\n', ["f.csv, line 3: quotes do not match (unexpected end of data)"]),
        ("x,y\n" + "x,1\n" * 50, ["f.csv: and 30 more like these"]),
        ("a,x\n1,2\n", ["targets: f.csv has no column 'y'; its first line has a, x"]),
        ("x,y,x\n1,2,3\n", ["features: f.csv has more than one column 'x'"]),
        ("", ["features: f.csv has no column 'x'; its first line has nothing"]),
        ("\n\n", ["targets: f.csv has no column 'y'; its first line has nothing"]),
    ],
)  # fmt: skip
def test_mistakes_are_named_by_line_and_column(text, messages):
    found = complaint(text)
    for message in messages:
        assert any(problem.startswith(message) for problem in found), found


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"test": 1.0}, "test: is 1.0"),
        ({"seed": -1}, "seed: is -1"),
        ({"features": ()}, "features: is empty, but at least one column is needed"),
        ({"targets": ("x",)}, "features: column 'x' is chosen twice"),
        ({"categories": ("z",)}, "categories: 'z' is neither a feature nor a target"),
        ({"standardise": ("z",)}, "standardise: 'z' is neither a feature nor a target"),
        (
            {"standardise": ("x",), "categories": ("x",)},
            "standardise: 'x' is a category, which has no mean",
        ),
    ],
)
def test_choices_that_cannot_be(changes, message):
    assert complaint("x,y\n1,2\n", **changes)[0].startswith(message)


GAPS = "x,y\n1,2\n,3\n4,NA\n7,5\n"


@pytest.mark.parametrize(
    ("empty", "rows"),
    [
        ("drop", [[1, 2], [7, 5]]),
        ("mean", [[1, 2], [4, 3], [4, 10 / 3], [7, 5]]),
        ("constant", [[1, 2], [-1, 3], [4, -1], [7, 5]]),
    ],
)
def test_empty_cells_do_what_was_chosen(empty, rows):
    data = read(GAPS, empty=empty, constant=-1.0, empty_words=("NA",))
    assert data.train == pytest.approx(np.array(rows))


def test_empty_cells_are_refused_unless_chosen():
    assert complaint(GAPS, empty_words=("NA",)) == [
        "f.csv, line 3, column 'x': is empty",
        "f.csv, line 4, column 'y': is empty",
    ]
    assert complaint(GAPS, empty="drop") == ["f.csv, line 4, column 'y': 'NA' is not a number"]


def test_the_mean_is_that_of_the_training_rows():
    text = "x,y\n" + "".join(f"{n if n else ''},0\n" for n in range(10))
    data = read(text, empty="mean", test=0.5, seed=1)
    train, test = split(10, 0.5, 1)
    expected = np.mean([n for n in train if n])
    filled = (
        data.train[train.tolist().index(0)] if 0 in train else data.test[test.tolist().index(0)]
    )
    assert filled[0] == pytest.approx(expected)
    assert complaint("x,y\n,1\n,2\n", empty="mean") == [
        "empty: f.csv: column 'x' has no value to take the mean of"
    ]


def test_categories_become_columns_of_0_and_1():
    text = "x,y\nred,10\nblue ,9\nred,100\n"
    data = read(text, categories=("x", "y"))
    assert data.features == ("x=blue", "x=red")
    assert data.targets == ("y=9", "y=10", "y=100")
    assert data.train.tolist() == [[0, 1, 0, 1, 0], [1, 0, 1, 0, 0], [0, 1, 0, 0, 1]]


def test_an_empty_category_is_refused_dropped_or_a_category():
    text = "x,y\nred,1\n,2\nblue,3\n"
    assert complaint(text, categories=("x",)) == ["f.csv, line 3, column 'x': is empty"]
    assert read(text, categories=("x",), empty="drop").train.tolist() == [[0, 1, 1], [1, 0, 3]]
    data = read(text, categories=("x",), empty="constant")
    assert data.features == ("x=blue", "x=red", "x=(empty)")
    assert data.train.tolist() == [[0, 1, 0, 1], [0, 0, 1, 2], [1, 0, 0, 3]]


def test_too_many_categories_are_refused():
    text = "x,y\n" + "".join(f"w{n},1\n" for n in range(201))
    [message] = complaint(text, categories=("x",))
    assert "column 'x' has 201 different values, but at most 200" in message


def test_standardising_knows_its_columns_among_categories():
    text = "k,x,y\na,1,5\nb,3,7\n"
    data = read(text, Choices(Dialect(), ("k", "x"), ("y",), ("k",), standardise=("x",)))
    assert data.train.tolist() == [[1, 0, -1, 5], [0, 1, 1, 7]]
    assert data.scaling.columns == (2,)
    assert (data.scaling.means[2], data.scaling.deviations[2]) == (2.0, 1.0)
    [message] = complaint("x,y\n1e308,1\n-1e308,1\n", standardise=("x",))
    assert message == "standardise: The values lie too far apart to be standardised."


def test_a_split_takes_its_rows_by_seed():
    text = "x,y\n" + "".join(f"{n},0\n" for n in range(50))
    data = read(text, test=0.2, seed=3)
    train, test = split(50, 0.2, 3)
    assert data.train[:, 0].tolist() == train.tolist()
    assert data.test[:, 0].tolist() == test.tolist()


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoted", [False, True])
def test_a_file_of_many_pieces_reads_as_numpy_reads_it(tmp_path, ending, quoted):
    numbers = np.random.RandomState(0).standard_normal((20_000, 5))
    lines = [",".join(map(repr, row)) for row in numbers.tolist()]
    if quoted:
        lines = [f'{line},"a{ending}""b"",{n}"' for n, line in enumerate(lines)]
    names = tuple("abcde")
    header = ",".join((*names, "note") if quoted else names)
    path = tmp_path / "big.csv"
    path.write_bytes(ending.join([header, *lines, ""]).encode())
    seen = []

    def progress(done, total):
        seen.append((done, total))
        return True

    data = read_csv(path, "big.csv", Choices(Dialect(), names[:4], names[4:]), progress)
    assert np.array_equal(data.train, numbers)
    assert len(seen) > 3
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    path.write_bytes(path.read_bytes() + b"1,2,3,4,x" + (b",\n" if quoted else b"\n"))
    with pytest.raises(CsvError) as error:
        read_csv(path, "big.csv", Choices(Dialect(), names[:4], names[4:]))
    line = 2 + len(lines) * (2 if quoted else 1)
    assert str(error.value) == f"big.csv, line {line}, column 'e': 'x' is not a number"


def test_reading_can_be_cancelled(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("x,y\n" + "1,2\n" * 200_000)
    calls = []

    def progress(done, total):
        calls.append(done)
        return len(calls) < 2

    with pytest.raises(CancelledError):
        read_csv(path, "f.csv", XY, progress)
    assert len(calls) == 2


def test_files_that_cannot_be_read(tmp_path):
    def message(path):
        with pytest.raises(CsvError) as error:
            read_csv(path, "f.csv", XY)
        return str(error.value)

    assert message(tmp_path / "none") == "f.csv cannot be read: No such file or directory"
    assert message(tmp_path) == "f.csv is not a file that can be read"
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    assert message(fifo) == "f.csv is not a file that can be read"
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(257 * 2**20)
    assert message(large) == "f.csv is larger than 256 MiB"


def test_a_project_keeps_every_choice(tmp_path):
    content = json.loads(project_text(small(layers=((1, "identity"),))))
    content["network"]["inputs"] = 3
    content["data"] = {
        "csv": "häuser.csv",
        "features": ["größe", "art"],
        "targets": ["preis"],
        "delimiter": ";",
        "decimal": ",",
        "encoding": "cp1252",
        "header": True,
        "categories": ["art"],
        "empty": "constant",
        "constant": 7.5,
        "empty_words": ["?"],
        "standardise": ["größe"],
        "test": 0.25,
        "seed": 3,
    }
    text = "größe;art;preis\n1,5;a;2\n2,5;b;3\n3,5;a;?\n4,5;b;5\n"
    (tmp_path / "häuser.csv").write_bytes(text.encode("cp1252"))
    path = tmp_path / "p.bpsim.json"
    path.write_text(json.dumps(content))
    data = read_project(path).data
    rows = data.scaling.take_back(np.concatenate([data.train, data.test]))
    expected = np.array([[1.5, 1, 0, 2], [2.5, 0, 1, 3], [3.5, 1, 0, 7.5], [4.5, 0, 1, 5]])
    assert rows[rows[:, 0].argsort()] == pytest.approx(expected)
    assert len(data.test) == 1
    assert data.features == ("größe", "art=a", "art=b")
    content["data"] |= {"test": 2, "delimiter": "x"}
    path.write_text(json.dumps(content))
    with pytest.raises(ProjectFileError, match=r"data\.delimiter: must be ',', ';'"):
        read_project(path)
    content["data"] |= {"delimiter": ";"}
    path.write_text(json.dumps(content))
    with pytest.raises(ProjectFileError, match=r"data\.test: is 2\.0"):
        read_project(path)
