"""The panels of watches and breakpoints, and the dialogs, by mouse and by key."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu

from bpsim.session.label import Label
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from bpsim.session.values import Element
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.debugger.breakpoint_dialog import BreakpointDialog
from bpsim.ui.debugger.until_dialog import UntilDialog
from tests.ui.test_debugger import CTRL, SHIFT, click, press

KEY = Qt.Key


@pytest.fixture
def watches(qtbot, window):
    window.docks["watches"].raise_()
    return window.panel("watches")


@pytest.fixture
def breakpoints(qtbot, window):
    window.docks["breakpoints"].raise_()
    panel = window.panel("breakpoints")
    qtbot.waitUntil(panel.isVisible)
    return panel


def type_watch(qtbot, watches, text):
    watches.field.setFocus()
    qtbot.keyClicks(watches.field, text)
    watches.field.popup.hide()
    qtbot.keyClick(watches.field, KEY.Key_Return)


def shown(watches, row=0):
    model = watches.model
    return model.data(model.index(row), Qt.ItemDataRole.AccessibleTextRole)


def test_an_expression_is_watched(qtbot, window, watches):
    type_watch(qtbot, watches, "a1[0] * 2")
    assert window.controller.session.marks.watches == ("a1[0] * 2",)
    assert watches.field.text() == ""
    assert shown(watches) == "a1[0] * 2: –"
    press(qtbot, window, KEY.Key_F10)
    press(qtbot, window, KEY.Key_F10)
    assert shown(watches) == "a1[0] * 2: 1.245"
    assert window.menus.actions["undo"].text() == "Undo Watch a1[0] * 2"


def test_a_mistake_is_told_at_its_place_and_nothing_is_watched(qtbot, window, watches):
    type_watch(qtbot, watches, "W1[0,0] + W9")
    assert watches.problem.isVisible()
    assert "Column 11" in watches.problem.text()
    assert "W9" in watches.problem.text()
    assert watches.field.cursorPosition() == 10
    assert window.controller.session.marks.watches == ()
    qtbot.keyClick(watches.field, KEY.Key_Escape)
    assert watches.field.text() == ""
    assert not watches.problem.isVisible()


def test_names_are_completed(qtbot, watches):
    watches.field.setFocus()
    qtbot.keyClicks(watches.field, "2 * del")
    assert watches.field.popup.isVisible()
    qtbot.keyClick(watches.field.popup, KEY.Key_Down)
    qtbot.keyClick(watches.field.popup, KEY.Key_Return)
    assert watches.field.text() == "2 * delta1"
    watches.field.popup.hide()


def test_a_watch_is_changed_and_removed_by_key(qtbot, window, watches):
    type_watch(qtbot, watches, "loss")
    type_watch(qtbot, watches, "z1[0]")
    watches.view.setFocus()
    watches.view.setCurrentIndex(watches.model.index(0))
    press(qtbot, watches.view, KEY.Key_F2)
    assert watches.field.text() == "loss"
    qtbot.keyClicks(watches.field, "z2[0]")
    watches.field.popup.hide()
    qtbot.keyClick(watches.field, KEY.Key_Return)
    session = window.controller.session
    assert session.marks.watches == ("z2[0]", "z1[0]")
    watches.view.setCurrentIndex(watches.model.index(0))
    press(qtbot, watches.view, KEY.Key_Down, CTRL)
    assert session.marks.watches == ("z1[0]", "z2[0]")
    press(qtbot, watches.view, KEY.Key_Delete)
    assert session.marks.watches == ("z1[0]",)
    press(qtbot, window, KEY.Key_Z, CTRL)
    assert session.marks.watches == ("z1[0]", "z2[0]")


def test_what_is_selected_is_watched_by_a_key(qtbot, window, watches):
    window.controller.selection.choose([Element("W1", (0, 0))])
    press(qtbot, window, KEY.Key_W, CTRL | SHIFT)
    assert window.controller.session.marks.watches == ("W1[0,0]",)
    window.controller.selection.choose([])
    press(qtbot, window, KEY.Key_W, CTRL | SHIFT)
    assert watches.field.hasFocus()


def test_the_network_offers_to_watch(qtbot, window):
    window.controller.selection.choose([Element("W1", (0, 0))])
    offers = {action.text(): action for action in window.network.menu.actions()}
    offers["Watch W1[0,0]"].trigger()
    assert window.controller.session.marks.watches == ("W1[0,0]",)


def test_the_table_offers_to_watch(qtbot, window):
    window.docks["table"].raise_()
    panel = window.panel("table")
    panel.show_value(2, "b")
    panel.view.setCurrentIndex(panel.view.table.index(0, 0))
    place = panel.view.mapToGlobal(QPoint())
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), place)
    QApplication.sendEvent(panel.view, asked)
    menu = panel.view.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == "Watch").trigger()
    assert window.controller.session.marks.watches == ("b2[0]",)
    menu.close()


def test_a_click_on_the_course_draws_it_large_and_one_on_the_name_selects(qtbot, window, watches):
    window.controller.do(lambda s: s.run(30))
    type_watch(qtbot, watches, "W1[0,0]")
    view = watches.view
    rect = view.visualRect(watches.model.index(0))
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(rect.right() - 20, rect.center().y()))
    assert view.visualRect(watches.model.index(0)).height() > 2 * rect.height()
    view.grab()
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(20, rect.center().y()))
    assert window.controller.selection.current == Element("W1", (0, 0))


def test_the_course_is_painted_where_the_values_are(qtbot, window, watches):
    window.controller.do(lambda s: s.run(30))
    before = watches.view.grab().toImage()
    type_watch(qtbot, watches, "loss")
    assert watches.view.grab().toImage() != before
    lines = watches.model.data(watches.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "since step 29" in lines
    assert "whole training" in lines


def test_an_edit_in_the_past_forgets_what_passed_by(qtbot, window, watches):
    type_watch(qtbot, watches, "a1[0]")
    for _ in range(40):
        press(qtbot, window, KEY.Key_F10)
    controller = window.controller
    controller.do(lambda s: s.jump_to_step(1))
    controller.asks = False
    controller.edit(Element("W1", (0, 0)), 3.0)
    assert controller.watches.series(controller.session, "a1[0]", 0).steps.max() == 1


# Breakpoints


def test_the_list_switches_changes_and_removes(qtbot, window, breakpoints):
    session = window.controller.session
    click(qtbot, window, "delta1", 8)
    view, left = breakpoints.view, Qt.MouseButton.LeftButton
    assert breakpoints.model.data(breakpoints.model.index(0)) == "delta1"
    rect = view.visualRect(breakpoints.model.index(0))
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(14, rect.center().y()))
    assert session.marks.breakpoints == (Breakpoint("delta1", enabled=False),)
    view.setFocus()
    press(qtbot, view, KEY.Key_Space)
    assert session.marks.breakpoints == (Breakpoint("delta1"),)
    press(qtbot, view, KEY.Key_F2)
    dialog = window.findChild(BreakpointDialog)
    qtbot.keyClicks(dialog.condition, "abs(delta1[0]) > 1")
    dialog.condition.popup.hide()
    qtbot.keyClick(dialog.condition, KEY.Key_Return)
    assert session.marks.breakpoints == (Breakpoint("delta1", condition="abs(delta1[0]) > 1"),)
    press(qtbot, view, KEY.Key_Delete)
    assert session.marks.breakpoints == ()


def test_a_condition_is_added_where_it_is_right_and_not_before(qtbot, window, breakpoints):
    qtbot.mouseClick(breakpoints.add_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(BreakpointDialog)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    assert not ok.isEnabled()
    qtbot.keyClicks(dialog.condition, "los < 0.01")
    assert "Do you mean loss?" in dialog.problem.text()
    assert not ok.isEnabled()
    dialog.condition.clear()
    qtbot.keyClicks(dialog.condition, "loss < 0.01")
    dialog.condition.popup.hide()
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    marks = window.controller.session.marks
    assert marks.breakpoints == (Breakpoint(condition="loss < 0.01"),)


def test_the_key_asks_for_a_condition_at_the_chosen_operation(qtbot, window):
    click(qtbot, window, "dW2", 60)
    press(qtbot, window.panel("program").view, KEY.Key_B, CTRL | SHIFT)
    dialog = window.findChild(BreakpointDialog)
    assert dialog.places.currentData().operation == "dW2"
    qtbot.keyClick(dialog, KEY.Key_Escape)
    assert window.controller.session.marks.breakpoints == ()


def test_one_of_another_network_stays_and_says_so(qtbot, window, breakpoints):
    there = Breakpoint("z9", condition="W9[0,0] > 1")
    window.controller.mark(Marks((there,)), Label("breakpoints"))
    tip = breakpoints.model.data(breakpoints.model.index(0), Qt.ItemDataRole.ToolTipRole)
    assert "no W9" in tip or "no operation z9" in tip
    breakpoints.view.grab()
    press(qtbot, window, KEY.Key_F8)
    assert window.controller.session.position.updates == 1


# Run until


def until(qtbot, window):
    # Not by its key: after a dialog nothing makes the window active here.
    window.menus.actions["run_until"].trigger()
    return window.findChild(UntilDialog)


def test_runs_for_so_many_steps_or_epochs(qtbot, window):
    window.toolbar.speed.setValue(FULL_SPEED)
    dialog = until(qtbot, window)
    qtbot.keyClicks(dialog.count, "37")
    qtbot.keyClick(dialog.count, KEY.Key_Return)
    qtbot.waitUntil(lambda: not window.controller.running)
    at = window.controller.session.position
    assert (at.updates, at.done) == (37, at.operations)
    assert "37" in window.notice.words
    dialog = until(qtbot, window)
    assert dialog.count.text() == "37"
    qtbot.keyClick(dialog, KEY.Key_Escape)


def test_runs_until_the_loss_is_below_a_value_and_back_to_it(qtbot, window):
    window.toolbar.speed.setValue(FULL_SPEED)
    dialog = until(qtbot, window)
    dialog.loss.clear()
    qtbot.keyClicks(dialog.loss, "0,05")
    assert dialog.choices.checkedId() == 1
    qtbot.mouseClick(dialog.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.controller.running)
    session = window.controller.session
    assert session.current.name == "loss"
    assert session.value("loss") < 0.05 <= session.history.losses[-1]
    assert "loss < 0.05" in window.notice.words
    step = session.position.step
    window.controller.do(lambda s: s.run(50))
    dialog = until(qtbot, window)
    assert dialog.loss.text() == "0,05"
    qtbot.mouseClick(dialog.back_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.position.done < session.operations)
    assert session.position.step == step + 49  # the last of the 50 steps
    assert session.current.name == "loss"


def test_a_silly_condition_gets_a_message_and_no_run(qtbot, window):
    dialog = until(qtbot, window)
    qtbot.keyClicks(dialog.condition, "loss < 0,5")
    assert dialog.choices.checkedId() == 2
    assert "decimals with a point" in dialog.problem.text()
    assert not dialog.run_button.isEnabled()
    dialog.choices.button(0).click()
    qtbot.keyClicks(dialog.count, "x")
    assert "whole number" in dialog.problem.text()
    qtbot.keyClick(dialog, KEY.Key_Escape)
    assert not window.controller.running
