"""One line of news beside the timeline, until something else happens."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

_MOST_OF_THE_WINDOW = 0.55
_AROUND = 12


class Notice(QLabel):
    """Says where training stopped, and what was saved or written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._said = ""
        self.setContentsMargins(_AROUND, 0, 0, 0)
        self.setAccessibleName(self.tr("News"))
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hide()

    def say(self, words: str) -> None:
        """Show a sentence; nothing takes it away."""
        if words == self._said:
            return
        self._said = words
        self.setVisible(bool(words))
        self.setToolTip(words)
        self._fit()
        if words:
            # Not before the first paint: its many names take some milliseconds to make known.
            from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def clear_news(self, *_: object) -> None:
        """Make room for the timeline again."""
        self.say("")

    @property
    def words(self) -> str:
        """All that it says, even where there is no room for it."""
        return self._said

    def sizeHint(self) -> QSize:
        """Ask for room for the whole sentence, but leave some to the timeline."""
        wanted = self.fontMetrics().horizontalAdvance(self._said) + _AROUND + 4
        most = int(self.window().width() * _MOST_OF_THE_WINDOW)
        return QSize(min(wanted, most), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """As wide as asked for."""
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the sentence where it ends."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width(), self.sizeHint().width()) - _AROUND
        cut = self.fontMetrics().elidedText(self._said, Qt.TextElideMode.ElideRight, room)
        self.setText(cut)
        self.updateGeometry()
