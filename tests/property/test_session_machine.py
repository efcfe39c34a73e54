"""Any sequence of moves and changes: what was there once is there again, to the last bit."""

from dataclasses import replace

import numpy as np
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import with_network, with_training
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import one_neuron, small, two_two_two

FAR = ("operation", "phase", "batch", "epoch")


def with_frozen_weights(project):
    layers = project.specification.network.layers
    mask = ((True, False), (False, True), (False, False), (True, True))
    first = replace(layers[0], frozen_weights=mask)
    network = replace(project.specification.network, layers=(first, *layers[1:]))
    return with_network(project, network)


PROJECTS = {
    "one neuron a layer": one_neuron(),
    "frozen biases": two_two_two(True),
    "the last batch is smaller": small("momentum", l1=0.01),
    "shuffled": small("adam", shuffle=True, l2=0.01),
    "all rows at once": small("rmsprop", batch_size=0),
    "frozen weights": with_frozen_weights(small("adamw", shuffle=True)),
    "diverges": small(rate=1e100, layers=((3, "relu"), (1, "identity"))),
    "softmax": small("nesterov", layers=((3, "gelu"), (2, "softmax")), loss="cross_entropy"),
}
SETTINGS = (
    {"optimizer": Choice("sgd", {"learning_rate": 0.5})},
    {"optimizer": Choice("adam", {"learning_rate": 0.01})},
    {"l1": 0.1, "l2": 0.01},
    {"l1": 0.0, "l2": 0.0},
    {"batch_size": 3},
    {"shuffle": True, "seed": 9},
    {"loss": Choice("huber", {"delta": 0.1})},
)
# Where each step ends, and where each step back does.
STEPS = {
    "operation": lambda before, after: after.executed == before.executed + 1,
    "phase": lambda before, after: after.updates - before.updates in (0, 1),
    "batch": lambda before, after: (
        after.updates == before.updates + 1 and after.done == after.operations
    ),
    "epoch": lambda before, after: after.batch == after.batches and after.done == after.operations,
}
BACKS = {
    "operation": lambda before, after: after.executed == max(before.executed - 1, 0),
    "phase": lambda before, after: before.executed - after.executed <= before.done,
    "batch": lambda before, after: after.executed == before.executed - before.done,
    "epoch": lambda before, after: (
        after.done in (0, after.operations) and before.step - after.updates <= before.batch
    ),
}
numbers = st.floats(-3.0, 3.0) | st.sampled_from([0.0, -0.0, 5e-324, 1e6, -1e200])


def shown(session):
    """Give all that the step in view shows, as bytes; ``None`` for what it has not computed."""
    values = {op.name: session.value(op.name) for op in session.program.operations}
    found = {name: None if v is None else v.tobytes() for name, v in values.items()}
    return found | {"batch": session.value("x").tobytes() + session.value("y").tobytes()}


def training(project):
    """Tell trainings apart; initial parameters count only where training starts."""
    return repr(project.specification.training)


def begun(project):
    return repr(project.specification), project.data.train.tobytes()


def moment(session):
    """Name what leads to the state in view: start, changes of settings, edits, operations."""
    at, history = session.position.executed, session.history
    eras = [(era.executed, training(era.project)) for era in history.eras[1:] if era.executed < at]
    edits = [(e.executed, e.place, e.after.hex()) for e in history.edits if e.executed <= at]
    return at, begun(session.initial_project), tuple(eras), tuple(edits)


def again(session, until):
    """Train anew by the changes that the history names, up to a moment."""
    fresh = Session(session.initial_project)
    history = session.history
    events = [(edit.executed, 0, edit) for edit in history.edits]
    events += [(era.executed, 1, era) for era in history.eras[1:]]
    for executed, is_era, event in sorted(events, key=lambda event: event[:2]):
        if executed + is_era > until:
            continue
        fresh.jump(executed)
        assert fresh.position.executed == executed
        if is_era:
            fresh.change_settings(event.project, Label("settings"))
        else:
            fresh.edit({event.element: event.after})
    return fresh


