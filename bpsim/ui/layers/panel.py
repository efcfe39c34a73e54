"""The panel of the layers."""

from PySide6.QtCore import QItemSelection, QSize
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from bpsim.session.aside.health import Layer
from bpsim.ui.controller import Controller
from bpsim.ui.layers.delegate import HEIGHT, LayersDelegate
from bpsim.ui.layers.model import GRADIENT, NAME, OUTPUTS, RATIO, STATE, LayersModel
from bpsim.ui.network.edits import select_layer
from bpsim.ui.plots.live import LivePanel

_WIDTHS = {NAME: 120, STATE: 140, GRADIENT: 152, RATIO: 112}


class LayersPanel(LivePanel):
    """One row a layer: whether its gradient vanishes or explodes, and whether its units are dead.

    Attributes
    ----------
    table, view
        The rows, and what shows them.
    """

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(controller, parent)
        self.table, self.view = LayersModel(self), QTableView(self)
        view = self.view
        view.setModel(self.table)
        self._delegate = LayersDelegate(view)
        view.setItemDelegate(self._delegate)
        view.setAccessibleName(self.tr("Layers"))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(HEIGHT)
        header = view.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(60)
        for column, width in _WIDTHS.items():
            view.setColumnWidth(column, width)
        header.setSectionResizeMode(OUTPUTS, QHeaderView.ResizeMode.Stretch)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(view)
        view.selectionModel().selectionChanged.connect(self._chosen)

    def sizeHint(self) -> QSize:
        """Ask for a low, wide place."""
        return QSize(700, 240)

    def take(self) -> None:
        """Leave no row to choose that may be of a layer which is no more."""
        self.table.forget()

    def show_now(self) -> float:
        """Look at the layers."""
        self.table.look(self._controller.session)
        self.tell_info()
        return 0.0

    def tell_info(self) -> None:
        """Say how many layers are in trouble."""
        bad = sum(1 for layer in self.table.layers if layer.troubles)
        words = self.tr("{count} of {total} in trouble")
        self.info_changed.emit(words.format(count=bad, total=len(self.table.layers)) if bad else "")

    def layer(self, row: int) -> Layer:
        """Return what is known of a layer."""
        return self.table.layers[row]

    def _chosen(self, chosen: QItemSelection) -> None:
        for index in chosen.indexes()[:1]:
            select_layer(self._controller, index.row() + 1)
