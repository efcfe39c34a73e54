"""Runs to where breakpoints say, forwards and back."""

from collections.abc import Callable, Iterable

from bpsim.session.machine import Machine, never
from bpsim.session.position import Halt
from bpsim.session.stopping.breakpoints import Breakpoint, Stop
from bpsim.session.stopping.search import Search
from bpsim.session.stopping.stops import Stops

_MOST_WORK = 20_000_000
"""Parameters times rows of a batch times steps that are looked at once more before a run."""


class Runner:
    """Keeps what breakpoints remember from one slice of a run to the next.

    Parameters
    ----------
    machine
        What runs.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._stops: Stops | None = None
        self._stands: tuple[object, ...] = ()

    def forwards(
        self,
        target: int,
        breakpoints: Iterable[Breakpoint],
        version: object,
        out_of_time: Callable[[], bool] = never,
    ) -> Halt | Stop | None:
        """Go on to a moment, or to the first breakpoint on the way.

        Parameters
        ----------
        target
            After how many operations to end.
        breakpoints
            Where to stop before.
        version
            Another object after each change by hand.
        out_of_time
            Asked every few steps.
        """
        wanted = tuple(each for each in breakpoints if each.enabled)
        if not wanted:
            return self._machine.go(target, out_of_time)
        stands = (self._machine.executed, self._machine.history, version, wanted)
        if self._stops is None or stands != self._stands:
            self._stops = self._armed(wanted)
        end = self._machine.advance(target, self._stops, out_of_time)
        self._stands = (self._machine.executed, *stands[1:])
        return end

    def backwards(self, target: int, breakpoints: Iterable[Breakpoint]) -> Halt | Stop | None:
        """Go back to a moment, or to the last breakpoint before this one if that comes first."""
        machine = self._machine
        wanted = tuple(each for each in breakpoints if each.enabled)
        if wanted and machine.executed > target:
            search = Search(machine, wanted, target)
            search.work()
            if search.found is not None:
                return machine.go(search.found.executed) or search.found
        return machine.go(target)

    def _armed(self, breakpoints: Iterable[Breakpoint]) -> Stops:
        """Let breakpoints look at the steps before this moment, so that they know what was."""
        machine = self._machine
        stops, here = Stops(machine, breakpoints), machine.executed
        program = machine.program
        work = len(machine.compiled.parameters) * program.rows
        steps = min(stops.lookback, max(_MOST_WORK // work, 1))
        if steps and here:
            machine.go(machine.history.executed_at(max(machine.position.step - 1 - steps, 0)))
            stops.watch_only(machine, here)
        return stops
