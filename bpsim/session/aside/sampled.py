"""What is worked out of the steps that are kept, little by little, beside the training."""

from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from bpsim.engine.kernels import Array
from bpsim.engine.specification import Specification
from bpsim.session.project import Project
from bpsim.session.session import Session

_MOST_KNOWN = 10_000

Found = TypeVar("Found")


class Sampled(Generic[Found]):
    """Something about each step that is kept: the ends first, then coarse before fine.

    What is found of a step depends on its parameters and settings alone, so it is the same
    whenever it is worked out, and it is worked out again where a change by hand has made another
    step of it.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Found, Specification, int]] = {}
        self._history: object = None
        self._version: object = None
        self._job: Iterator[Found | None] | None = None
        self._job_step = 0
        # What `found` returns, as long as nothing was worked out or dropped since.
        self._worked = 0
        self._listed_at: object = None
        self._listed: tuple[NDArray[np.int64], list[Found]] = (np.empty(0, dtype=np.int64), [])

    # For each kind

    @abstractmethod
    def begin(self, session: Session, step: int, parameters: Array) -> Iterator[Found | None]:
        """Work part by part: give ``None`` after each but the last, then what is found."""

    def wanted(self, session: Session) -> NDArray[np.int64]:
        """Return the steps of which something can be found."""
        return session.history.samples.steps

    def forget(self) -> None:
        """Forget what belongs to another history, or was prepared before a change by hand."""

    # For all

    def found(self, session: Session) -> tuple[NDArray[np.int64], list[Found]]:
        """Return the steps of which something is known, and what."""
        self._follow(session)
        kept = session.history.samples.steps
        key = (self._worked, len(kept), int(kept[-1]))
        if key != self._listed_at:
            steps = [step for step in kept.tolist() if step in self._known]
            if len(self._known) > _MOST_KNOWN:  # steps that are kept no longer
                self._known = {step: self._known[step] for step in steps}
            self._listed_at = key
            self._listed = np.array(steps, dtype=np.int64), [self._known[s][0] for s in steps]
        return self._listed

    def missing(self, session: Session, most: int) -> list[int]:
        """Return the steps to work on next: the ends, then coarse before fine.

        Parameters
        ----------
        session
            Whose history it is.
        most
            About how many steps are worked on in all.
        """
        self._follow(session)
        steps = self.wanted(session)
        if not len(steps):
            return []
        grain = steps & -steps  # the largest power of two in each
        grain[steps == 0] = steps[-1] + 1
        finest = session.history.samples.every * max(len(steps) // max(most, 1), 1)
        order = steps[np.argsort(-grain, kind="stable")][: np.count_nonzero(grain >= finest)]
        ends = [int(steps[-1]), int(steps[0])]
        return [s for s in dict.fromkeys([*ends, *order.tolist()]) if s not in self._known]

    def work(self, session: Session, most: int, out_of_time: Callable[[], bool]) -> bool:
        """Work on more steps, on a part of one at the least, until the time is up.

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
                self._job, self._job_step = self._noted(session, step, parameters), step
            for found in self._job:
                if found is not None:
                    self._job = None
                    break
                if out_of_time():
                    return True
            if out_of_time():
                return True
        return False

    def _noted(self, session: Session, step: int, parameters: Array) -> Iterator[Found | None]:
        project, mark = project_at(session, step), hash(parameters.tobytes())
        for found in self.begin(session, step, parameters):
            if found is not None:
                self._known[step] = found, project.specification, mark
                self._worked += 1
            yield found

    def _follow(self, session: Session) -> None:
        """Forget what belongs to another history or was changed by hand since."""
        history, version = session.history, session.version
        if history is not self._history:
            self._known, self._job, self._listed_at = {}, None, None
            self.forget()
        elif version is not self._version:
            self._job = self._listed_at = None
            self.forget()
            steps, rows = history.samples.steps.tolist(), history.samples.parameters
            places = {step: at for at, step in enumerate(steps)}
            self._known = {
                step: known
                for step, known in self._known.items()
                if step in places
                and known[1] is project_at(session, step).specification
                and known[2] == hash(rows[places[step]].tobytes())
            }
        self._history, self._version = history, version


def project_at(session: Session, step: int) -> Project:
    """Return the project that a step was trained by."""
    history = session.history
    return history.era_before(history.executed_at(step)).project
