"""The table of commands and where each stands in the menus; adding one touches this place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpsim.session.session import Session
from bpsim.ui.actions import BACK, FORWARD
from bpsim.ui.debugger import commands as debugger
from bpsim.ui.debugger.inside import back_into, into, out
from bpsim.words import QT_TRANSLATE_NOOP

if TYPE_CHECKING:
    from bpsim.ui.main_window import MainWindow

CONTEXT = "commands"


@dataclass(frozen=True)
class Command:
    """Something that the window can do, by menu and by key.

    Attributes
    ----------
    name
        Identifies it.
    words
        For the menu.
    do
        What it does.
    key
        Its shortcut, which works whatever has the focus.
    icon
        A file in resources/icons.
    """

    name: str
    words: str
    do: Callable[[MainWindow], object]
    key: str = ""
    icon: str = ""


COMMANDS = (
    Command(
        "new", QT_TRANSLATE_NOOP("commands", "New…"), lambda w: w.files.new(), "Ctrl+N", "plus"
    ),
    Command(
        "open",
        QT_TRANSLATE_NOOP("commands", "Open…"),
        lambda w: w.files.open(),
        "Ctrl+O",
        "folder-open",
    ),
    Command(
        "save", QT_TRANSLATE_NOOP("commands", "Save"), lambda w: w.files.save(), "Ctrl+S", "save"
    ),
    Command(
        "save_as",
        QT_TRANSLATE_NOOP("commands", "Save as…"),
        lambda w: w.files.save_as(),
        "Ctrl+Shift+S",
    ),
    Command("rename", QT_TRANSLATE_NOOP("commands", "Rename…"), lambda w: w.ask_name()),
    Command(
        "export",
        QT_TRANSLATE_NOOP("commands", "Export history…"),
        lambda w: w.files.ask_export(),
        "Ctrl+E",
        "download",
    ),
    Command("quit", QT_TRANSLATE_NOOP("commands", "Quit"), lambda w: w.close(), "Ctrl+Q"),
    Command(
        "undo",
        QT_TRANSLATE_NOOP("commands", "Undo"),
        lambda w: w.controller.do(Session.undo),
        "Ctrl+Z",
        "undo-2",
    ),
    Command(
        "redo",
        QT_TRANSLATE_NOOP("commands", "Redo"),
        lambda w: w.controller.do(Session.redo),
        "Ctrl+Shift+Z",
        "redo-2",
    ),
    Command(
        "copy",
        QT_TRANSLATE_NOOP("commands", "Copy explanation"),
        lambda w: w.explanation().copy_text(),
        "Ctrl+Shift+C",
    ),
    Command(
        "copy_latex",
        QT_TRANSLATE_NOOP("commands", "Copy as LaTeX"),
        lambda w: w.explanation().copy_latex(),
        "Ctrl+Alt+C",
    ),
    Command("run", QT_TRANSLATE_NOOP("commands", "Run"), lambda w: w.controller.toggle(1), "F5"),
    Command(
        "run_back",
        QT_TRANSLATE_NOOP("commands", "Run backwards"),
        lambda w: w.controller.toggle(-1),
        "Shift+F5",
    ),
    Command(
        "find_back",
        QT_TRANSLATE_NOOP("commands", "Back to the last breakpoint"),
        debugger.find_back,
        "Ctrl+F5",
    ),
    Command(
        "run_here",
        QT_TRANSLATE_NOOP("commands", "Run to the chosen operation"),
        lambda w: debugger.run_here(w, 1),
        "F4",
    ),
    Command(
        "back_here",
        QT_TRANSLATE_NOOP("commands", "Back to the chosen operation"),
        lambda w: debugger.run_here(w, -1),
        "Shift+F4",
    ),
    Command(
        "into",
        QT_TRANSLATE_NOOP("commands", "Step into: next element"),
        lambda w: into(w.controller),
        "F11",
    ),
    Command(
        "back_into",
        QT_TRANSLATE_NOOP("commands", "Back into: element before"),
        lambda w: back_into(w.controller),
        "Ctrl+F11",
    ),
    Command(
        "out",
        QT_TRANSLATE_NOOP("commands", "Step out of the elements"),
        lambda w: out(w.controller),
        "Shift+F11",
    ),
    Command(
        "toggle_breakpoint",
        QT_TRANSLATE_NOOP("commands", "Set or remove breakpoint"),
        debugger.toggle_breakpoint,
        "Ctrl+B",
    ),
    Command(
        "condition",
        QT_TRANSLATE_NOOP("commands", "Stop on a condition…"),
        debugger.ask_condition,
        "Ctrl+Shift+B",
    ),
    Command("watch", QT_TRANSLATE_NOOP("commands", "Watch"), debugger.watch, "Ctrl+Shift+W"),
    Command("run_until", QT_TRANSLATE_NOOP("commands", "Run until…"), debugger.run_until, "Ctrl+R"),
    Command(
        "next",
        QT_TRANSLATE_NOOP("commands", "Next sample"),
        lambda w: w.show_sample(1),
        "Alt+Down",
    ),
    Command(
        "previous",
        QT_TRANSLATE_NOOP("commands", "Previous sample"),
        lambda w: w.show_sample(-1),
        "Alt+Up",
    ),
    Command(
        "lessons",
        QT_TRANSLATE_NOOP("commands", "Lessons…"),
        lambda w: w.show_lessons(),
        "Shift+F1",
    ),
    Command("practice", QT_TRANSLATE_NOOP("commands", "Practice…"), lambda w: w.practise(), "F6"),
    Command(
        "check",
        QT_TRANSLATE_NOOP("commands", "Check gradients…"),
        lambda w: w.check_gradients(()),
        "Ctrl+G",
    ),
    Command(
        "check_chosen",
        QT_TRANSLATE_NOOP("commands", "Check gradient…"),
        lambda w: w.check_gradients(w.controller.selection.elements),
        "Ctrl+Shift+G",
    ),
    Command(
        "conventions",
        QT_TRANSLATE_NOOP("commands", "Conventions…"),
        lambda w: w.show_conventions(),
        "Ctrl+Shift+K",
    ),
    Command(
        "zoom_in",
        QT_TRANSLATE_NOOP("commands", "Zoom in"),
        lambda w: w.network.zoom_by(1.25),
        "Ctrl++",
        "zoom-in",
    ),
    Command(
        "zoom_out",
        QT_TRANSLATE_NOOP("commands", "Zoom out"),
        lambda w: w.network.zoom_by(0.8),
        "Ctrl+-",
        "zoom-out",
    ),
    Command(
        "fit",
        QT_TRANSLATE_NOOP("commands", "Show the whole network"),
        lambda w: w.network.fit(),
        "Ctrl+0",
        "maximize-2",
    ),
    Command(
        "settings",
        QT_TRANSLATE_NOOP("commands", "All settings"),
        lambda w: w.show_settings(),
        "Ctrl+,",
        "settings",
    ),
    Command(
        "layout", QT_TRANSLATE_NOOP("commands", "Restore panels"), lambda w: w.restore_layout()
    ),
    Command(
        "about",
        QT_TRANSLATE_NOOP("commands", "Keys and about"),
        lambda w: w.show_about(),
        "F1",
        "info",
    ),
)
"""All commands but the moves through training, which are in `bpsim.ui.actions`."""

LINE = ""
"""Parts the items of a menu."""

MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("commands", "&File"),
        (
            *("new", "open", "recent", LINE),
            *("save", "save_as", "rename", LINE),
            *("export", LINE, "quit"),
        ),
    ),
    (QT_TRANSLATE_NOOP("commands", "&Edit"), ("undo", "redo", LINE, "copy", "copy_latex")),
    ("network", ()),
    (
        QT_TRANSLATE_NOOP("commands", "&Run"),
        (
            *("run", "run_until", "run_back", LINE),
            *(*(move.name for move in FORWARD), LINE),
            *(*(move.name for move in reversed(BACK)), LINE),
            *("into", "back_into", "out", LINE),
            *("toggle_breakpoint", "condition", "run_here", "back_here", "find_back", LINE),
            "watch",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("commands", "&View"),
        (
            "zoom_in",
            "zoom_out",
            "fit",
            LINE,
            "next",
            "previous",
            LINE,
            "panels",
            "windows",
            "layout",
            LINE,
            "themes",
        ),
    ),
    (
        QT_TRANSLATE_NOOP("commands", "&Learn"),
        ("lessons", "practice", LINE, "check", "check_chosen", LINE, "conventions"),
    ),
    (QT_TRANSLATE_NOOP("commands", "&Help"), ("about",)),
)
"""The menu bar: each menu's title and items. A title in `Menus.groups` is a menu of its own."""
