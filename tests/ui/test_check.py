"""The gradient check in the window, by menu, key and mouse."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.gradient_check import GradientCheck
from bpsim.engine.kernels import bind
from bpsim.engine.parameters import Choice
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.resources import resource
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.project_file import read_session
from bpsim.ui.check.chosen import parameters_of
from bpsim.ui.check.dialog import CheckDialog
from bpsim.ui.check.words import about

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def dialog_of(window):
    return next(d for d in window.findChildren(CheckDialog) if d.isVisible())


def ended(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog.stop_button.isVisible())


@pytest.fixture
def house(window):
    window.controller.open(read_session(Path(resource("examples", "2-house-prices.bpsim.json"))))
    return window


def test_checks_all_by_key_and_disturbs_nothing(qtbot, house):
    session = house.controller.session
    for _ in range(8):
        qtbot.keyClick(house, Qt.Key.Key_F10)
    before = (session.position, session.memory.array.tobytes())
    qtbot.keyClick(house, Qt.Key.Key_G, CTRL)
    dialog = dialog_of(house)
    ended(qtbot, dialog)
    assert (session.position, session.memory.array.tobytes()) == before
    names = [row.name for row in dialog.model.rows]
    assert len(names) == 13
    assert names[:2] == ["dW1[0,0]", "dW1[0,1]"]
    assert dialog.words.text().startswith("All 13 agree.")
    assert "Step 1, epoch 1, batch 1" in dialog.head.text()
    assert "they agree" in dialog.about.text()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)


def test_sorts_by_a_click_and_copies(qtbot, house):
    house.controller.do(Session.step_batch)
    qtbot.keyClick(house, Qt.Key.Key_G, CTRL)
    dialog = dialog_of(house)
    ended(qtbot, dialog)
    header = dialog.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(1) + 20, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    values = [row.gradient for row in dialog.model.rows]
    assert values == sorted(values)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [row.gradient for row in dialog.model.rows] == values[::-1]
    qtbot.keyClick(dialog.table, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[0] == "gradient"
    name, gradient, *_ = lines[1].split("\t")
    element = Element.parse(name)
    assert house.controller.session.value(element.name)[element.index] == float(gradient)
    assert lines[1].endswith("agrees")
    dialog.close()


def test_one_weight_by_the_context_menu(qtbot, house):
    network = house.network
    spot = network.place_of(Element("W2", (0, 1))).toPoint()
    qtbot.mouseClick(network, Qt.MouseButton.LeftButton, pos=spot)
    menu = network.menu
    menu.popup(network.mapToGlobal(spot))
    action = house.menus.actions["check_chosen"]
    qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    dialog = dialog_of(house)
    ended(qtbot, dialog)
    assert [row.name for row in dialog.model.rows] == ["dW2[0,1]"]
    assert dialog.words.text().startswith("The two agree.")
    qtbot.mouseClick(dialog.all_button, Qt.MouseButton.LeftButton)
    ended(qtbot, dialog)
    assert len(dialog.model.rows) == 13
    dialog.close()


def test_a_unit_stands_for_what_goes_into_it(house):
    session = house.controller.session
    assert parameters_of(session, [Element("a1", (2,))]) == (
        Element("W1", (2, 0)),
        Element("W1", (2, 1)),
        Element("b1", (2,)),
    )
    assert parameters_of(session, [Element("dW2", (0, 1))]) == (Element("W2", (0, 1)),)
    assert parameters_of(session, [Element("x", (1,))]) == ()


def test_a_wrong_derivative_comes_first(qtbot, window, monkeypatch):
    right = ACTIVATIONS["sigmoid"]

    def wrong(z, slope, kept):
        return [*right.derivative(z, slope, kept), bind(np.multiply, slope, 2.0, slope)]

    monkeypatch.setitem(ACTIVATIONS, "sigmoid", replace(right, derivative=wrong))
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    dialog = dialog_of(window)
    ended(qtbot, dialog)
    assert {row.verdict for row in dialog.model.rows} == {"wrong"}
    assert "4 differ" in dialog.words.text()
    assert dialog.model.data(dialog.model.index(0, 5)) == "✗ differs"
    assert "One of them is wrong" in dialog.about.text()
    dialog.close()


def test_a_kink_is_explained_and_not_blamed(qtbot, window):
    layers = (
        Layer(1, "relu", ((0.0,),), (0.0,)),
        Layer(1, "identity", ((1.0,),), (0.0,)),
    )
    project = window.controller.session.project
    specification = replace(project.specification, network=Network(1, layers))
    window.controller.open(Session(replace(project, specification=specification)))
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    dialog = dialog_of(window)
    ended(qtbot, dialog)
    assert dialog.model.rows[0].verdict == "kink"
    assert "2 stand at a kink" in dialog.words.text()
    assert "Nothing is wrong" in about(dialog.model.rows[0])
    dialog.close()


def large():
    draws = np.random.default_rng(3)
    network = Network(784, (Layer(128, "relu"), Layer(10, "softmax")))
    rows = np.hstack([draws.random((4, 784)), np.eye(10)[:4]])
    names = tuple(f"x{i}" for i in range(784)), tuple(f"y{i}" for i in range(10))
    training = Training(Choice("cross_entropy"), Choice("sgd", {"learning_rate": 0.1}))
    return Project("large", Specification(network, training), Dataset.of(*names, rows))


def test_a_large_network_is_checked_while_the_window_lives(qtbot, window):
    window.controller.open(Session(large()))
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    dialog = dialog_of(window)
    qtbot.waitUntil(lambda: 20 < len(dialog.model.rows) < 101_770)
    assert dialog.bar.maximum() == 101_770
    assert "of 101,770" in dialog.words.text()
    # Training goes on meanwhile.
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert window.controller.session.position.updates == 1
    qtbot.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    ended(qtbot, dialog)
    assert dialog.words.text().startswith("Stopped after")
    assert {row.verdict for row in dialog.model.rows} == {"right"}
    assert dialog.again_button.text() == "Check the step in view"
    dialog.close()


def test_closing_the_dialog_ends_the_check(qtbot, window):
    window.controller.open(Session(large()))
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    dialog = dialog_of(window)
    task = dialog._task
    qtbot.waitUntil(lambda: len(dialog.model.rows) > 5)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not task._thread.is_alive()
    assert window.findChildren(QMenu)  # the window lives on


def test_an_error_in_a_comparison_is_told_and_keeps_what_was_found(qtbot, house, monkeypatch):
    compare = GradientCheck.compare

    def broken(self, place):
        if place == ("W1", (1, 0)):
            raise ZeroDivisionError("the cause")
        return compare(self, place)

    monkeypatch.setattr(GradientCheck, "compare", broken)
    with qtbot.captureExceptions() as raised:
        qtbot.keyClick(house, Qt.Key.Key_G, CTRL)
        dialog = dialog_of(house)
        ended(qtbot, dialog)
    assert [str(error) for _, error, _ in raised] == ["the cause"]
    raised.clear()  # their frames hold the window
    assert dialog.words.text().startswith(
        "Something went wrong inside bpsim. Stopped after 2 of 13. All 2 agree."
    )
    # The next one begins as ever.
    monkeypatch.setattr(GradientCheck, "compare", compare)
    qtbot.mouseClick(dialog.again_button, Qt.MouseButton.LeftButton)
    ended(qtbot, dialog)
    assert dialog.words.text().startswith("All 13 agree.")
    dialog.close()
