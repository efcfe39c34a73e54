"""Guessing how a CSV file is written, and showing its first rows."""

import pytest

from bpsim.storage.csv_dialect import (
    GUESS_BYTES,
    Dialect,
    column_names,
    guess,
    parse_cell,
    preview,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n1,2,3\n", Dialect()),
        ("a;b;c\n1,5;2;3\n4;5,25;6\n", Dialect(";", ",")),
        ("a;b;c\n1.5;2;3\n", Dialect(";", ".")),
        ("a\tb\n1,5\t2\n", Dialect("\t", ",")),
        ("a|b\n1|2\n", Dialect("|")),
        ("a b\n1 2\n3  4\n", Dialect(" ")),
        ("x\n1,5\n2,5\n3,25\n4,5\n", Dialect(",", ",")),
        ("x\n1.5\n2.5\n", Dialect()),
        ("x\n" + "1,5\n" * 60, Dialect(",", ",")),
        ("1,2,3\n4,5,6\n", Dialect(header=False)),
        ("1;2,5\n4;5,5\n", Dialect(";", ",", header=False)),
        ("name,colour\nbob,red\nann,blue\n", Dialect()),
        ("id,2019,2020\nx,1,2\ny,3,4\n", Dialect(header=False)),
        ("year,2019,2020\n1,1,2\n2,3,4\n", Dialect()),
        ('a,b\n"1,5",2\n"2,5",3\n', Dialect()),
        ("size;note\n1;red, large\n2;blue, small\n", Dialect(";")),
        ("", Dialect()),
    ],
)
def test_dialects_are_recognised(text, expected):
    if text.startswith("x\n1,5"):
        # A single column: any delimiter but the comma will do.
        found = guess(text.encode())
        assert found.decimal == ","
        assert found.delimiter != ","
        return
    assert guess(text.encode()) == expected


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("größe,y\n1,2\n".encode(), "utf-8"),
        ("größe,y\n1,2\n".encode("utf-8-sig"), "utf-8"),
        ("größe,y\n1,2\n".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "größe,y\n1,2\n".encode("utf-16-be"), "utf-16"),
        ("größe,y\n1,2\n".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_are_recognised(content, encoding):
    dialect = guess(content)
    assert dialect == Dialect(encoding=encoding)
    assert preview(content, dialect).names == ("größe", "y")


def test_a_character_cut_in_two_is_still_utf_8():
    assert guess("a,b\n1,ü".encode()[:-1]).encoding == "utf-8"


def test_the_last_line_of_a_long_beginning_is_not_taken_for_a_short_row():
    head = (b"a,b,c\n" + b"1,2,3\n" * GUESS_BYTES)[: GUESS_BYTES - 3]
    assert guess(head + b"\n4,") == Dialect()


def test_a_preview_shows_rows_and_what_columns_hold():
    text = "size,colour,note,price\n1,red,,2\n2,blue,,NA\n3.5,red\n"
    shown = preview(text.encode(), Dialect())
    assert shown.names == ("size", "colour", "note", "price")
    assert shown.rows == (("1", "red", "", "2"), ("2", "blue", "", "NA"), ("3.5", "red"))
    assert shown.kinds == ("number", "category", "empty", "number")
    assert shown.empty_words == ("NA",)
    shown = preview(text.encode(), Dialect(header=False))
    assert shown.names[0] == "column 1"
    assert shown.kinds[0] == "category"
    assert preview(b"", Dialect()).names == ()


def test_a_wrong_encoding_can_still_be_shown():
    content = "größe,y\n1,2\n".encode("cp1252")
    assert preview(content, Dialect()).names == ("gr\ufffd\ufffde", "y")
    assert preview(content, Dialect(encoding="utf-16")).names


@pytest.mark.parametrize(
    ("first", "names"),
    [
        (["a", " b ", ""], ("a", "b", "column 3")),
        (["a", "b", "a"], ("a (1)", "b", "a (2)")),
        (["a", "a", "a (1)"], ("a (2)", "a (3)", "a (1)")),
        (["column 2", ""], ("column 2 (1)", "column 2 (2)")),
    ],
)
def test_every_column_has_a_name_of_its_own(first, names):
    assert column_names(first, True) == names


def test_columns_without_a_header_are_counted():
    assert column_names(["1", "2"], False) == ("column 1", "column 2")


@pytest.mark.parametrize(
    ("cell", "decimal", "value"),
    [
        (" 1.5 ", ".", 1.5),
        ("-.5e-3", ".", -0.0005),
        ("1,5", ",", 1.5),
        ("1.5", ",", None),
        ("1,5", ".", None),
        ("1_000", ".", None),
        ("nan", ".", None),
        ("inf", ".", None),
        ("٣", ".", None),
        ("0x10", ".", None),
        ("1 2", ".", None),
        ("", ".", None),
        ("e5", ".", None),
    ],
)
def test_numbers_are_read_strictly(cell, decimal, value):
    assert parse_cell(cell, decimal) == value


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_torn_line_does_not_hide_the_delimiter(delimiter):
    lines = ["a,b", "1.5,2", "2.5,3", "3.5,4", "3"]
    content = "\n".join(line.replace(",", delimiter) for line in lines).encode()
    assert guess(content).delimiter == delimiter
