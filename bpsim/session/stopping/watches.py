"""What is watched: its present value, and what is known of it at earlier steps."""

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.program import Phase, Program
from bpsim.session.conditions.reading import ConditionError, Expression, parse
from bpsim.session.conditions.scope import COUNTERS, LiveScope, SampledScope, Source
from bpsim.session.conditions.values import compiled
from bpsim.session.session import Session
from bpsim.session.values import is_of_a_sample

MOST_NOTED = 4000


@dataclass(frozen=True, eq=False)
class Reading:
    """What a watched expression is now.

    Attributes
    ----------
    value
        A number, a truth or an array; ``None`` where it is not computed yet.
    problem
        Why it cannot be read, if so.
    step
        The step that it belongs to.
    """

    value: float | bool | Array | None = None
    problem: ConditionError | None = None
    step: int = 0

    @property
    def number(self) -> float | None:
        """The value, where it is one number or truth."""
        return None if self.value is None or isinstance(self.value, np.ndarray) else self.value


@dataclass(frozen=True, eq=False)
class Series:
    """A watched expression over the steps.

    Attributes
    ----------
    steps, values
        As far as they are known.
    kept
        Whether the history keeps it; otherwise it is what passed by while it was watched.
    """

    steps: Array
    values: Array
    kept: bool

    def before(self, step: int) -> tuple[int, float] | None:
        """Give the last known value from before a step, with the step that it belongs to."""
        at = int(np.searchsorted(self.steps, step)) - 1
        if at < 0 or np.isnan(self.values[at]):
            return None
        return int(self.steps[at]), float(self.values[at])


@dataclass
class _Notes:
    steps: list[int] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, step: int, value: float) -> None:
        at = bisect_left(self.steps, step)
        if at < len(self.steps) and self.steps[at] == step:
            self.values[at] = value
            return
        self.steps.insert(at, step)
        self.values.insert(at, value)
        if len(self.steps) > MOST_NOTED:
            # The last ones stay, so that changes from step to step are known.
            early = MOST_NOTED // 2
            self.steps[:early] = self.steps[:early:2]
            self.values[:early] = self.values[:early:2]

    def cut(self, step: int) -> None:
        at = bisect_left(self.steps, step)
        del self.steps[at:], self.values[at:]


class Watches:
    """Reads watched expressions and notes what passes by."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, int | None], _Notes] = {}
        self._sources: dict[tuple[str, int], Source | ConditionError] = {}
        self._program: Program | None = None

    def forget(self) -> None:
        """Forget all: there is another session."""
        self._notes.clear()
        self._program = None

    def cut(self, step: int) -> None:
        """Forget what passed by after a step: a change by hand has made it another training."""
        for notes in self._notes.values():
            notes.cut(step + 1)

    def read(self, session: Session, text: str, sample: int) -> Reading:
        """Tell what an expression is now, for one sample of the batch."""
        try:
            expression = parse(text)
        except ConditionError as error:
            return Reading(problem=error)
        source = self._source(session, expression, min(sample, session.program.rows - 1))
        if isinstance(source, ConditionError):
            return Reading(problem=source)
        step = _step_of(session, expression)
        names = [name for name in expression.reads if name not in COUNTERS]
        if not all(session.is_computed(name) for name in names):
            return Reading(step=step)
        with np.errstate(all="ignore"):
            value = source.read()
        return Reading(value.copy() if isinstance(value, np.ndarray) else value, None, step)

    def note(self, session: Session, sample: int) -> None:
        """Note what all watched expressions are now."""
        for text in session.marks.watches:
            reading = self.read(session, text, sample)
            if reading.number is not None:
                key = self._key(text, sample)
                self._notes.setdefault(key, _Notes()).add(reading.step, float(reading.number))

    def series(self, session: Session, text: str, sample: int) -> Series:
        """Tell what is known of an expression over the steps."""
        notes = self._notes.get(self._key(text, sample), _Notes())
        steps, values = np.array(notes.steps, dtype=np.float64), np.array(notes.values)
        kept = _kept(session, text)
        if kept is None:
            return Series(steps, values, False)
        # What passed by fills in what the history has thinned out.
        all_steps, all_values = np.concatenate((steps, kept[0])), np.concatenate((values, kept[1]))
        order = np.unique(all_steps, return_index=True)[1]
        return Series(all_steps[order], all_values[order], True)

    def _key(self, text: str, sample: int) -> tuple[str, int | None]:
        try:
            own = any(is_of_a_sample(name) for name in parse(text).reads)
        except ConditionError:
            own = False
        return text, sample if own else None

    def _source(
        self, session: Session, expression: Expression, sample: int
    ) -> Source | ConditionError:
        if session.program is not self._program:
            self._program = session.program
            self._sources.clear()
        key = (expression.text, sample)
        if key not in self._sources:
            counters = {
                "step": lambda: float(session.position.step),
                "epoch": lambda: float(session.position.epoch),
                "batch": lambda: float(session.position.batch),
            }
            try:
                scope = LiveScope(session.program, counters, sample)
                self._sources[key] = compiled(expression, scope)
            except ConditionError as error:
                self._sources[key] = error
        return self._sources[key]


def _step_of(session: Session, expression: Expression) -> int:
    """Tell which step an expression's value belongs to: parameters change only in the update."""
    at = session.position
    done = session.program.operations[: at.done]
    updated = {op.name for op in session.program.operations if op.phase is Phase.UPDATE}
    now = {op.name for op in done if op.phase is Phase.UPDATE}
    reads = set(expression.reads)
    return at.step - 1 if reads <= updated and not reads & now else at.step


def _kept(session: Session, text: str) -> tuple[Array, Array] | None:
    """Give what the history keeps of an expression, if it keeps it."""
    scope = SampledScope(session.program, session.history)
    try:
        source = compiled(parse(text), scope)
    except ConditionError:
        return None
    if source.shape or not source.sampled:
        return None
    with np.errstate(all="ignore"):
        return scope.steps.astype(np.float64), np.asarray(source.read(), dtype=np.float64)
