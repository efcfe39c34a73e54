"""Where the next update leads, worked out beside the training."""

from dataclasses import dataclass

import numpy as np

from bpsim.engine.kernels import Array, run
from bpsim.engine.program import NotFiniteError
from bpsim.session.compiled import Compiled
from bpsim.session.session import Session


@dataclass(frozen=True, eq=False)
class Leap:
    """One update of all parameters, as they are stored.

    Attributes
    ----------
    before, after
        The parameters.
    gradients
        What the update goes by.
    """

    before: Array
    after: Array
    gradients: Array


class Ahead:
    """Makes the step in progress, or the next one, with numbers of its own."""

    def __init__(self) -> None:
        self._own: Compiled | None = None

    def look(self, session: Session) -> Leap | None:
        """Return the update of the step in progress, or of the next where none is.

        Returns
        -------
        Leap or None
            ``None`` where a number overflows.
        """
        project, at, theirs = session.project, session.position, session.machine.compiled
        if self._own is None or not self._own.fits(project):
            self._own = Compiled(project)
        own = self._own
        if 0 < at.done < at.operations:
            np.copyto(own.state, session.machine.state_before())
        else:
            own.take_over(theirs)
        before = own.parameters.copy()
        batch = session.upcoming_batch()
        program = own.programs[batch.shape[1]]
        np.copyto(program.batch, batch)
        try:
            run(program.calls)
        except NotFiniteError:
            own.forget_overflow()
            return None
        leap = Leap(before, own.parameters.copy(), own.gradients.copy())
        return leap if own.is_finite() else None
