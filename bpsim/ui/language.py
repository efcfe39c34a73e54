"""The window's language: a translation that ships, if there is one for the system's."""

import re

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from bpsim import words
from bpsim.resources import resource

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


def speak(application: QCoreApplication) -> None:
    """Let every room's words be translated, and load the system's language if it ships."""
    words.use(QCoreApplication.translate)
    try:
        folder = resource("translations")
    except FileNotFoundError:
        return
    for language in QLocale.system().uiLanguages():
        name = language.replace("-", "_")
        if name.partition("_")[0] == "en":
            return
        translation, qt = Translation(application), QTranslator(application)
        if translation.load(f"bpsim_{name}", str(folder)):
            application.installTranslator(translation)
            if qt.load(f"qtbase_{name}", QLibraryInfo.path(_TRANSLATIONS)):
                application.installTranslator(qt)
            return


_TRANSLATIONS = QLibraryInfo.LibraryPath.TranslationsPath
