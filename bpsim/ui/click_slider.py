"""A slider that goes where it is clicked."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QSlider, QWidget


class ClickSlider(QSlider):
    """A horizontal slider; Qt's own would move by a page."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def part(self, name: str) -> QRect:
        """Return where a part stands, ``SC_SliderHandle`` or ``SC_SliderGroove``."""
        # Not before the first paint: it takes 10 ms to make QStyle's names known to Python.
        from PySide6.QtWidgets import QStyle, QStyleOptionSlider

        option, part = QStyleOptionSlider(), QStyle.SubControl[name]
        self.initStyleOption(option)
        return self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)

    def room(self) -> tuple[float, float]:
        """Return where the middle of the handle stands at the start, and how far it can go."""
        handle = self.part("SC_SliderHandle").width()
        groove = self.part("SC_SliderGroove")
        return groove.left() + handle / 2, max(groove.width() - handle, 1)

    def place_of(self, value: float) -> float:
        """Return where a value stands, in pixels from the left."""
        start, room = self.room()
        return start + room * value / max(self.maximum(), 1)

    def value_at(self, x: float) -> float:
        """Return the value that stands at a place."""
        start, room = self.room()
        return (x - start) / room * self.maximum()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go where it is clicked; the handle follows from there."""
        left = event.button() == Qt.MouseButton.LeftButton
        handle = self.part("SC_SliderHandle")
        if left and not handle.contains(event.position().toPoint()):
            self.setValue(min(max(round(self.value_at(event.position().x())), 0), self.maximum()))
        super().mousePressEvent(event)
