"""The fields that ask for a network of one's own."""

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bpsim.session.beginning import blank_data, own_project
from bpsim.session.project import Project
from bpsim.storage.datasets.table import BUILT_IN
from bpsim.ui.data.forms import inset, problem_label
from bpsim.ui.files.files import untitled
from bpsim.ui.theme.tokens import GRID
from bpsim.words import translate

MOST_COLUMNS = 1000
MOST_HIDDEN = 4096
MOST_LAYERS = 64
_PARTS = re.compile(r"[\s,;\-–x×]+")


def hidden_sizes(text: str) -> tuple[int, ...] | None:
    """Read sizes of layers such as ``8, 8`` or ``8-8``; nothing is no hidden layer.

    Returns
    -------
    tuple or None
        ``None`` where it is anything else.
    """
    words = [word for word in _PARTS.split(text.strip()) if word]
    if not all(word.isascii() and word.isdigit() and len(word) < 6 for word in words):
        return None
    sizes = tuple(int(word) for word in words)
    good = len(sizes) <= MOST_LAYERS and all(1 <= size <= MOST_HIDDEN for size in sizes)
    return sizes if good else None


class OwnNetwork(QWidget):
    """Asks for inputs, hidden layers, outputs and data.

    Signals
    -------
    changed
        Something was entered.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.data = QComboBox(self)
        self.data.addItem(self.tr("Rows of my own"), "")
        for entry in BUILT_IN.values():
            self.data.addItem(translate("datasets", entry.title), entry.name)
        self.inputs, self.outputs = self._count(2), self._count(1)
        self.hidden = QLineEdit("3", self)
        self.hidden.setToolTip(self.tr("Units of each hidden layer, such as 8, 8; empty for none"))
        self.hidden.textChanged.connect(self._look)
        self.data.currentIndexChanged.connect(self._take_shape)
        self.problem = problem_label(self)
        row = QHBoxLayout()
        row.setSpacing(4 * GRID)
        for words, field, stretch in (
            (self.tr("Inputs"), self.inputs, 1),
            (self.tr("Hidden layers"), self.hidden, 2),
            (self.tr("Outputs"), self.outputs, 1),
            (self.tr("Data"), self.data, 3),
        ):
            label = QLabel(words, self)
            label.setBuddy(field)
            field.setAccessibleName(words)
            part = QVBoxLayout()
            part.setSpacing(GRID)
            part.addWidget(label)
            part.addWidget(field)
            row.addLayout(part, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addLayout(row)
        column.addWidget(self.problem)

    def _count(self, value: int) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(1, MOST_COLUMNS)
        box.setValue(value)
        inset(box)
        box.valueChanged.connect(self._look)
        return box

    @property
    def sizes(self) -> tuple[int, ...] | None:
        """What was entered for the hidden layers, if it can be read."""
        return hidden_sizes(self.hidden.text())

    def _take_shape(self) -> None:
        """Let a built-in set say how many inputs and outputs there are."""
        entry = BUILT_IN.get(self.data.currentData())
        for box in (self.inputs, self.outputs):
            box.setEnabled(entry is None)
        if entry is not None:
            self.inputs.setValue(len(entry.features))
            self.outputs.setValue(len(entry.targets))
        self._look()

    def _look(self, *_: object) -> None:
        wrong = self.sizes is None
        words = self.tr(
            "Hidden layers: up to {layers} numbers from 1 to {most:,}, such as 8, 8; "
            "empty for no hidden layer."
        )
        self.problem.setText(words.format(layers=MOST_LAYERS, most=MOST_HIDDEN) if wrong else "")
        self.problem.setVisible(wrong)
        self.hidden.setProperty("wrong", wrong)
        self.hidden.style().polish(self.hidden)
        self.changed.emit()

    @property
    def own_rows(self) -> bool:
        """Whether the rows are still to be filled in."""
        return not self.data.currentData()

    def project(self) -> Project:
        """Make what was asked for.

        Raises
        ------
        ValueError
            If it cannot be.
        """
        hidden = self.sizes
        if hidden is None:
            raise ValueError(self.problem.text())
        name = untitled()
        entry = BUILT_IN.get(self.data.currentData())
        if entry is not None:
            return own_project(name, hidden, entry.dataset({}), classes=entry.kind == "classes")
        rows = blank_data(self.inputs.value(), self.outputs.value())
        return own_project(
            name, hidden, rows, classes=rows.train.shape[1] == self.inputs.value() + 1
        )
