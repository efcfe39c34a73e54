"""The menu bar and every action, made from the tables of commands and moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from bpsim.session.label import Label
from bpsim.ui.actions import BACK, FORWARD, Move
from bpsim.ui.actions import CONTEXT as MOVES
from bpsim.ui.changes import words
from bpsim.ui.commands import COMMANDS, CONTEXT, LINE, MENUS
from bpsim.ui.theme.icons import icon
from bpsim.ui.theme.theme import CHOICES, theme
from bpsim.words import translate

if TYPE_CHECKING:
    from bpsim.ui.main_window import MainWindow


class Menus(QObject):
    """Makes the actions and lays them out.

    Attributes
    ----------
    actions
        Every action by its name.
    back, forward
        The moves through training.
    groups
        What `MENUS` names beside single actions: sub-menus and rows of actions.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.actions: dict[str, QAction] = {}
        self.back = [self._move(move) for move in BACK]
        self.forward = [self._move(move) for move in FORWARD]
        for command in COMMANDS:
            text = translate(CONTEXT, command.words)
            do = partial(command.do, window)
            self._action(command.name, text, do, command.key, command.icon)
        self.groups: dict[str, Sequence[QAction]] = {
            "network": [window.network.menu.menuAction()],
            "recent": [self._filled(self.tr("Recent"), window.files.fill_recent)],
            "panels": [dock.toggleViewAction() for dock in window.docks.values()],
            "windows": [self._windows()],
            "themes": self._themes(),
        }
        window.network.menu.addSeparator()
        more = ("watch", "check_chosen", "settings")
        window.network.menu.addActions([self.actions[name] for name in more])
        window.controller.selection.changed.connect(self.name_watch)
        self.name_watch()
        for title, names in MENUS:
            if title in self.groups:
                window.menuBar().addActions(self.groups[title])
                continue
            menu = window.menuBar().addMenu(translate(CONTEXT, title))
            for name in names:
                if name == LINE:
                    menu.addSeparator()
                else:
                    menu.addActions(self.groups.get(name) or [self.actions[name]])

    def _action(
        self, name: str, text: str, do: Callable[[], object], key: str, image: str
    ) -> QAction:
        action = QAction(text, self._window)
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(lambda: do())
        self._window.addAction(action)
        if image:
            action.setIcon(icon(image))
        self.actions[name] = action
        return action

    def _move(self, move: Move) -> QAction:
        text = translate(MOVES, move.words)
        do = partial(move.do, self._window.controller)
        action = self._action(move.name, text, do, move.key, move.icon)
        tip = translate(MOVES, move.tip)
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{tip} ({key})")
        return action

    def _filled(self, title: str, fill: Callable[[QMenu], None]) -> QAction:
        """Make a menu that is filled whenever it is opened."""
        menu = QMenu(title, self._window)
        menu.aboutToShow.connect(partial(fill, menu))
        return menu.menuAction()

    def _windows(self) -> QAction:
        menu = QMenu(self.tr("Separate windows"), self._window)
        menu.addActions([dock.float_action for dock in self._window.docks.values()])
        return menu.menuAction()

    def _themes(self) -> list[QAction]:
        group = QActionGroup(self)
        names = {
            "system": self.tr("Colours of the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        for choice in CHOICES:
            action = group.addAction(names[choice])
            action.setCheckable(True)
            action.setChecked(theme().choice == choice)
            action.setData(choice)
        group.triggered.connect(self._window.choose_theme)
        return group.actions()

    # Showing

    def refresh(self) -> None:
        """Offer what can be done now."""
        session = self._window.controller.session
        for action in (*self.back, self.actions["run_back"]):
            action.setEnabled(session.position.executed > 0)
        self._name_change("undo", session.undo_label, self.tr("Undo"), self.tr("Undo {name}"))
        self._name_change("redo", session.redo_label, self.tr("Redo"), self.tr("Redo {name}"))

    def name_watch(self) -> None:
        """Say what the action would watch."""
        chosen = self._window.controller.selection.current
        words = self.tr("Watch {name}").format(name=chosen) if chosen else self.tr("Watch…")
        self.actions["watch"].setText(words)

    def _name_change(self, name: str, label: Label | None, empty: str, filled: str) -> None:
        action = self.actions[name]
        action.setEnabled(label is not None)
        action.setText(filled.format(name=words(label)) if label else empty)

    def running(self, running: bool) -> None:
        """Let the run action pause what runs."""
        action = self.actions["run"]
        action.setText(self.tr("Pause") if running else self.tr("Run"))
        action.setIcon(icon("pause-filled" if running else "play-filled", "panel"))
