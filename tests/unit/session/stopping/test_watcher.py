"""Looking on while training goes on changes nothing, and stops exactly where it says."""

from functools import partial

import numpy as np
import pytest

from bpsim.engine.program import Phase
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Stop
from bpsim.session.training import ReachedError
from tests.examples import small


class Watches:
    """Stops at the n-th time that an operation runs."""

    def __init__(self, name, times):
        self.name, self.left = name, times

    def calls(self, program):
        calls = []
        for operation in program.operations:
            if operation.phase is Phase.UPDATE and program.check not in calls:
                calls.append(program.check)
            calls += [*operation.calls, partial(self.look, program, operation.index)]
        return calls

    def look(self, program, index):
        if program.operations[index].name == self.name:
            self.left -= 1
            if self.left == 0:
                raise ReachedError(index)

    def stop(self, executed):
        return Stop(executed, self.name, Breakpoint(self.name))


@pytest.mark.parametrize("name", ["z1", "loss", "delta1", "db2", "vW1", "b2"])
@pytest.mark.parametrize("times", [1, 2, 150, 333])
@pytest.mark.parametrize("before", [0, 7])
def test_it_stops_there_with_the_very_same_numbers(name, times, before):
    session, other = (Session(small("momentum", l1=0.01, shuffle=True)) for _ in range(2))
    session.jump(before)
    stop = session.machine.advance(10**6, Watches(name, times))
    at = session.position
    assert session.current.name == name
    assert (stop.executed, stop.operation) == (at.executed, name)
    assert at.updates in (times - 1, times, times + 1)
    other.jump(at.executed)
    for operation in session.program.operations[: at.done]:
        assert session.value(operation.name).tobytes() == other.value(operation.name).tobytes()
    assert np.array_equal(session.history.losses, other.history.losses)


def test_it_ends_where_it_was_to_end_otherwise():
    session = Session(small())
    assert session.machine.advance(1000, Watches("z1", 10**6)) is None
    assert session.position.executed == 1000


def test_a_value_that_overflows_comes_first():
    project = small(rate=1e100, layers=((3, "relu"), (1, "identity")))
    session = Session(project)
    halt = Session(project).run(50).halt
    assert session.machine.advance(10**6, Watches("W2", 10**6)) == halt
