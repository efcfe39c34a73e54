"""Building and changing the network on the picture, by mouse and by keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QToolTip

from bpsim.session.settings import is_frozen
from bpsim.session.values import Element
from bpsim.ui.network.handles import handles
from bpsim.ui.network.scrub import moved, unit_of
from tests.ui.pointer import wheel

LEFT = Qt.MouseButton.LeftButton
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
Key = Qt.Key


@pytest.fixture
def network(qtbot, window):
    with qtbot.waitExposed(window):
        window.network.setFocus()
    QApplication.processEvents()
    return window.network


def sizes(network):
    return network.session.project.specification.network.sizes


def point(x, y):
    return QPoint(round(x), round(y))


def handle(qtbot, network, kind, layer, unit=None):
    """Move the mouse to where a handle shows up, then onto it."""
    picture = network.picture()
    column = picture.columns[layer]
    near = point(column.x, column.ys[unit or 0])
    if kind == "add_layer":
        near = point((picture.columns[layer - 1].x + column.x) / 2, picture.height - 20)
    qtbot.mouseMove(network, near)
    found = handles(picture, sizes(network), near.x(), near.y())
    wanted = next(h for h in found if h.kind == kind and unit in (None, h.unit))
    qtbot.mouseMove(network, point(wanted.x, wanted.y))
    qtbot.mouseClick(network, LEFT, pos=point(wanted.x, wanted.y))


def press(qtbot, window, key, modifiers=NONE):
    qtbot.keyClick(window.network, key, modifiers)


def test_handles_build_a_network(qtbot, window, network):
    handle(qtbot, network, "add_unit", 1)
    handle(qtbot, network, "add_unit", 1)
    handle(qtbot, network, "add_unit", 0)
    handle(qtbot, network, "add_layer", 2)
    assert sizes(network) == (2, 3, 3, 1)
    assert network.session.project.data.features == ("x", "x0")
    handle(qtbot, network, "remove_unit", 2, 1)
    assert sizes(network) == (2, 3, 2, 1)
    undo = window.menus.actions["undo"]
    names = []
    while undo.isEnabled():
        names.append(undo.text())
        undo.trigger()
    assert names == [
        "Undo Remove unit 1 of layer 2",
        "Undo Add layer 2",
        "Undo Add an input",
        "Undo Add a unit to layer 1",
        "Undo Add a unit to layer 1",
    ]
    assert sizes(network) == (1, 1, 1)
    assert network.session.value("W1").item() == 0.4


def test_keys_build_a_network(qtbot, window, network):
    window.controller.selection.choose([Element("a1", (0,))])
    for key, modifiers in (
        (Key.Key_Insert, NONE),
        (Key.Key_Insert, NONE),
        (Key.Key_Insert, CONTROL),
        (Key.Key_D, CONTROL),
    ):
        press(qtbot, window, key, modifiers)
    assert sizes(network) == (1, 4, 3, 1)
    press(qtbot, window, Key.Key_Up, CONTROL)
    assert window.controller.selection.current == Element("a1", (1,))
    press(qtbot, window, Key.Key_Delete)
    assert sizes(network) == (1, 3, 3, 1)
    window.controller.selection.choose([Element("a2", (0,))])
    press(qtbot, window, Key.Key_Left, CONTROL)
    press(qtbot, window, Key.Key_Delete, CONTROL)
    assert len(sizes(network)) == 3
    press(qtbot, window, Key.Key_A, CONTROL | SHIFT)
    assert len(window.controller.selection.elements) == sizes(network)[1]
    press(qtbot, window, Key.Key_Delete)
    assert sizes(network) == (1, 1)


def test_what_cannot_be_done_is_grey(window, network):
    menu = {action.text().replace("&", ""): action for action in network.menu.actions()}
    window.controller.selection.choose([Element("a2", (0,))])
    assert not menu["Remove"].isEnabled()
    assert not menu["Remove layer"].isEnabled()
    assert not menu["Move unit up"].isEnabled()
    assert menu["Freeze or unfreeze"].isEnabled()
    window.controller.selection.choose([Element("x", (0,))])
    assert not menu["Freeze or unfreeze"].isEnabled()
    window.controller.selection.choose([Element("W1", (0, 0))])
    assert menu["Freeze or unfreeze"].isEnabled()


def test_dragging_sideways_scrubs_and_the_output_follows(qtbot, window, network):
    session = network.session
    box = network.picture().labels[0]
    start = point(box.x, box.y)
    outputs = []
    window.controller.changed.connect(lambda _: outputs.append(session.number(Element("a2", (0,)))))
    qtbot.mousePress(network, LEFT, pos=start)
    for way in (2, 10, 20, 30):
        qtbot.mouseMove(network, start + QPoint(way, 0))
    qtbot.mouseRelease(network, LEFT, pos=start + QPoint(30, 0))
    assert session.value("W1").item() == 0.7
    assert len(outputs) == 3
    assert np.all(np.diff(outputs) > 0)
    w1, w2 = 0.7, 0.7
    hidden = 1 / (1 + np.exp(-(w1 * 0.5 + 0.3)))
    assert outputs[-1] == pytest.approx(1 / (1 + np.exp(-(w2 * hidden + 0.2))), rel=1e-12)
    window.menus.actions["undo"].trigger()
    assert session.value("W1").item() == 0.4
    assert not window.menus.actions["undo"].isEnabled()
    assert session.position.executed == 0


def test_a_click_is_no_drag(qtbot, window, network):
    box = network.picture().labels[0]
    start = point(box.x, box.y)
    qtbot.mousePress(network, LEFT, pos=start)
    qtbot.mouseMove(network, start + QPoint(2, 1))
    qtbot.mouseRelease(network, LEFT, pos=start + QPoint(2, 1))
    assert network.session.undo_label is None
    assert window.controller.selection.current == Element("W1", (0, 0))


@pytest.mark.parametrize(
    ("value", "modifiers", "unit", "after"),
    [
        (0.4, NONE, 0.01, 0.41),
        (0.4, SHIFT, 0.001, 0.401),
        (-52.0, NONE, 0.1, -51.9),
        (0.0, CONTROL, 0.1, 0.1),
        (1e-9, NONE, 0.01, 0.01),
    ],
)
def test_steps_of_a_scrub(value, modifiers, unit, after):
    assert unit_of(value, modifiers) == pytest.approx(unit)
    assert moved(value, 1, unit) == after


def test_shift_and_arrows_nudge(qtbot, window, network):
    window.controller.selection.choose([Element("b2", (0,))])
    for key in (Key.Key_Up, Key.Key_Up, Key.Key_PageDown):
        press(qtbot, window, key, SHIFT)
    assert network.session.value("b2").item() == pytest.approx(0.12)
    window.menus.actions["undo"].trigger()
    assert network.session.value("b2").item() == 0.2


def test_typing_a_digit_begins_to_edit(qtbot, window, network):
    window.controller.selection.choose([Element("W2", (0, 0))])
    press(qtbot, window, Key.Key_Minus)
    qtbot.keyClicks(network.editor, "1/8")
    qtbot.keyClick(network.editor, Key.Key_Return)
    assert network.session.value("W2").item() == -0.125
    assert network.hasFocus()
    press(qtbot, window, Key.Key_Return)
    assert network.editor.text() == "-0.125"
    qtbot.keyClick(network.editor, Key.Key_Up)
    qtbot.keyClick(network.editor, Key.Key_Escape)
    assert network.session.value("W2").item() == -0.125


def test_a_click_elsewhere_takes_the_number(qtbot, window, network):
    network.edit(Element("b1", (0,)))
    network.editor.selectAll()
    qtbot.keyClicks(network.editor, "0.75")
    network.setFocus()
    assert network.session.value("b1").item() == 0.75


def test_freezing_by_key_keeps_a_weight(qtbot, window, network):
    window.controller.selection.choose([Element("W1", (0, 0)), Element("b2", (0,))])
    press(qtbot, window, Key.Key_L, CONTROL)
    window.controller.do(lambda session: session.run(5))
    session = network.session
    assert (session.value("W1").item(), session.value("b2").item()) == (0.4, 0.2)
    assert session.value("W2").item() != 0.7
    assert is_frozen(session.project, Element("b2", (0,)))
    press(qtbot, window, Key.Key_L, CONTROL)
    assert not is_frozen(network.session.project, Element("b2", (0,)))


def test_the_menu_changes_the_activation(window, network):
    window.controller.do(lambda session: session.run(3))
    window.controller.selection.choose([Element("a1", (0,))])
    network.menu.fill()
    relu = next(a for a in network.menu.activations.actions() if a.text() == "relu")
    relu.trigger()
    assert network.session.project.specification.network.layers[0].activation == "relu"
    assert network.session.position.updates == 3
    assert window.menus.actions["undo"].text() == "Undo Change layer 1 to relu"
    softmax = next(a for a in network.menu.activations.actions() if a.text() == "softmax")
    assert not softmax.isEnabled()


def test_dropping_later_history_is_asked_first(qtbot, window, network):
    window.controller.do(lambda session: session.run(30))
    window.controller.do(lambda session: session.jump_to_step(10))
    window.controller.edit(Element("W1", (0, 0)), 1.0)
    box = window.findChild(QMessageBox)
    assert "20 steps" in box.text()
    assert network.session.history.steps == 30
    box.button(QMessageBox.StandardButton.Ok).click()
    assert network.session.history.steps == 10
    assert network.session.value("W1").item() == 1.0
    window.menus.actions["undo"].trigger()
    assert network.session.history.steps == 30


def test_a_frame_selects_units(qtbot, window, network):
    handle(qtbot, network, "add_unit", 1)
    picture = network.picture()
    column = picture.columns[1]
    begin = point(column.x - 60, 60)
    qtbot.mousePress(network, LEFT, pos=begin)
    qtbot.mouseMove(network, point(column.x + 60, picture.height - 60))
    qtbot.mouseRelease(network, LEFT, pos=point(column.x + 60, picture.height - 60))
    assert window.controller.selection.elements == (Element("a1", (0,)), Element("a1", (1,)))


def test_a_caption_selects_its_layer_and_opens_the_menu(qtbot, window, network):
    picture = network.picture()
    spot = point(picture.columns[1].x, picture.height - 14)
    qtbot.mouseClick(network, LEFT, pos=spot)
    assert window.controller.selection.elements == (Element("a1", (0,)),)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, network.mapToGlobal(spot), NONE)
    QApplication.sendEvent(network, event)
    assert network.menu.isVisible()
    network.menu.hide()


def test_the_place_of_an_element_follows_the_zoom(network):
    box = network.picture().labels[0]
    weight = Element("W1", (0, 0))
    assert network.place_of(weight) == QPointF(box.x, box.y)
    network.zoom_by(2.0, QPointF(0, 0))
    assert network.place_of(weight) == QPointF(2 * box.x, 2 * box.y)


def drag(qtbot, network, start, *places, modifiers=NONE):
    qtbot.mousePress(network, LEFT, modifiers, start)
    for place in places:
        qtbot.mouseMove(network, place)
    qtbot.mouseRelease(network, LEFT, modifiers, places[-1])


def unit_point(network, layer, unit):
    column = network.picture().columns[layer]
    return point(column.x, column.ys[unit])


def names(window):
    return [str(element) for element in window.controller.selection.elements]


def test_dragging_a_unit_moves_it_in_its_layer(qtbot, window, network):
    handle(qtbot, network, "add_unit", 1)
    handle(qtbot, network, "add_unit", 1)
    before = network.session.value("W1").copy()
    start, end = unit_point(network, 1, 0), unit_point(network, 1, 2)
    drag(qtbot, network, start, start + QPoint(0, 40), end)
    assert network.session.value("W1")[:, 0].tolist() == before[[1, 2, 0], 0].tolist()
    assert names(window) == ["a1[2]"]
    assert window.menus.actions["undo"].text() == "Undo Move unit 0 of layer 1"
    drag(qtbot, network, start, start + QPoint(3, 5), start)
    assert window.menus.actions["undo"].text() == "Undo Move unit 0 of layer 1"


def test_dragging_a_caption_moves_its_layer(qtbot, window, network):
    handle(qtbot, network, "add_layer", 2)
    assert sizes(network) == (1, 1, 3, 1)
    picture = network.picture()
    start = point(picture.columns[2].x, picture.height - 14)
    drag(qtbot, network, start, start - QPoint(60, 0), point(picture.columns[1].x, start.y()))
    assert sizes(network) == (1, 3, 1, 1)
    assert names(window) == ["a1[0]", "a1[1]", "a1[2]"]


def test_escape_drops_a_drag_and_takes_a_scrub_back(qtbot, window, network):
    handle(qtbot, network, "add_unit", 1)
    start, end = unit_point(network, 1, 0), unit_point(network, 1, 1)
    qtbot.mousePress(network, LEFT, pos=start)
    qtbot.mouseMove(network, end)
    qtbot.keyClick(network, Key.Key_Escape)
    qtbot.mouseRelease(network, LEFT, pos=end)
    assert window.menus.actions["undo"].text() == "Undo Add a unit to layer 1"
    box = network.picture().labels[0]
    start, before = point(box.x, box.y), network.session.value("W1").tolist()
    qtbot.mousePress(network, LEFT, pos=start)
    qtbot.mouseMove(network, start + QPoint(30, 0))
    assert network.session.value("W1").tolist() != before
    qtbot.keyClick(network, Key.Key_Escape)
    qtbot.mouseRelease(network, LEFT, pos=start + QPoint(60, 0))
    assert network.session.value("W1").tolist() == before
    assert window.menus.actions["undo"].text() == "Undo Add a unit to layer 1"


def test_handles_duplicate_and_remove(qtbot, window, network):
    handle(qtbot, network, "duplicate_unit", 1, 0)
    weights = network.session.value("W1")
    assert weights[0].tolist() == weights[1].tolist()
    picture = network.picture()
    for kind, expected in (("duplicate_layer", (1, 2, 2, 1)), ("remove_layer", (1, 2, 1))):
        near = point(picture.columns[1].x, picture.height - 40)
        qtbot.mouseMove(network, near)
        found = handles(picture, sizes(network), near.x(), near.y())
        wanted = next(h for h in found if h.kind == kind)
        qtbot.mouseMove(network, point(wanted.x, wanted.y))
        qtbot.mouseClick(network, LEFT, pos=point(wanted.x, wanted.y))
        assert sizes(network) == expected
        picture = network.picture()


def test_shift_selects_up_to_a_unit_and_control_one_more(qtbot, window, network):
    for _ in range(4):
        handle(qtbot, network, "add_unit", 1)
    qtbot.mouseClick(network, LEFT, NONE, unit_point(network, 1, 1))
    qtbot.mouseClick(network, LEFT, SHIFT, unit_point(network, 1, 4))
    assert names(window) == ["a1[1]", "a1[2]", "a1[3]", "a1[4]"]
    qtbot.mouseClick(network, LEFT, CONTROL, unit_point(network, 1, 2))
    qtbot.mouseClick(network, LEFT, CONTROL, unit_point(network, 2, 0))
    assert names(window) == ["a1[1]", "a1[3]", "a1[4]", "a2[0]"]
    press(qtbot, window, Key.Key_A, CONTROL)
    assert len(names(window)) == 7
    press(qtbot, window, Key.Key_Escape)
    assert names(window) == []


def test_units_of_several_layers_go_in_one_step(qtbot, window, network):
    for _ in range(2):
        handle(qtbot, network, "add_unit", 0)
    handle(qtbot, network, "add_layer", 2)
    assert sizes(network) == (3, 1, 3, 1)
    chosen = [Element("x", (1,)), Element("a1", (0,)), Element("a2", (0,)), Element("a2", (2,))]
    window.controller.selection.choose(chosen)
    press(qtbot, window, Key.Key_Delete)
    assert sizes(network) == (2, 1, 1)
    assert window.menus.actions["undo"].text() == "Undo Remove 4 units"
    window.menus.actions["undo"].trigger()
    assert sizes(network) == (3, 1, 3, 1)


def test_a_frame_around_weights_selects_them(qtbot, window, network):
    box = network.picture().labels[0]
    drag(
        qtbot,
        network,
        point(box.x - 40, box.y - 40),
        point(box.x, box.y),
        point(box.x + 40, box.y + 40),
    )
    assert names(window) == ["W1[0,0]"]


def test_a_typed_number_goes_to_all_chosen_weights(qtbot, window, network):
    chosen = [Element("W1", (0, 0)), Element("W2", (0, 0)), Element("b1", (0,))]
    window.controller.selection.choose(chosen)
    press(qtbot, window, Key.Key_1)
    qtbot.keyClicks(network.editor, "/3")
    qtbot.keyClick(network.editor, Key.Key_Return)
    values = [network.session.number(element) for element in chosen]
    assert values == [1 / 3] * 3
    assert window.menus.actions["undo"].text() == "Undo Change 3 parameters"


def test_what_is_refused_keeps_the_old_value_and_says_why(qtbot, window, network):
    window.controller.selection.choose([Element("W1", (0, 0))])
    press(qtbot, window, Key.Key_Return)
    for text in ("", "abc", "1/0", "1e999", "nan", "1,2,3"):
        network.editor.selectAll()
        qtbot.keyClicks(network.editor, text or " ")
        qtbot.keyClick(network.editor, Key.Key_Return)
        assert network.editor.isVisible()
        assert network.editor.property("wrong")
        assert "0.4" in QToolTip.text()
        assert network.session.value("W1").item() == 0.4
    qtbot.keyClick(network.editor, Key.Key_Escape)
    assert network.session.undo_label is None


def test_selecting_a_new_unit_waits_for_the_answer(qtbot, window, network):
    window.controller.do(lambda session: session.run(5))
    window.controller.selection.choose([Element("a1", (0,))])
    press(qtbot, window, Key.Key_Insert)
    assert names(window) == ["a1[0]"]
    window.findChild(QMessageBox).button(QMessageBox.StandardButton.Ok).click()
    assert names(window) == ["a1[1]"]


def test_wheel_keys_and_menu_zoom(qtbot, window, network):
    wheel(network, unit_point(network, 1, 0), 240)
    assert network.zoom.factor > 1.2
    qtbot.keyClick(window, Key.Key_0, CONTROL)
    assert network.zoom.factor == 1.0
    qtbot.keyClick(window, Key.Key_Plus, CONTROL)
    qtbot.keyClick(window, Key.Key_Plus, CONTROL)
    assert network.zoom.factor == 1.5625
    window.controller.selection.choose([Element("x", (0,))])
    for _ in range(6):
        qtbot.keyClick(window, Key.Key_Plus, CONTROL)
    for _ in range(4):
        press(qtbot, window, Key.Key_Right)
        place = network.place_of(window.controller.selection.current)
        assert network.rect().contains(place.toPoint())
    window.menus.actions["fit"].trigger()
    assert network.zoom.factor == 1.0


def test_the_menu_chooses_loss_and_optimizer(window, network):
    network.menu.fill()
    for menu, name in ((network.menu.optimizers, "adam"), (network.menu.losses, "huber")):
        entry = next(a for a in menu.actions() if a.text() == name)
        assert entry.toolTip() not in ("", name)
        entry.trigger()
    training = network.session.project.specification.training
    assert (training.optimizer.name, training.loss.name) == ("adam", "huber")


def test_a_caption_offers_the_activations_on_a_double_click(qtbot, window, network):
    picture = network.picture()
    spot = point(picture.columns[1].x, picture.height - 14)
    qtbot.mouseClick(network, LEFT, pos=spot)
    qtbot.mouseDClick(network, LEFT, pos=spot)
    assert network.menu.activations.isVisible()
    assert "sigmoid" in [a.text() for a in network.menu.activations.actions() if a.isChecked()]
    network.menu.activations.hide()
