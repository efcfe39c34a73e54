"""Loss and accuracy over whole sets of rows, at the steps whose parameters are kept.

All of it happens beside the training: the programs here have memories of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array, Calls, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Specification
from bpsim.session.aside.sampled import Sampled, project_at
from bpsim.session.classes import Classes, classes_of
from bpsim.session.project import Project
from bpsim.session.session import Session

_WORK_TOGETHER = 1_000_000
"""How many products of a row and a parameter are worked out at a time: about a millisecond."""


@dataclass(frozen=True)
class Score:
    """What a network achieves on rows.

    Attributes
    ----------
    loss
        The mean over the rows, without a penalty.
    accuracy
        The share of rows whose class is right; NaN where there are no classes.
    """

    loss: float
    accuracy: float


class Scorer:
    """Scores parameters on rows, a part of them at a time.

    Parameters
    ----------
    specification
        The network and its loss.
    rows
        Inputs and targets, shape ``(rows, inputs + outputs)``.
    classes
        How outputs tell classes, if they do.
    """

    def __init__(self, specification: Specification, rows: Array, classes: Classes | None) -> None:
        self.specification, self._rows, self._classes = specification, rows, classes
        weights = sum(a * b for a, b in pairwise(specification.network.sizes))
        together = max(_WORK_TOGETHER // weights, 1)
        self._starts = range(0, len(rows), together)
        sizes = {len(rows[start : start + together]) for start in self._starts}
        self._programs = {n: Program(specification, Memory(specification, [n]), n) for n in sizes}
        self._calls = {n: _losses(program) for n, program in self._programs.items()}
        self._together = together

    def score(self, parameters: Array) -> Iterator[Score | None]:
        """Work part by part: give ``None`` after each but the last, then the score."""
        inputs, total = self.specification.network.inputs, len(self._rows)
        loss = hits = 0.0
        for start in self._starts:
            part = self._rows[start : start + self._together]
            program = self._programs[len(part)]
            stretch = program.memory.parameters
            program.memory.array[stretch.start : stretch.stop] = parameters
            program.view("x")[:], program.view("y")[:] = part[:, :inputs], part[:, inputs:]
            run(self._calls[len(part)])
            mean = float(program.view("loss"))
            loss = mean if len(part) == total else loss + mean * len(part) / total
            if self._classes is not None:
                outputs = program.view(f"a{len(self.specification.network.layers)}")
                right = self._classes.of(outputs) == self._classes.of(part[:, inputs:])
                hits += float(np.count_nonzero(right))
            if start != self._starts[-1]:
                yield None
        yield Score(loss, nan if self._classes is None else hits / total)


class Scores(Sampled[Score]):
    """The scores of the steps that are kept.

    Parameters
    ----------
    test
        Whether the rows are those for testing, not for training.
    """

    def __init__(self, test: bool) -> None:
        super().__init__()
        self._test = test
        self._scorer: Scorer | None = None
        self._arrays: tuple[object, Array, Array] = (None, np.empty(0), np.empty(0))

    def rows(self, project: Project) -> Array:
        """Return the rows that are scored."""
        return project.data.test if self._test else project.data.train

    def known(self, session: Session) -> tuple[NDArray[np.int64], Array, Array]:
        """Return the steps whose scores are known, with losses and accuracies."""
        steps, scores = self.found(session)
        if self._arrays[0] is not scores:
            losses, accuracies = [s.loss for s in scores], [s.accuracy for s in scores]
            self._arrays = scores, np.array(losses), np.array(accuracies)
        return steps, self._arrays[1], self._arrays[2]

    def wanted(self, session: Session) -> NDArray[np.int64]:
        """Return all steps that are kept, if there are rows."""
        return super().wanted(session)[: None if len(self.rows(session.project)) else 0]

    def forget(self) -> None:
        """Forget the program of another history."""
        self._scorer = None

    def begin(self, session: Session, step: int, parameters: Array) -> Iterator[Score | None]:
        """Score parameters on the rows."""
        project = project_at(session, step)
        if self._scorer is None or self._scorer.specification is not project.specification:
            self._scorer = Scorer(project.specification, self.rows(project), classes_of(project))
        return self._scorer.score(parameters)


def _losses(program: Program) -> Calls:
    wanted = (Phase.FORWARD, Phase.LOSS)
    return [call for op in program.operations if op.phase in wanted for call in op.calls]
