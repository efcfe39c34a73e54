"""What an entry of the tables of mistakes looks like."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bpsim.engine.program import Kind
from bpsim.practice.question import Question


@dataclass(frozen=True)
class Mistake:
    """One way to go wrong.

    Attributes
    ----------
    name
        Identifies it; translated in the context ``mistakes`` where it is shown.
    sentence
        What seems to have happened, and what is right; for the person, translated likewise.
    kinds
        The operations where it happens.
    values
        From a question's numbers to the value that comes of it; none where it cannot happen.
    """

    name: str
    sentence: str
    kinds: tuple[Kind, ...]
    values: Callable[[Question], Iterable[float]]
