"""Always in sight: epoch, batch, step, operation and loss."""

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from bpsim.engine.program import Phase
from bpsim.explain.numbers import format_number
from bpsim.ui.controller import Controller
from bpsim.ui.program.rows import GLYPHS, TOKENS
from bpsim.ui.steady_label import InkLabel, SteadyLabel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme

_OPERATION = 3


class Readout(QWidget):
    """Where training stands, in five numbers."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        names = (
            self.tr("Epoch"),
            self.tr("Batch"),
            self.tr("Step"),
            self.tr("Operation"),
            self.tr("Loss"),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 0, 4, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(0)
        self.operation = InkLabel(self)
        self.values: list[SteadyLabel] = []
        for column, name in enumerate(names):
            head = QLabel(name, self)
            value = self.operation if column == _OPERATION else SteadyLabel(self)
            head.setProperty("tone", "muted")
            head.setFont(fonts.sans(11))
            value.setFont(fonts.mono(12))
            value.setAccessibleName(name)
            grid.addWidget(head, 0, column)
            grid.addWidget(value, 1, column)
            self.values.append(value)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the present numbers."""
        tokens, session = theme().tokens, self._controller.session
        at, current = session.position, session.current
        phase = current.phase if current else Phase.FORWARD
        name = f"{GLYPHS[phase]} {current.name}" if current else "–"
        loss = session.value("loss")
        if loss is not None:
            shown = format_number(float(loss))
        elif len(session.history.losses) and at.updates:
            shown = format_number(float(session.history.losses[at.updates - 1]))
        else:
            shown = "–"
        batch = self.tr("{batch} of {batches}").format(batch=at.batch, batches=at.batches)
        texts = (str(at.epoch), batch, str(at.step), name, shown)
        for label, text in zip(self.values, texts, strict=True):
            label.setText(text)
        self.operation.write(name, getattr(tokens, TOKENS[phase]))
