"""Every action of the editor, on sessions in any condition, raises nothing and can be undone."""

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.initializers import INITIALIZERS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import Dataset, find_problems, with_training
from bpsim.session.session import Session
from bpsim.session.structure import reinitialise
from bpsim.session.values import Element
from bpsim.storage.project_text import session_text
from bpsim.ui.controller import Controller
from bpsim.ui.network.edits import EDITS, add_layer, aim_of, set_activation
from tests.examples import one_neuron, replace, small

STEPS = 80
MOST_UNITS, MOST_LAYERS = 9, 5
PROJECTS = (
    one_neuron(),
    small(),
    small("adam", shuffle=True, batch_size=0),
    small(rate=1e200, layers=((3, "relu"), (1, "identity"))),
    small("momentum", layers=((2, "identity"),), loss="huber", l2=0.1),
)
MOVES = [
    f"{way}_{far}" for way in ("step", "back") for far in ("operation", "phase", "batch", "epoch")
]


class Editor(RuleBasedStateMachine):
    @initialize(project=st.sampled_from(PROJECTS))
    def begin(self, project):
        self.controller = Controller(Session(project))
        self.controller.asks = False
        self.told = []
        self.controller.failed.connect(self.told.append)
        self.first = session_text(self.controller.session)

    @property
    def session(self):
        return self.controller.session

    def select(self, data, most=3):
        sizes = self.session.project.specification.network.sizes
        layer = data.draw(st.integers(0, len(sizes) - 1), "layer")
        kinds = ["a" if layer else "x", *(["W", "b"] if layer else [])]
        chosen = []
        for _ in range(data.draw(st.integers(0, most), "how many")):
            kind = data.draw(st.sampled_from(kinds), "kind")
            unit = data.draw(st.integers(0, sizes[layer] - 1), "unit")
            if kind == "W":
                source = data.draw(st.integers(0, sizes[layer - 1] - 1), "source")
                chosen.append(Element(f"W{layer}", (unit, source)))
            else:
                chosen.append(Element("x" if kind == "x" else f"{kind}{layer}", (unit,)))
        self.controller.selection.choose(chosen)

    @rule(data=st.data(), edit=st.sampled_from(EDITS))
    def edit_network(self, data, edit):
        self.select(data)
        aim = aim_of(self.session, self.controller.selection.elements)
        sizes = self.session.project.specification.network.sizes
        grows = edit.name in ("add_unit", "duplicate", "add_layer")
        if edit.possible(aim) and not (grows and self.large(sizes)):
            edit.do(self.controller, aim)

    def large(self, sizes):
        return max(sizes) >= MOST_UNITS or len(sizes) >= MOST_LAYERS

    @rule(data=st.data(), units=st.integers(1, 4))
    def put_in_a_layer(self, data, units):
        sizes = self.session.project.specification.network.sizes
        if not self.large(sizes):
            add_layer(self.controller, data.draw(st.integers(1, len(sizes) - 1)), units)

    @rule(data=st.data(), name=st.sampled_from(sorted(ACTIVATIONS)))
    def choose_activation(self, data, name):
        layers = len(self.session.project.specification.network.layers)
        set_activation(self.controller, data.draw(st.integers(1, layers)), name)

    @rule(
        optimizer=st.sampled_from(sorted(OPTIMIZERS)),
        rate=st.sampled_from([0.0, 0.01, 0.5, 1e300]),
        loss=st.sampled_from(sorted(LOSSES)),
        l1=st.sampled_from([0.0, 0.1]),
        size=st.integers(0, 6),
        shuffle=st.booleans(),
    )
    def change_training(self, optimizer, rate, loss, l1, size, shuffle):
        def change(project):
            training = replace(
                project.specification.training,
                optimizer=Choice(optimizer, {"learning_rate": rate}),
                loss=Choice(loss),
                l1=l1,
                batch_size=size,
                shuffle=shuffle,
            )
            return with_training(project, training)

        self.controller.change_settings(change, Label("optimizer"))

    @rule(data=st.data(), value=st.floats(-3, 3), going_on=st.booleans(), follow=st.booleans())
    def type_a_value(self, data, value, going_on, follow):
        self.select(data)
        chosen = [e for e in self.controller.selection.elements if e.is_parameter]
        if chosen:
            values = dict.fromkeys(chosen, value)
            self.controller.edit_many(values, going_on=going_on, follow=follow)

    @rule(name=st.sampled_from(sorted(INITIALIZERS)), seed=st.integers(0, 5))
    def draw_new_weights(self, name, seed):
        self.controller.restructure(
            lambda project, _: reinitialise(project, Choice(name), seed), Label("reinitialise")
        )

    @rule(rows=st.integers(1, 6), features=st.integers(1, 3), outputs=st.integers(1, 2))
    def take_other_data(self, rows, features, outputs):
        values = np.random.default_rng(rows).random((rows, features + outputs))
        names = [tuple(f"{c}{k}" for k in range(n)) for c, n in (("f", features), ("t", outputs))]
        self.controller.replace_data(Dataset.of(*names, values))

    @rule(name=st.text(max_size=3))
    def give_a_name(self, name):
        self.controller.rename(name)

    @rule(move=st.sampled_from(MOVES))
    def move(self, move):
        self.controller.do(getattr(Session, move))

    @rule(steps=st.integers(1, 30))
    def run(self, steps):
        self.controller.do(lambda session: session.run(steps))

    @rule(step=st.integers(0, 40))
    def jump(self, step):
        self.controller.do(lambda session: session.jump_to_step(min(step, session.history.steps)))

    @rule()
    def undo(self):
        self.controller.do(Session.undo)

    @rule()
    def redo(self):
        self.controller.do(Session.redo)

    @invariant()
    def everything_fits(self):
        if not hasattr(self, "controller"):
            return
        project = self.session.project
        assert find_problems(project) == []
        assert np.isfinite(self.session.memory.array[: self.session.memory.state_stop]).all()
        at = self.session.position
        assert at.executed <= self.session.history.horizon
        assert len(self.session.history.losses) == self.session.history.steps >= at.updates
        for element in self.controller.selection.elements:
            assert self.session.has(element)

    def teardown(self):
        if not hasattr(self, "controller"):
            return
        last, count = session_text(self.session), 0
        while self.session.undo() is not None:
            count += 1
        if count:
            self.session.restart()  # redo goes back to where undo was called
        for _ in range(count):
            assert self.session.redo() is not None
        assert session_text(self.session) == last


TestEditor = Editor.TestCase
TestEditor.settings = settings(
    max_examples=250,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
