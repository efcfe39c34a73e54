"""All settings of a project, in their order.

Settings of optimizers, losses and initializers come from the engine's tables, so that a new entry
there has its fields here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import numpy as np

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.initializers import INITIALIZERS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice, Parameter
from bpsim.engine.specification import BiasMask, Layer, Training, WeightMask
from bpsim.explain.typed import number_text
from bpsim.session.label import Label
from bpsim.session.project import Project, with_network, with_training
from bpsim.session.settings import with_activation, with_layer
from bpsim.ui.settings.setting import Kind, Option, Section, Setting, Value
from bpsim.words import QT_TRANSLATE_NOOP, translate


class _Entry(Protocol):
    @property
    def meaning(self) -> str: ...

    @property
    def parameters(self) -> tuple[Parameter, ...]: ...


@dataclass(frozen=True)
class _Slot:
    """A place in a project where an entry of a table is chosen, with its parameters."""

    path: str
    section: Section
    label: str
    table: Mapping[str, _Entry]
    get: Callable[[Project], Choice]
    put: Callable[[Project, Choice], Project]


def _put_initializer(project: Project, choice: Choice) -> Project:
    return with_network(project, replace(project.specification.network, initializer=choice))


_OPTIMIZER = _Slot(
    "training.optimizer",
    Section.TRAINING,
    "optimizer",
    OPTIMIZERS,
    lambda project: project.specification.training.optimizer,
    lambda project, choice: _with(project, lambda now: replace(now, optimizer=choice)),
)
_LOSS = _Slot(
    "training.loss",
    Section.TRAINING,
    "loss",
    LOSSES,
    lambda project: project.specification.training.loss,
    lambda project, choice: _with(project, lambda now: replace(now, loss=choice)),
)
_INITIALIZER = _Slot(
    "network.initializer",
    Section.START,
    "setting",
    INITIALIZERS,
    lambda project: project.specification.network.initializer,
    _put_initializer,
)


def _with(project: Project, change: Callable[[Training], Training]) -> Project:
    return with_training(project, change(project.specification.training))


def settings(project: Project, start: Project) -> tuple[Setting, ...]:
    """List all settings of a project, in the order in which they stand.

    Parameters
    ----------
    project
        What is trained.
    start
        The same with the settings of the start that are chosen, but not acted upon yet.
    """
    return (*_training(project), *_layers(project), *_start(start))


# Training


def _training(project: Project) -> list[Setting]:
    training, rows = project.specification.training, len(project.data.train)
    return [
        *_choice(project, _OPTIMIZER, translate("settings", "Optimizer")),
        *_choice(project, _LOSS, translate("settings", "Loss")),
        _plain(
            "training.l1",
            Kind.SCALE,
            translate("settings", "L1"),
            translate("settings", "Pulls every weight to 0, all alike."),
            lambda now: now.l1,
            lambda now, value: replace(now, l1=_number(value)),
        ),
        _plain(
            "training.l2",
            Kind.SCALE,
            translate("settings", "L2"),
            translate("settings", "Pulls weights to 0, large ones more."),
            lambda now: now.l2,
            lambda now, value: replace(now, l2=_number(value)),
        ),
        _plain(
            "training.batch_size",
            Kind.WHOLE,
            translate("settings", "Batch size"),
            _batch_words(training.batch_size, rows),
            lambda now: now.batch_size,
            lambda now, value: replace(now, batch_size=int(_number(value))),
        ),
        _plain(
            "training.shuffle",
            Kind.SWITCH,
            translate("settings", "Shuffle"),
            translate("settings", "Takes the rows in another order in each epoch."),
            lambda now: now.shuffle,
            lambda now, value: replace(now, shuffle=bool(value)),
        ),
        _seed(translate("settings", "Draws the orders; at the start, weights too.")),
    ]


def _seed(note: str) -> Setting:
    return _plain(
        "training.seed",
        Kind.WHOLE,
        translate("settings", "Seed"),
        note,
        lambda now: now.seed,
        lambda now, value: replace(now, seed=int(_number(value))),
    )


def _number(value: Value) -> float:
    assert isinstance(value, float | int)
    return value


def _batch_words(size: int, rows: int) -> str:
    if size == 0 or size >= rows:
        return translate("settings", "All {rows} rows in each step.").format(rows=f"{rows:,}")
    words = translate("settings", "Rows in each step, of {rows}; 0 takes all.")
    return words.format(rows=f"{rows:,}")


def _plain(
    path: str,
    kind: Kind,
    title: str,
    note: str,
    get: Callable[[Training], Value],
    put: Callable[[Training, Value], Training],
) -> Setting:
    return Setting(
        path,
        Section.TRAINING,
        kind,
        title,
        note,
        lambda project: get(project.specification.training),
        lambda project, value: _with(project, lambda now: put(now, value)),
        _label(path.rpartition(".")[2]),
    )


# Layers


def _layers(project: Project) -> list[Setting]:
    layers = project.specification.network.layers
    found = []
    for number in range(1, len(layers) + 1):
        found += [
            _activation(project, number, last=number == len(layers)),
            _frozen_weights(project, number),
            _frozen_biases(project, number),
        ]
    return found


def _activation(project: Project, number: int, *, last: bool) -> Setting:
    def get(project: Project) -> Value:
        return project.specification.network.layers[number - 1].activation

    def put(project: Project, value: Value) -> Project:
        return with_activation(project, number, str(value))

    def label(value: Value) -> Label:
        return Label("activation", {"layer": number, "name": value})

    only_last = translate("settings", "only in the last layer")
    options = tuple(
        Option(
            name,
            translate("engine", entry.meaning),
            only_last if entry.output_only and not last else "",
        )
        for name, entry in ACTIVATIONS.items()
    )
    return Setting(
        f"network.layers[{number - 1}].activation",
        Section.LAYERS,
        Kind.CHOICE,
        translate("settings", "Layer {number}").format(number=number),
        translate("engine", ACTIVATIONS[str(get(project))].meaning),
        get,
        put,
        label,
        options,
    )


def _frozen_weights(project: Project, number: int) -> Setting:
    return _frozen(
        project,
        number,
        ("weights", f"W{number}"),
        lambda layer: layer.frozen_weights,
        lambda layer, frozen: replace(layer, frozen_weights=frozen),
    )


def _frozen_biases(project: Project, number: int) -> Setting:
    return _frozen(
        project,
        number,
        ("biases", f"b{number}"),
        lambda layer: layer.frozen_biases,
        lambda layer, frozen: replace(layer, frozen_biases=frozen),
    )


def _frozen(
    project: Project,
    number: int,
    names: tuple[str, str],
    mask: Callable[[Layer], WeightMask | BiasMask],
    frozen: Callable[[Layer, bool], Layer],
) -> Setting:
    part, name = names

    def layer(project: Project) -> Layer:
        return project.specification.network.layers[number - 1]

    def get(project: Project) -> Value:
        found = mask(layer(project))
        return found if isinstance(found, bool) else None

    def put(project: Project, value: Value) -> Project:
        return with_layer(project, number, frozen(layer(project), bool(value)))

    def label(value: Value) -> Label:
        return Label("freeze" if value else "unfreeze", {"name": name})

    found, note = mask(layer(project)), ""
    if not isinstance(found, bool):
        flags = np.array(found)
        note = translate("settings", "{count} of {all} are frozen.")
        note = note.format(count=f"{int(flags.sum()):,}", all=f"{flags.size:,}")
    return Setting(
        f"network.layers[{number - 1}].frozen.{part}",
        Section.LAYERS,
        Kind.SWITCH,
        translate("settings", "Freeze {name}").format(name=name),
        note,
        get,
        put,
        label,
    )


# Start


def _start(project: Project) -> list[Setting]:
    seed = _seed(translate("settings", "The same seed draws the same weights."))
    return [
        *_choice(project, _INITIALIZER, translate("settings", "Initializer")),
        replace(seed, section=Section.START),
    ]


# Entries of tables


def _choice(project: Project, slot: _Slot, title: str) -> list[Setting]:
    chosen = slot.get(project)

    def get(project: Project) -> Value:
        return slot.get(project).name

    def put(project: Project, value: Value) -> Project:
        return slot.put(project, _renamed(slot.get(project), str(value), slot.table))

    entry = slot.table[chosen.name]
    setting = Setting(
        slot.path,
        slot.section,
        Kind.CHOICE,
        title,
        translate("engine", entry.meaning),
        get,
        put,
        lambda value: Label(slot.label, {"name": value}),
        tuple(
            Option(name, translate("engine", found.meaning)) for name, found in slot.table.items()
        ),
    )
    return [setting, *(_parameter(slot, parameter) for parameter in entry.parameters)]


def _renamed(choice: Choice, name: str, table: Mapping[str, _Entry]) -> Choice:
    """Choose another entry; parameters that both have keep their values."""
    known = {parameter.name for parameter in table[name].parameters}
    kept = {key: value for key, value in choice.parameters.items() if key in known}
    return Choice(name, kept)


def _parameter(slot: _Slot, parameter: Parameter) -> Setting:
    def get(project: Project) -> Value:
        return slot.get(project).values((parameter,))[parameter.name]

    def put(project: Project, value: Value) -> Project:
        choice = slot.get(project)
        values = {**choice.parameters, parameter.name: _number(value)}
        return slot.put(project, replace(choice, parameters=values))

    title = translate("settings", title_of(parameter))
    meaning = translate("engine", parameter.meaning)
    path = f"{slot.path}.{parameter.name}"
    kind = _kind(parameter)
    return Setting(path, slot.section, kind, title, meaning, get, put, _label(parameter.name))


_TITLES = (
    QT_TRANSLATE_NOOP("settings", "Learning rate"),
    QT_TRANSLATE_NOOP("settings", "Momentum"),
    QT_TRANSLATE_NOOP("settings", "Alpha"),
    QT_TRANSLATE_NOOP("settings", "Beta1"),
    QT_TRANSLATE_NOOP("settings", "Beta2"),
    QT_TRANSLATE_NOOP("settings", "Eps"),
    QT_TRANSLATE_NOOP("settings", "Weight decay"),
    QT_TRANSLATE_NOOP("settings", "Decay biases"),
    QT_TRANSLATE_NOOP("settings", "Delta"),
    QT_TRANSLATE_NOOP("settings", "Low"),
    QT_TRANSLATE_NOOP("settings", "High"),
    QT_TRANSLATE_NOOP("settings", "Mean"),
    QT_TRANSLATE_NOOP("settings", "Std"),
)
"""What `title_of` makes of the names in the engine's tables, for those who translate."""


def title_of(parameter: Parameter) -> str:
    """Make a title of a parameter's name, in English."""
    title = parameter.name.replace("_", " ")
    return title[0].upper() + title[1:]


def _kind(parameter: Parameter) -> Kind:
    if isinstance(parameter.default, bool):
        return Kind.SWITCH
    return Kind.SCALE if (parameter.low, parameter.high) == (0.0, inf) else Kind.NUMBER


def _label(name: str) -> Callable[[Value], Label]:
    def label(value: Value) -> Label:
        return Label("setting", {"name": name, "value": _value_words(value)})

    return label


def _value_words(value: Value) -> str:
    if isinstance(value, bool):
        return translate("settings", "on") if value else translate("settings", "off")
    return number_text(value) if isinstance(value, float | int) else str(value)
