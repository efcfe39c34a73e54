"""The words for each kind of change by hand, for undo, redo and messages."""

from PySide6.QtCore import QCoreApplication

from bpsim.session.label import Label
from bpsim.ui.translation import QT_TRANSLATE_NOOP

_CONTEXT = "changes"

_WORDS = {
    "edit": QT_TRANSLATE_NOOP("changes", "Change {name}"),
    "edit_many": QT_TRANSLATE_NOOP("changes", "Change {count} parameters"),
}


def words(label: Label) -> str:
    """Say what a change was: ``Change W1[0,2]``."""
    return QCoreApplication.translate(_CONTEXT, _WORDS[label.kind]).format(**label.values)
