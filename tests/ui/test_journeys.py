"""Whole journeys through the window, by mouse and keys, beside the command line's numbers."""

import csv
import random

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from bpsim.cli.main import main
from bpsim.resources import resource
from bpsim.session.session import Session
from bpsim.session.values import Element, column_name
from bpsim.storage.project_file import read_project
from bpsim.ui.controller import FULL_SPEED
from tests.examples import small
from tests.ui.pointer import place, wheel

XOR = resource("examples", "3-xor.bpsim.json")
LEFT, Key = Qt.MouseButton.LeftButton, Qt.Key
PLOTS = ("loss", "parameters", "gradients", "layers", "surface", "prediction")


@pytest.fixture
def xor(qtbot, window):
    window.controller.open(Session(read_project(XOR)))
    window.controller.speed = FULL_SPEED
    for name in ("loss", "prediction"):
        window.docks[name].raise_()
        window.panel(name).make()
    QApplication.processEvents()
    return window


def history_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def trained(path, steps):
    """Let the command line train, and give the rows that it writes."""
    assert main(["train", str(XOR), "--steps", str(steps), "--history", str(path), "--quiet"]) == 0
    return history_of(path)


def parameters(session):
    return {
        column_name(name, index): session.number(Element(name, index))
        for number in (1, 2)
        for name in (f"W{number}", f"b{number}")
        for index in np.ndindex(session.value(name).shape)
    }


def test_xor_is_run_to_convergence_and_its_past_is_found_again(qtbot, xor, tmp_path, capsys):
    window, session = xor, xor.controller.session
    loss, prediction = window.panel("loss"), window.panel("prediction")
    curves, maps = set(), set()

    def converged():
        curves.add(len(loss.chart.curve.x))
        maps.add(prediction.chart.image.colours.tobytes())
        return len(session.history.losses) > 400 and session.history.losses[-1] < 0.01

    # It is run, and the plots move meanwhile.
    qtbot.keyClick(window, Key.Key_F5)
    qtbot.waitUntil(converged, timeout=20_000)
    qtbot.keyClick(window, Key.Key_F5)
    assert not window.controller.running
    assert min(len(curves), len(maps)) > 1
    total = session.history.steps

    # The loss curve is zoomed at step 137 and clicked there.
    loss.redraw()
    chart = loss.chart
    while np.ptp(chart.ranges()[0]) > 200:
        before = chart.ranges()
        wheel(chart.viewport(), place(chart, 137, sum(before[1]) / 2), 240)
        assert chart.ranges() != before
    at = place(chart, 137, sum(chart.ranges()[1]) / 2)
    qtbot.mouseClick(chart.viewport(), LEFT, pos=at)
    assert session.position.updates == 137
    assert window.timeline.words.text() == f"137 of {total:,}"
    rows = trained(tmp_path / "trained.csv", 180)
    expected = {name: float(rows[137][name]) for name in parameters(session)}
    assert parameters(session) == expected
    qtbot.waitUntil(lambda: loss.chart._cursor.x == [137])

    # A weight is changed there by typing, and training goes on.
    window.controller.asks = False
    network = window.network
    weight = Element("W1", (1, 0))
    network.setFocus()
    window.controller.selection.choose([weight])
    qtbot.keyClick(network, Key.Key_F2)
    qtbot.waitUntil(lambda: network.editor.isVisible())
    field = QApplication.focusWidget()
    field.selectAll()
    qtbot.keyClicks(field, "0,25")
    qtbot.keyClick(field, Key.Key_Return)
    assert session.number(weight) == 0.25
    assert session.history.steps == 137
    for _ in range(43):
        qtbot.keyClick(window, Key.Key_F8)
    assert session.position.updates == 180

    # What is exported is the command line's history up to the change.
    out = tmp_path / "window.csv"
    with qtbot.waitSignal(window.files.export(out).finished):
        pass
    ours = history_of(out)
    for step in range(138):
        assert {k: v for k, v in ours[step].items() if k != "event"} == rows[step]
    assert [row["step"] for row in ours if row["event"] == "edit"] == ["137"]
    assert float(ours[138]["W1_1_0"]) == 0.25
    assert ours[-1]["step"] == "180"
    assert {name: float(ours[-1][name]) for name in expected} == parameters(session)
    notice = QApplication.activeModalWidget()
    if notice is not None:
        notice.close()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    # Undo brings back what was.
    qtbot.keyClick(window, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.history.steps == total
    assert parameters(session) == expected


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_history_is_the_same_with_plots_open_or_closed(qtbot, window, optimizer):
    def project():
        return small(optimizer, rows=11, batch_size=3, shuffle=True)

    window.controller.open(Session(project()))
    window.controller.speed = FULL_SPEED
    window.network.show_maps(True)
    for name in PLOTS:
        window.panel(name)
    draws = random.Random(1)
    session = window.controller.session
    while session.position.updates < 400:
        dock = window.docks[draws.choice(PLOTS)]
        # Hidden or in sight, before or after it has run, at rest or not.
        dock.setVisible(draws.random() < 0.8)
        dock.raise_()
        choice = draws.random()
        if choice < 0.4:
            window.controller.do(lambda s: s.run(draws.randint(1, 40)))
        elif choice < 0.6:
            window.controller.do(lambda s: s.jump(s.position.executed + draws.randint(1, 30)))
        elif choice < 0.8:
            back = draws.randint(0, session.position.executed)
            window.controller.do(lambda s, back=back: s.jump(back))
        else:
            window.controller.toggle(1)
            qtbot.wait(draws.randint(0, 60))
            window.controller.pause()
        QApplication.processEvents()
    steps = session.history.steps
    alone = Session(project())
    alone.run(steps)
    assert session.history.losses.tobytes() == alone.history.losses.tobytes()
    window.controller.do(lambda s: s.jump_to_step(steps))
    assert session.parameters().tobytes() == alone.parameters().tobytes()
    samples, others = session.history.samples, alone.history.samples
    assert samples.steps.tolist() == others.steps.tolist()
    np.testing.assert_array_equal(samples.parameters, others.parameters)
    np.testing.assert_array_equal(samples.gradients[1:], others.gradients[1:])
