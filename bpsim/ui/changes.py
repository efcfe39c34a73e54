"""The words for each kind of change by hand, for undo, redo and messages."""

from bpsim.session.label import Label
from bpsim.words import QT_TRANSLATE_NOOP, translate

_CONTEXT = "changes"

_WORDS = {
    "edit": QT_TRANSLATE_NOOP("changes", "Change {name}"),
    "edit_many": QT_TRANSLATE_NOOP("changes", "Change {count} parameters"),
    "rename": QT_TRANSLATE_NOOP("changes", "Rename to {name}"),
    "data": QT_TRANSLATE_NOOP("changes", "Replace the data"),
    "activation": QT_TRANSLATE_NOOP("changes", "Change layer {layer} to {name}"),
    "loss": QT_TRANSLATE_NOOP("changes", "Change the loss"),
    "optimizer": QT_TRANSLATE_NOOP("changes", "Change the optimizer"),
    "setting": QT_TRANSLATE_NOOP("changes", "Set {name} to {value}"),
    "freeze": QT_TRANSLATE_NOOP("changes", "Freeze {name}"),
    "unfreeze": QT_TRANSLATE_NOOP("changes", "Unfreeze {name}"),
    "add_unit": QT_TRANSLATE_NOOP("changes", "Add a unit to layer {layer}"),
    "duplicate_unit": QT_TRANSLATE_NOOP("changes", "Duplicate unit {unit} of layer {layer}"),
    "remove_unit": QT_TRANSLATE_NOOP("changes", "Remove unit {unit} of layer {layer}"),
    "remove_units": QT_TRANSLATE_NOOP("changes", "Remove {count} units"),
    "duplicate_units": QT_TRANSLATE_NOOP("changes", "Duplicate {count} units"),
    "move_units": QT_TRANSLATE_NOOP("changes", "Move {count} units"),
    "move_unit": QT_TRANSLATE_NOOP("changes", "Move unit {unit} of layer {layer}"),
    "add_input": QT_TRANSLATE_NOOP("changes", "Add an input"),
    "duplicate_input": QT_TRANSLATE_NOOP("changes", "Duplicate input {unit}"),
    "remove_input": QT_TRANSLATE_NOOP("changes", "Remove input {unit}"),
    "move_input": QT_TRANSLATE_NOOP("changes", "Move input {unit}"),
    "add_layer": QT_TRANSLATE_NOOP("changes", "Add layer {layer}"),
    "duplicate_layer": QT_TRANSLATE_NOOP("changes", "Duplicate layer {layer}"),
    "remove_layer": QT_TRANSLATE_NOOP("changes", "Remove layer {layer}"),
    "move_layer": QT_TRANSLATE_NOOP("changes", "Move layer {layer}"),
    "breakpoint": QT_TRANSLATE_NOOP("changes", "Set a breakpoint at {name}"),
    "breakpoint_off": QT_TRANSLATE_NOOP("changes", "Remove a breakpoint at {name}"),
    "breakpoints": QT_TRANSLATE_NOOP("changes", "Change a breakpoint"),
    "watch": QT_TRANSLATE_NOOP("changes", "Watch {name}"),
    "watch_off": QT_TRANSLATE_NOOP("changes", "Watch {name} no longer"),
    "watches": QT_TRANSLATE_NOOP("changes", "Change a watch"),
    "reinitialise": QT_TRANSLATE_NOOP("changes", "Draw new weights"),
}


def words(label: Label) -> str:
    """Say what a change was: ``Change W1[0,2]``."""
    return translate(_CONTEXT, _WORDS[label.kind]).format(**label.values)
