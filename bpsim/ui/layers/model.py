"""The layers as a table: one row a layer."""

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from bpsim.engine.kernels import Array
from bpsim.session.aside.health import Health, Layer, gradient_norms
from bpsim.session.session import Session
from bpsim.ui.layers.words import look_of, number, outputs_of, why_of, words_of
from bpsim.ui.theme import fonts

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole
NAME, STATE, GRADIENT, RATIO, OUTPUTS = range(5)
ROW_ROLE = Role.UserRole
TREND_ROLE = Role.UserRole + 1
MOST_TREND = 36


def course(norms: Array) -> Array:
    """Return how the size of a length went on, as decimal logarithms, in few stretches."""
    heights: Array = np.log10(norms[np.isfinite(norms) & (norms > 0.0)])
    if len(heights) > MOST_TREND:
        return np.array([part.mean() for part in np.array_split(heights, MOST_TREND)])
    return heights


class LayersModel(QAbstractTableModel):
    """Holds what `Health` found when it looked last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._health = Health()
        self.layers: tuple[Layer, ...] = ()
        self._trends: list[Array] = []

    def look(self, session: Session) -> None:
        """Look at the layers as they are now."""
        found = self._health.look(session)
        updates = session.position.updates
        self._trends = []
        for layer in found:
            steps, norms = gradient_norms(session, layer.number)
            until = int(np.searchsorted(steps, updates, side="right"))
            self._trends.append(course(norms[1:until]))
        if len(found) != len(self.layers):
            self._become(found)
            return
        self.layers = found
        corner = self.index(len(found) - 1, OUTPUTS)
        self.dataChanged.emit(self.index(0, 0), corner)

    def forget(self) -> None:
        """Show nothing until the next look."""
        self._trends = []
        self._become(())

    def _become(self, layers: tuple[Layer, ...]) -> None:
        self.beginResetModel()
        self.layers = layers
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """Count the layers."""
        return 0 if parent is not None and parent.isValid() else len(self.layers)

    def columnCount(self, parent: Index | None = None) -> int:
        """Count what is said of each."""
        return 0 if parent is not None and parent.isValid() else OUTPUTS + 1

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Role.DisplayRole
    ) -> object:
        """Name the columns."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        names = {
            NAME: self.tr("Layer"),
            STATE: self.tr("State"),
            GRADIENT: self.tr("Gradient"),
            RATIO: self.tr("Update / weights"),
            OUTPUTS: self.tr("Outputs"),
        }
        tips = {
            NAME: "",
            STATE: self.tr("What could keep the layer from learning"),
            GRADIENT: self.tr(
                "Length of the next update's gradient, and its course since the start. "
                "Gradients draws it over the steps."
            ),
            RATIO: self.tr(
                "How far the next update moves weights and biases, beside their size. "
                "Gradients draws it over the steps."
            ),
            OUTPUTS: self.tr("Outputs of all units for the training rows, as a histogram"),
        }
        if role == Role.DisplayRole:
            return names[section]
        if role == Role.ToolTipRole:
            return tips[section]
        if role == Role.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        """Say something of a layer."""
        layer, column = self.layers[index.row()], index.column()
        if role == ROW_ROLE:
            return layer
        if role == TREND_ROLE:
            return self._trends[index.row()]
        if role in (Role.DisplayRole, Role.AccessibleTextRole):
            return self._text(layer, column)
        if role == Role.ToolTipRole:
            return why_of(layer) if column == STATE else self._text(layer, column)
        if role == Role.FontRole and column in (GRADIENT, RATIO):
            return fonts.mono(12)
        return None

    def _text(self, layer: Layer, column: int) -> str:
        if column == NAME:
            words = self.tr("{number} · {units}, {activation}")
            return words.format(
                number=layer.number, units=f"{layer.units:,}", activation=layer.activation
            )
        if column == STATE:
            return words_of(layer)
        if column == GRADIENT:
            return number(layer.gradient)
        return number(layer.ratio) if column == RATIO else outputs_of(layer)

    def look_at(self, row: int) -> tuple[str, str]:
        """Return glyph and colour of a layer's state."""
        look = look_of(self.layers[row])
        return look.icon, look.token
