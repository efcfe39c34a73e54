"""Breakpoints, running to a place and stepping into, by mouse and by key."""

import pytest
from PySide6.QtCore import QPoint, Qt

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from bpsim.session.values import Element
from bpsim.ui.controller import FULL_SPEED
from tests.examples import small

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window, key, modifier)


def row_of(window, name):
    model = window.panel("program").model
    return next(
        row for row, e in enumerate(model.entries) if e.operation and e.operation.name == name
    )


def click(qtbot, window, name, x):
    view = window.panel("program").view
    rect = view.visualRect(view.model().index(row_of(window, name), 0))
    spot = QPoint(x, rect.center().y())
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def mark(window, *breakpoints):
    window.controller.mark(Marks(breakpoints), Label("breakpoints"))


def run_to_the_end(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: not window.controller.running)


def test_a_click_in_the_margin_sets_a_breakpoint_and_another_removes_it(qtbot, window):
    session = window.controller.session
    click(qtbot, window, "delta1", 8)
    assert session.marks.breakpoints == (Breakpoint("delta1"),)
    assert session.position.executed == 0
    assert window.menus.actions["undo"].text() == "Undo Set a breakpoint at delta1"
    click(qtbot, window, "delta1", 8)
    assert session.marks.breakpoints == ()
    press(qtbot, window, Qt.Key.Key_Z, CTRL)
    assert session.marks.breakpoints == (Breakpoint("delta1"),)


def test_a_click_beside_the_margin_sets_none(qtbot, window):
    click(qtbot, window, "delta1", 40)
    assert window.controller.session.marks.breakpoints == ()


def test_the_key_sets_one_where_the_list_is(qtbot, window):
    click(qtbot, window, "dW1", 60)
    press(qtbot, window.panel("program").view, Qt.Key.Key_B, CTRL)
    press(qtbot, window.panel("program").view, Qt.Key.Key_Down)
    press(qtbot, window.panel("program").view, Qt.Key.Key_B, CTRL)
    names = [each.operation for each in window.controller.session.marks.breakpoints]
    assert names == ["dW1", "db1"]


@pytest.mark.parametrize("speed", [60, FULL_SPEED])
def test_a_run_stops_there_and_says_so(qtbot, window, speed):
    window.toolbar.speed.setValue(speed)
    click(qtbot, window, "delta1", 8)
    run_to_the_end(qtbot, window)
    assert window.controller.session.current.name == "delta1"
    assert "delta1" in window.notice.words
    assert window.notice.isVisible()
    run_to_the_end(qtbot, window)
    assert window.controller.session.position.step == 2
    press(qtbot, window, Qt.Key.Key_F10)
    assert window.notice.words == ""


def test_a_condition_stops_a_run_at_full_speed_with_the_very_same_numbers(qtbot, window):
    window.toolbar.speed.setValue(FULL_SPEED)
    mark(window, Breakpoint(condition="loss < 0.05"))
    run_to_the_end(qtbot, window)
    session = window.controller.session
    assert session.current.name == "loss"
    assert session.value("loss") < 0.05 <= session.history.losses[-1]
    assert "loss < 0.05" in window.notice.words
    plain = Session(session.project)
    plain.jump(session.position.executed)
    assert plain.value("loss").tobytes() == session.value("loss").tobytes()
    assert plain.value("W1").tobytes() == session.value("W1").tobytes()


def test_what_is_switched_off_stops_nothing(qtbot, window):
    mark(window, Breakpoint("z1", enabled=False))
    press(qtbot, window, Qt.Key.Key_F8)
    assert window.controller.session.position.updates == 1


def test_a_step_over_a_phase_stops_at_breakpoints_too(qtbot, window):
    click(qtbot, window, "z2", 8)
    press(qtbot, window, Qt.Key.Key_F8)
    assert window.controller.session.current.name == "z2"
    press(qtbot, window, Qt.Key.Key_F8)
    assert window.controller.session.position.updates == 1
    press(qtbot, window, Qt.Key.Key_F7)
    assert window.controller.session.current.name == "z2"


