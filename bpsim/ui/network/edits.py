"""Everything that changes the network's shape or its layers, as one table.

The Network menu, the context menu, the keys and the handles on the picture all come from here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bpsim.session import structure
from bpsim.session.label import Label
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.session.settings import Places, are_frozen, places_of, with_activation, with_frozen
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.element import unit_element
from bpsim.words import QT_TRANSLATE_NOOP

CONTEXT = "edits"
NEW_ACTIVATION = "tanh"


@dataclass(frozen=True)
class Aim:
    """What an edit works on, read off the selection.

    Attributes
    ----------
    layers
        How many layers there are; the last one's number.
    layer
        The layer of what was chosen last; the last hidden one if nothing is.
    units
        The chosen units of that layer, in their order.
    parameters
        The chosen weights and biases.
    sizes
        Units of each layer, inputs first.
    others
        The chosen units of all layers, by layer.
    """

    layers: int
    layer: int
    units: tuple[int, ...]
    parameters: tuple[Element, ...]
    sizes: tuple[int, ...]
    others: Mapping[int, tuple[int, ...]]

    @property
    def size(self) -> int:
        """Units of the layer."""
        return self.sizes[self.layer]

    @property
    def hidden(self) -> bool:
        """Whether the layer is neither input nor output."""
        return self.is_hidden(self.layer)

    def is_hidden(self, layer: int) -> bool:
        """Tell whether a layer is neither input nor output."""
        return 0 < layer < self.layers

    @property
    def removable(self) -> bool:
        """Whether all units that are chosen can go: inputs and outputs not all of them."""
        return bool(self.others) and all(
            len(units) < self.sizes[layer] or self.is_hidden(layer)
            for layer, units in self.others.items()
        )

    @property
    def trained(self) -> Places:
        """The chosen weights and biases, or else what leads into the chosen units."""
        if self.parameters:
            return places_of(self.parameters)
        found = {}
        for layer, units in self.others.items():
            if layer:
                found[f"W{layer}"] = found[f"b{layer}"] = [(unit,) for unit in units]
        return found

    @staticmethod
    def of_layer(session: Session, layer: int) -> "Aim":
        """Aim at a layer, and at none of its units."""
        sizes = session.project.specification.network.sizes
        return Aim(len(sizes) - 1, layer, (), (), sizes, {})


def aim_of(session: Session, elements: tuple[Element, ...]) -> Aim:
    """Work out what is meant."""
    sizes = session.project.specification.network.sizes
    last = len(sizes) - 1
    layer = elements[-1].layer if elements else max(last - 1, 1)
    chosen: dict[int, set[int]] = {}
    for element in elements:
        if not element.name.startswith("W"):
            chosen.setdefault(element.layer, set()).add(element.index[-1])
    others = {number: tuple(sorted(units)) for number, units in sorted(chosen.items())}
    parameters = tuple(e for e in elements if e.is_parameter)
    return Aim(last, layer, others.get(layer, ()), parameters, sizes, others)


@dataclass(frozen=True)
class NetworkEdit:
    """One edit.

    Attributes
    ----------
    name
        Identifies it.
    words
        For the menus.
    key
        Its shortcut while the network has the focus.
    icon
        A file in resources/icons, if it has one.
    possible
        Whether it can be done.
    do
        What it does.
    """

    name: str
    words: str
    key: str
    icon: str
    possible: Callable[[Aim], bool]
    do: Callable[[Controller, Aim], None]


def add_unit(controller: Controller, aim: Aim) -> None:
    """Add a unit behind the chosen ones, or at the end of the layer."""
    at = aim.units[-1] + 1 if aim.units else aim.size
    label = Label("add_unit", {"layer": aim.layer}) if aim.layer else Label("add_input")

    def change(project: Project, present: structure.Present) -> Project:
        return structure.add_unit(project, present, aim.layer, at)

    controller.restructure(change, label, [unit_element(aim.layer, at)])


def _unit_label(kind: str, layer: int, units: tuple[int, ...]) -> Label:
    if len(units) > 1:
        return Label(f"{kind}_units", {"count": len(units)})
    if layer:
        return Label(f"{kind}_unit", {"unit": units[0], "layer": layer})
    return Label(f"{kind}_input", {"unit": units[0]})


def duplicate(controller: Controller, aim: Aim) -> None:
    """Duplicate the chosen units, or the layer if none is."""
    if not aim.units:
        _duplicate_layer(controller, aim)
        return

    def change(project: Project, present: structure.Present) -> Project:
        for unit in reversed(aim.units):
            project = structure.duplicate_unit(project, present, aim.layer, unit)
            present = structure.given(project)
        return project

    controller.restructure(change, _unit_label("duplicate", aim.layer, aim.units))


def _duplicate_layer(controller: Controller, aim: Aim) -> None:
    def change(project: Project, present: structure.Present) -> Project:
        return structure.duplicate_layer(project, present, aim.layer)

    controller.restructure(change, Label("duplicate_layer", {"layer": aim.layer}))


def remove_units(controller: Controller, aim: Aim) -> None:
    """Remove the chosen units; a whole hidden layer if all of it is chosen."""
    whole = [layer for layer, units in aim.others.items() if len(units) == aim.sizes[layer]]
    count = sum(map(len, aim.others.values()))
    label = Label("remove_units", {"count": count})
    if len(aim.others) == 1:
        ((layer, units),) = aim.others.items()
        label = _unit_label("remove", layer, units)
        if whole:
            label = Label("remove_layer", {"layer": layer})

    def change(project: Project, present: structure.Present) -> Project:
        for layer in sorted(aim.others, reverse=True):
            for unit in aim.others[layer][::-1] if layer not in whole else ():
                project = structure.remove_unit(project, present, layer, unit)
                present = structure.given(project)
            if layer in whole:
                project = structure.remove_layer(project, present, layer)
                present = structure.given(project)
        return project

    controller.restructure(change, label, [])


def _move_units(by: int) -> Callable[[Controller, Aim], None]:
    def do(controller: Controller, aim: Aim) -> None:
        def change(project: Project, present: structure.Present) -> Project:
            for unit in aim.units if by < 0 else reversed(aim.units):
                project = structure.move_unit(project, present, aim.layer, unit, unit + by)
                present = structure.given(project)
            return project

        moved = [unit_element(aim.layer, unit + by) for unit in aim.units]
        controller.restructure(change, _unit_label("move", aim.layer, aim.units), moved)

    return do


def move_unit_to(controller: Controller, layer: int, unit: int, to: int) -> None:
    """Put a unit into another place of its layer."""

    def change(project: Project, present: structure.Present) -> Project:
        return structure.move_unit(project, present, layer, unit, to)

    label = _unit_label("move", layer, (unit,))
    controller.restructure(change, label, [unit_element(layer, to)])


def add_layer(controller: Controller, before: int, units: int = 3) -> None:
    """Put a hidden layer before another one."""

    def change(project: Project, present: structure.Present) -> Project:
        return structure.add_layer(project, present, before, units, NEW_ACTIVATION)

    controller.restructure(change, Label("add_layer", {"layer": before}))


def _add_layer_here(controller: Controller, aim: Aim) -> None:
    add_layer(controller, min(aim.layer + 1, aim.layers))


def remove_layer(controller: Controller, aim: Aim) -> None:
    """Remove a hidden layer."""

    def change(project: Project, present: structure.Present) -> Project:
        return structure.remove_layer(project, present, aim.layer)

    controller.restructure(change, Label("remove_layer", {"layer": aim.layer}), [])


def _move_layer(by: int) -> Callable[[Controller, Aim], None]:
    return lambda controller, aim: move_layer_to(controller, aim.layer, aim.layer + by)


def move_layer_to(controller: Controller, layer: int, to: int) -> None:
    """Put a hidden layer into another place; it stays chosen."""

    def change(project: Project, present: structure.Present) -> Project:
        return structure.move_layer(project, present, layer, to)

    size = controller.session.project.specification.network.sizes[layer]
    chosen = [unit_element(to, unit) for unit in range(size)]
    controller.restructure(change, Label("move_layer", {"layer": layer}), chosen)


def set_activation(controller: Controller, layer: int, name: str) -> None:
    """Give a layer another activation, from the step in view on."""

    def change(project: Project) -> Project:
        return with_activation(project, layer, name)

    controller.change_settings(change, Label("activation", {"layer": layer, "name": name}))


def _freeze(controller: Controller, aim: Aim) -> None:
    places = aim.trained
    freeze = not are_frozen(controller.session.project, places)
    elements = aim.parameters or [unit_element(n, u) for n in aim.others for u in aim.others[n]]
    names = str(elements[0]) if len(elements) == 1 else f"{len(elements)}"

    def change(project: Project) -> Project:
        return with_frozen(project, places, freeze)

    controller.change_settings(change, Label("freeze" if freeze else "unfreeze", {"name": names}))


def select_layer(controller: Controller, layer: int) -> None:
    """Select all units of a layer."""
    size = controller.session.project.specification.network.sizes[layer]
    controller.selection.choose(unit_element(layer, unit) for unit in range(size))


def _select_layer(controller: Controller, aim: Aim) -> None:
    select_layer(controller, aim.layer)


def _select_all(controller: Controller, aim: Aim) -> None:
    """Select all units, those of the layer in view last."""
    order = sorted(range(aim.layers + 1), key=lambda layer: layer == aim.layer)
    controller.selection.choose(
        unit_element(layer, unit) for layer in order for unit in range(aim.sizes[layer])
    )


EDITS = (
    NetworkEdit(
        "add_unit",
        QT_TRANSLATE_NOOP("edits", "Add &unit"),
        "Ins",
        "plus",
        lambda aim: True,
        add_unit,
    ),
    NetworkEdit(
        "duplicate",
        QT_TRANSLATE_NOOP("edits", "&Duplicate"),
        "Ctrl+D",
        "copy",
        lambda aim: bool(aim.units) or aim.layer > 0,
        duplicate,
    ),
    NetworkEdit(
        "remove_units",
        QT_TRANSLATE_NOOP("edits", "&Remove"),
        "Del",
        "trash-2",
        lambda aim: aim.removable,
        remove_units,
    ),
    NetworkEdit(
        "move_up",
        QT_TRANSLATE_NOOP("edits", "&Move unit up"),
        "Ctrl+Up",
        "chevron-up",
        lambda aim: bool(aim.units) and aim.units[0] > 0,
        _move_units(-1),
    ),
    NetworkEdit(
        "move_down",
        QT_TRANSLATE_NOOP("edits", "Move u&nit down"),
        "Ctrl+Down",
        "chevron-down",
        lambda aim: bool(aim.units) and aim.units[-1] < aim.size - 1,
        _move_units(1),
    ),
    NetworkEdit(
        "select_layer",
        QT_TRANSLATE_NOOP("edits", "&Select layer"),
        "Ctrl+Shift+A",
        "scan",
        lambda aim: True,
        _select_layer,
    ),
    NetworkEdit(
        "select_all",
        QT_TRANSLATE_NOOP("edits", "Select al&l units"),
        "Ctrl+A",
        "",
        lambda aim: True,
        _select_all,
    ),
    NetworkEdit(
        "add_layer",
        QT_TRANSLATE_NOOP("edits", "Add la&yer"),
        "Ctrl+Ins",
        "plus",
        lambda aim: True,
        _add_layer_here,
    ),
    NetworkEdit(
        "remove_layer",
        QT_TRANSLATE_NOOP("edits", "R&emove layer"),
        "Ctrl+Del",
        "trash-2",
        lambda aim: aim.hidden,
        remove_layer,
    ),
    NetworkEdit(
        "move_layer_left",
        QT_TRANSLATE_NOOP("edits", "Move layer le&ft"),
        "Ctrl+Left",
        "chevron-left",
        lambda aim: aim.hidden and aim.layer > 1,
        _move_layer(-1),
    ),
    NetworkEdit(
        "move_layer_right",
        QT_TRANSLATE_NOOP("edits", "Move layer ri&ght"),
        "Ctrl+Right",
        "chevron-right",
        lambda aim: aim.hidden and aim.layer < aim.layers - 1,
        _move_layer(1),
    ),
    NetworkEdit(
        "freeze",
        QT_TRANSLATE_NOOP("edits", "Free&ze or unfreeze"),
        "Ctrl+L",
        "lock",
        lambda aim: bool(aim.trained),
        _freeze,
    ),
)
"""All edits, in the order of the menu."""
