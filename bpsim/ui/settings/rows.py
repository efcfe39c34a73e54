"""The widgets of one setting: label, field and note."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from bpsim.ui.editing.number_field import NumberField, WholeField, by_factors, by_last_digit
from bpsim.ui.settings.setting import Kind, Option, Setting, Value
from bpsim.ui.theme import fonts

Complaint = Callable[[Setting, Value], str]
"""Says what would be wrong with a value; empty if nothing is."""

GAP = 12
_TITLE_WIDTH = 84


class Row(QObject):
    """One setting: shows its value, and tells when a person chooses another.

    Signals
    -------
    chosen
        The `Setting` and a value about which there is no complaint.
    """

    chosen = Signal(object, object)

    def __init__(self, setting: Setting, complaint: Complaint, parent: QWidget) -> None:
        super().__init__(parent)
        self.setting, self._complaint = setting, complaint
        self.title = QLabel(setting.title, parent)
        self.title.setMinimumWidth(_TITLE_WIDTH)
        self.note = QLabel("", parent)
        self.note.setFont(fonts.sans(12))
        self.note.setWordWrap(True)
        self.field = self.make_field(parent)
        self.field.setAccessibleName(setting.title)
        self.title.setBuddy(self.field)
        self.widgets = (self.title, self.field, self.note)

    def make_field(self, parent: QWidget) -> QWidget:
        """Make the widget in which the value is changed."""
        raise NotImplementedError

    def write(self, value: Value) -> None:
        """Show a value in the field."""
        raise NotImplementedError

    def show_value(self, setting: Setting, value: Value) -> None:
        """Show a setting of the same path with its value."""
        self.setting = setting
        if self.title.text() != setting.title:
            self.title.setText(setting.title)
        self.write(value)
        self.say("")

    def say(self, problem: str) -> None:
        """Show what is wrong, or else what the setting means."""
        text = problem or self.setting.note
        if (self.note.text(), self.note.property("problem")) != (text, problem):
            self.note.setText(text)
            self.note.setProperty("problem", problem)
            self.note.setProperty("tone", "problem" if problem else "muted")
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)
            self.note.setVisible(bool(text))
            self.field.setAccessibleDescription(text)

    def complain(self, value: Value) -> str:
        """Say what would be wrong with a value."""
        return self._complaint(self.setting, value)

    def choose(self, value: Value) -> None:
        """Take a value that a person chose."""
        self.chosen.emit(self.setting, value)

    def place(self, grid: QGridLayout, at: int) -> int:
        """Stand in a grid from a row on; return the next free one."""
        grid.addWidget(self.title, at, 0)
        grid.addWidget(self.field, at, 1)
        self.title.show()
        self.field.show()
        grid.addWidget(self.note, at + 1, 0, 1, 2)
        grid.setRowMinimumHeight(at + 2, GAP)
        return at + 3

    def remove(self) -> None:
        """Go away."""
        for widget in self.widgets:
            widget.hide()
            widget.deleteLater()
        self.deleteLater()


class NumberRow(Row):
    """A number that is typed."""

    line: NumberField

    def make_field(self, parent: QWidget) -> QWidget:
        """Make a line for the number."""
        nudge = by_factors if self.setting.kind is Kind.SCALE else by_last_digit
        kind = WholeField if self.setting.kind is Kind.WHOLE else NumberField
        self.line = kind(parent, self.complain, nudge)
        self.line.committed.connect(self.choose)
        self.line.refused.connect(self.say)
        self.line.setToolTip(self.tr("Arrow keys and Page up and down change it; Enter takes it."))
        return self.line

    def write(self, value: Value) -> None:
        """Show a number, unless one is being typed."""
        assert isinstance(value, float | int)
        self.line.set_value(value)

    def show_value(self, setting: Setting, value: Value) -> None:
        """Show the value; what is wrong with a text that stays is still said."""
        super().show_value(setting, value)
        self.say(self.line.problem)

    def remove(self) -> None:
        """Go away with what has been typed."""
        self.line.restore()
        super().remove()


class SwitchRow(Row):
    """A switch, also one that is on in parts; a click then turns all of it on."""

    box: QCheckBox

    def make_field(self, parent: QWidget) -> QWidget:
        """Make a box to tick."""
        self.box = QCheckBox(self.setting.title, parent)
        self.box.clicked.connect(self._clicked)
        self.title.hide()
        return self.box

    def write(self, value: Value) -> None:
        """Show whether it is on."""
        states = {True: Qt.CheckState.Checked, False: Qt.CheckState.Unchecked}
        some = Qt.CheckState.PartiallyChecked
        self.box.setCheckState(some if value is None else states[bool(value)])
        self._shown = value

    def _clicked(self) -> None:
        value = self.box.checkState() is not Qt.CheckState.Unchecked
        problem = self.complain(value)
        if problem:
            self.write(self._shown)
            self.say(problem)
        else:
            self.choose(value)

    def place(self, grid: QGridLayout, at: int) -> int:
        """Stand in a grid: the box has its words with it."""
        grid.addWidget(self.field, at, 0, 1, 2)
        self.field.show()
        grid.addWidget(self.note, at + 1, 0, 1, 2)
        grid.setRowMinimumHeight(at + 2, GAP)
        return at + 3


class _Combo(QComboBox):
    """Leaves the wheel to the panel, which is scrolled far more often than a choice is made."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Pass it on."""
        event.ignore()


class ChoiceRow(Row):
    """An entry of a table."""

    combo: _Combo

    def make_field(self, parent: QWidget) -> QWidget:
        """Make a list to choose from."""
        self.combo = _Combo(parent)
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(8)
        self.combo.activated.connect(self._activated)
        self._options: tuple[Option, ...] = ()
        return self.combo

    def write(self, value: Value) -> None:
        """Show the entry that is chosen."""
        if self._options != self.setting.options:
            self._options = self.setting.options
            model = QStandardItemModel(self.combo)
            for option in self._options:
                model.appendRow(_item(option))
            self.combo.setModel(model)
        names = [option.name for option in self._options]
        self.combo.setCurrentIndex(names.index(str(value)))
        self._shown = self.combo.currentIndex()

    def _activated(self, index: int) -> None:
        if index == self._shown:
            return
        value = self._options[index].name
        problem = self.complain(value)
        if problem:
            self.combo.setCurrentIndex(self._shown)
            self.say(problem)
        else:
            self.choose(value)


def _item(option: Option) -> QStandardItem:
    item = QStandardItem(f"{option.name} – {option.refusal}" if option.refusal else option.name)
    item.setToolTip(option.meaning)
    item.setEnabled(not option.refusal)
    return item


ROWS: Mapping[Kind, type[Row]] = {
    Kind.NUMBER: NumberRow,
    Kind.SCALE: NumberRow,
    Kind.WHOLE: NumberRow,
    Kind.SWITCH: SwitchRow,
    Kind.CHOICE: ChoiceRow,
}
"""What shows each kind of setting."""
