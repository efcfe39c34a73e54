"""The words of ``bpsim trace --explain``."""

from collections.abc import Iterator, Sequence

import numpy as np

from bpsim.engine.program import Operation
from bpsim.explain.document import as_latex
from bpsim.explain.explain import OF_UNITS, explain
from bpsim.explain.structure import Explanation, as_text
from bpsim.session.session import Session
from bpsim.session.values import Element

_INDENT = " " * 4


def explanations(
    session: Session, operation: Operation, sample: int | None, wanted: Sequence[Element]
) -> Iterator[Explanation]:
    """Explain the elements of an operation that has just run.

    Parameters
    ----------
    session, operation
        Where the numbers are, and what ran.
    sample
        The row of the batch; all if it is ``None``.
    wanted
        Only these elements; all if there are none.
    """
    shape = session.program.view(operation.name).shape
    of_units = operation.kind in OF_UNITS
    rows = range(session.program.rows) if sample is None else (sample,)
    for index in np.ndindex(shape[1:] if of_units else shape):
        if wanted and Element(operation.name, index) not in wanted:
            continue
        # What is no sample's own is explained once, with the first row as its example.
        for row in rows if of_units else rows[:1]:
            yield explain(session, operation, index, row)


def in_words(explanation: Explanation, latex: bool) -> str:
    """Write an explanation for the terminal, or for LaTeX."""
    if latex:
        return as_latex(explanation)
    return "\n".join(_INDENT + line for line in as_text(explanation).split("\n"))


def as_json(explanation: Explanation) -> dict[str, object]:
    """Give an explanation's parts by name."""
    return {
        "element": explanation.title,
        "about": explanation.subtitle,
        "rule": str(explanation.rule),
        "lines": [str(line) for line in explanation.numbers],
        "result": explanation.result,
        "why": explanation.why,
    }
