"""What every panel has in common."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Panel(QWidget):
    """A part of the window with a title of its own.

    Signals
    -------
    info_changed
        A few words that stand at the right of the title: ``9 of 15``.
    """

    info_changed = Signal(str)

    def tell_info(self) -> None:
        """Send `info_changed`; panels that have something to say do."""

    def hurry(self) -> None:
        """Do now what was left for later, so that the window can be had as it will be."""

    def set_in_sight(self, seen: bool) -> None:
        """Learn whether anybody sees it: for Qt a panel behind a tab is visible too."""
