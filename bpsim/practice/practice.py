"""One round of practice: which values are asked for, what was answered, and the score.

The values that a person is to find out are those that the session has not computed yet, so they
are absent wherever the session's numbers are shown. A twin of the session is one operation ahead
and knows them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from bpsim.engine.program import Kind, Operation, Phase
from bpsim.practice.grading import Grade, grade
from bpsim.practice.hints import DEGREES, Hint, hint
from bpsim.practice.question import Question
from bpsim.session.aside.twin import twin_of
from bpsim.session.position import Halt
from bpsim.session.session import Session
from bpsim.session.values import Element, is_of_a_sample
from bpsim.words import translate

MOST = 8
"""Elements of one operation that are all asked for."""
SPREAD = 4
"""How many are asked for where there are more."""


class Scope(StrEnum):
    """How much is asked."""

    STEP = "step"
    PHASE = "phase"
    BACKWARD = "backward"
    GRADIENTS = "gradients"


_GRADIENTS = (Kind.WEIGHT_GRADIENT, Kind.BIAS_GRADIENT)


@dataclass
class Item:
    """One value that is asked for, and how it went.

    Attributes
    ----------
    element
        Which one.
    wrong, hints
        Wrong answers, and the degree of the last hint.
    found, shown
        Whether it was found, and whether it was told instead.
    mistakes
        Names of the mistakes that were recognised.
    """

    element: Element
    wrong: int = 0
    hints: int = 0
    found: bool = False
    shown: bool = False
    mistakes: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        """Whether one has gone on from it."""
        return self.found or self.shown


@dataclass(frozen=True)
class Score:
    """How a round went.

    Attributes
    ----------
    asked
        How many values.
    first, later, helped, shown
        Found at once, after wrong answers, after hints, or not at all.
    mistakes
        How often each was recognised.
    """

    asked: int
    first: int
    later: int
    helped: int
    shown: int
    mistakes: Mapping[str, int]


class Practice:
    """One round on one session.

    Parameters
    ----------
    session
        It is read only; whoever holds this moves it, see `goal`.
    scope
        How much is asked.
    sample
        The row of the batch whose values are asked for.

    Raises
    ------
    ValueError
        If the next operation cannot be computed, or nothing of the scope is left.
    """

    def __init__(self, session: Session, scope: Scope, sample: int = 0) -> None:
        self.scope, self._session = scope, session
        self._ahead = twin_of(session)
        self._sheets: dict[int, list[Item]] = {}
        at = session.position
        self._here = at.executed
        halt = self._ahead.step_operation().halt
        if halt is not None:
            raise ValueError(halt.message)
        ahead = self._ahead.position
        self._start = ahead.executed - ahead.done
        self._operations = self._ahead.program.operations
        self._end = self._start + self._last(ahead.done - 1)
        goal = self.goal
        if goal is None:
            raise ValueError(translate("practice", "Nothing of this is left in this step."))
        halt = self._reach(goal)
        if halt is not None:
            raise ValueError(halt.message)
        self.sample = min(sample, self._ahead.program.rows - 1)

    def _last(self, done: int) -> int:
        """Say where the scope ends, in operations of the step."""
        phases: Sequence[Phase] = [op.phase for op in self._operations]
        if self.scope is Scope.STEP:
            return len(phases)
        if self.scope is Scope.PHASE:
            others = (k for k in range(done, len(phases)) if phases[k] != phases[done])
            return next(others, len(phases))
        return max((k + 1 for k, op in enumerate(self._operations) if self._asks(op)), default=0)

    def _asks(self, operation: Operation) -> bool:
        if self.scope is Scope.BACKWARD:
            return operation.phase is Phase.BACKWARD
        return self.scope is not Scope.GRADIENTS or operation.kind in _GRADIENTS

    # Where it stands

    @property
    def goal(self) -> int | None:
        """How many operations must have run before the next question; None where it is over."""
        return self._next(self._here)

    def _next(self, executed: int) -> int | None:
        if executed < self._start:
            return None
        for place in range(executed, self._end):
            if self._asks(self._operations[place - self._start]):
                return place
        return None

    def follow(self, *, changed: bool = False) -> int | None:
        """Take note of where the session stands now.

        Going back goes to the question before.

        Parameters
        ----------
        changed
            Whether numbers or settings were changed by hand.

        Returns
        -------
        int or None
            Where the session should go, in operations that have run; None where it is over.
        """
        executed, before = self._session.position.executed, self._here
        if changed:
            self._ahead = twin_of(self._session)
            self._sheets = {k: sheet for k, sheet in self._sheets.items() if k < executed}
        self._here = executed
        goal = self._next(executed)
        if self._start <= executed < before:
            back = (k for k in range(executed, self._start - 1, -1) if self._next(k) == k)
            goal = next(back, goal)
            # What is asked once more counts once.
            kept = {k: sheet for k, sheet in self._sheets.items() if goal is None or k < goal}
            self._sheets = kept
        for place in range(max(before, self._start), min(executed, self._end)):
            if self._asks(self._operations[place - self._start]):
                for item in self._sheet(place):
                    item.shown = item.shown or not item.found
        if goal is not None and self._reach(goal) is not None:
            self._end = executed  # what overflows is not asked
            return None
        return goal

    def _reach(self, goal: int) -> Halt | None:
        """Let the twin run the operation that is asked for."""
        halt = None
        if self._ahead.position.executed != goal + 1:
            halt = self._ahead.jump(goal + 1).halt
        self._operations = self._ahead.program.operations
        return halt

    def fits(self, session: Session) -> bool:
        """Tell whether a session still has the operations and elements that are asked for."""
        if session is not self._session:
            return False
        mine, here = self._ahead.project.specification, session.project.specification
        before = [(op.name, op.formula) for op in self._operations]
        now = [(op.name, op.formula) for op in session.program.operations]
        return mine.network.sizes == here.network.sizes and before == now

    def _sheet(self, place: int) -> list[Item]:
        """Return the values that an operation is asked for."""
        if place not in self._sheets:
            name = self._operations[place - self._start].name
            self._sheets[place] = [Item(element) for element in self._elements(name)]
        return self._sheets[place]

    def _elements(self, name: str) -> list[Element]:
        shape = self._ahead.program.view(name).shape
        if is_of_a_sample(name):
            shape = shape[1:]
        count = int(np.prod(shape))
        places = list(range(count))
        if count > MOST:
            places = sorted({k * (count - 1) // (SPREAD - 1) for k in range(SPREAD)})
        return [
            Element(name, tuple(int(i) for i in np.unravel_index(k, shape)) if shape else ())
            for k in places
        ]

    @property
    def items(self) -> list[Item]:
        """The values of the operation that is asked for; empty where it is over."""
        goal = self.goal
        return [] if goal is None or goal != self._here else self._sheet(goal)

    @property
    def item(self) -> Item | None:
        """The value that is asked for."""
        return next((item for item in self.items if not item.done), None)

    @property
    def question(self) -> Question | None:
        """The same with the numbers that it is made of."""
        item = self.item
        return None if item is None else self._question(item)

    def _question(self, item: Item) -> Question:
        operation = self._operations[self._here - self._start]
        self._reach(self._here)
        return Question(self._ahead, operation, item.element, self.sample)

    def value(self, item: Item) -> float:
        """Return the right value of one of `items`."""
        return self._question(item).right

    # What a person does

    def answer(self, text: str) -> Grade:
        """Take an answer to the question."""
        item, question = self.item, self.question
        assert item is not None
        assert question is not None
        given = grade(question, text)
        if given.accepted:
            item.found = True
        elif given.counts:
            item.wrong += 1
            item.mistakes += [mistake.name for mistake in given.mistakes[:1]]
        return given

    def hint(self) -> Hint:
        """Tell a little more about the value; the last hint is the value itself."""
        item, question = self.item, self.question
        assert item is not None
        assert question is not None
        item.hints = min(item.hints + 1, DEGREES)
        return hint(question, item.hints)

    @property
    def told(self) -> Hint | None:
        """The last hint about the value, if there was one."""
        item, question = self.item, self.question
        if item is None or question is None or not item.hints:
            return None
        return hint(question, item.hints)

    def show(self) -> None:
        """Tell the value and go on to the next."""
        item = self.item
        if item is not None:
            item.shown = True

    @property
    def complete(self) -> bool:
        """Whether all values of the operation are there, so that it may run."""
        return bool(self.items) and self.item is None

    # How it went

    @property
    def places(self) -> tuple[int, int]:
        """Which question of how many this is, counted in operations from 1."""
        asked = [k for k in range(self._start, self._end) if self._next(k) == k]
        return sum(k <= self._here for k in asked), len(asked)

    @property
    def score(self) -> Score:
        """How it went so far, over the values that one has gone on from."""
        items = [item for sheet in self._sheets.values() for item in sheet if item.done]
        found = [item for item in items if item.found]
        told = sum(item.hints >= DEGREES for item in found)
        helped = sum(0 < item.hints < DEGREES for item in found)
        later = sum(item.hints == 0 and item.wrong > 0 for item in found)
        return Score(
            len(items),
            len(found) - told - helped - later,
            later,
            helped,
            len(items) - len(found) + told,
            Counter(name for item in items for name in item.mistakes),
        )
