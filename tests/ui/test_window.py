"""The window, driven by keys and mouse as a person would."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox

from bpsim.explain.typed import parse_number, parse_numbers
from bpsim.resources import resource
from bpsim.session.project import Dataset
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.project_file import read_session
from bpsim.ui import main_window
from tests.examples import small


def press(qtbot, window, key, modifier=Qt.KeyboardModifier.NoModifier):
    qtbot.keyClick(window, key, modifier)


def test_steps_by_key_through_the_whole_example(qtbot, window):
    session = window.controller.session
    assert window.network.unit_text(1, 0) == "–"
    for _ in range(session.operations):
        press(qtbot, window, Qt.Key.Key_F10)
    assert session.value("W1").item() == 0.4006445672678901
    assert session.value("b2").item() == 0.20783656031705777
    assert window.toolbar.readout.values[4].text() == "0.05993"
    assert "W2[0,0]" not in window.panel("explanation").text()
    for _ in range(session.operations):
        press(qtbot, window, Qt.Key.Key_F9)
    assert session.position.executed == 0
    assert window.network.unit_text(1, 0) == "–"
    assert "F10" in window.panel("explanation").text()


def test_every_operation_is_marked_and_explained(qtbot, window):
    model = window.panel("program").model
    for _ in range(2 * window.controller.session.operations):
        press(qtbot, window, Qt.Key.Key_F10)
        session = window.controller.session
        marks = [model.mark(e.operation) for e in model.entries if e.operation]
        done = session.position.done
        assert marks == ["✓"] * (done - 1) + ["▸"] + ["·"] * (session.operations - done)
        assert session.current.name in window.panel("explanation").text()


def test_runs_and_pauses_and_the_curve_grows(qtbot, window):
    window.toolbar.speed.setValue(100)
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.session.history.steps > 500)
    press(qtbot, window, Qt.Key.Key_F5)
    assert not window.controller.running
    losses = window.controller.session.history.losses
    drawn = window.panel("loss").chart.curve.y
    assert drawn[-1] == losses[-1] < losses[0]


def test_timeline_goes_to_a_step(qtbot, window):
    window.controller.do(lambda s: s.run(50))
    window.timeline.slider.setValue(7)
    qtbot.waitUntil(lambda: window.controller.session.position.updates == 7)


def test_edits_a_weight_and_takes_it_back(qtbot, window):
    network = window.network
    window.controller.selection.choose([Element("W1", (0, 0))])
    network.setFocus()
    qtbot.keyClick(network, Qt.Key.Key_F2)
    editor = network.editor
    assert editor.isVisible()
    assert editor.text() == "0.4"
    qtbot.keyClicks(editor, "twelve")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert editor.isVisible()
    assert window.controller.session.value("W1").item() == 0.4
    editor.selectAll()
    qtbot.keyClicks(editor, "1/4")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert window.controller.session.value("W1").item() == 0.25
    assert window.menus.actions["undo"].text() == "Undo Change W1[0,0]"
    press(qtbot, window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.controller.session.value("W1").item() == 0.4


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.1", 0.1), ("0,1", 0.1), ("1/3", 1 / 3), ("1e-3", 1e-3), ("−2", -2.0), (" 5 ", 5.0)],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert parse_number(text) == value
    assert parse_numbers([text, "2"]) == [value, 2]


@pytest.mark.parametrize("text", ["", "nan", "1e999", "1_000", "1/0", "٣", "__import__('os')"])
def test_other_numbers_are_refused(text):
    assert parse_number(text) is None
    assert parse_numbers(["1", text]) == [1, None]


def test_clicking_a_unit_explains_it(qtbot, window):
    window.controller.do(lambda s: s.step_batch())
    column = window.network.picture().columns[1]
    spot = QPoint(round(column.x), round(column.ys[0]))
    qtbot.mouseClick(window.network, Qt.MouseButton.LeftButton, pos=spot)
    assert "a1[0]" in window.panel("explanation").text()


def test_exports_what_was_trained(qtbot, window, tmp_path):
    window.controller.do(lambda s: s.run(20))
    window.controller.edit(Element("W1", (0, 0)), 0.5)
    window.controller.do(lambda s: s.run(5))
    path = tmp_path / "history.csv"
    with qtbot.waitSignal(window.files.export(path).finished):
        pass
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [float(rows[1][name]) for name in ("W1_0_0", "b1_0", "W2_0_0", "b2_0")] == [
        0.4006445672678901,
        0.3012891345357802,
        0.7048779400938787,
        0.20783656031705777,
    ]
    assert [row["step"] for row in rows if row["event"]] == ["20"]
    assert float(rows[-1]["W1_0_0"]) == window.controller.session.value("W1").item()
    assert float(rows[-1]["loss"]) == window.controller.session.history.losses[-1]


def test_an_export_that_fails_says_so(qtbot, window, tmp_path):
    window.controller.do(lambda s: s.run(3))
    with qtbot.waitSignal(window.files.export(tmp_path / "nowhere" / "h.csv").finished) as done:
        pass
    assert not done.args[0]
    assert "nowhere" in done.args[1]


def test_a_bad_file_leaves_the_session_as_it_is(qtbot, window, tmp_path):
    session = window.controller.session
    path = tmp_path / "bad.bpsim.json"
    path.write_text("{")
    with qtbot.waitSignal(window.files.open_file(path).failed):
        pass
    assert window.controller.session is session
    assert "not JSON" in window.findChild(QMessageBox).text()


@pytest.mark.parametrize("path", sorted(resource("examples").glob("*.json")), ids=lambda p: p.name)
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_example_opens_and_steps(qtbot, window, path, colours):
    from bpsim.ui.theme.theme import theme

    theme().choose(colours)
    window.controller.open(read_session(Path(path)))
    for _ in range(window.controller.session.operations):
        press(qtbot, window, Qt.Key.Key_F10)
        window.network.grab()
    press(qtbot, window, Qt.Key.Key_F7)
    assert window.controller.session.position.executed == 0


def test_another_project_is_shown_whatever_was_chosen_in_the_last(qtbot, window):
    controller = window.controller
    for name in window.docks:
        window.show_panel(name)
        for example in ("9-digits", "1-one-neuron", "9-digits"):
            controller.open(read_session(resource("examples", f"{example}.bpsim.json")))
            assert controller.selection.elements == controller.selection.pinned == ()
            window.panel(name).hurry()
            controller.do(lambda session: session.step_batch())
            controller.selection.pin([Element("W1", (0, 0))])
            controller.selection.choose([Element("a1", (0,))])
            controller.selection.show_sample(controller.session.program.rows - 1)
            qtbot.wait(1)


def test_divergence_is_told(qtbot, window):
    window.controller.edit(Element("W2", (0, 0)), 1e308)
    window.controller.edit(Element("b2", (0,)), 1e308)
    window.controller.edit(Element("W1", (0, 0)), 1e308)
    window.controller.do(lambda s: s.step_batch())
    boxes = window.findChildren(QMessageBox)
    assert any("finite" in b.text() or "became" in b.text() for b in boxes)


@pytest.mark.parametrize("loss", ["mean_absolute_error", "half_squared_error"])
def test_every_panel_draws_the_largest_numbers(qtbot, window, loss):
    controller = window.controller
    project = small(layers=((1, "identity"),), loss=loss, rows=1, batch_size=1)
    far = 1.75e308 if loss == "mean_absolute_error" else 1.3e154
    data = Dataset.of(("a", "b"), ("y",), [[1.0, 1.0, far]])
    controller.open(Session(replace(project, data=data)))
    places = [Element("W1", (0, 0)), Element("W1", (0, 1))]
    controller.selection.choose(places)
    controller.edit_many(dict.fromkeys(places, 0.0))
    for name in window.docks:
        window.show_panel(name)
        window.panel(name).hurry()
        controller.do(lambda session: session.step_batch())
        window.panel(name).grab()
        qtbot.wait(1)
    assert controller.session.history.steps > 0


def test_a_picture_has_the_plots_that_would_come_later(qtbot, window, tmp_path, monkeypatch):
    monkeypatch.setattr(main_window, "PICTURE_MS", 0)
    window.controller.do(lambda session: session.run(5))
    with qtbot.waitCallback() as then:
        main_window.save_picture(window, tmp_path / "out", then)
    then.assert_called_with(True)
    assert window.panel("loss").chart.isVisible()
    assert QImage(str(tmp_path / "out")).size() == window.size()


def test_the_speed_goes_where_it_is_clicked_and_nothing_moves(qtbot, window):
    speed = window.toolbar.speed
    qtbot.mouseClick(speed, Qt.MouseButton.LeftButton, pos=QPoint(speed.width() - 2, 10))
    assert window.controller.speed == 100
    qtbot.mouseClick(speed, Qt.MouseButton.LeftButton, pos=QPoint(2, 10))
    assert window.controller.speed == 0
    place = speed.pos()
    press(qtbot, window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.menus.actions["run"].text() == "Pause")
    qtbot.wait(20)
    assert speed.pos() == place


def test_a_long_epoch_goes_on_as_a_run_that_can_be_paused(qtbot, window, monkeypatch):
    monkeypatch.setattr("bpsim.ui.controller.AT_ONCE_S", 0.0)
    rows = np.random.default_rng(1).normal(size=(3000, 2))
    window.controller.replace_data(Dataset.of(("x",), ("y",), rows))
    session = window.controller.session
    window.menus.actions["step_epoch"].trigger()
    assert window.controller.running
    assert session.position.updates < 3000
    press(qtbot, window, Qt.Key.Key_F5)
    assert not window.controller.running
    paused = session.position.updates
    assert paused < 3000
    window.menus.actions["step_epoch"].trigger()
    qtbot.waitUntil(lambda: not window.controller.running)
    assert session.position.updates == 3000
    assert (session.position.epoch, session.position.batch) == (1, 3000)
