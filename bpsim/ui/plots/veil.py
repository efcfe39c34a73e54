"""Covers a panel while a person practises: what it shows would give values away."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget


class Veil(QLabel):
    """Lies over its parent; what is below can neither be seen nor reached by keys."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._panel = parent
        self.setText(self.tr("Hidden while you practise: it would give values away."))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setProperty("tone", "muted")
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setContentsMargins(12, 0, 12, 0)
        self.hide()
        parent.installEventFilter(self)

    def cover(self, covered: bool) -> None:
        """Cover the parent, or show it again."""
        only_own = Qt.FindChildOption.FindDirectChildrenOnly
        for child in self._panel.findChildren(QWidget, options=only_own):
            if child is not self:
                child.setEnabled(not covered)
        self.setGeometry(self._panel.rect())
        self.setVisible(covered)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the parent."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._panel.rect())
        return super().eventFilter(watched, event)
