"""The list of keys, opened and searched by keyboard."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from bpsim.ui.keys_dialog import KeysDialog


def words(dialog):
    return {label.text() for label in dialog.findChildren(QLabel) if label.isVisible()}


def test_f1_lists_every_key_of_the_menus(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = window.findChild(KeysDialog)
    shown = words(dialog)
    named = {
        action.shortcut().toString()
        for action in window.menus.actions.values()
        if not action.shortcut().isEmpty()
    }
    assert named <= shown
    assert {"Run", "Network", "Freeze or unfreeze", "Ctrl+L"} <= shown
    qtbot.keyClicks(dialog.search, "epoch")
    qtbot.waitUntil(lambda: "Ctrl+L" not in words(dialog))
    assert {"Epoch", "Ctrl+Shift+F8", "Back an epoch"} <= words(dialog)
    qtbot.keyClicks(dialog.search, " of nothing")
    qtbot.waitUntil(lambda: "No key has to do with this." in words(dialog))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(KeysDialog) is None)


# What desktops keep for themselves: menus, closing and moving windows, desktops, consoles.
TAKEN = {"Shift+F10", *(f"Ctrl+F{n}" for n in (1, 2, 3, 4, 7, 8, 9, 10))}
TAKEN |= {f"{keys}+F{n}" for keys in ("Alt", "Ctrl+Alt", "Meta") for n in range(1, 13)}


def test_no_key_is_one_that_a_desktop_takes(window):
    actions = window.menus.actions
    keys = {name: action.shortcut().toString() for name, action in actions.items()}
    assert {name: key for name, key in keys.items() if key in TAKEN} == {}
    given = [key for key in keys.values() if key]
    assert len(set(given)) == len(given)
