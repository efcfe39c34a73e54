"""Everything that changes the network's shape or its layers, as one table.

The Network menu, the context menu, the keys and the handles on the picture all come from here.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bpsim.session import structure
from bpsim.session.label import Label
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.session.settings import is_frozen, with_activation, with_frozen
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.element import unit_element
from bpsim.ui.translation import QT_TRANSLATE_NOOP

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
    size
        Units of the layer.
    """

    layers: int
    layer: int
    units: tuple[int, ...]
    parameters: tuple[Element, ...]
    size: int

    @property
    def hidden(self) -> bool:
        """Whether the layer is neither input nor output."""
        return 0 < self.layer < self.layers


def aim_of(session: Session, elements: tuple[Element, ...]) -> Aim:
    """Work out what is meant."""
    sizes = session.project.specification.network.sizes
    last = len(sizes) - 1
    layer = elements[-1].layer if elements else max(last - 1, 1)
    units = sorted(
        {e.index[-1] for e in elements if not e.is_parameter and e.layer == layer}
        | {e.index[0] for e in elements if e.name == f"b{layer}"}
    )
    parameters = tuple(e for e in elements if e.is_parameter)
    return Aim(last, layer, tuple(units), parameters, sizes[layer])


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
        A file in resources/icons.
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

    controller.restructure(change, label)
    controller.selection.choose([unit_element(aim.layer, at)])


def _unit_label(kind: str, aim: Aim, unit: int) -> Label:
    if aim.layer:
        return Label(f"{kind}_unit", {"unit": unit, "layer": aim.layer})
    return Label(f"{kind}_input", {"unit": unit})


def _duplicate(controller: Controller, aim: Aim) -> None:
    if not aim.units:
        _duplicate_layer(controller, aim)
        return
    unit = aim.units[-1]

    def change(project: Project, present: structure.Present) -> Project:
        return structure.duplicate_unit(project, present, aim.layer, unit)

    controller.restructure(change, _unit_label("duplicate", aim, unit))


def _duplicate_layer(controller: Controller, aim: Aim) -> None:
    def change(project: Project, present: structure.Present) -> Project:
        return structure.duplicate_layer(project, present, aim.layer)

    controller.restructure(change, Label("duplicate_layer", {"layer": aim.layer}))


def remove_units(controller: Controller, aim: Aim) -> None:
    """Remove the chosen units; a whole hidden layer if all of it is chosen."""
    if len(aim.units) == aim.size:
        _remove_layer(controller, aim)
        return
    many = len(aim.units) > 1
    label = (
        Label("remove_units", {"count": len(aim.units)})
        if many
        else _unit_label("remove", aim, aim.units[0])
    )

    def change(project: Project, present: structure.Present) -> Project:
        for unit in reversed(aim.units):
            project = structure.remove_unit(project, present, aim.layer, unit)
            present = structure.given(project)
        return project

    controller.restructure(change, label)
    controller.selection.choose([])


def _move_unit(by: int) -> Callable[[Controller, Aim], None]:
    def do(controller: Controller, aim: Aim) -> None:
        unit = aim.units[-1]
        to = min(max(unit + by, 0), aim.size - 1)

        def change(project: Project, present: structure.Present) -> Project:
            return structure.move_unit(project, present, aim.layer, unit, to)

        controller.restructure(change, _unit_label("move", aim, unit))
        controller.selection.choose([unit_element(aim.layer, to)])

    return do


def add_layer(controller: Controller, before: int, units: int = 3) -> None:
    """Put a hidden layer before another one."""

    def change(project: Project, present: structure.Present) -> Project:
        return structure.add_layer(project, present, before, units, NEW_ACTIVATION)

    controller.restructure(change, Label("add_layer", {"layer": before}))


def _add_layer_here(controller: Controller, aim: Aim) -> None:
    add_layer(controller, min(aim.layer + 1, aim.layers))


def _remove_layer(controller: Controller, aim: Aim) -> None:
    def change(project: Project, present: structure.Present) -> Project:
        return structure.remove_layer(project, present, aim.layer)

    controller.restructure(change, Label("remove_layer", {"layer": aim.layer}))
    controller.selection.choose([])


