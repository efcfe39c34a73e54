"""The table shows, selects, edits, copies and pastes every number."""

from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLineEdit

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.structure import add_unit, remove_layer
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.table.colours import heat
from bpsim.ui.table.content import letters_of
from bpsim.ui.table.copying import PasteError, as_text, read_block
from bpsim.ui.table.panel import MOST_CHOSEN, TablePanel
from bpsim.ui.theme.tokens import DARK, LIGHT
from tests.examples import small

CONTROL = Qt.KeyboardModifier.ControlModifier
DISPLAY, EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole


@pytest.fixture
def controller(qapp):
    return Controller(Session(small("adam", rows=5, batch_size=2)))


@pytest.fixture
def panel(qtbot, controller):
    made = TablePanel(controller)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    return made


def texts(panel, role=DISPLAY):
    model = panel.view.table
    return [
        [model.index(row, column).data(role) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def click(qtbot, panel, row, column, modifier=Qt.KeyboardModifier.NoModifier):
    spot = panel.view.visualRect(panel.view.table.index(row, column)).center()
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, modifier, spot)


def type_into(qtbot, panel, row, column, text):
    click(qtbot, panel, row, column)
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    field = panel.view.viewport().findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_every_value_of_every_layer_has_its_numbers(panel, controller):
    session = controller.session
    controller.do(Session.step_batch)
    for layer in range(4):
        for letter in letters_of(session, layer):
            panel.show_value(layer, letter)
            value = session.value(panel.view.table.name)
            shown = [[float(cell) for cell in row] for row in texts(panel, EDIT)]
            assert np.array_equal(np.array(shown).reshape(value.shape), value)
    assert letters_of(session, 1)[-4:] == ["mW", "mb", "vW", "vb"]


def test_headers_name_units_and_sources(panel, controller):
    def across(column):
        return panel.view.table.headerData(column, Qt.Orientation.Horizontal)

    def down(row):
        return panel.view.table.headerData(row, Qt.Orientation.Vertical)

    assert (across(1), down(3)) == ("b", "unit 3")
    panel.show_value(2, "W")
    assert across(3) == "a1[3]"
    panel.show_value(3, "y")
    assert across(0) == "y0"
    panel.show_value(2, "z")
    controller.selection.show_sample(1)
    assert (across(2), down(0).strip(), down(1)) == ("unit 2", "sample 1", "▸ sample 2")


def test_what_is_not_computed_is_a_dash(panel, controller):
    panel.show_value(1, "z")
    assert {cell for row in texts(panel) for cell in row} == {"–"}
    assert "F10" in panel.empty.text()
    assert panel.empty.isVisible()
    controller.do(Session.step_operation)
    assert "–" not in texts(panel)[0]
    assert not panel.empty.isVisible()
    assert panel.view.table.is_current


def test_all_digits_are_in_tooltip_and_for_screen_readers(panel, controller):
    value = repr(float(controller.session.value("W1")[2, 1]))
    index = panel.view.table.index(2, 1)
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert index.data(role).startswith(f"W1[2,1] = {value}")
    assert "unit 2 of layer 1" in index.data(Qt.ItemDataRole.AccessibleTextRole)


@pytest.mark.parametrize(
    ("text", "value"), [("0.1", 0.1), ("0,1", 0.1), ("1/3", 1 / 3), ("1e-3", 1e-3)]
)
def test_a_cell_is_typed_over(qtbot, panel, controller, text, value):
    type_into(qtbot, panel, 1, 0, text)
    assert controller.session.value("W1")[1, 0] == value
    controller.do(Session.undo)
    assert controller.session.value("W1")[1, 0] != value


def test_a_wrong_text_keeps_the_old_value_and_says_so(qtbot, panel, controller):
    old = controller.session.value("W1").copy()
    type_into(qtbot, panel, 1, 0, "twelve")
    assert np.array_equal(controller.session.value("W1"), old)
    problem = panel.view.problem
    assert problem.isVisible()
    assert "twelve" in problem.text()
    assert repr(float(old[1, 0])) in problem.text()
    cell = panel.view.visualRect(panel.view.table.index(1, 0))
    assert abs(problem.geometry().top() - cell.bottom()) <= 1
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    assert not problem.isVisible()


def test_the_same_number_again_is_no_edit(qtbot, panel, controller):
    controller.do(lambda s: s.run(3))
    controller.do(lambda s: s.jump(5))
    type_into(qtbot, panel, 0, 0, repr(float(controller.session.value("W1")[0, 0])))
    assert controller.session.undo_label is None
    assert controller.session.history.steps == 3


def test_only_parameters_can_be_typed_over(qtbot, panel, controller):
    controller.do(Session.step_batch)
    for layer, letter in ((1, "z"), (1, "dW"), (1, "mW"), (0, "x"), (3, "y")):
        panel.show_value(layer, letter)
        assert not panel.view.table.index(0, 0).flags() & Qt.ItemFlag.ItemIsEditable


def test_an_open_field_and_the_place_stay_while_numbers_change(qtbot, panel, controller):
    panel.resize(240, 110)
    bar = panel.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    click(qtbot, panel, 3, 1)
    where = bar.value()
    assert where > 0
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    field = panel.view.viewport().findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "0.12")
    controller.do(Session.step_batch)
    assert field.isVisible()
    assert field.text() == "0.12"
    assert bar.value() == where


