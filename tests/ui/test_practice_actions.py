"""Whatever a person does while practising: nothing breaks, and nothing is given away."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from bpsim.engine.parameters import Choice
from bpsim.practice.practice import Scope
from bpsim.session.aside.twin import twin_of
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.standing import named
from bpsim.session.values import Element
from bpsim.ui.theme.theme import theme
from tests.examples import one_neuron, small

PROJECTS = (
    one_neuron(),
    small("adam", l2=0.01),
    small("sgd", layers=((3, "relu"), (2, "softmax")), loss="cross_entropy", batch_size=0),
    small("momentum", rate=1e150, layers=((2, "tanh"), (1, "identity"))),
)
KEYS = (Qt.Key.Key_F10, Qt.Key.Key_F9, Qt.Key.Key_F8, Qt.Key.Key_F7)
TEXTS = ("0.65", "-1", "13/20", "0,5", "abc", "", "1e400", "0")


class Person:
    """Acts at random on a window."""

    def __init__(self, qtbot, window, seed):
        self.qtbot, self.window = qtbot, window
        self.draws = np.random.default_rng(seed)
        self.controller, self.panel = window.controller, window.panel("practice")
        window.show_panel("practice")
        self.controller.asks = False

    def act(self):
        actions = (
            *[self.right] * 6,
            *(self.wrong, self.wrong, self.hint, self.show, self.key, self.key, self.sample),
            *(self.edit, self.undo, self.settings, self.run, self.end, self.other, self.jump),
            *[self.begin] * 3,
        )
        actions[int(self.draws.integers(len(actions)))]()

    def begin(self):
        if self.panel.practice is None:
            scopes = list(Scope)
            self.panel.begin(scopes[int(self.draws.integers(len(scopes)))])

    def right(self):
        if self.panel.practice is not None:
            self.answer(repr(self.panel.practice.question.right))

    def wrong(self):
        self.answer(TEXTS[int(self.draws.integers(len(TEXTS)))])

    def answer(self, text):
        field = self.panel.task.field
        field.setText(text)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def hint(self):
        self.panel.task.hint_button.click()

    def show(self):
        self.panel.task.show_button.click()

    def end(self):
        if self.draws.random() < 0.2:
            self.panel.task.end_button.click()

    def key(self):
        self.qtbot.keyClick(self.window, KEYS[int(self.draws.integers(len(KEYS)))])

    def jump(self):
        self.controller.do(lambda s: s.jump(int(self.draws.integers(60))))

    def run(self):
        self.controller.do(lambda s: s.run(int(self.draws.integers(1, 5))))

    def sample(self):
        self.controller.selection.show_sample(int(self.draws.integers(3)))

    def edit(self):
        follow = bool(self.draws.random() < 0.5)
        self.controller.edit(Element("b1", (0,)), float(self.draws.normal()), follow=follow)

    def undo(self):
        self.controller.do(Session.undo if self.draws.random() < 0.7 else Session.redo)

    def settings(self):
        names = ("sgd", "adam", "momentum")
        choice = Choice(names[int(self.draws.integers(3))], {"learning_rate": 0.05})
        self.controller.change_settings(
            lambda p: with_training(p, replace(p.specification.training, optimizer=choice)),
            Label("optimizer"),
        )

    def other(self):
        if self.draws.random() < 0.15:
            project = PROJECTS[int(self.draws.integers(len(PROJECTS)))]
            self.controller.open(Session(project))

    def check(self):
        """Assert what always holds; tell whether anything is asked."""
        practice, session = self.panel.practice, self.controller.session
        assert self.controller.practising == (practice is not None)
        if practice is None:
            return False
        question, at = practice.question, session.position
        assert question is not None
        assert practice.goal == at.executed
        assert question.ahead.position.executed == at.executed + 1
        assert np.isfinite(question.right)
        if at.done < at.operations:
            operation = session.program.operations[at.done]
            assert operation.name == question.operation.name
            earlier = session.program.operations[: at.done]
            changes = operation.name[0] in "Wbmv" or operation.name in {op.name for op in earlier}
            assert changes or session.value(operation.name) is None
        twin = twin_of(session)
        twin.step_operation()
        mine, fresh = (
            named(each.machine.compiled, each.machine.compiled.state)
            for each in (question.ahead, twin)
        )
        assert all(mine[name].tobytes() == fresh[name].tobytes() for name in fresh)
        value = twin.program.view(question.operation.name)
        assert question.right == value[question.element.at(question.sample)]
        return True


@pytest.mark.parametrize("seed", range(4))
def test_anything_may_be_done_at_any_time(qtbot, window, seed):
    window.controller.open(Session(PROJECTS[seed % len(PROJECTS)]))
    person = Person(qtbot, window, seed)
    asked = 0
    for count in range(120):
        person.act()
        asked += person.check()
        if count % 50 == 0:
            theme().choose("dark" if count % 100 else "light")
            window.grab()
    assert asked > 20
    # What was trained is what training alone gives.
    session = window.controller.session
    assert np.isfinite(session.memory.array[: session.memory.state_stop]).all()