def test_back_to_the_last_breakpoint(qtbot, window):
    mark(window, Breakpoint(condition="step == 7"))
    window.controller.do(lambda s: s.jump_to_step(3000))
    press(qtbot, window, Qt.Key.Key_F5, CTRL)
    qtbot.waitUntil(lambda: window.controller.session.position.step == 7)
    assert window.controller.session.current.name == "z1"
    assert "step == 7" in window.notice.words
    press(qtbot, window, Qt.Key.Key_F5, CTRL)
    qtbot.waitUntil(lambda: "not so at any moment" in window.notice.words)
    assert window.controller.session.position.step == 7


def test_without_a_breakpoint_back_says_how_to_set_one(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F5, CTRL)
    assert "margin" in window.notice.words


def test_to_the_chosen_operation_and_back(qtbot, window):
    click(qtbot, window, "delta1", 60)
    view = window.panel("program").view
    press(qtbot, view, Qt.Key.Key_F4)
    session = window.controller.session
    assert (session.current.name, session.position.step) == ("delta1", 1)
    press(qtbot, view, Qt.Key.Key_F4)
    assert (session.current.name, session.position.step) == ("delta1", 2)
    press(qtbot, view, Qt.Key.Key_F10)
    press(qtbot, view, Qt.Key.Key_F4, SHIFT)
    assert (session.current.name, session.position.step) == ("delta1", 2)
    press(qtbot, view, Qt.Key.Key_F4, SHIFT)
    assert (session.current.name, session.position.step) == ("delta1", 1)
    press(qtbot, view, Qt.Key.Key_F4, SHIFT)
    assert (session.current.name, session.position.step) == ("delta1", 1)


def test_running_backwards_stops_at_breakpoints(qtbot, window):
    window.controller.do(lambda s: s.jump_to_step(2))
    click(qtbot, window, "a1", 8)
    window.toolbar.speed.setValue(80)
    press(qtbot, window, Qt.Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: not window.controller.running)
    session = window.controller.session
    assert (session.current.name, session.position.step) == ("a1", 2)


def test_stepping_into_shows_every_element_once_and_comes_back(qtbot, window):
    window.controller.open(Session(small(layers=((3, "relu"), (2, "identity")), batch_size=1)))
    session, selection = window.controller.session, window.controller.selection
    shown, moments = [], []
    wanted = [
        Element(op.name, index)
        for op in session.program.operations
        for index in indices(session, op.name)
    ]
    for _ in range(len(wanted) + 1):
        press(qtbot, window, Qt.Key.Key_F11)
        shown.append(selection.current)
        moments.append(session.position.executed)
    assert [e for e in shown if e is not None] == wanted
    assert shown.count(None) == 1  # the loss is one number
    computed = {name: session.value(name).tobytes() for name in ("W1", "b1", "W2", "b2")}
    for element, moment in zip(reversed(shown[:-1]), reversed(moments[:-1]), strict=True):
        press(qtbot, window, Qt.Key.Key_F11, CTRL)
        assert (selection.current, session.position.executed) == (element, moment)
    window.controller.do(Session.step_batch)
    assert computed == {name: session.value(name).tobytes() for name in computed}


def indices(session, name):
    shape = session.program.view(name).shape
    shape = shape[1:] if name[0] in "za" or name.startswith("delta") else shape
    if len(shape) == 2:
        return [(i, j) for i in range(shape[0]) for j in range(shape[1])]
    return [(i,) for i in range(shape[0])] if shape else []


def test_stepping_out_shows_the_whole_operation(qtbot, window):
    press(qtbot, window, Qt.Key.Key_F11)
    assert window.controller.selection.current == Element("z1", (0,))
    press(qtbot, window, Qt.Key.Key_F11, SHIFT)
    assert window.controller.selection.current is None
    assert window.controller.session.position.executed == 1


def test_the_list_tells_screen_readers(qtbot, window):
    click(qtbot, window, "delta1", 8)
    model = window.panel("program").model
    index = model.index(row_of(window, "delta1"))
    assert "breakpoint" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Breakpoint: delta1" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_news_are_whole_where_there_is_room_and_in_the_tooltip_where_not(qtbot, window):
    words = "Stopped at delta1: abs(delta1[0]) > 0.3  (abs(delta1[0]) = 0.3244)"
    window.controller.told.emit(words)
    qtbot.waitUntil(lambda: window.notice.isVisible())
    assert window.notice.text() == words
    window.resize(1024, 700)
    window.controller.told.emit(words * 3)
    assert window.notice.text().endswith("…")
    assert window.notice.toolTip() == words * 3
    qtbot.waitUntil(lambda: window.timeline.slider.width() > 100)
