"""The timeline: every step since the start, to go to, with the changes made by hand."""

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolTip, QWidget

from bpsim.ui.click_slider import ClickSlider
from bpsim.ui.controller import Controller
from bpsim.ui.plots.events import Event, Events, nearby
from bpsim.ui.steady_label import SteadyLabel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

_MOST = 2**31 - 1
_REACH, _HALF = 5, 7


class Track(ClickSlider):
    """A slider over the steps that marks what was changed.

    Attributes
    ----------
    events
        What was changed by hand.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.events: tuple[Event, ...] = ()

    def words_at(self, x: float) -> str:
        """Say what was changed at a place, or which step stands there."""
        reach = _REACH * self.maximum() / self.room()[1]
        step = min(max(round(self.value_at(x)), 0), self.maximum())
        return nearby(self.events, self.value_at(x), reach) or self.tr("Go to step {step}").format(
            step=f"{step:,}"
        )

    def event(self, event: QEvent) -> bool:
        """Say what is under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.words_at(event.pos().x()), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Mark the changes beside the handle: settings stand out higher than values."""
        super().paintEvent(event)
        if not self.events:
            return
        tokens, middle = theme().tokens, self.height() / 2
        handle = self.part("SC_SliderHandle").adjusted(-1, 0, 1, 0)
        painter = QPainter(self)
        for at, change in {round(self.place_of(e.step)): e for e in self.events}.items():
            if handle.left() <= at <= handle.right():
                continue
            half = _HALF + 2 if change.settings else _HALF
            ink = tokens.backward if change.settings else tokens.negative
            painter.setPen(QPen(QColor(ink), 2))
            painter.drawLine(QPointF(at, middle - half), QPointF(at, middle + half))
        painter.end()


class Timeline(QWidget):
    """A track with words on where it stands."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self._events = controller, Events()
        self.slider = Track(self)
        self.slider.setAccessibleName(self.tr("Timeline"))
        # It only ever grows, so that the track does not tremble while training runs.
        self.words, self.changes = SteadyLabel(self), QLabel("", self)
        self.words.setFont(fonts.mono(12))
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for label in (self.words, self.changes):
            label.setProperty("tone", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(12)
        row.addWidget(QLabel(self.tr("Timeline"), self))
        row.addWidget(self.slider, 1)
        row.addWidget(self.words)
        row.addWidget(self.changes)
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
        self.slider.setPageStep(max(min(steps, _MOST) // 20, 1))
        self.slider.setValue(min(updates, _MOST))
        self.slider.setEnabled(steps > 0)
        self.slider.blockSignals(False)
        events = self._events.of(session)
        if events is not self.slider.events:
            self.slider.events = events
            self.slider.update()
        words = self.tr("{step} of {steps}").format(step=f"{updates:,}", steps=f"{steps:,}")
        self.words.setText(words)
        self.changes.setText(self._change_words(events, updates))
        self.changes.setVisible(bool(events))
        self.slider.setAccessibleDescription(f"{words} {self.changes.text()}".strip())

    def _change_words(self, events: tuple[Event, ...], updates: int) -> str:
        """Say when the last change up to here was made, or the first one later."""
        if not events:
            return ""
        last = next((e for e in reversed(events) if e.step <= updates), events[0])
        words = (
            self.tr("settings changed at {step}") if last.settings else self.tr("edited at {step}")
        )
        text = "· " + words.format(step=f"{last.step:,}")
        if len(events) > 1:
            text += self.tr(", {count} changes").format(count=len(events))
        return text

    def _want(self, step: int) -> None:
        self._wanted = step
        self._soon.start()

    def _go(self) -> None:
        step, self._wanted = self._wanted, None
        if step is not None:
            self._controller.do(lambda session: session.jump_to_step(step))
