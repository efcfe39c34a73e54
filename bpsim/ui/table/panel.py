"""Any value of any layer as a table."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSize
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.panel import Panel
from bpsim.ui.table.content import cell_of, cells_of, letters_of, name_of, place_of
from bpsim.ui.table.view import TableView
from bpsim.ui.theme.theme import theme

MOST_CHOSEN = 256
"""From a larger selection the other panels get the current cell only."""
LEAST_WORDS, MOST_WIDTH = 8, 300
"""Of the list of values: characters, and pixels."""

_Select = QItemSelectionModel.SelectionFlag


class TablePanel(Panel):
    """The accessible twin of the picture: every number can be read, chosen, copied and typed."""

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller, self._selection = controller, controller.selection
        self._letter = "W"
        self._following = False
        self.layers, self.values = QComboBox(self), QComboBox(self)
        self.layers.setAccessibleName(self.tr("Layer"))
        self.values.setAccessibleName(self.tr("Value"))
        self.layers.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.values.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.values.setMinimumContentsLength(LEAST_WORDS)
        self.values.setMaximumWidth(MOST_WIDTH)
        self.size_label, self.empty = QLabel("", self), QLabel("", self)
        for label in (self.size_label, self.empty):
            label.setProperty("tone", "muted")
        self.empty.setWordWrap(True)
        self.view = TableView(controller, self)
        row = QHBoxLayout()
        row.setContentsMargins(12, 4, 12, 4)
        row.setSpacing(8)
        row.addWidget(self.layers)
        row.addWidget(self.values, 10)
        row.addWidget(self.size_label)
        row.addStretch(1)
        self.empty.setContentsMargins(12, 0, 12, 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(row)
        layout.addWidget(self.empty)
        layout.addWidget(self.view, 1)
        self.layers.activated.connect(self._layer_chosen)
        self.values.activated.connect(self._value_chosen)
        self.view.chosen.connect(self._cells_chosen)
        self.view.entered.connect(self._pointed)
        self.view.left.connect(self._left)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self._replaced)
        self._selection.changed.connect(self._selected)
        self._selection.hover_changed.connect(self._hovered)
        theme().changed.connect(self.view.viewport().update)
        self._replaced()

    def sizeHint(self) -> QSize:
        """Ask for room."""
        return QSize(400, 200)

    # What is shown

    def _replaced(self) -> None:
        """List the layers of another session or network; keep the value in view if it is there."""
        layers = self._controller.session.project.specification.network.layers
        self.layers.clear()
        self.layers.addItem(self.tr("Input"))
        for number, layer in enumerate(layers, 1):
            words = self.tr("Layer {number} · {units}, {activation}")
            self.layers.addItem(
                words.format(number=number, units=layer.units, activation=layer.activation)
            )
        self.show_value(*(self._place() or (1, "W")))

    def _place(self) -> tuple[int, str] | None:
        """Find the value in view, which a changed network may no longer have."""
        return place_of(self._controller.session, Element(self.view.table.name))

    def show_value(self, layer: int, letter: str) -> None:
        """Show a value of a layer: 1, ``W``; 0, ``x`` is the input."""
        session = self._controller.session
        letters = letters_of(session, layer)
        letter = letter if letter in letters else letters[0]
        self.layers.setCurrentIndex(layer)
        self.values.clear()
        for each in letters:
            self.values.addItem(f"{name_of(each, layer)}  {self._words(each)}", each)
        self.values.setCurrentIndex(letters.index(letter))
        if layer:
            self._letter = letter
        self._following = True
        self.view.table.show_value(name_of(letter, layer))
        self._following = False
        self.view.setAccessibleName(self.values.currentText())
        self._mark()
        self._say()

    def _words(self, letter: str) -> str:
        words = {
            "x": self.tr("inputs"),
            "W": self.tr("weights"),
            "b": self.tr("biases"),
            "z": self.tr("weighted sums"),
            "a": self.tr("activations"),
            "y": self.tr("targets"),
            "delta": self.tr("error signals"),
            "dW": self.tr("gradients of the weights"),
            "db": self.tr("gradients of the biases"),
        }
        kind = self.tr("weights") if letter.endswith("W") else self.tr("biases")
        return words.get(letter) or self.tr("optimizer’s memory of the {kind}").format(kind=kind)

    def _say(self) -> None:
        model = self.view.table
        self.size_label.setText(f"{model.rowCount()} × {model.columnCount()}")
        words = self.tr("{name} is not computed yet in this step; F10 goes on.")
        self.empty.setText(words.format(name=model.name))
        self.empty.setVisible(not model.is_computed)

    def refresh(self, *_: object) -> None:
        """Show the present numbers."""
        self.view.table.refresh()
        self._say()

    def _layer_chosen(self, layer: int) -> None:
        self.show_value(layer, self._letter)

    def _value_chosen(self, _: int) -> None:
        self.show_value(self.layers.currentIndex(), str(self.values.currentData()))

    # Selection, both ways

    def _cells_chosen(self) -> None:
        """Tell the others what is selected here."""
        if self._following:
            return
        model, current = self.view.table, self.view.currentIndex()
        parts = self.view.selectionModel().selection().toList()
        cells = sum(part.width() * part.height() for part in parts)
        indexes = [current] if cells > MOST_CHOSEN else self.view.selectedIndexes()
        elements = [model.element(index) for index in indexes if index.isValid()]
        last = model.element(current) if current.isValid() else None
        if last in elements:
            elements = [*(element for element in elements if element != last), last]
        self._following = True
        if model.by_sample and elements:
            self._selection.show_sample(current.row())
        self._selection.choose(elements)
        self._following = False
        model.refresh()

    def _selected(self) -> None:
        """Follow what was selected elsewhere, to another value if need be."""
        if self._following or self._place() is None:
            return
        chosen, model = self._selection.current, self.view.table
        if chosen is not None and cell_of(model.name, chosen, 0) is None:
            place = place_of(self._controller.session, chosen)
            if place is not None:
                self.show_value(*place)
        self._mark()
        model.refresh()

    def _mark(self) -> None:
        model, cells = self.view.table, QItemSelection()
        last = QModelIndex()
        for row, column in cells_of(model.name, self._selection.elements, model.sample):
            last = model.index(row, column)
            cells.select(last, last)
        self._following = True
        self.view.selectionModel().select(cells, _Select.ClearAndSelect)
        if last.isValid():
            self.view.selectionModel().setCurrentIndex(last, _Select.NoUpdate)
            self.view.scrollTo(last)
        self._following = False

    def _pointed(self, index: QModelIndex) -> None:
        self._selection.hover(self.view.table.element(index))

    def _left(self) -> None:
        self._selection.hover(None)

    def _hovered(self) -> None:
        hovered, model = self._selection.hovered, self.view.table
        self.view.cells.hovered = (
            None if hovered is None else cell_of(model.name, hovered, model.sample)
        )
        self.view.viewport().update()
