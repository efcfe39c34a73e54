"""What the window does for the debugger's commands."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from bpsim.session.breakpoints import Stop

if TYPE_CHECKING:
    from bpsim.ui.main_window import MainWindow
    from bpsim.ui.program.panel import ProgramPanel


def program_of(window: MainWindow) -> ProgramPanel:
    """Return the panel that lists the operations."""
    from bpsim.ui.program.panel import ProgramPanel

    panel = window.panel("program")
    assert isinstance(panel, ProgramPanel)
    return panel


def toggle_breakpoint(window: MainWindow) -> None:
    """Set a breakpoint at the chosen operation, or remove it."""
    program = program_of(window)
    program.toggle_breakpoint(program.chosen)


def run_here(window: MainWindow, direction: int) -> None:
    """Go to where the chosen operation runs next, or ran last."""
    window.controller.run_to(program_of(window).chosen.index, direction)


def find_back(window: MainWindow) -> None:
    """Go back to where a breakpoint was reached last."""
    from bpsim.ui.debugger.find_back import FindBack

    controller = window.controller
    controller.pause()
    session = controller.session
    breakpoints = [each for each in session.marks.breakpoints if each.enabled]
    if not breakpoints:
        none = "There is no breakpoint. Click in the margin of the program to set one."
        controller.told.emit(QCoreApplication.translate("debugger", none))
        return
    search = FindBack(session, breakpoints, window)
    search.finished.connect(partial(_found, window, search))
    search.start()


def _found(window: MainWindow, search: object, found: Stop | None) -> None:
    from bpsim.ui.debugger.find_back import FindBack

    assert isinstance(search, FindBack)
    if found is not None:
        window.controller.go_to(found)
    elif not search.cancelled:
        none = "No breakpoint was reached before this."
        window.controller.told.emit(QCoreApplication.translate("debugger", none))
