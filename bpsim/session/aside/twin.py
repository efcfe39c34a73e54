"""A second session that stands where another does, to look ahead without moving the first."""

from dataclasses import replace

import numpy as np

from bpsim.session.resume import resume, standing_of
from bpsim.session.session import Session


def twin_of(session: Session) -> Session:
    """Make a session at the same moment, to the last bit, that has not gone any further yet."""
    standing = standing_of(session)
    now, nothing = standing.moment, np.empty(0)
    here = (now.step, now.operation)
    edits = (e for e in standing.edits if (e.moment.step, e.moment.operation) <= here)
    settings = (each for each in standing.settings if each.step <= now.step)
    return resume(
        session.initial_project,
        replace(
            standing,
            furthest=now,
            losses=nothing,
            penalties=nothing,
            edits=tuple(edits),
            settings=tuple(settings),
        ),
    )
