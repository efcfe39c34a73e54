"""The timeline: where it stands, what was changed, and going anywhere by a click."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.values import Element
from tests.examples import small


@pytest.fixture
def timeline(window):
    window.controller.open(Session(small()))
    window.controller.do(lambda s: s.run(93))
    window.controller.edit(Element("W1", (0, 0)), 0.5)
    window.controller.do(lambda s: s.run(207))
    window.controller.do(lambda s: s.jump_to_step(171))
    return window.timeline


def smaller_batches(project):
    training = replace(project.specification.training, batch_size=1)
    return replace(project, specification=replace(project.specification, training=training))


def test_it_says_where_training_stands_and_what_was_edited(timeline):
    assert timeline.words.text() == "171 of 300"
    assert timeline.changes.text() == "· edited at 93"
    assert timeline.slider.accessibleDescription() == "171 of 300 · edited at 93"


def test_changed_settings_are_told_from_edits(window, timeline):
    window.controller.do(lambda s: s.jump_to_step(300))
    window.controller.change_settings(smaller_batches, Label("edit", {"name": "batch"}))
    assert timeline.changes.text() == "· settings changed at 300, 2 changes"
    assert [event.settings for event in timeline.slider.events] == [False, True]
    window.controller.do(lambda s: s.jump_to_step(100))
    assert timeline.changes.text() == "· edited at 93, 2 changes"


def test_a_mark_says_in_words_what_was_changed(timeline):
    slider = timeline.slider
    at = slider.place_of(93)
    assert slider.words_at(at).startswith("W1[0,0] ")
    assert slider.words_at(at).endswith("→ 0.5 (93)")
    assert slider.words_at(slider.place_of(200)).startswith("Go to step ")


def test_a_mark_is_drawn_where_its_step_stands(qtbot, timeline):
    slider = timeline.slider
    picture, x = slider.grab().toImage(), round(slider.place_of(93))
    ratio = picture.devicePixelRatio()

    def ink(step_x):
        return picture.pixelColor(int(step_x * ratio), int((slider.height() / 2 - 5) * ratio))

    assert ink(x) != ink(x + 20)


@pytest.mark.parametrize("step", [0, 50, 250, 300])
def test_a_click_goes_to_the_step(qtbot, window, timeline, step):
    slider = timeline.slider
    spot = QPoint(round(slider.place_of(step)), slider.height() // 2)
    qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: abs(window.controller.session.position.updates - step) <= 1)
    assert slider.value() == window.controller.session.position.updates


def test_dragging_goes_along(qtbot, window, timeline):
    slider, middle = timeline.slider, timeline.slider.height() // 2
    start, end = (QPoint(round(slider.place_of(step)), middle) for step in (60, 240))
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(slider, end)
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=end)
    qtbot.waitUntil(lambda: abs(window.controller.session.position.updates - 240) <= 2)
