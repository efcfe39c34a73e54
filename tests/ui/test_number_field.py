"""The line for one number, by keys."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bpsim.explain.typed import number_text, parse_number, parse_whole
from bpsim.ui.editing.number_field import NumberField, WholeField, by_factors, by_last_digit


def positive(value):
    return None if value > 0 else "must be above 0"


@pytest.fixture
def place(qtbot, qapp):
    """Hold a field and something else that can have the focus."""
    place = QWidget()
    qtbot.addWidget(place)
    place.field, place.other = NumberField(place, positive), QLineEdit(place)
    place.committed, place.refused = [], []
    place.field.committed.connect(place.committed.append)
    place.field.refused.connect(place.refused.append)
    place.field.set_value(0.5)
    column = QVBoxLayout(place)
    column.addWidget(place.field)
    column.addWidget(place.other)
    place.show()
    place.activateWindow()
    place.field.setFocus()
    place.field.selectAll()
    return place


def test_enter_commits_once(qtbot, place):
    qtbot.keyClicks(place.field, "1/4")
    assert (place.committed, place.field.value()) == ([], 0.5)
    qtbot.keyClick(place.field, Qt.Key.Key_Return)
    qtbot.keyClick(place.field, Qt.Key.Key_Return)
    place.other.setFocus()
    assert (place.committed, place.field.value()) == ([0.25], 0.25)
    assert place.field.text() == "0.25"


def test_leaving_commits(qtbot, place):
    qtbot.keyClicks(place.field, "0,75")
    place.other.setFocus()
    assert place.committed == [0.75]


def test_the_same_number_in_other_words_is_no_change(qtbot, place):
    qtbot.keyClicks(place.field, "5e-1\r")
    assert (place.committed, place.field.text()) == ([], "0.5")


@pytest.mark.parametrize(
    ("text", "message"), [("twelve", "Not a number"), ("", "Not a number"), ("-1", "above 0")]
)
def test_a_wrong_text_stays_to_be_mended(qtbot, place, text, message):
    qtbot.keyClick(place.field, Qt.Key.Key_Delete)
    qtbot.keyClicks(place.field, text)
    qtbot.keyClick(place.field, Qt.Key.Key_Return)
    assert message in place.refused[-1]
    assert (place.committed, place.field.value(), place.field.text()) == ([], 0.5, text)
    place.other.setFocus()
    assert place.field.text() == text
    place.field.setFocus()
    qtbot.keyClicks(place.field, "1")
    assert place.refused[-1] == ""


def test_escape_brings_the_value_back(qtbot, place):
    qtbot.keyClicks(place.field, "x\r")
    qtbot.keyClick(place.field, Qt.Key.Key_Escape)
    assert (place.field.text(), place.refused[-1], place.committed) == ("0.5", "", [])


def test_what_is_being_typed_stays_when_the_value_changes(qtbot, place):
    qtbot.keyClicks(place.field, "0.1")
    place.field.set_value(0.7)
    assert place.field.text() == "0.1"
    qtbot.keyClick(place.field, Qt.Key.Key_Escape)
    assert place.field.text() == "0.7"


def test_a_wrong_text_that_was_left_gives_way_to_another_value(qtbot, place):
    qtbot.keyClicks(place.field, "x")
    place.other.setFocus()
    place.field.set_value(0.5)
    assert place.field.text() == "x"
    place.field.set_value(0.7)
    assert (place.field.text(), place.refused[-1]) == ("0.7", "")


def test_arrow_keys_change_the_text_and_enter_commits(qtbot, place):
    for key in (Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Down):
        qtbot.keyClick(place.field, key)
    assert (place.field.text(), place.committed) == ("1.5", [])
    qtbot.keyClick(place.field, Qt.Key.Key_Return)
    assert place.committed == [1.5]


@pytest.mark.parametrize(
    ("text", "steps", "after"),
    [
        ("0.1", 1, "0.2"),
        ("0.1", -1, "0.0"),
        ("0,15", 1, "0.16"),
        ("0.999", 1, "1.000"),
        ("5", 10, "15"),
        ("1e-8", 1, "2e-8"),
        ("-0.05", 10, "0.05"),
        ("0.40064456", 1, "0.40074456"),
        ("1/3", 1, "0.3334333333333333"),
        ("x", 1, "x"),
    ],
)
def test_counts_in_the_last_digit(text, steps, after):
    assert by_last_digit(text, steps) == after


@pytest.mark.parametrize(
    ("text", "steps", "after"),
    [
        ("0.1", 1, "0.2"),
        ("0.1", -1, "0.05"),
        ("0.5", 1, "1"),
        ("0.3", 1, "0.5"),
        ("0.3", -1, "0.2"),
        ("7", 1, "10"),
        ("0.03", 10, "0.3"),
        ("0.001", -10, "0.0001"),
        ("0", 1, "0.001"),
        ("0", -1, "0"),
        ("x", 1, "x"),
    ],
)
def test_goes_by_factors(text, steps, after):
    assert by_factors(text, steps) == after


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back(value):
    assert repr(parse_number(number_text(value))) == repr(value)


@given(st.floats(min_value=1e-300, max_value=1e300, exclude_max=True))
def test_factors_never_stand_still(value):
    text = number_text(value)
    assert parse_number(by_factors(text, -1)) < value < parse_number(by_factors(text, 1)) < inf


@pytest.mark.parametrize(("text", "value"), [("12", 12), (" -3 ", -3), (str(2**63), 2**63)])
def test_whole_numbers(text, value):
    assert parse_whole(text) == value


@pytest.mark.parametrize("text", ["", "1.0", "1e3", "1_000", "٣"])
def test_other_whole_numbers_are_refused(text):
    assert parse_whole(text) is None


def test_large_whole_numbers_are_exact(qtbot, qapp):
    field = WholeField()
    qtbot.addWidget(field)
    field.clear()
    qtbot.keyClicks(field, str(2**63 - 1))
    field.commit()
    assert field.value() == 2**63 - 1


def test_undo_is_the_windows_where_nothing_is_typed(qtbot, place):
    from PySide6.QtGui import QKeySequence, QShortcut

    undone = []
    shortcut = QShortcut(QKeySequence("Ctrl+Z"), place)
    shortcut.activated.connect(lambda: undone.append(1))
    qtbot.keyClick(place.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [1]
    qtbot.keyClicks(place.field, "7")
    qtbot.keyClick(place.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (undone, place.field.text()) == ([1], "0.5")
