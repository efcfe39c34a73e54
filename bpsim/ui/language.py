"""The window's language: English, or the system's where a translation ships."""

from PySide6.QtCore import QCoreApplication

from bpsim import words
from bpsim.resources import resource


def speak(application: QCoreApplication) -> None:
    """Let every room's words be translated, and load the system's language if it ships."""
    words.use(QCoreApplication.translate)
    try:
        folder = resource("translations")
    except FileNotFoundError:
        return
    # Qt's names for this take some milliseconds to make known, which a start without has not.
    from bpsim.ui.translation import load

    load(application, folder)
