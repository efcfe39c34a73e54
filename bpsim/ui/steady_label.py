"""A label for words that change with every step."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QWidget


class SteadyLabel(QLabel):
    """Grows with its words but never shrinks, so that hardly any of them needs a new layout.

    Each text of a plain label makes Qt lay out all that is around it, up to the docks of the
    window, which takes longer than drawing them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)

    def setText(self, text: str) -> None:
        """Show a text, if it is another one."""
        if text == self.text():
            return
        margins = self.contentsMargins()
        room = self.fontMetrics().horizontalAdvance(text) + margins.left() + margins.right() + 2
        if room > self.minimumWidth() or not self.minimumHeight():
            self.setFixedSize(max(room, self.minimumWidth()), super().sizeHint().height())
        super().setText(text)


class InkLabel(SteadyLabel):
    """One whose colour changes, too: a style sheet would be slow to change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = ""

    def write(self, text: str, ink: str) -> None:
        """Show a text in a colour."""
        if ink != self._ink:
            self._ink = ink
            self.update()
        self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(QColor(self._ink))
        painter.drawText(self.contentsRect(), self.alignment(), self.text())
        painter.end()