def test_a_single_cell_keeps_what_was_typed(qtbot, panel, controller):
    controller.open(Session(small(layers=((1, "tanh"), (1, "identity")))))
    panel.show_value(2, "W")
    click(qtbot, panel, 0, 0)
    qtbot.keyClick(panel.view, Qt.Key.Key_F2)
    field = panel.view.viewport().findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "0.12")
    controller.do(Session.step_batch)
    assert field.text() == "0.12"


def test_batches_of_other_sizes_change_the_rows(panel, controller):
    panel.show_value(1, "a")
    assert panel.view.table.rowCount() == 2
    controller.do(lambda s: s.jump_to_step(3))
    assert panel.view.table.rowCount() == 1
    controller.do(Session.step_operation)
    assert panel.view.table.rowCount() == 2
    assert texts(panel)[1][0] == "–"


def test_what_is_chosen_here_is_chosen_everywhere(qtbot, panel, controller):
    click(qtbot, panel, 0, 1)
    click(qtbot, panel, 2, 0, CONTROL)
    assert controller.selection.elements == (Element("W1", (0, 1)), Element("W1", (2, 0)))
    controller.do(Session.step_batch)
    panel.show_value(2, "delta")
    click(qtbot, panel, 1, 2)
    assert controller.selection.elements == (Element("delta2", (2,)),)
    assert controller.selection.sample == 1
    assert panel.view.table.headerData(1, Qt.Orientation.Vertical).startswith("▸")


def test_what_is_chosen_elsewhere_is_marked_here(panel, controller):
    def marked():
        return {(i.row(), i.column()) for i in panel.view.selectedIndexes()}

    controller.selection.choose([Element("W2", (1, 3)), Element("W2", (0, 2))])
    assert panel.view.table.name == "W2"
    assert marked() == {(1, 3), (0, 2)}
    panel.show_value(2, "dW")
    assert marked() == {(1, 3), (0, 2)}
    controller.selection.choose([Element("a2", (1,))])
    assert panel.view.table.name == "a2"
    controller.selection.show_sample(1)
    assert marked() == {(1, 1)}
    controller.selection.choose([Element("y", (0,))])
    assert panel.view.table.name == "y"
    controller.selection.choose([])
    assert marked() == set()


def test_of_a_huge_selection_one_cell_is_told(panel, controller):
    controller.open(Session(small(layers=((MOST_CHOSEN, "tanh"), (1, "identity")))))
    panel.view.selectAll()
    assert len(controller.selection.elements) <= 1


def test_pointing_goes_both_ways(qtbot, panel, controller):
    spot = panel.view.visualRect(panel.view.table.index(1, 1)).center()
    qtbot.mouseMove(panel.view.viewport(), spot - QPoint(2, 2))
    qtbot.mouseMove(panel.view.viewport(), spot)
    assert controller.selection.hovered == Element("W1", (1, 1))
    controller.selection.hover(Element("W1", (2, 0)))
    assert panel.view.cells.hovered == (2, 0)
    controller.selection.hover(None)
    assert panel.view.cells.hovered is None


def test_a_copied_rectangle_has_all_digits(qtbot, panel, controller):
    value = controller.session.value("W1")
    click(qtbot, panel, 1, 0)
    click(qtbot, panel, 2, 1, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel.view, Qt.Key.Key_C, CONTROL)
    rows = QApplication.clipboard().text().split("\n")
    assert [[float(x) for x in row.split("\t")] for row in rows] == value[1:3].tolist()


