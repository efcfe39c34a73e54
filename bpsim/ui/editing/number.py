"""Reads a number the way people type it, and asks for one."""

import re
from math import isfinite

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from bpsim.session.values import Element
from bpsim.ui.theme.theme import theme

_NUMBER = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?"
_FRACTION = re.compile(rf"\s*({_NUMBER})\s*(?:/\s*({_NUMBER}))?\s*", re.ASCII)


def parse_number(text: str) -> float | None:
    """Read ``0.1``, ``0,1``, ``1/3`` or ``1e-3``; None if it is no finite number."""
    match = _FRACTION.fullmatch(text.replace("−", "-"))
    if match is None:
        return None
    over, under = (float(part.replace(",", ".")) if part else 1.0 for part in match.groups())
    if under == 0.0:
        return None
    value = over / under
    return value if isfinite(value) else None


class NumberDialog(QDialog):
    """Asks for the new value of a parameter; a wrong one is said at the place.

    Signals
    -------
    entered
        The `Element` and its new value.
    """

    entered = Signal(object, float)

    def __init__(self, element: Element, value: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._element = element
        self.setWindowTitle(self.tr("Change {name}").format(name=element))
        self.field = QLineEdit(repr(value), self)
        self.field.selectAll()
        self.field.textChanged.connect(self._check)
        self.problem = QLabel("", self)
        self.problem.setStyleSheet(f"color: {theme().tokens.negative};")
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(QLabel(self.tr("New value, for example 0.1, 1/3 or 1e-3:"), self))
        layout.addWidget(self.field)
        layout.addWidget(self.problem)
        layout.addWidget(self.buttons)

    def _check(self, text: str) -> None:
        good = parse_number(text) is not None
        self.problem.setText("" if good else self.tr("Not a finite number."))
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(good)

    def accept(self) -> None:
        """Hand the value on if it is one."""
        value = parse_number(self.field.text())
        if value is not None:
            self.entered.emit(self._element, value)
            super().accept()
