"""The actions on the network, for its context menu and the menu bar."""

from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from bpsim.engine.activations import ACTIVATIONS
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.edits import CONTEXT, EDITS, Aim, NetworkEdit, aim_of, set_activation
from bpsim.ui.theme.icons import icon


class NetworkMenu(QMenu):
    """One menu of all edits; what cannot be done is grey."""

    def __init__(self, controller: Controller, parent: QWidget) -> None:
        super().__init__(self.tr("&Network"), parent)
        self._controller = controller
        self._edits: list[tuple[QAction, NetworkEdit]] = []
        value = self.addAction(self.tr("Change value…"))
        value.setShortcut(QKeySequence("F2"))
        value.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        value.triggered.connect(self._change_value)
        self._value = value
        for edit in EDITS:
            if edit.name in ("add_unit", "add_layer", "freeze"):
                self.addSeparator()
            action = self.addAction(QCoreApplication.translate(CONTEXT, edit.words))
            action.setIcon(icon(edit.icon))
            action.setShortcut(QKeySequence(edit.key))
            # The same keys mean other things in tables and fields.
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(partial(self._do, edit))
            self._edits.append((action, edit))
        self.activations = QMenu(self.tr("Activation"), self)
        self._group = QActionGroup(self)
        for name, entry in ACTIVATIONS.items():
            action = self.activations.addAction(name)
            action.setCheckable(True)
            action.setData(name)
            action.setToolTip(entry.meaning)
            self._group.addAction(action)
        self.activations.setToolTipsVisible(True)
        self._group.triggered.connect(self._set_activation)
        self.addMenu(self.activations)
        self.aboutToShow.connect(self.refresh)
        controller.changed.connect(self.refresh)
        controller.selection.changed.connect(self.refresh)
        self.refresh()

    def _aim(self) -> Aim:
        return aim_of(self._controller.session, self._controller.selection.elements)

    def refresh(self, *_: object) -> None:
        """Offer what can be done with the selection."""
        aim = self._aim()
        for action, edit in self._edits:
            action.setEnabled(edit.possible(aim))
        self._value.setEnabled(len(aim.parameters) > 0 or (bool(aim.units) and aim.layer > 0))
        self.activations.setEnabled(aim.layer > 0)
        if aim.layer:
            layers = self._controller.session.project.specification.network.layers
            for action in self._group.actions():
                name = str(action.data())
                action.setChecked(name == layers[aim.layer - 1].activation)
                action.setEnabled(aim.layer == aim.layers or not ACTIVATIONS[name].output_only)

    def _do(self, edit: NetworkEdit) -> None:
        aim = self._aim()
        if edit.possible(aim):
            edit.do(self._controller, aim)

    def _set_activation(self, action: QAction) -> None:
        set_activation(self._controller, self._aim().layer, str(action.data()))

    def _change_value(self) -> None:
        aim, current = self._aim(), self._controller.selection.current
        if current is not None and current.is_parameter:
            self._controller.selection.edit_requested.emit(current)
        elif aim.layer and aim.units:
            bias = Element(f"b{aim.layer}", (aim.units[-1],))
            self._controller.selection.edit_requested.emit(bias)