class Sessions(RuleBasedStateMachine):
    """One session, what it showed at each moment, and what its history held."""

    @initialize(name=st.sampled_from(sorted(PROJECTS)))
    def begin(self, name):
        note(name)
        self.session = Session(PROJECTS[name])
        self.seen = {}

    # Moves

    def told(self, change, before):
        """Check what a change says of itself."""
        if change is None:
            return
        assert change.before == before
        assert change.after == self.session.position

    @rule(far=st.sampled_from(FAR))
    def step(self, far):
        before = self.session.position
        change = getattr(self.session, f"step_{far}")()
        self.told(change, before)
        if change.halt is None:
            assert STEPS[far](before, change.after)
            assert change.after.executed > before.executed

    @rule(far=st.sampled_from(FAR))
    def back(self, far):
        before = self.session.position
        change = getattr(self.session, f"back_{far}")()
        self.told(change, before)
        assert change.halt is None
        assert BACKS[far](before, change.after)
        assert change.after.executed < before.executed or before.executed == 0

    @rule()
    def restart(self):
        before = self.session.position
        self.told(self.session.restart(), before)
        assert self.session.position.executed == 0

    @rule(part=st.floats(0.0, 1.2))
    def jump(self, part):
        before, horizon = self.session.position, self.session.history.horizon
        target = round(part * (horizon + 5))
        change = self.session.jump(target)
        self.told(change, before)
        assert change.halt is not None or change.after.executed == target
        if target <= horizon:
            assert change.halt is None

    @rule(step=st.integers(0, 130))
    def jump_to_step(self, step):
        before = self.session.position
        change = self.session.jump_to_step(step)
        self.told(change, before)
        assert change.halt is not None or change.after.updates == step

    @rule(steps=st.integers(1, 130), asked=st.none() | st.integers(0, 3))
    def run(self, steps, asked):
        before, left = self.session.position, [asked]

        def out_of_time():
            if left[0] is None:
                return False
            left[0] -= 1
            return left[0] < 0

        change = self.session.run(steps, out_of_time)
        self.told(change, before)
        if asked is None and change.halt is None:
            assert change.after.updates == before.updates + steps

    # Changes

    def elements(self, data):
        sizes = self.session.project.specification.network.sizes
        layer = data.draw(st.integers(1, len(sizes) - 1))
        unit = data.draw(st.integers(0, sizes[layer] - 1))
        if data.draw(st.booleans()):
            return Element(f"b{layer}", (unit,))
        return Element(f"W{layer}", (unit, data.draw(st.integers(0, sizes[layer - 1] - 1))))

    @rule(data=st.data(), value=numbers, going_on=st.booleans())
    def edit(self, data, value, going_on):
        element, before = self.elements(data), self.session.position
        change = self.session.edit({element: value}, going_on=going_on)
        self.told(change, before)
        assert self.session.number(element) == value
        # The step in view begins again, and may not come as far.
        assert change.halt is not None or change.after.executed == before.executed

    @rule(change=st.sampled_from(SETTINGS))
    def change_settings(self, change):
        before, now = self.session.position, self.session.project
        project = with_training(now, replace(now.specification.training, **change))
        told = self.session.change_settings(project, Label("settings"))
        self.told(told, before)
        assert training(self.session.project) == training(project)
        assert told.halt is not None or self.session.position.updates == before.updates

    @rule(name=st.sampled_from(sorted(PROJECTS)))
    def replace(self, name):
        before = self.session.position
        self.told(self.session.replace(PROJECTS[name], Label("replace")), before)
        assert self.session.position.executed == 0

    @rule()
    def undo(self):
        before = self.session.position
        self.told(self.session.undo(), before)

    @rule()
    def redo(self):
        before = self.session.position
        self.told(self.session.redo(), before)

    @rule()
    def undo_and_redo(self):
        session = self.session
        before, losses = moment(session), session.history.losses.copy()
        if session.undo() is not None:
            session.redo()
            assert moment(session) == before
            assert np.array_equal(session.history.losses, losses)

    # What always holds

    @invariant()
    def all_numbers_are_finite(self):
        self.session.history.checkpoints.every = 3  # checkpoints matter in short trainings, too
        assert np.isfinite(self.session.memory.array).all()
        assert np.isfinite(self.session.history.losses).all()

    @invariant()
    def the_position_adds_up(self):
        at, history = self.session.position, self.session.history
        assert 0 <= at.executed <= history.horizon
        assert 0 <= at.done <= at.operations == self.session.operations
        assert (at.done == 0) == (at.executed == 0)
        assert at.updates == at.step - (at.done < at.operations)
        assert at.updates <= history.steps
        assert 1 <= at.batch <= at.batches == self.session.batches.count
        if len(history.eras) == 1:
            assert at.executed == (at.step - 1) * at.operations + at.done
            assert (at.epoch - 1) * at.batches + at.batch == at.step

    @invariant()
    def what_is_not_computed_is_absent(self):
        session = self.session
        operations, done = session.program.operations, session.position.done
        ran = {op.name for op in operations[:done]}
        sizes = session.project.specification.network.sizes
        kept = {f"{kind}{layer}" for layer in range(1, len(sizes)) for kind in "Wb"}
        kept |= {state + name for state in "vm" for name in kept}
        for operation in operations:
            name = operation.name
            assert (session.value(name) is not None) == (name in ran or name in kept), name

    @invariant()
    def what_was_seen_is_seen_again(self):
        now = shown(self.session)
        before = self.seen.setdefault(moment(self.session), now)
        differing = [name for name in now if now[name] != before[name]]
        assert now.keys() == before.keys()
        assert differing == []

    @rule()
    def trained_anew_it_is_the_same(self):
        session = self.session
        history, at = session.history, session.position.executed
        whole = again(session, history.horizon)
        whole.jump(history.horizon)
        assert np.array_equal(whole.history.losses, history.losses)
        assert np.array_equal(whole.history.penalties, history.penalties, equal_nan=True)
        walked = again(session, at)
        while walked.position.executed < at:
            walked.step_operation()
        now, walked_to = shown(session), shown(walked)
        assert [name for name in now if now[name] != walked_to[name]] == []

    def teardown(self):
        if hasattr(self, "session"):
            self.trained_anew_it_is_the_same()


Sessions.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=40,
    suppress_health_check=[HealthCheck.too_slow],
)
TestSessions = Sessions.TestCase
