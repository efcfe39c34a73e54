"""Starts the window."""

from __future__ import annotations

import gc
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from bpsim.resources import resource
from bpsim.ui.dropped import is_csv
from bpsim.ui.faults import Faults
from bpsim.ui.language import speak
from bpsim.ui.main_window import MainWindow, save_picture
from bpsim.ui.theme.theme import CHOICES, theme

if TYPE_CHECKING:
    from bpsim.session.project import Project
    from bpsim.session.session import Session
    from bpsim.storage.stamp import Stamp

BAD_INPUT = 2
FIRST_SIZE = (1440, 900)
FRAME = (8, 40)
"""What a desktop draws around a window, at most: width and height."""
DESKTOP_FILE = "io.github.bpsim.bpsim"
"""The name of the desktop entry in packaging/linux, by which a desktop knows the window."""


def make_application() -> QApplication:
    """Return the one QApplication, named for settings and desktop."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        # Named here: from setStyle Python would get a QStyle, whose names take 10 ms to make known.
        application = QApplication([*sys.argv[:1], "-style", "Fusion"])
        speak(application)
    application.setApplicationName("bpsim")
    application.setOrganizationName("bpsim")
    application.setDesktopFileName(DESKTOP_FILE)
    application.setWindowIcon(QIcon(str(resource("icons", "bpsim.svg"))))
    return application


def make_frame() -> MainWindow:
    """Make the window in the colours of the last time, with nothing in it yet."""
    settings = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "bpsim", "bpsim")
    chosen = settings.value("theme")
    if chosen in CHOICES:
        theme().choose(str(chosen))
    else:
        theme()
    return MainWindow(settings)


def make_window(project: Project | None = None) -> MainWindow:
    """Make the window and fill it, with the first example if nothing else is asked for."""
    window = make_frame()
    fill(window, project)
    return window


def fill(window: MainWindow, project: Project | None = None) -> None:
    """Put a project into the window, or the first example."""
    # NumPy comes with it, after the first paint.
    from bpsim.session.example import one_neuron_a_layer

    window.fill(project or one_neuron_a_layer())


def _first_size(application: QApplication) -> QSize:
    """Fit the window on the screen, with room for its frame."""
    room = application.primaryScreen().availableSize() - QSize(*FRAME)
    return QSize(*FIRST_SIZE).boundedTo(room)


def run_window(
    file: Path | None,
    screenshot: Path | None,
    size: tuple[int, int] | None,
    colours: str | None,
    operations: int,
) -> int:
    """Open the window and stay until it is closed; return the exit status.

    Raises
    ------
    ImportError
        If a part of the program or what it needs cannot be loaded.
    """
    application = make_application()
    window = make_frame()
    faults = Faults(window)
    faults.told.connect(window.tell)
    faults.catch()
    if colours is not None:
        theme().choose(colours)
    window.resize(QSize(*size) if size else _first_size(application))
    if screenshot is None:
        window.restore_frame()
    window.show()
    lacking: list[ImportError] = []

    def begin() -> None:
        try:
            _begin(window, file, screenshot, operations)
        except ImportError as error:
            lacking.append(error)
            application.exit(BAD_INPUT)

    window.framed.connect(begin)
    status = application.exec()
    if lacking:
        raise lacking[0]
    return status


def _begin(window: MainWindow, file: Path | None, screenshot: Path | None, operations: int) -> None:
    """Fill the window that stands, and do what the command line asks for."""
    problem, opened = _read(file)
    if problem and screenshot is not None:
        print(problem, file=sys.stderr)
        QApplication.exit(BAD_INPUT)
        return
    fill(window)
    if file is not None and opened is not None:
        window.files.opened(file, opened)
    window.proportion()
    if screenshot is None:
        window.restore()
    window.setFocus()
    window.first_painted.connect(_collect)
    window.first_painted.connect(partial(_hear_interrupts, window))
    if operations:
        window.controller.do(lambda session: session.jump(operations))
    if problem:
        window.tell(problem)
    if file is not None and is_csv(file):
        window.files.open_path(file)
    if screenshot is None:
        window.first_painted.connect(window.files.offer_recovery)
    else:
        picture = partial(save_picture, window, screenshot, partial(_leave, screenshot))
        window.first_painted.connect(picture)


def _read(file: Path | None) -> tuple[str, tuple[Session, Stamp] | None]:
    """Read a project, if that is what is asked for; say what is wrong with it."""
    if file is None or is_csv(file):
        return "", None
    from bpsim.storage.project_file import ProjectFileError, read_stamped_session

    try:
        return "", read_stamped_session(file)
    except ProjectFileError as error:
        return str(error), None


def _collect() -> None:
    """Look for garbage again, but not in what was made while starting."""
    gc.freeze()
    gc.enable()


def _hear_interrupts(window: MainWindow) -> None:
    from bpsim.ui.interrupt import Interrupt

    Interrupt(window).catch()


def _leave(picture: Path, saved: bool) -> None:
    if not saved:
        print(f"bpsim: {picture} was not written: {_cause(picture)}", file=sys.stderr)
    # Not `quit`, which asks the window to close, and the window asks about what is not saved.
    QApplication.exit(0 if saved else BAD_INPUT)


def _cause(picture: Path) -> str:
    if picture.is_dir():
        return "it is a folder"
    if not picture.parent.is_dir():
        return f"there is no folder {picture.parent}"
    return f"a picture cannot be written there as {picture.suffix or 'PNG'}"
