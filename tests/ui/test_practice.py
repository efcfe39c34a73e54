"""Practice in the window, by real keys: a whole step, mistakes, hints, leaving in the middle."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox

from bpsim.explain.numbers import format_number, full_number
from bpsim.practice.practice import Scope
from bpsim.resources import resource
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.project_file import read_session
from bpsim.ui.explanation.marks import Link
from bpsim.ui.theme.theme import theme
from tests.examples import small

LETTERS = ("W", "b", "z", "a", "delta", "dW", "db")
CTRL = Qt.KeyboardModifier.ControlModifier

# The worked example, by hand: 1-1-1, sigmoid, x 0.5, y 1, learning rate 0.1.
ANSWERS = {
    "z1[0]": "0,5",
    "a1[0]": "0.6225",
    "z2[0]": "0.63572",
    "a2[0]": "0.6538",
    "loss": "0.05993",
    "delta2[0]": "-0.078366",
    "dW2[0,0]": "-0.048779",
    "db2[0]": "-0,07837",
    "delta1[0]": "-0.01289",
    "dW1[0,0]": "-0.006446",
    "db1[0]": "-0.01289",
    "W1[0,0]": "0.40064",
    "b1[0]": "0.30129",
    "W2[0,0]": "0.70488",
    "b2[0]": "0.20784",
}


def begin(qtbot, window, scope=Scope.STEP):
    """Open the panel by its key, choose and begin, all from the keyboard."""
    qtbot.keyClick(window, Qt.Key.Key_F6)
    panel = window.panel("practice")
    panel.start.choices[scope].setFocus()
    qtbot.keyClick(panel.start.choices[scope], Qt.Key.Key_Space)
    panel.start.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    return panel


def type_in(qtbot, text):
    field = QApplication.focusWidget()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def name_of(panel):
    return str(panel.practice.item.element)


def test_a_whole_step_solved_by_keys(qtbot, window):
    window.show()
    window.activateWindow()
    panel = begin(qtbot, window)
    session = window.controller.session
    assert panel.pages.currentIndex() == 1
    for name, answer in ANSWERS.items():
        assert name_of(panel) == name
        if name == "delta1[0]":
            # f' left out: delta2 times the weight.
            type_in(qtbot, "-0.05486")
            assert "Not yet. The slope f′(z) is missing" in panel.task.said.text()
            assert "slope" in panel.task.field.accessibleDescription()
            assert session.value("delta1") is None
        if name == "W1[0,0]":
            qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_H, CTRL)
            assert panel.task.sheet.isVisible()
            assert "lr" in panel.task.sheet.accessibleName()
        if name == "b2[0]":
            type_in(qtbot, "0.20")
            assert "before the update" in panel.task.said.text()
        type_in(qtbot, answer)
    assert panel.practice is None
    assert not window.controller.practising
    assert panel.end.title.text() == "12 of 15 at the first try"
    assert panel.end.score.text().splitlines() == ["2 after another try", "1 with a hint"]
    assert "missing slope" in panel.end.look.text()
    assert session.position.updates == 1
    assert session.value("W1").item() == 0.4006445672678901
    # On to the next step by one key.
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert name_of(panel) == "z1[0]"
    assert "The next step begins." in panel.task.about.text()


def test_leaving_in_the_middle_loses_nothing(qtbot, window):
    controller = window.controller
    controller.do(lambda s: s.run(20))
    controller.do(lambda s: s.jump_to_step(7))
    session = controller.session
    history = (session.history.losses.tobytes(), session.history.horizon)
    panel = begin(qtbot, window)
    right = panel.practice.question.right
    type_in(qtbot, f"{right:.5f}")
    assert session.position.done == 1
    panel.task.end_button.setFocus()
    qtbot.keyClick(panel.task.end_button, Qt.Key.Key_Space)
    assert panel.practice is None
    assert panel.end.title.text() == "1 of 1 at the first try"
    assert controller.session is session
    assert (session.history.losses.tobytes(), session.history.horizon) == history
    assert session.undo_label is None
    assert not window.files.document.modified or session.position.executed
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert panel.pages.currentIndex() == 0


def shown(window):
    """Gather every text in sight or behind a tab, also what is told on pointing."""
    found = [
        label.text() for label in window.findChildren(QLabel) if "practice" not in owner(label)
    ]
    model = window.panel("program").model
    found += [model.value_text(entry.operation) for entry in model.entries if entry.operation]
    session = window.controller.session
    table = window.panel("table")
    last = len(session.project.specification.network.layers)
    for layer in range(1, last + 1):
        for letter in LETTERS:
            table.show_value(layer, letter)
            rows = table.view.table
            for row in range(rows.rowCount()):
                for column in range(rows.columnCount()):
                    index = rows.index(row, column)
                    found.append(str(rows.data(index)))
                    found.append(str(rows.data(index, Qt.ItemDataRole.ToolTipRole)))
        sizes = session.project.specification.network.sizes
        for unit in range(sizes[layer]):
            found.append(window.network.unit_text(layer, unit))
            found.append(window.network.describe(Element(f"a{layer}", (unit,))))
            found.append(
                window.network.describe(
                    Element(f"delta{layer}", (unit,)),
                )
            )
    found.append(window.panel("explanation").text())
    return set(re.findall(r"[−-]?\d[\d.]*(?:e[+-]?\d+)?", "\n".join(found)))


def owner(widget):
    names = []
    while widget is not None:
        names.append(widget.objectName())
        widget = widget.parentWidget()
    return names


def known(session, digits):
    """Write all numbers that may be shown: another value may begin alike."""
    names = [name for name in session.program.slots if name.rstrip("0123456789") in LETTERS]
    values = [session.value(name) for name in names]
    numbers = [float(x) for value in values if value is not None for x in value.ravel()]
    return {full_number(x) if digits == 17 else format_number(x, digits) for x in numbers}


def test_what_is_asked_for_is_shown_nowhere(qtbot, window):
    """Even though this step has been made before, and the history knows its numbers."""
    controller = window.controller
    controller.open(Session(small(layers=((2, "tanh"), (2, "sigmoid")), rows=4)))
    controller.do(lambda s: s.run(30))
    controller.do(lambda s: s.jump_to_step(11))
    for name in ("loss", "parameters", "gradients", "prediction", "surface"):
        window.docks[name].raise_()
        QApplication.processEvents()
    qtbot.wait(250)
    panel = begin(qtbot, window)
    asked = checked = 0
    while panel.practice is not None:
        value = panel.practice.question.right
        texts = shown(window)
        for digits in (4, 6, 17):
            text = full_number(value) if digits == 17 else format_number(value, digits)
            if text not in known(controller.session, digits):
                assert text not in texts, (name_of(panel), text)
                checked += 1
        asked += 1
        type_in(qtbot, repr(value))
    assert asked > 30
    assert checked > 2.5 * asked


def test_plots_are_hidden_and_come_back(qtbot, window):
    window.controller.do(lambda s: s.run(30))
    loss = window.panel("loss")
    qtbot.waitUntil(lambda: loss._stack.currentIndex() == 1)
    panel = begin(qtbot, window)
    assert loss.veil.isVisible()
    assert loss.veil.geometry() == loss.rect()
    assert "practise" in loss.veil.text()
    assert not loss.chart.isEnabled()
    for name in ("parameters", "gradients", "surface", "layers", "prediction"):
        window.docks[name].raise_()
        QApplication.processEvents()
        assert window.panel(name).veil.isVisible()
    window.resize(1100, 800)
    QApplication.processEvents()
    assert window.panel("prediction").veil.geometry() == window.panel("prediction").rect()
    panel.task.end_button.click()
    window.docks["loss"].raise_()
    QApplication.processEvents()
    assert not loss.veil.isVisible()
    assert loss.chart.isEnabled()
    assert loss._stack.currentIndex() == 1


def test_the_gradient_check_waits(qtbot, window):
    begin(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_G, CTRL)
    box = window.findChild(QMessageBox)
    assert "End the practice" in box.text()
    box.close()


def test_what_if_waits_as_well(qtbot, window):
    window.controller.do(Session.step_batch)
    window.controller.selection.choose([Element("W1", (0, 0))])
    explanation = window.panel("explanation")
    explanation.sheet.followed.emit(Link("section", "what_if"))
    assert explanation._what_if.isVisible()
    panel = begin(qtbot, window)
    window.docks["explanation"].raise_()
    QApplication.processEvents()
    assert not explanation._what_if.isVisible()
    panel.task.end_button.click()
    assert explanation._what_if.isVisible()


def test_steps_by_hand_show_what_was_asked(qtbot, window):
    panel = begin(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F10)
    assert name_of(panel) == "a1[0]"
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert name_of(panel) == "z1[0]"
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert panel.practice is None
    assert panel.end.title.text() == "0 of 15 at the first try"
    assert panel.end.score.text() == "15 shown"


def test_an_edit_in_the_middle_asks_for_the_new_numbers(qtbot, window):
    panel = begin(qtbot, window)
    type_in(qtbot, "0.5")
    window.controller.edit(Element("W1", (0, 0)), 0.8)
    assert name_of(panel) == "a1[0]"
    assert panel.practice.question.read("z1").item() == 0.7
    window.controller.do(Session.undo)
    assert panel.practice.question.read("z1").item() == 0.5


def test_another_project_ends_it(qtbot, window):
    panel = begin(qtbot, window)
    type_in(qtbot, "0.5")
    window.controller.open(Session(small()))
    assert panel.practice is None
    assert not window.controller.practising
    assert panel.pages.currentIndex() == 2


def test_the_way_back_alone(qtbot, window):
    panel = begin(qtbot, window, Scope.BACKWARD)
    assert name_of(panel) == "delta2[0]"
    assert window.controller.session.value("loss") is not None
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_J, CTRL)
    assert name_of(panel) == "dW2[0,0]"
    assert window.controller.session.value("delta2") is not None


def test_four_hints_lead_to_the_value(qtbot, window):
    panel = begin(qtbot, window)
    for degree in range(1, 5):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_H, CTRL)
        assert panel.practice.item.hints == degree
    assert not panel.task.hint_button.isEnabled()
    assert "= 0.5" in panel.task.sheet.accessibleName()
    type_in(qtbot, "0.5")
    assert panel.practice.score.shown == 1


def test_a_hint_stays_as_long_as_its_question(qtbot, window):
    panel = begin(qtbot, window)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_H, CTRL)
    window.controller.rename("another name")
    assert panel.task.sheet.isVisible()
    assert panel.practice.item.hints == 1
    type_in(qtbot, "0.5")
    assert not panel.task.sheet.isVisible()


def test_what_is_no_number_is_told_and_kept(qtbot, window):
    panel = begin(qtbot, window)
    type_in(qtbot, "a half")
    assert "not a number" in panel.task.said.text()
    assert panel.task.field.text() == "a half"
    assert panel.practice.item.wrong == 0
    type_in(qtbot, "1")
    assert "two digits" in panel.task.said.text()
    assert name_of(panel) == "z1[0]"


def test_everything_has_a_name(qtbot, window):
    panel = begin(qtbot, window)
    assert panel.task.field.accessibleName() == "Value of z1[0]"
    type_in(qtbot, "0.5")
    assert panel.task.field.accessibleName() == "Value of a1[0]"
    assert panel.task.field.accessibleDescription() == "Right."


@pytest.mark.parametrize("path", sorted(resource("examples").glob("*.json")), ids=lambda p: p.name)
def test_every_example_can_be_practised(qtbot, window, path):
    window.resize(1024, 700)
    window.proportion()
    window.controller.open(read_session(Path(path)))
    window.controller.do(lambda s: s.run(2))
    panel = begin(qtbot, window)
    theme().choose("dark")
    while panel.practice is not None:
        page = panel.task
        assert page.width() <= panel.width()
        assert page.check.geometry().right() < page.width()
        type_in(qtbot, f"{panel.practice.question.right:.6g}")
    assert panel.end.title.text().startswith(panel.end.title.text().split(" of ")[1].split()[0])
