"""Imports what the first step needs, once the window stands and nobody waits for it."""

from importlib import import_module

from PySide6.QtCore import QObject, QTimer

WAIT_MS = 150
NAMES = ("bpsim.explain.case", "bpsim.explain.explain", "bpsim.ui.explanation.page")


class Ready(QObject):
    """Imports one module after the other, with time for everything else between them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._left = list(NAMES)
        QTimer.singleShot(WAIT_MS, self, self._go_on)

    def _go_on(self) -> None:
        import_module(self._left.pop(0))
        if self._left:
            QTimer.singleShot(0, self, self._go_on)
        else:
            self.deleteLater()
