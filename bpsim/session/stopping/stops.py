"""Looks for breakpoints while training goes on, at whatever speed, without changing a number."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from bpsim.engine.kernels import Call
from bpsim.engine.operation import Operation, Phase
from bpsim.engine.program import NotFiniteError, Program
from bpsim.session.conditions.facts import facts_of
from bpsim.session.conditions.reading import ConditionError, Expression, parse
from bpsim.session.conditions.scope import COUNTERS, LiveScope
from bpsim.session.conditions.values import Memories, condition
from bpsim.session.machine import Machine, never
from bpsim.session.stopping.breakpoints import Breakpoint, Stop
from bpsim.session.stopping.check_points import check_points, problem_of
from bpsim.session.training import ReachedError

Look = Callable[[], bool]
Note = Callable[[int, list[Breakpoint]], None]


class Stops:
    """A watcher for breakpoints.

    Parameters
    ----------
    machine
        Which is watched.
    breakpoints
        Those that are off, or do not fit the program in view, are left out.
    counts
        Whether `step` must be right whenever `note` is called.

    Attributes
    ----------
    note
        Called with the moment and what was reached there, while it only watches.
    lookback
        How many steps must have been looked at before what it says counts.
    step
        The step under way, from 1.
    """

    def __init__(
        self, machine: Machine, breakpoints: Iterable[Breakpoint], *, counts: bool = False
    ) -> None:
        self._machine = machine
        self._parsed = {each: _parsed(each) for each in breakpoints if each.enabled}
        self.lookback = max((_lookback(*pair) for pair in self._parsed.items()), default=0)
        self.note: Note | None = None
        self.step = 0
        self._only_watches = False
        self._counts = counts or any(
            expression is not None and not set(expression.reads).isdisjoint(COUNTERS)
            for expression in self._parsed.values()
        )
        self._hits: list[Breakpoint] = []
        self._were = {each: [False] for each in self._parsed}
        self._memories: dict[tuple[Breakpoint, str, str], Memories] = {}
        self._calls: dict[Program, tuple[Call, ...]] = {}
        self._looks: dict[Program, dict[int, Call]] = {}
        self._places: dict[tuple[Breakpoint, Program], list[int]] = {}

    # What the machine asks

    def calls(self, program: Program) -> Sequence[Call]:
        """Give all calls of a whole step, and between them those that may end the run."""
        self.step = self._machine.history.steps_at(self._machine.executed)
        if program not in self._calls:
            self._calls[program] = tuple(self._woven(program))
        return self._calls[program]

    def look(self, program: Program, index: int) -> None:
        """Look at the values after one operation; raise `ReachedError` where it is to stop."""
        look = self._looks_of(program).get(index)
        if look is not None:
            self.step = self._machine.position.step
            with np.errstate(all="ignore"):
                look()

    def stop(self, executed: int) -> Stop:
        """Say why, once training stands there."""
        return self.describe(executed, self._hits[0])

    def describe(self, executed: int, reached: Breakpoint) -> Stop:
        """Say why, with the values that are in memory; the machine stands there."""
        at = self._machine.position
        self.step, expression = at.step, self._parsed[reached]
        operation = self._machine.program.operations[at.done - 1].name
        if expression is None:
            return Stop(executed, operation, reached)
        with np.errstate(all="ignore"):
            facts, sample = facts_of(expression, self._scope(self._machine.program))
        return Stop(executed, operation, reached, facts, sample)

    def watch_only(
        self, machine: Machine, target: int, out_of_time: Callable[[], bool] = never
    ) -> bool:
        """Look on up to a moment without stopping; tell whether it came so far."""
        self._only_watches = True
        halt = None
        while halt is None and machine.executed < target and not out_of_time():
            halt = machine.advance(target, self, out_of_time)
        self._only_watches = False
        return halt is not None or machine.executed >= target

    def _react(self, index: int, hits: list[Breakpoint]) -> None:
        if not self._only_watches:
            self._hits = hits
            raise ReachedError(index)
        if self.note is not None:
            self.note(self._machine.history.executed_at(self.step - 1) + index + 1, hits)

    # What is looked at

    def _scope(self, program: Program) -> LiveScope:
        place = self._machine.history.place_of
        counters = {
            "step": lambda: float(self.step),
            "epoch": lambda: float(place(self.step)[0]),
            "batch": lambda: float(place(self.step)[1]),
        }
        return LiveScope(program, counters)

    def _looks_of(self, program: Program) -> dict[int, Call]:
        if program not in self._looks:
            looks: dict[int, list[tuple[Breakpoint, Look]]] = {}
            for each in self._parsed:
                for place in self._places_of(each, program):
                    look = self._look_at(each, program, place)
                    looks.setdefault(place, []).append((each, look))
            self._looks[program] = {at: self._asking(at, looks[at]) for at in sorted(looks)}
        return self._looks[program]

    def _asking(self, index: int, looks: list[tuple[Breakpoint, Look]]) -> Call:
        def ask_all() -> None:
            # All of them look, whatever the others say: they remember what they saw.
            hits = [each for each, look in looks if look()]
            if hits:
                self._react(index, hits)

        def ask_one() -> None:
            if look():
                self._react(index, [each])

        each, look = looks[0]
        return ask_one if len(looks) == 1 else ask_all

    def _look_at(self, each: Breakpoint, program: Program, place: int) -> Look:
        expression = self._parsed[each]
        if expression is None:
            return lambda: True
        operation = program.operations[place]
        memories = self._memories.setdefault((each, operation.name, operation.kind), {})
        holds = condition(expression, self._scope(program), memories)
        if each.operation:
            return holds
        was = self._were[each]

        def comes_true() -> bool:
            if holds():
                if was[0]:
                    return False
                was[0] = True
                return True
            was[0] = False
            return False

        return comes_true

    # In training

    def _woven(self, program: Program) -> Iterator[Call]:
        looks = self._looks_of(program)
        if self._counts:
            yield self._begin
        passes = [op for op in program.operations if op.phase is not Phase.UPDATE]
        updates = [op for op in program.operations if op.phase is Phase.UPDATE]
        # A part is looked at as a whole, which is quicker, unless something is gone by then.
        if self._any_too_late(program, passes):
            yield from _one_by_one(passes, looks)
            yield program.check
        else:
            inside = [looks[op.index] for op in passes if op.index in looks]
            yield from (*program.pass_calls, _checking(program.check, inside), *inside)
        if self._any_too_late(program, updates):
            yield from _one_by_one(updates, looks)
        else:
            yield from program.update_calls
            yield from (looks[op.index] for op in updates if op.index in looks)

    def _any_too_late(self, program: Program, part: list[Operation]) -> bool:
        return any(self._is_too_late(program, op, part) for op in part)

    def _is_too_late(self, program: Program, at: Operation, part: list[Operation]) -> bool:
        """Tell whether what is looked at after an operation is overwritten later in its part."""
        later = {op.name for op in part if op.index > at.index}
        return any(
            expression is not None and not later.isdisjoint(expression.reads)
            for each, expression in self._parsed.items()
            if at.index in self._places_of(each, program)
        )

    def _places_of(self, each: Breakpoint, program: Program) -> list[int]:
        key = (each, program)
        if key not in self._places:
            # Of what does not fit the list of breakpoints says so.
            fits = problem_of(each, program) is None
            self._places[key] = check_points(each, program) if fits else []
        return self._places[key]

    def _begin(self) -> None:
        self.step += 1


def _one_by_one(operations: list[Operation], looks: dict[int, Call]) -> Iterator[Call]:
    for operation in operations:
        yield from operation.calls
        if operation.index in looks:
            yield looks[operation.index]


def _checking(check: Call, looks: list[Call]) -> Call:
    def check_and_look() -> None:
        try:
            check()
        except NotFiniteError:
            # What comes true before something overflows counts.
            for look in looks:
                look()
            raise

    return check_and_look


def _parsed(each: Breakpoint) -> Expression | None:
    try:
        return parse(each.condition) if each.condition else None
    except ConditionError:
        return None  # it is left out like all that does not fit


def _lookback(each: Breakpoint, expression: Expression | None) -> int:
    """Count the steps of which it needs to know: one more where it must not have held before."""
    if expression is None:
        return 0
    return expression.lookback + (not each.operation)
