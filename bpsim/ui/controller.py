"""The one place where the window drives the session; every change goes out as one signal."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from bpsim.session.label import Label
from bpsim.session.machine import never
from bpsim.session.position import Change
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Marks, Stop
from bpsim.session.stopping.goal import Goal
from bpsim.session.stopping.marking import is_marking
from bpsim.session.stopping.watches import Watches
from bpsim.session.structure import Present, fitted
from bpsim.session.values import Element
from bpsim.ui.debugger.words import stop_words
from bpsim.ui.pace import Pace
from bpsim.ui.selection import Selection

TICK_MS = 33
AT_ONCE_S = 0.03
"""What takes longer is seen to run, and can be paused."""
MOST = 10**9
FULL_SPEED = 100
"""The right end of the speed control."""


def operations_a_second(speed: int) -> float:
    """Translate the speed control, 0 to 99, to operations a second: 1 to 2,000."""
    return float(2000 ** (speed / (FULL_SPEED - 1)))


class Controller(QObject):
    """Holds the session, runs it in slices, and tells the panels what changed.

    Attributes
    ----------
    session
        What every panel shows.
    selection
        What is chosen and pointed at in any of them.
    speed
        From 0 to `FULL_SPEED`.
    watches
        What is known of the watched expressions.
    asks
        Whether to ask before a change drops steps of history.
    practising
        Whether a person is finding out the coming values: what the session has not computed yet
        is then shown nowhere, not from its history nor worked out beside it.

    Signals
    -------
    replaced
        There is another session, network or program; `changed` follows.
    changed
        A `Change`, once for each action; while it runs, as often as there is time for.
    glimpsed
        It runs at full speed and has come further; `changed` follows when there is time for it.
    running_changed
        Whether it runs.
    practising_changed
        Whether a person practises.
    begin_asked
        A project to begin with, and what to call once it is open.
    panel_asked
        The name of a panel to bring to the front.
    operation_chosen
        The index of an operation of the step in view that a person wants explained.
    asked
        How many steps a change would drop, and what to call if that is all right.
    failed
        A sentence for the person: an edit that cannot be made, or why training stopped.
    told
        A line of news: at which breakpoint training stopped, or that a run is at its end.
    """

    replaced = Signal()
    changed = Signal(object)
    glimpsed = Signal()
    running_changed = Signal(bool)
    practising_changed = Signal(bool)
    begin_asked = Signal(object, object)
    panel_asked = Signal(str)
    operation_chosen = Signal(int)
    asked = Signal(object, object)
    failed = Signal(str)
    told = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.selection = Selection(self)
        self.speed = 50
        self.asks = True
        self.practising = False
        self._direction = 0
        self._goal, self._full = Goal(), False
        self.watches = Watches()
        self._owed = 0.0
        self._last = 0.0
        self._pace = Pace()
        self._untold: Change | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether training runs by itself, forwards or backwards."""
        return self._direction != 0

    def open(self, session: Session) -> None:
        """Work on another session from now on."""
        self.pause()
        self.session = session
        self.watches.forget()
        with self.selection.untold():
            self.selection.clear()
            self.replaced.emit()

    def set_practising(self, practising: bool) -> None:
        """Begin to hide what is to come, or end it."""
        if practising != self.practising:
            self.practising = practising
            self.practising_changed.emit(practising)

    def do(self, move: Callable[[Session], Change | None]) -> None:
        """Pause, let the session make one move and tell everybody."""
        self.pause()
        self._emit(move(self.session))

    # Changes by hand

    def edit(
        self, element: Element, value: float, *, going_on: bool = False, follow: bool = False
    ) -> None:
        """Change a weight or a bias, see `edit_many`."""
        self.edit_many({element: value}, going_on=going_on, follow=follow)

    def edit_many(
        self, values: Mapping[Element, float], *, going_on: bool = False, follow: bool = False
    ) -> None:
        """Change several parameters in one step of undo.

        Parameters
        ----------
        values
            The new values.
        going_on
            Whether this goes on with the last change, as dragging does.
        follow
            Whether to run the forward phase, so that its values follow.
        """
        later = self.session.would_drop()
        self._change(lambda session: session.edit(values, going_on=going_on, follow=follow), later)

    def change_settings(self, change: Callable[[Project], Project], label: Label) -> None:
        """Go on with other settings, from the step in view; what was running runs on."""
        direction, later = self._direction, self.session.would_drop()
        done = self._change(
            lambda session: session.change_settings(change(session.project), label), later
        )
        if done and direction > 0:
            self.toggle(direction)

    def restructure(
        self,
        change: Callable[[Project, Present], Project],
        label: Label,
        select: Sequence[Element] | None = None,
    ) -> None:
        """Work on another network or other data; training begins anew from the present weights.

        Parameters
        ----------
        change, label
            What is made of the project, and what that is called.
        select
            What is chosen once it is done; what was chosen before, where it is still there.
        """
        later = self.session.history.steps

        def replaced(session: Session) -> Change:
            return session.replace(change(session.project, session.program.view), label)

        self._change(replaced, later, select)

    def replace_data(self, data: Dataset) -> None:
        """Work on other data, with as many inputs and outputs as those have."""
        self.restructure(lambda project, present: fitted(project, present, data), Label("data"))

    def rename(self, name: str) -> None:
        """Give the project another name."""
        self._change(lambda session: session.rename(name), 0)

    def _change(
        self,
        change: Callable[[Session], Change | None],
        later: int,
        select: Sequence[Element] | None = None,
    ) -> bool:
        """Make a change, if steps of history may be dropped; tell whether it was made at once."""
        self.pause()
        if later and self.asks:
            self.asked.emit(later, partial(self._attempt, change, select))
            return False
        return self._attempt(change, select)

    def _attempt(
        self, change: Callable[[Session], Change | None], select: Sequence[Element] | None
    ) -> bool:
        try:
            done = change(self.session)
        except (ValueError, IndexError) as error:
            self.failed.emit(str(error))
            return False
        self._emit(done)
        if select is not None:
            self.selection.choose(select)
        return done is None or done.halt is None

    # Running

    def toggle(self, direction: int) -> None:
        """Run in a direction, or pause if it does already."""
        if self._direction == direction:
            self.pause()
        else:
            self._start(direction, Goal())

    def run_until(self, goal: Goal) -> None:
        """Run on, at the speed that is set, to a goal or to a breakpoint before it."""
        self.pause()
        self._start(1, goal)

    def step_epoch(self) -> None:
        """Run to the end of the epoch; what takes longer than a moment goes on as a run."""
        self.pause()
        target, end = self.session.epoch_end, perf_counter() + AT_ONCE_S
        change = self.session.advance(target, lambda: perf_counter() > end)
        self._emit(change)
        if change.halt is None and change.stop is None and change.after.executed < target:
            self._start(1, Goal(target), full=True)

    def _start(self, direction: int, goal: Goal, full: bool = False) -> None:
        self._direction, self._goal, self._full = direction, goal, full
        self._owed, self._last = 1.0, perf_counter()
        self._pace.begin()
        self._timer.start(TICK_MS)
        self.running_changed.emit(True)

    def pause(self) -> None:
        """Stop running."""
        if self._direction:
            self._direction = 0
            self._timer.stop()
            if self._untold is not None:
                self._emit(self._untold)
            self.running_changed.emit(False)

    def _tick(self) -> None:
        now = perf_counter()
        rate = operations_a_second(min(self.speed, FULL_SPEED - 1))
        self._owed += rate * min(now - self._last, 0.2)
        self._last = now
        session, at = self.session, self.session.position
        full = (self._full or self.speed >= FULL_SPEED) and self._direction > 0
        # At full speed, training itself takes the time between two pictures.
        self._timer.setInterval(0 if full else TICK_MS)
        if full:
            far, end = session.history.executed_at(at.updates + MOST), now + self._pace.slice(now)
            change = self._advance(far, lambda: perf_counter() > end)
        else:
            count = int(self._owed)
            if count == 0:
                return
            self._owed -= count
            if self._direction > 0:
                change = self._advance(at.executed + count)
            else:
                change = session.retreat(max(at.executed - count, 0))
        after, goal = change.after.executed, self._goal
        at_start = self._direction < 0 and after == 0
        at_goal = self._direction > 0 and after >= goal.executed
        if change.halt is not None or change.stop is not None or at_start or at_goal:
            self._untold = None
            self.pause()
        elif full and not self._pace.is_for_all(perf_counter()) and not change.replaced:
            self._untold = change
            self.glimpsed.emit()
            return
        self._emit(change)
        if at_goal and change.stop is None:
            self.told.emit(
                self.tr("The run is at its end: step {step}").format(
                    step=f"{change.after.updates:,}"
                )
            )

    def _advance(self, target: int, out_of_time: Callable[[], bool] = never) -> Change:
        goal = self._goal
        return self.session.advance(min(target, goal.executed), out_of_time, besides=goal.besides)

    # Breakpoints and watches

    def mark(self, marks: Marks, label: Label) -> None:
        """Change breakpoints and watches; what was running runs on."""
        if marks != self.session.marks:
            self._emit(self.session.mark(marks, label))

    def go_to(self, stop: Stop) -> None:
        """Go to where a breakpoint was reached."""
        self.pause()
        change = self.session.jump(stop.executed)
        self._emit(replace(change, stop=stop))

    def run_to(self, operation: int, direction: int) -> None:
        """Go to where an operation runs next, or ran last, or to a breakpoint before that."""
        at = self.session.position
        moment = at.executed - at.done + operation + 1
        if direction > 0:
            later = moment if moment > at.executed else moment + at.operations
            self.do(lambda session: session.advance(later))
        else:
            earlier = moment if moment < at.executed else moment - at.operations
            if earlier > 0:
                self.do(lambda session: session.retreat(earlier))

    def _note(self, change: Change) -> None:
        if change.label is not None and not is_marking(change.label):
            self.watches.cut(change.after.updates)
        self.watches.note(self.session, self.selection.sample)

    def _emit(self, change: Change | None) -> None:
        self._untold = None
        if change is None:
            return
        if change.replaced:
            with self.selection.untold():
                self.selection.keep(self.session.has)
                self.replaced.emit()
        self._note(change)
        stop = change.stop
        if stop is not None and stop.sample is not None:
            self.selection.show_sample(stop.sample)
        self.changed.emit(change)
        if change.halt is not None:
            self.failed.emit(change.halt.message)
        if stop is not None:
            self.told.emit(stop_words(stop))
