"""Moves one parameter aside and shows the loss that the gradient predicts beside the real one."""

from math import isfinite

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from bpsim.explain.numbers import format_number, full_number
from bpsim.session.aside.what_if import Outcome, WhatIf
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.editing.number_field import NumberField
from bpsim.ui.theme import fonts
from bpsim.ui.theme.tokens import BODY, ROW

_STEPS = 100
_DIGITS = 6


class WhatIfView(QWidget):
    """A field and a slider for one parameter, and what comes of it; the session stays as it is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: WhatIf | None = None
        self.name, self.words = QLabel(self), QLabel(self)
        self.name.setFont(fonts.mono(ROW))
        self.words.setFont(fonts.sans(BODY))
        self.words.setWordWrap(True)
        self.field = NumberField(self)
        self.field.setAccessibleName(self.tr("The value to try"))
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(-_STEPS, _STEPS)
        self.slider.setPageStep(10)
        self.slider.setAccessibleName(self.tr("Move the value to try"))
        self.slider.setToolTip(self.tr("Finer near the middle, which is the present value"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.name)
        top.addWidget(self.field, 1)
        box = QFrame(self)
        box.setProperty("box", "sunk")
        table = QGridLayout(box)
        table.setContentsMargins(12, 6, 12, 6)
        table.setVerticalSpacing(2)
        self._cells: list[QLabel] = []
        for row, words in enumerate(
            (
                self.tr("Loss now"),
                self.tr("The gradient predicts"),
                self.tr("It comes out as"),
                self.tr("Prediction off by"),
            )
        ):
            label, cell = QLabel(words, box), QLabel(box)
            label.setProperty("tone", "muted")
            label.setFont(fonts.sans(ROW))
            cell.setFont(fonts.mono(ROW))
            cell.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setRowMinimumHeight(row, 18)
            cell.setAccessibleName(words)
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            table.addWidget(label, row, 0)
            table.addWidget(cell, row, 1)
            self._cells.append(cell)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(12, 0, 12, 12)
        rows.setSpacing(4)
        rows.addLayout(top)
        rows.addWidget(self.slider)
        rows.addWidget(box)
        rows.addWidget(self.words)
        self.slider.valueChanged.connect(self._slid)
        self.field.committed.connect(self._typed)

    def ask(self, session: Session, element: Element) -> None:
        """Begin at the present value of a parameter."""
        self._asked = WhatIf(session, element)
        self.name.setText(str(element))
        self.slider.blockSignals(True)
        self.slider.setValue(0)
        self.slider.blockSignals(False)
        self.field.set_value(self._asked.value)
        self._show(self._asked.outcome(self._asked.value))

    def _slid(self, place: int) -> None:
        """Move along a cubic, which is fine near the present value."""
        if self._asked is not None:
            reach = max(1.0, abs(self._asked.value))
            self._try(self._asked.value + reach * (place / _STEPS) ** 3)

    def _typed(self, value: float) -> None:
        self._try(value)

    def _try(self, value: float) -> None:
        if self._asked is not None:
            self.field.set_value(float(format_number(value, 6).replace("−", "-")))
            self._show(self._asked.outcome(value))

    def _show(self, outcome: Outcome) -> None:
        asked = self._asked
        assert asked is not None
        numbers = (
            asked.loss,
            outcome.predicted,
            outcome.actual,
            outcome.predicted - outcome.actual,
        )
        for cell, number in zip(self._cells, numbers, strict=True):
            cell.setText(format_number(number, _DIGITS))
            cell.setToolTip(full_number(number))
        self.words.setText(self._reason(asked, outcome))

    def _reason(self, asked: WhatIf, outcome: Outcome) -> str:
        if outcome.change == 0.0 and asked.slope == 0.0:
            return self.tr("The gradient is 0: if it is moved a little, the loss should stay.")
        if outcome.change == 0.0:
            return self.tr(
                "Move it a little: the loss should change by {slope} for each 1 that it is moved."
            ).format(slope=format_number(asked.slope))
        moved = outcome.actual - asked.loss
        foreseen = asked.slope * outcome.change
        if not isfinite(moved):
            return self.tr("So far away the loss is no number any more.")
        if abs(foreseen - moved) <= 0.02 * abs(moved):
            return self.tr("The gradient is right here: the loss goes nearly straight this far.")
        if foreseen * moved < 0.0:
            return self.tr("Too far: the loss has turned round. The gradient holds only nearby.")
        return self.tr("The loss bends: the further it is moved, the worse the gradient predicts.")
