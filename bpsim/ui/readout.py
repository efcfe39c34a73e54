"""Always in sight: epoch, batch, step, operation and loss."""

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from bpsim.engine.program import Phase
from bpsim.explain.numbers import format_number
from bpsim.ui.controller import Controller
from bpsim.ui.program.rows import GLYPHS, TOKENS
from bpsim.ui.steady_label import SteadyLabel
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme


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
        self._heads: list[QLabel] = []
        self.values: list[SteadyLabel] = []
        for column, name in enumerate(names):
            head, value = QLabel(name, self), SteadyLabel(self)
            head.setFont(fonts.sans(11))
            value.setFont(fonts.mono(12))
            value.setAccessibleName(name)
            grid.addWidget(head, 0, column)
            grid.addWidget(value, 1, column)
            self._heads.append(head)
            self.values.append(value)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        theme().changed.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Show the present numbers."""
        tokens, session = theme().tokens, self._controller.session
        at, current = session.position, session.current
        for head in self._heads:
            _colour(head, tokens.muted)
        phase = current.phase if current else Phase.FORWARD
        name = f"{GLYPHS[phase]} {current.name}" if current else "–"
        loss = session.value("loss")
        if loss is not None:
            shown = format_number(float(loss))
        elif len(session.history.losses) and at.updates:
            shown = format_number(float(session.history.losses[at.updates - 1]))
        else:
            shown = "–"
        texts = (str(at.epoch), f"{at.batch} of {at.batches}", str(at.step), name, shown)
        for label, text in zip(self.values, texts, strict=True):
            label.setText(text)
        _colour(self.values[3], getattr(tokens, TOKENS[phase]))


def _colour(label: QLabel, colour: str) -> None:
    # A style sheet would be slow to change and make Qt lay out the whole window anew.
    palette = label.palette()
    if palette.windowText().color() != QColor(colour):
        palette.setColor(QPalette.ColorRole.WindowText, QColor(colour))
        label.setPalette(palette)
