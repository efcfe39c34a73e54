"""How long work tells how far it is, and is stopped."""

from collections.abc import Callable

Progress = Callable[[int, int], bool]
"""Told what is done and what there is in all; answers whether to go on."""


class CancelledError(Exception):
    """The person cancelled; nothing was changed."""


def go_on(done: int, total: int) -> bool:
    """Never stop."""
    return True
