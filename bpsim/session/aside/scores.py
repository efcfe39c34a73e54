"""Loss and accuracy over whole sets of rows, at the steps whose parameters are kept.

All of it happens beside the training: the programs here have memories of their own. What a step
scores depends on its parameters and settings alone, so it is the same whenever it is worked out,
and it is worked out again where a change by hand has made another step of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import nan

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array, Calls, run
from bpsim.engine.memory import Memory
from bpsim.engine.program import Phase, Program
from bpsim.engine.specification import Specification
from bpsim.session.classes import Classes, classes_of
from bpsim.session.project import Project
from bpsim.session.session import Session

_MOST_KNOWN = 10_000
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


class Scores:
    """The scores of the steps that are kept, worked out little by little.

    Parameters
    ----------
    test
        Whether the rows are those for testing, not for training.
    """

    def __init__(self, test: bool) -> None:
        self._test = test
        self._known: dict[int, tuple[Score, Specification, int]] = {}
        self._history: object = None
        self._version: object = None
        self._scorer: Scorer | None = None
        self._job: Iterator[Score | None] | None = None
        self._job_step = 0
        # What `known` returns, as long as nothing was worked out or dropped since.
        self._worked = 0
        self._listed_at: object = None
        self._listed = np.empty(0, dtype=np.int64), np.empty(0), np.empty(0)

    def rows(self, project: Project) -> Array:
        """Return the rows that are scored."""
        return project.data.test if self._test else project.data.train

    def known(self, session: Session) -> tuple[NDArray[np.int64], Array, Array]:
        """Return the steps whose scores are known, with losses and accuracies."""
        self._follow(session)
        kept = session.history.samples.steps
        key = (self._worked, len(kept), int(kept[-1]))
        if key == self._listed_at:
            return self._listed
        steps = [s for s in kept.tolist() if s in self._known]
        if len(self._known) > _MOST_KNOWN:  # steps that are kept no longer
            self._known = {step: self._known[step] for step in steps}
        found = [self._known[step][0] for step in steps]
        losses, accuracies = [s.loss for s in found], [s.accuracy for s in found]
        self._listed_at = key
        self._listed = np.array(steps, dtype=np.int64), np.array(losses), np.array(accuracies)
        return self._listed

    def missing(self, session: Session, most: int) -> list[int]:
        """Return the steps to score next: the ends, then coarse before fine.

        Parameters
        ----------
        session
            Whose history it is.
        most
            About how many steps are scored in all.
        """
        self._follow(session)
        steps = session.history.samples.steps
        if not len(self.rows(session.project)):
            return []
        grain = steps & -steps  # the largest power of two in each
        grain[0] = steps[-1] + 1
        finest = session.history.samples.every * max(len(steps) // max(most, 1), 1)
        wanted = steps[np.argsort(-grain, kind="stable")][: np.count_nonzero(grain >= finest)]
        ends = [int(steps[-1]), 0]
        return [s for s in dict.fromkeys([*ends, *wanted.tolist()]) if s not in self._known]

    def work(self, session: Session, most: int, out_of_time: Callable[[], bool]) -> bool:
        """Score more steps, a part of one at the least, until the time is up.

        Returns
        -------
        bool
            Whether anything is left to do.
        """
        missing = self.missing(session, most)
        if self._job is None and not missing:
            return False
        steps, rows = session.history.samples.steps, session.history.samples.parameters
        if self._job is not None:
            missing = [self._job_step, *(step for step in missing if step != self._job_step)]
        for step in missing:
            if self._job is None:
                parameters = rows[int(np.searchsorted(steps, step))].copy()
                self._job, self._job_step = self._begin(session, step, parameters), step
            for score in self._job:
                if score is not None:
                    self._job = None
                    break
                if out_of_time():
                    return True
            if out_of_time():
                return True
        return False

    def _begin(self, session: Session, step: int, parameters: Array) -> Iterator[Score | None]:
        project = _project_at(session, step)
        if self._scorer is None or self._scorer.specification is not project.specification:
            self._scorer = Scorer(project.specification, self.rows(project), classes_of(project))
        mark = hash(parameters.tobytes())
        for score in self._scorer.score(parameters):
            if score is not None:
                self._known[step] = score, project.specification, mark
                self._worked += 1
            yield score

    def _follow(self, session: Session) -> None:
        """Forget what belongs to another history or was changed by hand since."""
        history, version = session.history, session.version
        if history is not self._history:
            self._known, self._scorer, self._job, self._listed_at = {}, None, None, None
        elif version is not self._version:
            self._job = self._listed_at = None
            steps, rows = history.samples.steps.tolist(), history.samples.parameters
            places = {step: at for at, step in enumerate(steps)}
            self._known = {
                step: known
                for step, known in self._known.items()
                if step in places
                and known[1] is _project_at(session, step).specification
                and known[2] == hash(rows[places[step]].tobytes())
            }
        self._history, self._version = history, version


def _project_at(session: Session, step: int) -> Project:
    """Return the project that a step was trained by."""
    history = session.history
    return history.era_before(history.executed_at(step)).project


def _losses(program: Program) -> Calls:
    wanted = (Phase.FORWARD, Phase.LOSS)
    return [call for op in program.operations if op.phase in wanted for call in op.calls]
