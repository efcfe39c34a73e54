"""The table of everything that moves training: words, icon, key and what it does."""

from collections.abc import Callable
from dataclasses import dataclass

from bpsim.session.position import Change
from bpsim.session.session import Session
from bpsim.ui.controller import Controller
from bpsim.words import QT_TRANSLATE_NOOP

CONTEXT = "actions"


@dataclass(frozen=True)
class Move:
    """One way to move through training.

    Attributes
    ----------
    name
        Identifies it.
    words, tip
        For menu and button, and for the tool tip.
    icon
        A file in resources/icons.
    key
        Its shortcut. Shift+F10 is left to the system, which opens context menus with it, and
        Ctrl+F7 to Ctrl+F10 to KDE Plasma, which shows all windows with them.
    do
        What it does.
    """

    name: str
    words: str
    tip: str
    icon: str
    key: str
    do: Callable[[Controller], object]


def _by(move: Callable[[Session], Change]) -> Callable[[Controller], object]:
    return lambda controller: controller.do(move)


BACK = (
    Move(
        "restart",
        QT_TRANSLATE_NOOP("actions", "Restart"),
        QT_TRANSLATE_NOOP("actions", "Back to the very start"),
        "rotate-ccw",
        "Ctrl+Shift+F5",
        _by(Session.restart),
    ),
    Move(
        "back_epoch",
        QT_TRANSLATE_NOOP("actions", "Back an epoch"),
        QT_TRANSLATE_NOOP("actions", "Back to the start of the epoch"),
        "chevrons-first",
        "Ctrl+Shift+F7",
        _by(Session.back_epoch),
    ),
    Move(
        "back_batch",
        QT_TRANSLATE_NOOP("actions", "Back a batch"),
        QT_TRANSLATE_NOOP("actions", "Back to the start of the training step"),
        "chevron-first",
        "F7",
        _by(Session.back_batch),
    ),
    Move(
        "back_phase",
        QT_TRANSLATE_NOOP("actions", "Back a phase"),
        QT_TRANSLATE_NOOP("actions", "Back to the start of the phase"),
        "chevrons-left",
        "Ctrl+Shift+F9",
        _by(Session.back_phase),
    ),
    Move(
        "back_operation",
        QT_TRANSLATE_NOOP("actions", "Back"),
        QT_TRANSLATE_NOOP("actions", "Take back one operation"),
        "chevron-left",
        "F9",
        _by(Session.back_operation),
    ),
)
FORWARD = (
    Move(
        "step_operation",
        QT_TRANSLATE_NOOP("actions", "Step"),
        QT_TRANSLATE_NOOP("actions", "Run one operation"),
        "chevron-right",
        "F10",
        _by(Session.step_operation),
    ),
    Move(
        "step_phase",
        QT_TRANSLATE_NOOP("actions", "Phase"),
        QT_TRANSLATE_NOOP("actions", "Run to the end of the phase"),
        "chevrons-right",
        "Ctrl+Shift+F10",
        _by(Session.step_phase),
    ),
    Move(
        "step_batch",
        QT_TRANSLATE_NOOP("actions", "Batch"),
        QT_TRANSLATE_NOOP("actions", "Run to the end of the training step"),
        "chevron-last",
        "F8",
        _by(Session.step_batch),
    ),
    Move(
        "step_epoch",
        QT_TRANSLATE_NOOP("actions", "Epoch"),
        QT_TRANSLATE_NOOP("actions", "Run to the end of the epoch"),
        "chevrons-last",
        "Ctrl+Shift+F8",
        Controller.step_epoch,
    ),
)