def test_a_large_rectangle_is_copied_a_moment_later(qtbot, panel, controller):
    controller.open(Session(small(layers=((200, "tanh"), (150, "tanh"), (1, "sigmoid")))))
    panel.show_value(2, "W")
    QApplication.clipboard().setText("old")
    qtbot.keyClick(panel.view, Qt.Key.Key_A, CONTROL)
    qtbot.keyClick(panel.view, Qt.Key.Key_C, CONTROL)
    qtbot.waitUntil(lambda: QApplication.clipboard().text() != "old")
    rows = [row.split("\t") for row in QApplication.clipboard().text().split("\n")]
    assert np.array_equal(np.array(rows, dtype=float), controller.session.value("W2"))


def test_pasting_what_a_spreadsheet_copied(qtbot, panel, controller):
    QApplication.clipboard().setText("0,5\t1/4\r\n-1e-3\t−2\r\n")
    click(qtbot, panel, 2, 0)
    qtbot.keyClick(panel.view, Qt.Key.Key_V, CONTROL)
    assert controller.session.value("W1")[2:].tolist() == [[0.5, 0.25], [-1e-3, -2.0]]
    controller.do(Session.undo)
    assert controller.session.undo_label is None
    assert 0.5 not in controller.session.value("W1")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1\t2\n3\tx", "W1[3,1]: “x”"),
        ("1\t2\n3", "Row 2"),
        ("1\t2\t3", "1 × 3 cells; from W1[2,0] on there is room for 2 × 2"),
        ("1\n2\n3", "3 × 1 cells"),
        ("1\t", "W1[2,1]: “”"),
        ("1e999", "W1[2,0]"),
    ],
)
def test_a_paste_that_does_not_fit_does_nothing(qtbot, panel, controller, text, words):
    old = controller.session.value("W1").copy()
    QApplication.clipboard().setText(text)
    click(qtbot, panel, 2, 0)
    qtbot.keyClick(panel.view, Qt.Key.Key_V, CONTROL)
    assert np.array_equal(controller.session.value("W1"), old)
    assert words in panel.view.problem.text()
    assert panel.view.problem.isVisible()


def test_copy_and_paste_round_trip():
    block = np.array([[0.1, -1 / 3], [1e-300, 5e-324]])
    values = read_block(as_text(block, (2, 2)), "W1", 0, 0, (2, 2))
    assert list(values.values()) == block.ravel().tolist()
    assert as_text(None, (2, 3)) == "\t\t\n\t\t"
    with pytest.raises(PasteError):
        read_block(as_text(None, (1, 2)), "W1", 0, 0, (2, 2))


def test_another_session_has_layers_of_its_own(panel, controller):
    panel.show_value(3, "delta")
    controller.open(Session(small(layers=((1, "identity"),))))
    assert panel.view.table.name == "W1"
    assert panel.layers.count() == 2


def test_the_value_in_view_stays_while_the_network_changes(panel, controller):
    panel.show_value(2, "delta")
    add_to_first = partial(add_unit, layer=1)
    controller.restructure(add_to_first, Label("add_unit", {"layer": 1}))
    assert panel.view.table.name == "delta2"
    panel.show_value(2, "W")
    assert panel.view.table.columnCount() == 5
    controller.do(Session.undo)
    assert panel.view.table.columnCount() == 4
    controller.selection.choose([Element("W3", (0, 1))])
    assert panel.view.table.name == "W3"
    controller.restructure(partial(remove_layer, number=2), Label("remove_layer", {"layer": 2}))
    assert panel.layers.count() == 3
    assert panel.view.table.name == "W1"
    assert panel.view.selectedIndexes() == []


def luminance(colour):
    parts = [v / 255 for v in (colour.red(), colour.green(), colour.blue())]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_numbers_are_readable_on_every_heat(tokens):
    text = luminance(QColor(tokens.text))
    for value in [*np.linspace(-1.0, 1.0, 41), np.nan, np.inf, -np.inf]:
        ground = luminance(heat(float(value), 1.0, tokens))
        light, dark = max(text, ground), min(text, ground)
        assert (light + 0.05) / (dark + 0.05) >= 4.5
    assert heat(0.0, 0.0, tokens) == heat(0.0, 1.0, tokens) != heat(0.5, 1.0, tokens)
