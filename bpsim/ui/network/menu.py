"""The actions on the network, for its context menu and the menu bar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.edits import CONTEXT, EDITS, Aim, NetworkEdit, aim_of
from bpsim.ui.network.layout import is_large
from bpsim.ui.network.maps import UnitMaps
from bpsim.ui.settings.setting import Setting
from bpsim.ui.settings.table import settings
from bpsim.ui.theme.icons import icon
from bpsim.words import translate

if TYPE_CHECKING:
    from bpsim.ui.network.canvas import NetworkView


class NetworkMenu(QMenu):
    """One menu of all edits; what cannot be done is grey.

    Attributes
    ----------
    activations, losses, optimizers
        Sub-menus to choose from, each entry with its meaning.
    """

    def __init__(self, controller: Controller, view: NetworkView) -> None:
        super().__init__(self.tr("&Network"), view)
        self._controller, self._view = controller, view
        self._edits: list[tuple[QAction, NetworkEdit]] = []
        self._value = self._action(self.tr("&Change value…"), "F2", self._change_value)
        for edit in EDITS:
            if edit.name in ("add_unit", "add_layer", "freeze"):
                self.addSeparator()
            words = translate(CONTEXT, edit.words)
            action = self._action(words, edit.key, partial(self._do, edit))
            if edit.icon:
                action.setIcon(icon(edit.icon))
            self._edits.append((action, edit))
        self.activations = self._choices(self.tr("Acti&vation"))
        self.losses = self._choices(self.tr("L&oss"))
        self.optimizers = self._choices(self.tr("O&ptimizer"))
        self.addSeparator()
        self._fold = self._action(self.tr("S&how all units"), "Ctrl+U", self._toggle_fold)
        self._all = self._action(self.tr("Draw all &weights"), "", self._draw_all)
        self._maps = self._action(self.tr("&Maps in the units"), "M", self._show_maps)
        for action in (self._fold, self._all, self._maps):
            action.setCheckable(True)
        controller.changed.connect(self.refresh)
        controller.replaced.connect(self.refresh)
        controller.selection.changed.connect(self.refresh)
        self.aboutToShow.connect(self.refresh)
        self.refresh()
        self.fill()

    def _action(self, words: str, key: str, slot: Callable[[], object]) -> QAction:
        action = self.addAction(words)
        action.setShortcut(QKeySequence(key))
        # The same keys mean other things in tables and fields.
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(slot)
        return action

    def _choices(self, title: str) -> QMenu:
        menu = QMenu(title, self)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.fill)
        self.addMenu(menu)
        return menu

    def _aim(self) -> Aim:
        return aim_of(self._controller.session, self._controller.selection.elements)

    def refresh(self, *_: object) -> None:
        """Offer what can be done with the selection."""
        aim = self._aim()
        for action, edit in self._edits:
            action.setEnabled(edit.possible(aim))
        self._value.setEnabled(len(aim.parameters) > 0 or (bool(aim.units) and aim.layer > 0))
        self.activations.setEnabled(aim.layer > 0)
        self._fold.setEnabled(is_large(aim.size))
        self._fold.setChecked(self._view.is_unfolded(aim.layer))
        self._all.setChecked(self._view.all_weights)
        self._maps.setChecked(self._view.maps)
        self._maps.setEnabled(UnitMaps.fits(self._controller.session))

    # Choices

    def fill(self) -> None:
        """List what can be chosen for the layer that is meant, and for the whole network."""
        project, layer = self._controller.session.project, self._aim().layer
        found = {setting.path: setting for setting in settings(project, project)}
        for menu, path in (
            (self.activations, f"network.layers[{layer - 1}].activation"),
            (self.losses, "training.loss"),
            (self.optimizers, "training.optimizer"),
        ):
            menu.clear()
            if path in found:
                self._list(menu, found[path], str(found[path].get(project)))

    def _list(self, menu: QMenu, setting: Setting, now: str) -> None:
        group = QActionGroup(menu)
        for option in setting.options:
            action = menu.addAction(option.name)
            action.setCheckable(True)
            action.setChecked(option.name == now)
            action.setEnabled(not option.refusal)
            action.setToolTip(option.refusal or option.meaning)
            action.triggered.connect(partial(self._set, setting, option.name))
            group.addAction(action)

    def _set(self, setting: Setting, name: str) -> None:
        if name != setting.get(self._controller.session.project):
            self._controller.change_settings(
                lambda project: setting.put(project, name), setting.label(name)
            )

    # Doing

    def _do(self, edit: NetworkEdit) -> None:
        aim = self._aim()
        if edit.possible(aim):
            edit.do(self._controller, aim)

    def _change_value(self) -> None:
        aim, current = self._aim(), self._controller.selection.current
        if current is not None and current.is_parameter:
            self._controller.selection.edit_requested.emit(current)
        elif aim.layer and aim.units:
            bias = Element(f"b{aim.layer}", (aim.units[-1],))
            self._controller.selection.edit_requested.emit(bias)

    def _toggle_fold(self) -> None:
        self._view.toggle_fold(self._aim().layer)

    def _show_maps(self) -> None:
        self._view.show_maps(not self._view.maps)

    def _draw_all(self) -> None:
        self._view.show_all_weights(not self._view.all_weights)
