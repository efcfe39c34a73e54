"""Whatever a person does to the window, in whatever order, nothing goes wrong.

Any exception and any warning of Qt fails the test; what was done last is printed then. With ``CI``
in the environment it does more.
"""

import os
from collections import deque
from random import Random

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QWidget

from bpsim.resources import resource
from bpsim.storage.project_file import read_session
from tests.ui.pointer import wheel

DEEDS = 500 if "CI" in os.environ else 300
SEEDS = (1, 2, 3) if "CI" in os.environ else (1,)
ELSEWHERE = {"quit", "open", "save", "save_as", "export"}
"""Commands that leave the window, or ask the system for a file."""
WORDS = (
    "0",
    "1e308",
    "1/3",
    "nan",
    "loss < 0.1",
    "W1[0,0]",
    "abs(",
    "99999999999",
    "{x}",
    "1e-320",
)
KEY_NAMES = """Up Down Left Right Home End PageUp PageDown Return Tab Escape Delete Insert Backspace
Space F2 F4 F5 F6 F7 F8 F9 F10 F11 A D L M X Y 0 1 5 Plus Minus Period Menu"""
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in KEY_NAMES.split()]
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
MODIFIERS = (NONE, NONE, NONE, SHIFT, CTRL, SHIFT | CTRL)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Person:
    """Does one thing after the other, as chance has it."""

    def __init__(self, window, seed):
        self.window, self.chance = window, Random(seed)
        self.done = deque(maxlen=12)
        self.examples = sorted(resource("examples").glob("*.json"))
        self.deeds = {
            self.open: 2,
            self.command: 15,
            self.show_panel: 4,
            self.float_panel: 2,
            self.resize: 1,
            self.click: 30,
            self.double_click: 5,
            self.drag: 8,
            self.turn: 6,
            self.press: 20,
            self.write: 8,
        }
        # A menu waits for an answer, and the test with it.
        self.answers = QTimer(window)
        self.answers.timeout.connect(self.answer)
        self.answers.start(20)

    def answer(self):
        menu = QApplication.activePopupWidget()
        if menu is None:
            return
        actions = menu.actions() if isinstance(menu, QMenu) else []
        allowed = [a for a in actions if a.isEnabled() and not a.menu() and a not in self.barred()]
        menu.close()
        if allowed and self.chance.random() < 0.7:
            action = self.chance.choice(allowed)
            self.done.append(f"menu {action.text()}")
            action.trigger()

    def barred(self):
        return [self.window.menus.actions[name] for name in ELSEWHERE]

    def act(self):
        over = QApplication.activeModalWidget()
        if isinstance(over, QFileDialog) or (over is not None and self.chance.random() < 0.1):
            self.done.append(f"leaves {type(over).__name__}")
            over.close()
        deed = self.chance.choices([*self.deeds], [*self.deeds.values()])[0]
        self.done.append(deed.__name__)
        deed()
        QApplication.processEvents()

    def say(self, words):
        self.done[-1] += f" {words}"

    def widget(self):
        """Choose where the pointer goes."""
        root = QApplication.activeModalWidget() or self.window
        seen = [w for w in root.findChildren(QWidget) if w.isVisible() and not w.size().isEmpty()]
        widget = self.chance.choice(seen or [root])
        spot = QPoint(*(self.chance.randrange(n) for n in widget.size().toTuple()))
        self.say(f"{type(widget).__name__} {widget.accessibleName()} {spot.toTuple()}")
        return widget, spot

    def free(self):
        return QApplication.activeModalWidget() is None

    # What can be done

    def open(self):
        path = self.chance.choice(self.examples)
        self.say(path.name)
        self.window.controller.open(read_session(path))

    def command(self):
        name = self.chance.choice([*self.window.menus.actions])
        self.say(name)
        if name not in ELSEWHERE and self.free():
            self.window.menus.actions[name].trigger()

    def show_panel(self):
        name = self.chance.choice([*self.window.docks])
        self.say(name)
        self.window.show_panel(name)

    def float_panel(self):
        self.window.docks[self.chance.choice([*self.window.docks])].float_action.trigger()

    def resize(self):
        self.window.resize(self.chance.choice((700, 1024, 1440)), self.chance.choice((600, 900)))

    def click(self):
        widget, spot = self.widget()
        button = self.chance.choice((LEFT, LEFT, LEFT, RIGHT))
        QTest.mouseClick(widget, button, self.chance.choice(MODIFIERS), spot)

    def double_click(self):
        widget, spot = self.widget()
        QTest.mouseDClick(widget, LEFT, NONE, spot)

    def drag(self):
        widget, spot = self.widget()
        if isinstance(widget, QLabel):
            return  # Qt would wait for the system to move its text
        end = spot + QPoint(self.chance.randrange(-80, 80), self.chance.randrange(-80, 80))
        QTest.mousePress(widget, LEFT, NONE, spot)
        for place in ((spot + end) / 2, end):
            QTest.mouseMove(widget, place)
            QApplication.processEvents()
        QTest.mouseRelease(widget, LEFT, NONE, end)

    def turn(self):
        widget, spot = self.widget()
        wheel(widget, spot, self.chance.choice((-1200, -120, 120)), self.chance.choice(MODIFIERS))

    def press(self):
        key, modifiers = self.chance.choice(KEYS), self.chance.choice(MODIFIERS)
        self.say(f"{key.name} {modifiers}")
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers)

    def write(self):
        words = self.chance.choice(WORDS)
        self.say(words)
        widget = QApplication.focusWidget() or self.window
        QTest.keyClicks(widget, words)
        QTest.keyClick(QApplication.focusWidget() or self.window, Qt.Key.Key_Return)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_goes_wrong(qtbot, window, seed):
    person = Person(window, seed)
    window.controller.asks = False
    with qtbot.captureExceptions() as raised:
        for _ in range(DEEDS):
            person.act()
            if raised:
                break
        person.answers.stop()
        window.controller.pause()
        for left in QApplication.topLevelWidgets():
            if left is not window:
                left.close()
        qtbot.wait(100)
    assert not raised, f"{raised}\nafter: {list(person.done)}"
    window.controller.open(read_session(person.examples[0]))
    window.menus.actions["step_batch"].trigger()
    assert window.controller.session.value("W1").item() == 0.4006445672678901
