"""The lessons: every page has its moment, its numbers, and says what is true."""

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.settings import with_activation
from bpsim.session.values import Element
from bpsim.storage.lessons import lesson_files, lesson_title, read_lesson
from bpsim.ui.lessons.panel import moment
from bpsim.ui.lessons.text import NOT_YET, rich_text, with_numbers
from bpsim.ui.theme.tokens import LIGHT

LESSONS = {path.stem.partition("-")[2]: path for path in lesson_files()}


def open_by_keys(qtbot, window, row):
    qtbot.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    panel = window.panel("lessons")
    for _ in range(row):
        qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    return panel


@pytest.mark.parametrize("row", range(len(LESSONS)), ids=LESSONS)
def test_a_lesson_is_led_through_by_keys(qtbot, window, row):
    window.resize(1024, 700)
    panel = open_by_keys(qtbot, window, row)
    lesson = panel.lesson
    assert lesson.name == lesson_files()[row].stem
    for at, page in enumerate(lesson.pages):
        session = window.controller.session
        assert panel.at == at
        assert session.position.executed == moment(session, page)
        assert session.current is None or page.operation in ("", session.current.name)
        chosen = tuple(Element.parse(name) for name in page.select)
        assert window.controller.selection.elements == chosen
        assert all(session.has(element) for element in chosen)
        words = " ".join(panel._paragraphs)
        assert NOT_YET not in words
        assert "{" not in words
        assert 40 < len(words) < 420
        assert all(session.has(Element.parse(name)) for name in re.findall(r"`([^`]+)`", words))
        assert page.panel in ("", *window.docks)
        assert panel.lesson.title in panel.title.text()
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert panel.lesson is None
    assert panel.pages.currentIndex() == 0
    assert QApplication.focusWidget() is panel.list


def test_back_and_all(qtbot, window):
    panel = open_by_keys(qtbot, window, 0)
    qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    assert window.controller.session.current.name == "loss"
    qtbot.mouseClick(panel.back, Qt.MouseButton.LeftButton)
    assert window.controller.session.current.name == "a2"
    qtbot.mouseClick(panel.all, Qt.MouseButton.LeftButton)
    assert panel.pages.currentIndex() == 0


def test_the_page_shows_the_numbers_of_its_moment(qtbot, window):
    panel = open_by_keys(qtbot, window, 0)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert "0.4 × 0.5 + 0.3 = 0.5" in panel.text.text()
    assert "0.6538" in panel.text.text()
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert "0.6538" in panel.text.text()


def test_names_point_at_the_picture(qtbot, window):
    panel = open_by_keys(qtbot, window, 0)
    panel.text.linkHovered.emit("x[0]")
    assert window.controller.selection.hovered == Element("x", (0,))
    panel.text.linkHovered.emit("")
    assert window.controller.selection.hovered is None
    panel.text.linkActivated.emit("x[0]")
    assert window.controller.selection.elements == (Element("x", (0,)),)


def test_in_another_project_the_lesson_begins_anew(qtbot, window):
    panel = open_by_keys(qtbot, window, 1)
    qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    window.files.begin(read_lesson(lesson_files()[0]).project)
    qtbot.mouseClick(panel.next, Qt.MouseButton.LeftButton)
    assert panel.at == 0
    assert window.controller.session.project.name == panel.lesson.project.name


def test_unsaved_work_is_asked_about_first(qtbot, window):
    window.controller.edit(Element("W1", (0, 0)), 2.5)
    session = window.controller.session
    panel = open_by_keys(qtbot, window, 0)
    assert panel.lesson is None
    assert window.controller.session is session
    for box in window.findChildren(QApplication.activeWindow().__class__):
        if box is not window:
            box.close()


def test_titles_come_from_the_files():
    for path in lesson_files():
        assert lesson_title(path) == read_lesson(path).title


def test_an_unknown_key_is_refused(tmp_path):
    text = lesson_files()[0].read_text(encoding="utf-8").replace('"text"', '"texts"', 1)
    path = tmp_path / "lesson.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="texts"):
        read_lesson(path)


def test_text_is_escaped_and_marked():
    text = rich_text(["**F9** & `W1[0,0]` < 3"], LIGHT)
    assert "<b>F9</b> &amp;" in text
    assert '<a href="W1[0,0]"' in text
    assert "&lt; 3" in text


# What they say


def session_of(name, **training):
    lesson = read_lesson(LESSONS[name])
    project = lesson.project
    changed = replace(project.specification.training, **training)
    return Session(with_training(project, changed))


def number(session, text):
    return session.number(Element.parse(text))


def test_the_prediction_comes_nearer():
    session = session_of("error-flows-back")
    session.jump(4)
    before = abs(number(session, "a2[0]") - number(session, "y[0]"))
    session.step_batch()
    session.step_phase()
    assert abs(number(session, "a2[0]") - number(session, "y[0]")) < 0.8 * before


def test_saturation_holds_still_until_the_loss_fits():
    session = session_of("saturation")
    session.jump_to_step(200)
    assert number(session, "a2[0]") > 0.999
    session = session_of("saturation", loss=Choice("binary_cross_entropy"))
    session.jump_to_step(200)
    assert number(session, "a2[0]") < 0.05


def test_the_dead_unit_stays_dead_and_a_leaky_one_comes_back():
    session = session_of("dying-relu")
    session.jump_to_step(100)
    assert (session.value("z1")[:, 1] <= 0).all()
    assert (number(session, "W1[1,0]"), number(session, "b1[1]")) == (0.5, -3.0)
    session.jump(0)
    session.change_settings(with_activation(session.project, 1, "leaky_relu"), Label("activation"))
    session.jump_to_step(100)
    assert number(session, "W1[1,0]") != 0.5


@pytest.mark.parametrize(("rate", "ends"), [(1.05, False), (0.5, True), (0.1, True)])
def test_the_learning_rate_decides(rate, ends):
    session = session_of("learning-rate", optimizer=Choice("sgd", {"learning_rate": rate}))
    session.jump_to_step(20)
    losses = session.history.losses
    assert bool(losses[-1] < losses[0] / 100) is ends
    if not ends:
        assert (losses[1:] > losses[:-1]).all()


def test_numbers_that_are_not_there_are_dashes():
    session = session_of("learning-rate")
    assert with_numbers("{a1[0]} {W1[0,0]} {W9[0,0]}", session) == "– 0 –"
