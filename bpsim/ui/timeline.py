"""The timeline: every step since the start, to go to."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from bpsim.ui.controller import Controller

_MOST = 2**31 - 1


class Timeline(QWidget):
    """A slider over the steps, with words on where it stands."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setAccessibleName(self.tr("Timeline"))
        self.slider.setToolTip(self.tr("Go to any step"))
        self.words = QLabel("", self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(QLabel(self.tr("Timeline"), self))
        row.addWidget(self.slider, 1)
        row.addWidget(self.words)
        # Dragging asks for many steps; only the last one counts.
        self._wanted: int | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._go)
        self.slider.valueChanged.connect(self._want)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the present step."""
        session = self._controller.session
        updates, steps = session.position.updates, session.history.steps
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(min(steps, _MOST), 1))
        self.slider.setValue(min(updates, _MOST))
        self.slider.setEnabled(steps > 0)
        self.slider.blockSignals(False)
        words = self.tr("step {step} of {steps}").format(step=f"{updates:,}", steps=f"{steps:,}")
        edits = len(session.history.edits)
        if edits == 1:
            words += " · " + self.tr("1 edit")
        elif edits:
            words += " · " + self.tr("{count} edits").format(count=edits)
        self.words.setText(words)

    def _want(self, step: int) -> None:
        self._wanted = step
        self._soon.start()

    def _go(self) -> None:
        step, self._wanted = self._wanted, None
        if step is not None:
            self._controller.do(lambda session: session.jump_to_step(step))
