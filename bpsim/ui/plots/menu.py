"""The menu of a plot: what is shown of it, and how."""

from collections.abc import Callable, Iterable

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

Entry = tuple[str, str]
"""A name by which it is kept, and the words for it."""


def add_switches(
    menu: QMenu, entries: Iterable[Entry], on: frozenset[str], slot: Callable[[str, bool], object]
) -> dict[str, QAction]:
    """Add what can be switched on and off, each by itself."""
    found = {}
    for name, words in entries:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(name in on)
        action.toggled.connect(_calling(slot, name))
        found[name] = action
    return found


def _calling(slot: Callable[[str, bool], object], name: str) -> Callable[[bool], None]:
    return lambda on: (slot(name, on), None)[1]


def add_choice(
    menu: QMenu, entries: Iterable[Entry], chosen: str, slot: Callable[[str], object]
) -> dict[str, QAction]:
    """Add several things of which one is chosen."""
    group, found = QActionGroup(menu), {}
    for name, words in entries:
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(name == chosen)
        action.setData(name)
        group.addAction(action)
        found[name] = action
    group.triggered.connect(lambda action: slot(str(action.data())))
    return found
