"""What a person chose to see, kept from start to start."""

from PySide6.QtCore import QSettings


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "bpsim", "bpsim")


def recall(name: str, usual: str, allowed: tuple[str, ...]) -> str:
    """Return what was chosen last; the usual where that is nothing to choose."""
    found = _settings().value(f"plots/{name}")
    return str(found) if found in allowed else usual


def remember(name: str, choice: str) -> None:
    """Keep a choice for the next time."""
    _settings().setValue(f"plots/{name}", choice)


def recall_set(name: str, usual: frozenset[str], allowed: tuple[str, ...]) -> frozenset[str]:
    """Return which of several things were chosen."""
    found = _settings().value(f"plots/{name}")
    if not isinstance(found, str):
        return usual
    return frozenset(found.split()) & frozenset(allowed)


def remember_set(name: str, chosen: frozenset[str]) -> None:
    """Keep which were chosen."""
    remember(name, " ".join(sorted(chosen)))
