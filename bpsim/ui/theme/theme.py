"""The theme in force: follows the system, or what the person chose."""

import sys

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from bpsim.ui.theme.fonts import sans
from bpsim.ui.theme.palette import is_dark, make_palette
from bpsim.ui.theme.style import style_sheet
from bpsim.ui.theme.tokens import BODY, DARK, LIGHT, Tokens

CHOICES = ("system", "light", "dark")

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class Theme(QObject):
    """Holds the choice and paints the application.

    Signals
    -------
    changed
        After colours changed.
    """

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = "system"
        # Where the system has no word for it, its palette still tells light from dark.
        self._dark_before = is_dark(application.palette())
        self._applying = False
        application.setFont(sans(BODY))
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        self.apply()

    @property
    def choice(self) -> str:
        """One of `CHOICES`."""
        return self._choice

    @property
    def dark(self) -> bool:
        """Whether the dark theme is in force."""
        if self._choice != "system":
            return self._choice == "dark"
        scheme = self._application.styleHints().colorScheme()
        if scheme == Qt.ColorScheme.Unknown:
            return self._dark_before
        return scheme == Qt.ColorScheme.Dark

    @property
    def tokens(self) -> Tokens:
        """The colours in force."""
        return DARK if self.dark else LIGHT

    def choose(self, choice: str) -> None:
        """Take ``system``, ``light`` or ``dark``.

        Raises
        ------
        ValueError
            For any other word.
        """
        if choice not in CHOICES:
            raise ValueError(f"A theme is one of {', '.join(CHOICES)}, not {choice!r}.")
        self._choice = choice
        self.apply()

    def apply(self) -> None:
        """Paint the application in the theme's colours."""
        self._applying = True  # what follows makes Qt report a change of its own
        try:
            # For title bars and the system's dialogues; palette and style sheet do the rest.
            self._application.styleHints().setColorScheme(_SCHEMES[self._choice])
            tokens = self.tokens
            # Taking one off and putting another on is twice as quick as changing it.
            self._application.setStyleSheet("")
            self._application.setPalette(make_palette(tokens))
            self._application.setStyleSheet(style_sheet(tokens))
            _paint_plots(tokens)
        finally:
            self._applying = False
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._choice == "system" and not self._applying:
            self.apply()


_in_force: Theme | None = None


def theme() -> Theme:
    """Return the application's theme, made at the first call.

    Raises
    ------
    RuntimeError
        Before there is a QApplication.
    """
    global _in_force
    if _in_force is None or not isValid(_in_force):
        application = QApplication.instance()
        if not isinstance(application, QApplication):
            raise RuntimeError("There is no QApplication yet.")
        _in_force = Theme(application)
    return _in_force


def _paint_plots(tokens: Tokens) -> None:
    # Plots are imported after the first paint; whoever imports them gets the colours then.
    plots = sys.modules.get("pyqtgraph")
    if plots is not None:
        plots.setConfigOptions(background=tokens.panel, foreground=tokens.muted)