def _move_layer(by: int) -> Callable[[Controller, Aim], None]:
    def do(controller: Controller, aim: Aim) -> None:
        def change(project: Project, present: structure.Present) -> Project:
            return structure.move_layer(project, present, aim.layer, aim.layer + by)

        controller.restructure(change, Label("move_layer", {"layer": aim.layer}))

    return do


def set_activation(controller: Controller, layer: int, name: str) -> None:
    """Give a layer another activation, from the step in view on."""

    def change(project: Project) -> Project:
        return with_activation(project, layer, name)

    controller.change_settings(change, Label("activation", {"layer": layer, "name": name}))


def _freeze(controller: Controller, aim: Aim) -> None:
    project = controller.session.project
    freeze = not all(is_frozen(project, element) for element in aim.parameters)
    names = str(aim.parameters[0]) if len(aim.parameters) == 1 else f"{len(aim.parameters)}"

    def change(project: Project) -> Project:
        return with_frozen(project, aim.parameters, freeze)

    controller.change_settings(change, Label("freeze" if freeze else "unfreeze", {"name": names}))


def select_layer(controller: Controller, layer: int) -> None:
    """Select all units of a layer."""
    size = controller.session.project.specification.network.sizes[layer]
    controller.selection.choose(unit_element(layer, unit) for unit in range(size))


def _select_layer(controller: Controller, aim: Aim) -> None:
    select_layer(controller, aim.layer)


EDITS = (
    NetworkEdit(
        "add_unit",
        QT_TRANSLATE_NOOP("edits", "Add unit"),
        "Ins",
        "plus",
        lambda aim: True,
        add_unit,
    ),
    NetworkEdit(
        "duplicate",
        QT_TRANSLATE_NOOP("edits", "Duplicate"),
        "Ctrl+D",
        "copy",
        lambda aim: bool(aim.units) or aim.layer > 0,
        _duplicate,
    ),
    NetworkEdit(
        "remove_units",
        QT_TRANSLATE_NOOP("edits", "Remove"),
        "Del",
        "trash-2",
        lambda aim: 0 < len(aim.units) < aim.size or (bool(aim.units) and aim.hidden),
        remove_units,
    ),
    NetworkEdit(
        "move_up",
        QT_TRANSLATE_NOOP("edits", "Move unit up"),
        "Ctrl+Up",
        "chevron-up",
        lambda aim: len(aim.units) == 1 and aim.units[0] > 0,
        _move_unit(-1),
    ),
    NetworkEdit(
        "move_down",
        QT_TRANSLATE_NOOP("edits", "Move unit down"),
        "Ctrl+Down",
        "chevron-down",
        lambda aim: len(aim.units) == 1 and aim.units[0] < aim.size - 1,
        _move_unit(1),
    ),
    NetworkEdit(
        "select_layer",
        QT_TRANSLATE_NOOP("edits", "Select layer"),
        "Ctrl+A",
        "scan",
        lambda aim: True,
        _select_layer,
    ),
    NetworkEdit(
        "add_layer",
        QT_TRANSLATE_NOOP("edits", "Add layer"),
        "Ctrl+Ins",
        "plus",
        lambda aim: True,
        _add_layer_here,
    ),
    NetworkEdit(
        "remove_layer",
        QT_TRANSLATE_NOOP("edits", "Remove layer"),
        "Ctrl+Del",
        "trash-2",
        lambda aim: aim.hidden,
        _remove_layer,
    ),
    NetworkEdit(
        "move_layer_left",
        QT_TRANSLATE_NOOP("edits", "Move layer left"),
        "Ctrl+Left",
        "chevron-left",
        lambda aim: aim.hidden and aim.layer > 1,
        _move_layer(-1),
    ),
    NetworkEdit(
        "move_layer_right",
        QT_TRANSLATE_NOOP("edits", "Move layer right"),
        "Ctrl+Right",
        "chevron-right",
        lambda aim: aim.hidden and aim.layer < aim.layers - 1,
        _move_layer(1),
    ),
    NetworkEdit(
        "freeze",
        QT_TRANSLATE_NOOP("edits", "Freeze or unfreeze"),
        "Ctrl+L",
        "lock",
        lambda aim: bool(aim.parameters),
        _freeze,
    ),
)
"""All edits, in the order of the menu."""
