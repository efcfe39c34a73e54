"""Saves where a session stands, and goes on from there as if nothing had been in between."""

from collections.abc import Iterator

import numpy as np

from bpsim.engine.kernels import Array
from bpsim.engine.specification import Problem, SpecificationError
from bpsim.session.compiled import Compiled
from bpsim.session.history import Edit, History
from bpsim.session.project import Project
from bpsim.session.session import Session
from bpsim.session.standing import (
    Moment,
    SavedEdit,
    SavedSettings,
    Standing,
    length_problems,
    named,
    state_problems,
    stored,
)
from bpsim.words import translate

MOST_STEPS = 10**9
"""More have no room in any memory; files that say so are wrong."""


def standing_of(session: Session) -> Standing:
    """Say where a session stands."""
    machine, history = session.machine, session.history
    compiled = machine.compiled
    return Standing(
        _moment(history, machine.executed),
        session.position.epoch,
        session.position.batch,
        _moment(history, history.horizon),
        named(compiled, compiled.state),
        named(compiled, machine.state_before()),
        history.losses.copy(),
        history.penalties.copy(),
        tuple(
            SavedEdit(_moment(history, edit.executed), edit.element, edit.before, edit.after)
            for edit in history.edits
        ),
        tuple(SavedSettings(era.step, era.project) for era in history.eras[1:]),
    )


def _moment(history: History, executed: int) -> Moment:
    step = history.steps_at(executed)
    return Moment(step, executed - history.executed_at(step))


def resume(project: Project, standing: Standing) -> Session:
    """Go on where a session stood.

    Parameters
    ----------
    project
        What was trained at the start.
    standing
        From `standing_of`, or read from a file.

    Raises
    ------
    SpecificationError
        If the two don't fit together; places are those of a project file.
    """
    session = Session(project)
    _check(list(_resume(session, standing)))
    return session


def _check(problems: list[Problem]) -> None:
    if problems:
        raise SpecificationError(problems)


def _resume(session: Session, standing: Standing) -> Iterator[Problem]:
    """Do it step by step, for what comes later can only be checked against what came before."""
    machine, history = session.machine, session.history
    _check(list(_add_settings(session, standing)))
    _check(list(_add_edits(session, standing)))
    executed = _executed(history, standing.moment)
    horizon = _executed(history, standing.furthest)
    if executed is None:
        yield Problem("state.operation", translate("session", "is more than a step has"))
        return
    if horizon is None or horizon < executed:
        words = translate("session", "must not be before where training stands")
        yield Problem("state.furthest", words)
        return
    at = history.position(executed)
    for name, said, found in (
        ("epoch", standing.epoch, at.epoch),
        ("batch", standing.batch, at.batch),
    ):
        if said != found:
            words = translate("session", "is {said}, but step {step} stands in {name} {found}")
            message = words.format(said=said, step=at.step, name=name, found=found)
            yield Problem(f"state.{name}", message)
    compiled = machine.compile(history.era_before(executed).project)
    yield from state_problems(compiled, standing.state, "state.now")
    yield from state_problems(compiled, standing.before, "state.before")
    steps = history.steps_at(horizon)
    if steps > MOST_STEPS:
        words = translate("session", "is {steps}, but at most {most} can be kept")
        yield Problem("state.furthest.step", words.format(steps=steps, most=f"{MOST_STEPS:,}"))
        return
    yield from length_problems(steps, standing.losses, "state.losses")
    yield from length_problems(steps, standing.penalties, "state.penalties")
    latest = max((edit.executed for edit in history.edits), default=0)
    if latest > horizon or history.eras[-1].executed > horizon:
        words = translate("session", "go on after the furthest that training has come")
        yield Problem("state.events", words)
    losses = _whole(standing.losses, steps)
    penalties = _whole(standing.penalties, steps)
    before = _before(session, compiled, standing, at.step - 1)
    if before is None:
        return
    history.resume(horizon, losses, penalties, at.step - 1, before)
    machine.replay(executed)
    # What was saved counts, even where this machine rounds otherwise.
    for name, value in standing.state.items():
        machine.compiled.first.view(name)[...] = value


def _before(session: Session, compiled: Compiled, standing: Standing, step: int) -> Array | None:
    if list(state_problems(compiled, standing.before, "")) or list(
        state_problems(compiled, standing.state, "")
    ):
        return None
    # A checkpoint right after a step is laid out as that step's settings want it.
    history = session.history
    layout = session.machine.compile(history.era_before(history.executed_at(step)).project)
    whole = stored(compiled, standing.before)
    if layout is compiled:
        return whole
    state = np.zeros(layout.memory.state_stop)
    same = len(state) == len(whole)
    end = len(whole) if same else layout.memory.parameters.stop
    state[:end] = whole[:end]
    return state


def _whole(values: Array, steps: int) -> Array:
    return values if len(values) else np.full(steps, np.nan)


def _executed(history: History, moment: Moment) -> int | None:
    start, end = (history.executed_at(moment.step + k) for k in (0, 1))
    return start + moment.operation if start + moment.operation < end else None


def _add_settings(session: Session, standing: Standing) -> Iterator[Problem]:
    machine, history, sizes = session.machine, session.history, session.project.specification
    for index, settings in enumerate(standing.settings):
        place = f"state.settings[{index}]"
        if settings.step < max(history.eras[-1].step, 1):
            words = translate("session", "must not be before the one above, nor 0")
            yield Problem(f"{place}.step", words)
            return
        if settings.project.specification.network.sizes != sizes.network.sizes:
            yield Problem(place, translate("session", "has another network"))
            return
        executed = history.executed_at(settings.step)
        history.eras.append(machine.next_era(settings.project, executed))


def _add_edits(session: Session, standing: Standing) -> Iterator[Problem]:
    history, last = session.history, 0
    for index, edit in enumerate(standing.edits):
        place = f"state.edits[{index}]"
        executed = _executed(history, edit.moment)
        if executed is None or executed < max(last, 1):
            words = translate("session", "must not be before the one above, nor at the start")
            yield Problem(place, words)
            return
        try:
            at = session.place(edit.element)
        except (ValueError, IndexError) as error:
            yield Problem(f"{place}.element", str(error))
            return
        last = executed
        history.edits.append(Edit(executed, edit.element, at, edit.before, edit.after))
