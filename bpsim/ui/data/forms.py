"""Small parts that the dialogues share."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QWidget,
)

from bpsim.ui.theme.tokens import CONTROL_HEIGHT


def add_field(form: QFormLayout, words: str, field: QWidget) -> None:
    """Add a line to a form, its label level with the field."""
    label = QLabel(words, field.parentWidget())
    label.setMinimumHeight(CONTROL_HEIGHT)
    label.setBuddy(field)
    if not field.accessibleName():
        field.setAccessibleName(words)
    if isinstance(field, QSpinBox | QDoubleSpinBox):
        inset(field)
    form.addRow(label, field)


def inset(box: QSpinBox | QDoubleSpinBox) -> None:
    """Keep the number away from the border; the style sheet cannot."""
    box.lineEdit().setTextMargins(6, 0, 0, 0)


def primary_button(words: str, box: QDialogButtonBox) -> QPushButton:
    """Add the one filled button, which accepts."""
    button = QPushButton(words, box)
    button.setProperty("primary", True)
    button.setAutoDefault(False)
    box.addButton(button, QDialogButtonBox.ButtonRole.AcceptRole)
    for other in box.buttons():
        if isinstance(other, QPushButton):
            other.setAutoDefault(False)
    return button


def section(words: str, parent: QWidget) -> QLabel:
    """Make the small heading of a part."""
    label = QLabel(words, parent)
    label.setProperty("tone", "section")
    return label


def problem_label(parent: QWidget) -> QLabel:
    """Make the place where what is wrong is said."""
    label = QLabel("", parent)
    label.setProperty("tone", "problem")
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.hide()
    return label
