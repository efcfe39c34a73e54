"""What was changed by hand in the course of a training, and when, in words."""

from dataclasses import dataclass

from bpsim.explain.numbers import format_number
from bpsim.explain.typed import number_text
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.ui.settings.setting import Value
from bpsim.words import translate

_MOST_WORDS = 3


@dataclass(frozen=True)
class Event:
    """One change.

    Attributes
    ----------
    step
        After how many steps it was made.
    words
        What was changed, from what to what.
    settings
        Whether it was settings, and not a weight or a bias.
    """

    step: int
    words: str
    settings: bool


class Events:
    """The changes of a session, put into words once."""

    def __init__(self) -> None:
        self._key: object = None
        self._found: tuple[Event, ...] = ()

    def of(self, session: Session) -> tuple[Event, ...]:
        """Return them in their order."""
        history = session.history
        key = (id(history), session.version, len(history.edits), len(history.eras))
        if key != self._key:
            self._key, self._found = key, _events(session)
        return self._found


def _events(session: Session) -> tuple[Event, ...]:
    history = session.history
    found = [
        Event(
            history.steps_at(edit.executed),
            f"{edit.element} {format_number(edit.before)} → {format_number(edit.after)}",
            False,
        )
        for edit in history.edits
    ]
    for before, after in zip(history.eras, history.eras[1:], strict=False):
        found.append(Event(after.step, _difference(before.project, after.project), True))
    return tuple(sorted(found, key=lambda event: event.step))


def _difference(before: Project, after: Project) -> str:
    # After the first paint, like all of that panel.
    from bpsim.ui.settings.table import settings

    old = {setting.path: setting.get(before) for setting in settings(before, before)}
    parts = []
    for setting in settings(after, after):
        new, was = setting.get(after), old.get(setting.path)
        if setting.path not in old:
            parts.append(f"{setting.title} {_text(new)}")
        elif new != was:
            parts.append(f"{setting.title} {_text(was)} → {_text(new)}")
    more = ", …" if len(parts) > _MOST_WORDS else ""
    return ", ".join(parts[:_MOST_WORDS]) + more or translate("Events", "settings")


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return translate("Events", "on") if value else translate("Events", "off")
    if value is None:
        return translate("Events", "in parts")
    return value if isinstance(value, str) else number_text(float(value))


def nearby(events: tuple[Event, ...], step: float, reach: float) -> str:
    """Say what was changed within so many steps of a place; nothing if nothing was."""
    near = [event for event in events if abs(event.step - step) <= reach]
    lines = [f"{event.words} ({event.step:,})" for event in near[:_MOST_WORDS]]
    if len(near) > _MOST_WORDS:
        words = translate("Events", "and {count} more changes")
        lines.append(words.format(count=len(near) - _MOST_WORDS))
    return "\n".join(lines)
