"""Journeys of a new user: XOR from nothing by mouse alone, and the same by keyboard alone."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QListView, QTabBar, QWidget

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.project_text import session_text
from bpsim.ui.data.built_in_dialog import BuiltInDialog
from bpsim.ui.data.edit_dialog import EditDialog
from bpsim.ui.gallery.dialog import GalleryDialog
from bpsim.ui.network.handles import handles
from tests.examples import small

LEFT = Qt.MouseButton.LeftButton
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
Key = Qt.Key
GOOD = 0.05
SLOW = 60_000
FILE = "Untitled.bpsim.json"


@pytest.fixture
def shown(qtbot, window):
    """The window as the program opens it."""
    qtbot.waitUntil(window.isActiveWindow)
    window.network.setFocus()
    return window


def sizes(window):
    return window.controller.session.project.specification.network.sizes


def dialog(qtbot, window, kind):
    """Wait for a dialog of a kind."""

    def there():
        return [d for d in window.findChildren(kind) if d.isVisible()]

    qtbot.waitUntil(lambda: bool(there()))
    found = there()[0]
    found.activateWindow()
    qtbot.waitUntil(lambda: found.isAncestorOf(QApplication.focusWidget() or window))
    return found


def settled(qtbot, window):
    """Wait until no dialog is open, and give the window the keys, as a desktop does."""
    qtbot.waitUntil(lambda: not any(d.isVisible() for d in window.findChildren(QDialog)))
    window.activateWindow()
    QApplication.processEvents()


def loss_of_all(window):
    """Work out the loss of all four rows by hand: tanh, then sigmoid, half the squared error."""
    session = window.controller.session
    rows = session.project.data.train
    hidden = np.tanh(rows[:, :2] @ session.value("W1").T + session.value("b1"))
    output = 1 / (1 + np.exp(-(hidden @ session.value("W2").T + session.value("b2"))))
    return float(np.mean(0.5 * (output - rows[:, 2:]) ** 2))


def state(window):
    session = window.controller.session
    return session.position, session.parameters().tolist(), session.history.losses.tolist()


# By mouse


def click(qtbot, widget, spot=None, modifiers=NONE):
    spot = widget.rect().center() if spot is None else spot
    qtbot.mouseMove(widget, spot)
    qtbot.mouseClick(widget, LEFT, modifiers, spot)


def choose(qtbot, window, *path):
    """Click through the menus: titles and the item, without what belongs to keys."""
    menu = window.menuBar()
    for name in path:
        action = next(a for a in menu.actions() if a.text().replace("&", "") == name)
        click(qtbot, menu, menu.actionGeometry(action).center())
        if action.menu() is not None:
            menu = action.menu()
            qtbot.waitUntil(menu.isVisible)


def handle(qtbot, window, kind, layer):
    """Point at where a handle of a layer shows up, then press it."""
    network = window.network
    picture = network.picture()
    x, y = picture.columns[layer].x, picture.height - 20
    if kind == "add_layer":
        x = (picture.columns[layer - 1].x + x) / 2
    network_point = QPoint(round(x), round(y))
    qtbot.mouseMove(network, network_point)
    found = handles(picture, sizes(window), x, y)
    wanted = next(h for h in found if (h.kind, h.layer) == (kind, layer))
    click(qtbot, network, QPoint(round(wanted.x), round(wanted.y)))


def button(window, words):
    """Find a button by its words."""
    kinds = [w for w in window.findChildren(QWidget) if hasattr(w, "click") and w.isVisible()]
    return next(w for w in kinds if w.text().replace("&", "") == words)


def test_xor_by_mouse(qtbot, shown, tmp_path):
    window = shown
    choose(qtbot, window, "File", "New…")
    gallery = dialog(qtbot, window, GalleryDialog)
    click(qtbot, gallery.create_button)
    # What the gallery makes is taken apart again, so that all is built here.
    rows = dialog(qtbot, window, EditDialog)
    click(qtbot, button(rows, "Cancel"))
    settled(qtbot, window)
    handle(qtbot, window, "remove_layer", 1)
    assert sizes(window) == (2, 1)
    handle(qtbot, window, "add_layer", 1)
    handle(qtbot, window, "add_unit", 1)
    handle(qtbot, window, "remove_layer", 1)
    handle(qtbot, window, "add_layer", 1)
    assert sizes(window) == (2, 3, 1)
    tabs = tabs_with(window, "Data")
    click(qtbot, tabs, tabs.tabRect(tab_texts(tabs).index("Data")).center())
    click(qtbot, button(window.panel("data"), "Built-in…"))
    sets = dialog(qtbot, window, BuiltInDialog)
    xor = next(iter(sets.list.findItems("XOR", Qt.MatchFlag.MatchExactly)))
    click(qtbot, sets.list.viewport(), sets.list.visualItemRect(xor).center())
    click(qtbot, sets.use_button)
    settled(qtbot, window)
    project = window.controller.session.project
    assert (sizes(window), len(project.data.train)) == ((2, 3, 1), 4)
    speed = window.toolbar.speed
    while speed.value() < speed.maximum():
        click(qtbot, speed, QPoint(speed.width() - 2, speed.height() // 2))
    run = window.toolbar.widgetForAction(window.menus.actions["run"])
    click(qtbot, run)
    qtbot.waitUntil(lambda: loss_of_all(window) < GOOD, timeout=SLOW)
    click(qtbot, run)
    assert not window.controller.running
    before = state(window)
    choose(qtbot, window, "File", "Save")
    files = dialog(qtbot, window, QFileDialog)
    files.setDirectory(str(tmp_path))  # it begins where a file was saved last
    click(qtbot, button(files, "Save"))
    settled(qtbot, window)
    qtbot.waitUntil(lambda: window.files.document.path is not None)
    assert not window.isWindowModified()
    choose(qtbot, window, "File", "New…")
    gallery = dialog(qtbot, window, GalleryDialog)
    qtbot.waitUntil(lambda: gallery.cards.count() > 1)
    card = gallery.cards.visualItemRect(gallery.cards.item(1)).center()
    click(qtbot, gallery.cards.viewport(), card)
    click(qtbot, gallery.create_button)
    settled(qtbot, window)
    assert sizes(window) == (1, 1, 1)
    choose(qtbot, window, "File", "Open…")
    files = dialog(qtbot, window, QFileDialog)
    listed = next(w for w in files.findChildren(QListView) if w.objectName() == "listView")
    qtbot.waitUntil(lambda: FILE in rows_of(listed))

    def picked():
        # The list may still be on its way to its last order.
        row = listed.model().index(rows_of(listed).index(FILE), 0, listed.rootIndex())
        click(qtbot, listed.viewport(), listed.visualRect(row).center())
        return [Path(name).name for name in files.selectedFiles()] == [FILE]

    qtbot.waitUntil(picked, timeout=SLOW)
    click(qtbot, button(files, "Open"))
    qtbot.waitUntil(lambda: sizes(window) == (2, 3, 1), timeout=SLOW)
    assert state(window) == before
    click(qtbot, window.toolbar.widgetForAction(window.menus.actions["step_epoch"]))
    assert window.controller.session.history.steps > before[0].updates
    assert loss_of_all(window) < GOOD


def rows_of(listed):
    model, root = listed.model(), listed.rootIndex()
    return [model.index(row, 0, root).data() for row in range(model.rowCount(root))]


def tabs_with(window, words):
    """Find the tab bar on which a panel is."""
    return next(b for b in window.findChildren(QTabBar) if words in tab_texts(b))


def tab_texts(bar):
    return [bar.tabText(at) for at in range(bar.count())]


# By keyboard


def press(qtbot, key, modifiers=NONE):
    """Press a key wherever the keys go."""
    target = QApplication.activePopupWidget() or QApplication.focusWidget()
    qtbot.keyClick(target or QApplication.activeWindow(), key, modifiers)


def write(qtbot, text):
    qtbot.keyClicks(QApplication.focusWidget(), text)


def tab_to(qtbot, wanted):
    """Press Tab until a widget has the focus."""
    for _ in range(60):
        if QApplication.focusWidget() is wanted:
            return
        press(qtbot, Key.Key_Tab)
    raise AssertionError(f"Tab never comes to {wanted}")


def test_xor_by_keyboard(qtbot, shown, tmp_path):
    window = shown
    press(qtbot, Key.Key_N, CONTROL)
    dialog(qtbot, window, GalleryDialog)
    press(qtbot, Key.Key_Return)
    dialog(qtbot, window, EditDialog)
    press(qtbot, Key.Key_Escape)
    settled(qtbot, window)
    tab_to(qtbot, window.network)
    for key in (Key.Key_Right, Key.Key_Right, Key.Key_Right):
        press(qtbot, key)
    assert str(window.controller.selection.current) == "a1[0]"
    press(qtbot, Key.Key_Delete, CONTROL)
    assert sizes(window) == (2, 1)
    press(qtbot, Key.Key_Insert, CONTROL)
    assert sizes(window) == (2, 3, 1)
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Insert)
    press(qtbot, Key.Key_N, ALT)
    qtbot.waitUntil(window.network.menu.isVisible)
    press(qtbot, Key.Key_R)
    assert sizes(window) == (2, 3, 1)
    tabs = tabs_with(window, "Data")
    tab_to(qtbot, tabs)
    while tabs.tabText(tabs.currentIndex()) != "Data":
        press(qtbot, Key.Key_Right)
    tab_to(qtbot, button(window.panel("data"), "Built-in…"))
    press(qtbot, Key.Key_Space)
    dialog(qtbot, window, BuiltInDialog)
    write(qtbot, "XOR")
    press(qtbot, Key.Key_Return)
    settled(qtbot, window)
    assert len(window.controller.session.project.data.train) == 4
    tab_to(qtbot, window.toolbar.speed)
    press(qtbot, Key.Key_End)
    press(qtbot, Key.Key_F5)
    qtbot.waitUntil(lambda: loss_of_all(window) < GOOD, timeout=SLOW)
    press(qtbot, Key.Key_F5)
    before = state(window)
    press(qtbot, Key.Key_S, CONTROL)
    dialog(qtbot, window, QFileDialog)
    write(qtbot, str(tmp_path / FILE))
    press(qtbot, Key.Key_Return)
    settled(qtbot, window)
    qtbot.waitUntil(lambda: window.files.document.path is not None)
    press(qtbot, Key.Key_N, CONTROL)
    gallery = dialog(qtbot, window, GalleryDialog)
    qtbot.waitUntil(lambda: gallery.cards.count() > 1)
    press(qtbot, Key.Key_Right)
    press(qtbot, Key.Key_Return)
    settled(qtbot, window)
    assert sizes(window) == (1, 1, 1)
    press(qtbot, Key.Key_O, CONTROL)
    dialog(qtbot, window, QFileDialog)
    write(qtbot, str(tmp_path / FILE))
    press(qtbot, Key.Key_Return)
    qtbot.waitUntil(lambda: sizes(window) == (2, 3, 1), timeout=SLOW)
    assert state(window) == before
    settled(qtbot, window)
    press(qtbot, Key.Key_F8)
    assert window.controller.session.history.steps == before[0].updates + 1
    assert loss_of_all(window) < GOOD


# Undo


def random_edit(qtbot, window, draws):
    """Make one edit by keys on the picture, by its menu or in the settings."""
    network, session = window.network, window.controller.session
    layer = int(draws.integers(1, len(sizes(window))))
    unit = int(draws.integers(sizes(window)[layer]))
    source = int(draws.integers(sizes(window)[layer - 1]))
    weight, bias = Element(f"W{layer}", (unit, source)), Element(f"b{layer}", (unit,))
    few = max(sizes(window)) < 5 and len(sizes(window)) < 5
    kind = int(draws.integers(9))
    if kind < 3:
        window.controller.selection.choose([weight, bias][: 1 + kind % 2])
        qtbot.keyClick(network, Key.Key_Return)
        network.editor.setText(repr(float(draws.normal())))
        qtbot.keyClick(network.editor, Key.Key_Return)
    elif kind == 3:
        window.controller.selection.choose([weight])
        qtbot.keyClick(network, Key.Key_Up, SHIFT)
    elif kind == 4:
        window.controller.selection.choose([weight, bias])
        qtbot.keyClick(network, Key.Key_L, CONTROL)
    elif kind == 5:
        key, modifiers = KEYS[int(draws.integers(len(KEYS)))]
        grows = key in (Key.Key_Insert, Key.Key_D)
        window.controller.selection.choose([Element(f"a{layer}", (unit,))])
        if few or not grows:
            qtbot.keyClick(network, key, modifiers)
    elif kind == 6:
        network.menu.fill()
        # Not gelu, which takes long: this is about undo.
        entries = network.menu.activations.actions()[:6]
        entries[int(draws.integers(len(entries)))].trigger()
    elif kind == 7:
        network.menu.fill()
        entries = network.menu.optimizers.actions()
        entries[int(draws.integers(len(entries)))].trigger()
    else:
        qtbot.keyClick(window, Key.Key_F8 if session.history.steps < 20 else Key.Key_F7)


KEYS = (
    (Key.Key_Insert, NONE),
    (Key.Key_D, CONTROL),
    (Key.Key_Delete, NONE),
    (Key.Key_Up, CONTROL),
    (Key.Key_Down, CONTROL),
    (Key.Key_Insert, CONTROL),
    (Key.Key_Delete, CONTROL),
    (Key.Key_Left, CONTROL),
    (Key.Key_Right, CONTROL),
)


def test_two_hundred_random_edits_are_undone_and_redone(qtbot, shown):
    window, draws, names = shown, np.random.default_rng(4), []
    window.controller.asks = False
    for dock in window.docks.values():
        dock.hide()
    window.controller.open(Session(small("momentum", batch_size=2)))
    session = window.controller.session
    undo, redo = window.menus.actions["undo"], window.menus.actions["redo"]
    first, version = session_text(session), session.version
    while len(names) < 200:
        random_edit(qtbot, window, draws)
        if session.version is not version:
            version = session.version
            names.append(undo.text())
    last = session_text(session)
    for name in reversed(names):
        assert undo.text() == name
        qtbot.keyClick(window, Key.Key_Z, CONTROL)
    assert not undo.isEnabled()
    assert session_text(session) == first
    qtbot.keyClick(window, Key.Key_F5, CONTROL | SHIFT)
    for name in names:
        assert redo.text() == name.replace("Undo", "Redo")
        qtbot.keyClick(window, Key.Key_Z, CONTROL | SHIFT)
    assert not redo.isEnabled()
    assert session_text(session) == last
    assert len(set(names)) > 40
