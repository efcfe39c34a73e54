"""Where the next update leads, worked out beside the training."""

import numpy as np

from bpsim.engine.kernels import Array, run
from bpsim.session.compiled import Compiled
from bpsim.session.session import Session


class Ahead:
    """Makes the step in progress, or the next one, with numbers of its own."""

    def __init__(self) -> None:
        self._own: Compiled | None = None

    def parameters(self, session: Session) -> Array | None:
        """Return all parameters after the step in progress, or after the next where none is.

        Returns
        -------
        ndarray or None
            As they are stored; ``None`` where a number overflows.
        """
        project, at, theirs = session.project, session.position, session.machine.compiled
        if self._own is None or not self._own.fits(project):
            self._own = Compiled(project)
        own = self._own
        if 0 < at.done < at.operations:
            np.copyto(own.state, session.machine.state_before())
        elif own.memory.state_stop == theirs.memory.state_stop:
            own.take_over(theirs)
        else:
            own.state[:] = 0.0
            np.copyto(own.parameters, theirs.parameters)
        batch = session.upcoming_batch()
        program = own.programs[batch.shape[1]]
        np.copyto(program.batch, batch)
        run(program.calls)
        after = own.parameters.copy()
        return after if np.isfinite(after).all() else None
