"""States kept along the way, from which everything between can be made again."""

from bisect import bisect_right, insort

from bpsim.engine.kernels import Array

_EVERY = 100
_WORK = 10_000_000
_BYTES = 128 * 2**20


class Checkpoints:
    """The state right after every so many steps, before any edit made there.

    Where they take too much room every other one goes: the record stays complete, and a far jump
    replays a little more.

    Parameters
    ----------
    state
        The state before any update.
    work
        Parameters times rows of a batch: the more, the denser they lie.

    Attributes
    ----------
    every
        Steps from one to the next.
    """

    def __init__(self, state: Array, work: int) -> None:
        self.every = max(1, min(_EVERY, _WORK // work))
        self.budget = _BYTES
        self._steps = [0]
        self._states = {0: state.copy()}
        self._near: dict[int, Array] = {}

    def __len__(self) -> int:
        return len(self._steps)

    @property
    def nbytes(self) -> int:
        """What they take, roughly."""
        return len(self._steps) * self._states[0].nbytes

    def add(self, step: int, state: Array) -> None:
        """Keep a copy of the state after a step."""
        if step in self._states:
            return
        self._put(step, state.copy())
        if len(self._steps) * state.nbytes > self.budget and len(self._steps) > 4:
            self.every *= 2
            self._steps = [s for s in self._steps if s % self.every == 0]
            self._states = {s: self._states[s] for s in self._steps}

    def lend(self, states: dict[int, Array]) -> None:
        """Keep some more for a while: until others are lent, or what comes later is cut off."""
        self._near = states

    def nearest(self, step: int) -> tuple[int, Array]:
        """Return the last one at or before a step, as its step and the state."""
        found = self._steps[bisect_right(self._steps, step) - 1]
        near = max((s for s in self._near if s <= step), default=-1)
        return (near, self._near[near]) if near > found else (found, self._states[found])

    def cut(self, step: int) -> dict[int, Array]:
        """Forget those after a step, and return them."""
        self._near = {}
        at = bisect_right(self._steps, step)
        gone = {s: self._states.pop(s) for s in self._steps[at:]}
        del self._steps[at:]
        return gone

    def attach(self, states: dict[int, Array]) -> None:
        """Give back what `cut` took."""
        self._near = {}
        for step, state in states.items():
            if step not in self._states:
                self._put(step, state)

    def _put(self, step: int, state: Array) -> None:
        if step > self._steps[-1]:
            self._steps.append(step)
        else:
            insort(self._steps, step)
        self._states[step] = state
