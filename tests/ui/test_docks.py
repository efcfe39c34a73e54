"""Panels can be moved about, hidden and restored, by mouse and by keys."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu, QTabBar

from bpsim.ui.app import make_window


def tab_bar(window):
    """Find the bar that has the table's tab."""
    QApplication.processEvents()
    found = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next(bar for bar in found if bar.isVisible() and "Table" in titles(bar))


def titles(bar):
    return [bar.tabText(k) for k in range(bar.count())]


def tab_of(bar, title):
    return next(k for k in range(bar.count()) if bar.tabText(k) == title)


def menu_at(widget, spot, reason=QContextMenuEvent.Reason.Mouse):
    QApplication.sendEvent(widget, QContextMenuEvent(reason, spot, widget.mapToGlobal(spot)))
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible())


def act(menu, words):
    next(a for a in menu.actions() if words in a.text()).trigger()
    menu.close()
    QApplication.processEvents()


def test_a_title_gives_way_to_tabs_and_comes_back(qtbot, window):
    tab_bar(window)
    loss, table = window.docks["prediction"], window.docks["table"]
    assert loss.bar.height() == 0
    assert window.docks["program"].bar.height() == 32
    table.close()
    QApplication.processEvents()
    qtbot.waitUntil(lambda: loss.bar.height() == 32)
    assert loss.bar.title.isVisible()
    table.toggleViewAction().trigger()
    qtbot.waitUntil(lambda: loss.bar.height() == 0)


def test_tabs_are_reached_by_keys(qtbot, window):
    bar = tab_bar(window)
    assert bar.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not bar.isMovable()
    bar.setCurrentIndex(0)
    bar.setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert bar.currentIndex() == 1


def test_the_menu_of_a_tab_makes_a_window_and_hides(qtbot, window):
    bar, dock = tab_bar(window), window.docks["table"]
    act(menu_at(bar, bar.tabRect(tab_of(bar, "Table")).center()), "window of its own")
    assert dock.isFloating()
    assert dock.bar.height() == 32
    assert dock.float_action.isChecked()
    act(menu_at(dock.bar, QPoint(20, 10)), "window of its own")
    assert not dock.isFloating()
    bar = tab_bar(window)
    bar.setCurrentIndex(tab_of(bar, "Table"))
    act(menu_at(bar, QPoint(0, 0), QContextMenuEvent.Reason.Keyboard), "Hide")
    assert dock.isHidden()


def test_a_panel_that_nobody_has_seen_is_made_in_a_window_of_its_own(qtbot, window):
    dock = window.docks["table"]
    assert dock.widget() is None
    dock.float_action.trigger()
    qtbot.waitUntil(lambda: dock.widget() is not None and dock.widget().isVisible())


def test_a_tab_is_dragged_off_the_bar(qtbot, window):
    bar, dock = tab_bar(window), window.docks["table"]
    start = bar.tabRect(tab_of(bar, "Table")).center()
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(bar, left, pos=start)
    qtbot.mouseMove(bar, start + QPoint(9, 3))
    QApplication.processEvents()
    assert not dock.isFloating()
    for by in (QPoint(20, -60), QPoint(40, -90)):
        qtbot.mouseMove(bar, start + by)
        qtbot.waitUntil(dock.isFloating)
        QApplication.processEvents()
    end = bar.mapToGlobal(start + QPoint(40, -90))
    qtbot.mouseRelease(bar, left, pos=start + QPoint(40, -90))
    assert dock.bar.rect().contains(dock.bar.mapFromGlobal(end))
    assert dock.bar.title.isVisible()
    qtbot.mouseMove(bar, start)
    assert dock.bar.rect().contains(dock.bar.mapFromGlobal(end))


def test_the_view_menu_makes_a_window_of_a_hidden_panel(qtbot, window):
    dock = window.docks["program"]
    dock.close()
    dock.float_action.trigger()
    assert dock.isFloating()
    assert dock.isVisible()
    dock.float_action.trigger()
    assert not dock.isFloating()


def test_a_layout_comes_back(qtbot, window):
    window.docks["program"].close()
    window.docks["table"].float_action.trigger()
    QApplication.processEvents()
    window.close()
    again = make_window()
    qtbot.addWidget(again)
    again.show()
    again.proportion()
    again.restore()
    QApplication.processEvents()
    assert again.docks["program"].isHidden()
    assert again.docks["table"].isFloating()
    assert again.docks["table"].isVisible()
    assert again.docks["table"].float_action.isChecked()
    assert again.panel("table").isVisible()
    assert again.docks["prediction"].bar.height() == 32
    again.menus.actions["layout"].trigger()
    QApplication.processEvents()
    assert again.docks["program"].isVisible()
    assert not again.docks["table"].isFloating()
