"""Asks which columns to standardise, with the numbers in sight."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from bpsim.explain.numbers import format_number, full_number
from bpsim.session.preparation import standardise, take_back_scaling
from bpsim.session.project import Dataset
from bpsim.session.scaling import Scaling
from bpsim.ui.data.forms import primary_button, problem_label, section
from bpsim.ui.theme import fonts


class ScalingDialog(QDialog):
    """One line a column: whether it is standardised, its mean and its deviation.

    Signals
    -------
    applied
        The data with the chosen columns standardised.
    """

    applied = Signal(object)

    def __init__(self, data: Dataset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Standardise columns"))
        self._data = data
        plain = take_back_scaling(data)
        names = (*data.features, *data.targets)
        chosen = data.scaling.columns if data.scaling else ()
        words = QLabel(
            self.tr(
                "A standardised column holds (value − mean) / deviation, with mean and standard "
                "deviation of the training rows. Unticking takes it back."
            ),
            self,
        )
        words.setWordWrap(True)
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(12, 8, 12, 8)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for place, title in enumerate((self.tr("mean"), self.tr("deviation")), 1):
            label = section(title, inside)
            grid.addWidget(label, 0, place, Qt.AlignmentFlag.AlignRight)
        self.boxes: list[QCheckBox] = []
        for column, name in enumerate(names):
            box = QCheckBox(name, inside)
            box.setChecked(column in chosen)
            self.boxes.append(box)
            grid.addWidget(box, column + 1, 0)
            for place, number in enumerate(_numbers(plain, column), 1):
                label = QLabel("–" if number is None else format_number(number), inside)
                label.setFont(fonts.mono())
                label.setToolTip("" if number is None else full_number(number))
                grid.addWidget(label, column + 1, place, Qt.AlignmentFlag.AlignRight)
        grid.setRowStretch(len(names) + 1, 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setWidget(inside)
        self.problem = problem_label(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.apply_button = primary_button(self.tr("Apply"), buttons)
        self.apply_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(16, 16, 16, 16)
        column_layout.setSpacing(12)
        for widget in (words, area, self.problem, buttons):
            column_layout.addWidget(widget)
        self.resize(480, min(240 + 28 * len(names), 560))

    def accept(self) -> None:
        """Hand the data on, unless a column cannot be standardised."""
        chosen = tuple(i for i, box in enumerate(self.boxes) if box.isChecked())
        try:
            data = standardise(self._data, chosen)
        except ValueError as error:
            self.problem.setText(str(error))
            self.problem.show()
            return
        if chosen != (self._data.scaling.columns if self._data.scaling else ()):
            self.applied.emit(data)
        super().accept()


def _numbers(plain: Dataset, column: int) -> tuple[float | None, float | None]:
    try:
        scaling = Scaling.of(plain.train, (column,))
    except ValueError:
        return None, None
    return scaling.means[column], scaling.deviations[column]
