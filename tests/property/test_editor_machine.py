"""Every action of the editor, on sessions in any condition, raises nothing and can be undone.

With ``CI`` in the environment it tries 20,000 actions, else some thousand.
"""

import os
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from PySide6.QtCore import QTimer

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.initializers import INITIALIZERS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.session.beginning import blank_data, own_project
from bpsim.session.label import Label
from bpsim.session.project import Dataset, find_problems, with_training
from bpsim.session.session import Session
from bpsim.session.structure import reinitialise
from bpsim.session.values import Element
from bpsim.storage.project_text import session_text
from bpsim.ui.app import make_application
from bpsim.ui.controller import FULL_SPEED, Controller
from bpsim.ui.network.edits import (
    EDITS,
    add_layer,
    aim_of,
    move_layer_to,
    move_unit_to,
    set_activation,
)
from tests.examples import one_neuron, replace, small

CONDITIONS = ("empty", "fresh", "half-stepped", "running", "diverged")
MANY = "CI" in os.environ
STEPS, EXAMPLES = 100, 25 if MANY else 6
"""Of each condition; at the end of each example all is undone and redone, which counts too."""
ACTIONS = 20_000
MOST_UNITS, MOST_LAYERS = 5, 4
TRIES = 12
PROJECTS = (
    one_neuron(),
    small(layers=((2, "tanh"), (3, "relu"), (1, "sigmoid"))),
    small("adam", layers=((3, "tanh"), (1, "identity")), shuffle=True, batch_size=0),
    small("momentum", layers=((2, "identity"),), loss="huber", l2=0.1, rows=4),
)
SPECIAL = {
    "empty": own_project("Untitled", (), blank_data(2, 1), classes=True),
    "diverged": small(rate=1e200, layers=((3, "relu"), (1, "identity"))),
}
MOVES = [
    f"{way}_{far}" for way in ("step", "back") for far in ("operation", "phase", "batch", "epoch")
]
GROWING = ("add_unit", "duplicate", "add_layer")

acted: Counter[str] = Counter()
done: Counter[tuple[str, str]] = Counter()


