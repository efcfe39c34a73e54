"""Loads a translation of the window's words, and Qt's own of the same language."""

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

_PLACE = re.compile(r"\{[^}]*\}")


class Translation(QTranslator):
    """A translation; a text whose places are not those of the English one stays English."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        """Return the translation of a text; None if there is none, for an empty text is one."""
        found = super().translate(context, text, disambiguation, n)
        return found if found and places(found) == places(text) else None


def places(text: str) -> list[str]:
    """List what is filled in afterwards."""
    return sorted(_PLACE.findall(text))


def load(application: QCoreApplication, folder: Path) -> None:
    """Load the first of the system's languages that there is, unless English comes before it."""
    for language in QLocale.system().uiLanguages():
        name = language.replace("-", "_")
        if name.partition("_")[0] == "en":
            return
        ours, qts = Translation(application), QTranslator(application)
        if ours.load(f"bpsim_{name}", str(folder)):
            application.installTranslator(ours)
            if qts.load(f"qtbase_{name}", QLibraryInfo.path(_QTS)):
                application.installTranslator(qts)
            return


_QTS = QLibraryInfo.LibraryPath.TranslationsPath
