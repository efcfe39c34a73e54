"""The numbers that an operation takes, with enough digits to reckon with."""

import re
from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.program import Kind
from bpsim.practice.question import Question
from bpsim.session.values import is_of_a_sample

MOST = 24
"""Numbers of one value that are listed."""
_OF_ALL_ROWS = (Kind.LOSS, Kind.WEIGHT_GRADIENT, Kind.BIAS_GRADIENT)
"""Operations that take every row of the batch."""


@dataclass(frozen=True)
class Given:
    """One value that an operation reads.

    Attributes
    ----------
    name
        As NumPy would write it.
    numbers
        Its rows; none where they are too many to be listed.
    shape
        How many rows and columns it has.
    """

    name: str
    numbers: Array | None
    shape: tuple[int, ...]


def given(question: Question) -> tuple[Given, ...]:
    """List what an operation reads, and the settings that its formula names."""
    listed = [_listed(question, name) for name in _names(question)]
    return (*listed, *_settings(question))


def _names(question: Question) -> tuple[str, ...]:
    names = question.operation.reads
    if question.kind is Kind.OUTPUT_ERROR and question.activation(question.layer) == "identity":
        return tuple(name for name in names if not name.startswith("z"))
    return names


def _listed(question: Question, name: str) -> Given:
    value = question.read(name)
    shown = "x" if name == "a0" else name
    if is_of_a_sample(name) and (question.kind not in _OF_ALL_ROWS or question.rows == 1):
        value = value[question.sample : question.sample + 1]
        shown = f"{shown}[{question.sample}]" if question.rows > 1 else shown
    rows = np.atleast_2d(value)
    return Given(shown, rows if rows.size <= MOST else None, rows.shape)


def _settings(question: Question) -> tuple[Given, ...]:
    """Give the numbers behind ``lr``, ``beta1``, ``l2`` and so on."""
    training = question.training
    known = {"l1": training.l1, "l2": training.l2, **question.settings}
    known["lr"] = known.pop("learning_rate")
    formula = question.operation.formula
    words = dict.fromkeys(re.findall(r"[A-Za-z]\w*", formula))
    found = [(word, known[word]) for word in words if word in known]
    if re.search(r"\*\*t\b", formula):
        found.append(("t", float(question.read("t")[0])))
    return tuple(Given(word, np.array([[number]]), (1, 1)) for word, number in found)
