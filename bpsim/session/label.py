"""What a change by hand is called; the window has the words for each kind."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Label:
    """The name of a change.

    Attributes
    ----------
    kind
        What was done: ``edit``, ``settings``, ``remove_unit`` ...
    values
        What stands in the words for it: an element's name, a layer's number.
    """

    kind: str
    values: dict[str, object] = field(default_factory=dict, hash=False)
