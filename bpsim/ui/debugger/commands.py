"""What the window does for the debugger's commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bpsim.words import translate

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


def ask_condition(window: MainWindow) -> None:
    """Ask on which condition to stop at the chosen operation."""
    program = program_of(window)
    program.ask_condition(program.chosen)


def watch(window: MainWindow) -> None:
    """Watch what is selected, or ask what to watch."""
    from bpsim.ui.watches.panel import WatchesPanel

    dock, chosen = window.docks["watches"], window.controller.selection.current
    dock.show()
    dock.raise_()
    panel = window.panel("watches")
    assert isinstance(panel, WatchesPanel)
    if chosen is None:
        panel.field.setFocus()
    else:
        panel.watch(chosen)


def run_until(window: MainWindow) -> None:
    """Ask where a run is to end, and run."""
    from bpsim.ui.debugger.until_dialog import UntilDialog

    UntilDialog(window.controller, window.settings, window).open()


def run_here(window: MainWindow, direction: int) -> None:
    """Go to where the chosen operation runs next, or ran last."""
    window.controller.run_to(program_of(window).chosen.index, direction)


def find_back(window: MainWindow) -> None:
    """Go back to where a breakpoint was reached last."""
    from bpsim.ui.debugger.find_back import go_back

    controller = window.controller
    controller.pause()
    session = controller.session
    breakpoints = [each for each in session.marks.breakpoints if each.enabled]
    if not breakpoints:
        words = translate(
            "debugger", "There is no breakpoint. Click in the margin of the program to set one."
        )
        controller.told.emit(words)
        return
    go_back(controller, breakpoints, window)
