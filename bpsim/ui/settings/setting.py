"""What one setting is: where it stands, how to read and change it, and what it means."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bpsim.session.label import Label
from bpsim.session.project import Project

Value = float | bool | str | None
"""A number, a switch, an entry's name; ``None`` for a switch that is on in parts."""


class Kind(Enum):
    """How a setting is changed: a scale is a positive number that is best changed by factors."""

    NUMBER = "number"
    SCALE = "scale"
    WHOLE = "whole"
    SWITCH = "switch"
    CHOICE = "choice"


class Section(Enum):
    """Where a setting stands; those of the start act when new weights are drawn."""

    TRAINING = "training"
    LAYERS = "layers"
    START = "start"


@dataclass(frozen=True)
class Option:
    """An entry that can be chosen, or why it can't be."""

    name: str
    meaning: str
    refusal: str = ""


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes
    ----------
    path
        Where it stands in a project file; that of its problems too.
    section, kind
        Where and how it is shown.
    title
        Its name for people.
    note
        One line on what it means at its present value.
    get, put
        Read it from a project; give a project in which it is another.
    label
        What a change to a value is called.
    options
        What a choice chooses from.
    """

    path: str
    section: Section
    kind: Kind
    title: str
    note: str
    get: Callable[[Project], Value]
    put: Callable[[Project, Value], Project]
    label: Callable[[Value], Label]
    options: tuple[Option, ...] = ()
