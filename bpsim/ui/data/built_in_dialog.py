"""Asks for a built-in set and its options, with a look at it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from bpsim.engine.specification import SpecificationError
from bpsim.session.project import Dataset
from bpsim.storage.datasets.options import Option
from bpsim.storage.datasets.table import BUILT_IN, BuiltIn
from bpsim.ui.data.forms import add_field, primary_button, problem_label
from bpsim.ui.data.plane import PlaneView, is_drawable
from bpsim.ui.data.table import DataTable
from bpsim.ui.theme.tokens import CONTROL_HEIGHT
from bpsim.words import translate

LATER_MS = 150
FORM_WIDTH = 216
SIZE = (880, 520)


class OptionField:
    """A widget that asks for one option."""

    def __init__(self, option: Option, changed: Callable[[], None], parent: QWidget) -> None:
        self.option = option
        default = option.default
        self.widget: QCheckBox | QSpinBox | QDoubleSpinBox
        if isinstance(default, bool):
            self.widget = QCheckBox(parent)
            self.widget.setChecked(default)
            self.widget.setMinimumHeight(CONTROL_HEIGHT)
            self.widget.toggled.connect(changed)
        elif option.whole:
            self.widget = QSpinBox(parent)
            self.widget.setRange(int(option.low), min(int(option.high), 2**31 - 1))
            self.widget.setValue(int(default or 0))
            self.widget.setGroupSeparatorShown(True)
            self.widget.valueChanged.connect(changed)
        else:
            self.widget = QDoubleSpinBox(parent)
            self.widget.setDecimals(3)
            self.widget.setSingleStep(0.05)
            self.widget.setRange(option.low, option.high - (0.001 if option.open_high else 0.0))
            self.widget.setValue(float(default or 0.0))
            self.widget.valueChanged.connect(changed)
        self.widget.setToolTip(
            translate("datasets", option.meaning).format(most=f"{option.high:,}")
        )

    def value(self) -> float | bool:
        """Give what was entered."""
        if isinstance(self.widget, QCheckBox):
            return self.widget.isChecked()
        return self.widget.value()


class BuiltInDialog(QDialog):
    """The sets on the left, the chosen one with its options and rows on the right.

    Signals
    -------
    chosen
        A `Dataset`.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Built-in sets"))
        self._data: Dataset | None = None
        self.fields: list[OptionField] = []
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Sets"))
        self.list.setFixedWidth(184)
        for entry in BUILT_IN.values():
            self.list.addItem(translate("datasets", entry.title))
        self.title, self.meaning, self.source = (QLabel("", self) for _ in range(3))
        self.title.setProperty("tone", "heading")
        for label in (self.meaning, self.source):
            label.setProperty("tone", "muted")
            label.setWordWrap(True)
        self.source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.form_place = QWidget(self)
        self.plane, self.table = PlaneView(self), DataTable(self)
        self.problem = problem_label(self)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.use_button = primary_button(self.tr("Use this set"), buttons)
        self.use_button.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self.refresh)
        middle = self._middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addWidget(self.form_place)
        middle.addWidget(self.plane, 1)
        middle.addWidget(self.table, 1)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.title)
        right.addWidget(self.meaning)
        right.addLayout(middle, 1)
        right.addWidget(self.source)
        right.addWidget(self.problem)
        right.addWidget(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addLayout(right, 1)
        self.list.currentRowChanged.connect(self._choose)
        self.list.setCurrentRow(0)
        self.list.setFocus()
        self.resize(*SIZE)

    @property
    def entry(self) -> BuiltIn:
        """The set that is chosen."""
        return list(BUILT_IN.values())[max(self.list.currentRow(), 0)]

    def _choose(self, _: int) -> None:
        entry = self.entry
        self.title.setText(translate("datasets", entry.title))
        self.meaning.setText(translate("datasets", entry.meaning))
        self.source.setVisible(bool(entry.source))
        words = self.tr("Source: {source}. Licence: {licence}.")
        self.source.setText(words.format(source=entry.source, licence=entry.licence))
        old, self.form_place = self.form_place, QWidget(self)
        self.form_place.setFixedWidth(FORM_WIDTH)
        self._middle.replaceWidget(old, self.form_place)
        old.deleteLater()
        form = QFormLayout(self.form_place)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(8)
        self.fields = [OptionField(o, self._later.start, self.form_place) for o in entry.options]
        for field in self.fields:
            add_field(form, translate("datasets", field.option.name), field.widget)
        self.refresh()

    def options(self) -> dict[str, float | bool]:
        """Give what was entered."""
        return {field.option.name: field.value() for field in self.fields}

    def refresh(self) -> None:
        """Make the rows and show them."""
        self._later.stop()
        try:
            self._data = self.entry.dataset(self.options())
        except SpecificationError as error:
            self._data = None
            self.problem.setText(str(error))
        self.problem.setVisible(self._data is None)
        self.use_button.setEnabled(self._data is not None)
        if self._data is not None:
            self.plane.setVisible(is_drawable(self._data))
            self.table.setVisible(not is_drawable(self._data))
            self.plane.show_dataset(self._data)
            self.table.set_dataset(self._data)

    def accept(self) -> None:
        """Hand the set on."""
        if self._later.isActive():
            self.refresh()
        if self._data is not None:
            self.chosen.emit(self._data)
            super().accept()
