"""Data that a project only names."""

import json

import pytest

from bpsim.storage.project_file import ProjectFileError, parse_project, read_project
from bpsim.storage.project_text import project_text
from tests.examples import small


def with_data(tmp_path, data, **files):
    content = json.loads(project_text(small(layers=((1, "sigmoid"),))))
    content["data"] = data
    path = tmp_path / "p.bpsim.json"
    path.write_text(json.dumps(content))
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode())
    return path


HOUSES = {"csv": "houses.csv", "features": ["age", "size"], "targets": ["price"]}


def test_columns_are_taken_by_name(tmp_path):
    text = '\ufeffsize,"price",extra,age\r\n1,2.5,x,-3e2\r\n\r\n.5,+4,,0\r\n'
    project = read_project(with_data(tmp_path, HOUSES, houses=text))
    assert project.data.features == ("age", "size")
    assert project.data.train.tolist() == [[-300.0, 1.0, 2.5], [0.0, 0.5, 4.0]]
    assert parse_project(project_text(project), "again") == project


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (
            "size,age,price\n1,2,3\n1_0,2,3\n1,,nan\n",
            [
                "houses.csv, line 3, column 'size': '1_0' is not a number",
                "houses.csv, line 4, column 'age': is empty",
                "houses.csv, line 4, column 'price': 'nan' is not a number",
            ],
        ),
        ("size,age,price\n1,2,1e999\n", ["column 'price': 1e999 is too large for a float64"]),
        ("size,age,price\n1,2\n", ["houses.csv, line 2: 2 fields, but the first line has 3"]),
        ("size,age\n1,2\n", ["has no column 'price'; its first line has size, age"]),
        ("size,age,price,age\n", ["has more than one column 'age'"]),
        ("size;age;price\n1;2;3\n", ["has no column 'age'", "has no column 'price'"]),
        ('size,age,price\n"1"2,3,4\n', ["houses.csv, line 2: "]),
        ("size,age,price\n", ["data.train: is empty"]),
        ("", ["its first line has nothing"]),
        ("size,age,price\n" + "x,1,1\n" * 50, ["houses.csv: and 30 more like these"]),
    ],
)
def test_bad_cells_are_named_by_their_place(tmp_path, text, messages):
    with pytest.raises(ProjectFileError) as error:
        read_project(with_data(tmp_path, HOUSES, houses=text))
    for message in messages:
        assert message in str(error.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.csv", "data.csv: none.csv cannot be read: No such file"),
        ("../houses.csv", "data.csv: '../houses.csv' must be the plain name"),
        ("/etc/passwd", "data.csv: '/etc/passwd' must be the plain name"),
    ],
)
def test_only_files_beside_the_project(tmp_path, name, message):
    with pytest.raises(ProjectFileError, match=message):
        read_project(with_data(tmp_path, HOUSES | {"csv": name}))


def test_no_file_no_folder(tmp_path):
    text = with_data(tmp_path, HOUSES).read_text()
    with pytest.raises(ProjectFileError, match=r"data\.csv: can be read only for a project"):
        parse_project(text, "text")


@pytest.mark.parametrize(
    ("name", "targets"), [("xor", [0, 1, 1, 0]), ("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1])]
)
def test_built_in_sets(tmp_path, name, targets):
    project = read_project(with_data(tmp_path, {"builtin": name}))
    assert project.data.train[:, 2].tolist() == targets


def test_unknown_sets_list_the_known(tmp_path):
    with pytest.raises(
        ProjectFileError, match=r"data\.builtin: 'moon' is not known; one of and, or, xor"
    ):
        read_project(with_data(tmp_path, {"builtin": "moon"}))
    with pytest.raises(ProjectFileError, match=r"data\.noize: is not known; xor has rows, noise"):
        read_project(with_data(tmp_path, {"builtin": "xor", "noize": 1}))