class Editor(RuleBasedStateMachine):
    condition = "fresh"

    @initialize(project=st.sampled_from(PROJECTS), operations=st.integers(1, 12))
    def begin(self, project, operations):
        make_application()  # or no timer would start
        self.controller = Controller(Session(SPECIAL.get(self.condition, project)))
        self.controller.asks = False
        self.controller.speed = FULL_SPEED - 20
        self.told = []
        self.controller.failed.connect(self.told.append)
        if self.condition == "half-stepped":
            operations = operations % self.session.operations or 1
            self.controller.do(lambda session: session.jump(operations))
            assert self.session.position.done == operations
        if self.condition == "diverged":
            self.controller.do(lambda session: session.run(50))
            assert self.told
            assert self.session.history.steps < 50

    @property
    def session(self):
        return self.controller.session

    @property
    def sizes(self):
        return self.session.project.specification.network.sizes

    def act(self, seed=0):
        """Count an action; one on a running session begins while it runs. Give draws for it."""
        acted[self.condition] += 1
        if self.condition == "running":
            if not self.controller.running:
                self.controller.toggle(1)
            self.controller.findChild(QTimer).timeout.emit()
        return np.random.default_rng(seed)

    def select(self, draws):
        """Choose nothing, or some units, weights and biases, mostly of one layer."""
        chosen = []
        layer = int(draws.integers(len(self.sizes)))
        for _ in range(int(draws.integers(4))):
            if draws.random() < 0.2:
                layer = int(draws.integers(len(self.sizes)))
            unit = int(draws.integers(self.sizes[layer]))
            kind = draws.choice(["a", "a", "W", "b"]) if layer else "x"
            if kind == "W":
                source = int(draws.integers(self.sizes[layer - 1]))
                chosen.append(Element(f"W{layer}", (unit, source)))
            else:
                chosen.append(Element("x" if kind == "x" else f"{kind}{layer}", (unit,)))
        self.controller.selection.choose(chosen)
        return aim_of(self.session, self.controller.selection.elements)

    def edit(self, seed, edit):
        draws = self.act(seed)
        if edit.name in GROWING and self.large():
            return
        for _ in range(TRIES):
            aim = self.select(draws)
            if edit.possible(aim):
                done[self.condition, edit.name] += 1
                edit.do(self.controller, aim)
                return

    # One rule an edit: hypothesis chooses among rules.
    for _edit in EDITS:
        locals()[f"edit_{_edit.name}"] = rule(seed=st.integers(0, 9999), edit=st.just(_edit))(edit)
    del _edit

    def large(self):
        return max(self.sizes) >= MOST_UNITS or len(self.sizes) >= MOST_LAYERS

    @rule(seed=st.integers(0, 9999), units=st.integers(1, 4))
    def put_in_a_layer(self, seed, units):
        draws = self.act(seed)
        if not self.large():
            add_layer(self.controller, int(draws.integers(1, len(self.sizes))), units)

    @rule(seed=st.integers(0, 9999))
    def drag_a_unit(self, seed):
        draws = self.act(seed)
        layer = int(draws.integers(len(self.sizes)))
        unit, to = (int(at) for at in draws.integers(self.sizes[layer], size=2))
        move_unit_to(self.controller, layer, unit, to)

    @rule(seed=st.integers(0, 9999))
    def drag_a_layer(self, seed):
        draws = self.act(seed)
        if len(self.sizes) > 2:
            layer, to = (int(at) for at in draws.integers(1, len(self.sizes) - 1, size=2))
            move_layer_to(self.controller, layer, to)

    @rule(seed=st.integers(0, 9999), name=st.sampled_from(sorted(ACTIVATIONS)))
    def choose_activation(self, seed, name):
        layer = int(self.act(seed).integers(1, len(self.sizes)))
        set_activation(self.controller, layer, name)

    @rule(
        optimizer=st.sampled_from(sorted(OPTIMIZERS)),
        rate=st.sampled_from([0.0, 0.01, 0.5, 1e300]),
        loss=st.sampled_from(sorted(LOSSES)),
        l1=st.sampled_from([0.0, 0.1]),
        size=st.sampled_from([0, 1, 2]),
        shuffle=st.booleans(),
    )
    def change_training(self, optimizer, rate, loss, l1, size, shuffle):
        self.act()

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

    @rule(
        seed=st.integers(0, 9999),
        value=st.sampled_from([0.0, -0.5, 1 / 3, 1e-9, 3.0, 1e200]),
        going_on=st.booleans(),
        follow=st.booleans(),
    )
    def type_a_value(self, seed, value, going_on, follow):
        chosen = self.select(self.act(seed)).parameters
        if chosen:
            values = dict.fromkeys(chosen, value)
            self.controller.edit_many(values, going_on=going_on, follow=follow)

    @rule(name=st.sampled_from(sorted(INITIALIZERS)), seed=st.integers(0, 5))
    def draw_new_weights(self, name, seed):
        self.act()
        self.controller.restructure(
            lambda project, _: reinitialise(project, Choice(name), seed), Label("reinitialise")
        )

    @rule(rows=st.sampled_from([1, 2, 4]), features=st.integers(1, 3), outputs=st.integers(1, 2))
    def take_other_data(self, rows, features, outputs):
        self.act()
        values = np.random.default_rng(rows).random((rows, features + outputs))
        names = [tuple(f"{c}{k}" for k in range(n)) for c, n in (("f", features), ("t", outputs))]
        self.controller.replace_data(Dataset.of(*names, values))

    @rule(name=st.sampled_from(["", "XOR", "é", "a\tb"]))
    def give_a_name(self, name):
        self.act()
        self.controller.rename(name)

    @rule(move=st.sampled_from(MOVES))
    def move(self, move):
        self.act()
        self.controller.do(getattr(Session, move))

    @rule(steps=st.integers(1, 30))
    def run(self, steps):
        self.act()
        self.controller.do(lambda session: session.run(steps))

    @rule(step=st.integers(0, 40))
    def jump(self, step):
        self.act()
        self.controller.do(lambda session: session.jump_to_step(min(step, session.history.steps)))

    @rule()
    def undo(self):
        self.act()
        self.controller.do(Session.undo)

    @rule()
    def redo(self):
        self.act()
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
        self.controller.pause()
        last, count = session_text(self.session), 0
        while self.session.undo() is not None:
            count += 1
        if count:
            self.session.restart()  # redo goes back to where undo was called
        for _ in range(count):
            assert self.session.redo() is not None
        assert session_text(self.session) == last
        acted["undo and redo"] += 2 * count


def case_of(name):
    case = type(name, (Editor,), {"condition": name}).TestCase
    case.settings = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        # Shrinking what takes so many steps would take hours.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return case


TestEmpty, TestFresh, TestHalfStepped, TestRunning, TestDiverged = map(case_of, CONDITIONS)


def test_all_edits_were_tried_in_all_conditions():
    if not all(acted[c] for c in CONDITIONS):
        pytest.skip("goes with the tests before it")
    kinds = [edit.name for edit in EDITS]
    assert [kind for kind in kinds if not any(done[c, kind] for c in CONDITIONS)] == []
    if MANY:
        assert [(c, kind) for c in CONDITIONS for kind in kinds if not done[c, kind]] == []
        assert sum(acted.values()) >= ACTIONS
