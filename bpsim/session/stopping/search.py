"""Finds the last moment at which a breakpoint was reached, by replay, beside the session."""

from collections.abc import Callable, Sequence

from bpsim.session.machine import Machine, never
from bpsim.session.stopping.breakpoints import Breakpoint, Stop
from bpsim.session.stopping.stops import Stops

_FIRST_STEPS, _MOST_STEPS = 1, 4096


class Search:
    """Looks through the past in stretches, the last one first.

    It moves a machine of its own over the same history, so the session stays where it is.

    Parameters
    ----------
    machine
        Where training stands: what is looked for came before.
    breakpoints
        What is looked for.
    after
        It came at or after so many operations.

    Attributes
    ----------
    found
        The last moment, once the work is done; none if there is none.
    progress
        How much is done, from 0 to 1.
    """

    def __init__(self, machine: Machine, breakpoints: Sequence[Breakpoint], after: int = 0) -> None:
        self._history = machine.history
        self._scout = Machine(self._history.eras[0].project)
        self._scout.adopt(self._history)
        self._breakpoints, self._after, self._before = breakpoints, after, machine.executed
        self._end = machine.executed
        self._size = _FIRST_STEPS
        self._stops: Stops | None = None
        self._start = 0
        self._moments: list[tuple[int, Breakpoint]] = []
        self.found: Stop | None = None

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1."""
        return (self._before - self._end) / max(self._before - self._after, 1)

    def work(self, out_of_time: Callable[[], bool] = never) -> bool:
        """Look on until the time is up; tell whether all is done."""
        while self.found is None and self._end > self._after:
            if self._stops is None:
                self._begin_stretch()
            assert self._stops is not None
            if not self._stops.watch_only(self._scout, self._end, out_of_time):
                return False
            self._end_stretch()
            if out_of_time():
                break
        return self.found is not None or self._end <= self._after

    def _begin_stretch(self) -> None:
        history = self._history
        step = history.position(self._end).step
        self._start = max(history.executed_at(max(step - self._size, 0)), self._after)
        self._stops = Stops(self._scout, self._breakpoints, counts=True)
        before = history.position(self._start + 1).step - 1 - self._stops.lookback
        self._scout.go(history.executed_at(max(before, 0)))
        self._moments = []
        self._stops.watch_only(self._scout, self._start)
        self._stops.note = self._note

    def _note(self, executed: int, hits: list[Breakpoint]) -> None:
        self._moments.append((executed, hits[0]))

    def _end_stretch(self) -> None:
        stops, self._stops = self._stops, None
        assert stops is not None
        inside = [m for m in self._moments if self._after <= m[0] < self._before]
        if inside:
            executed, reached = inside[-1]
            self._scout.go(executed)
            self.found = stops.describe(executed, reached)
        self._end, self._size = self._start, min(self._size * 4, _MOST_STEPS)
