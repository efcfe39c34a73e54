"""The loss over one or two parameters, against the reference network."""

from time import sleep

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.surface.survey import bands, contours, levels, smooth
from bpsim.ui.theme.theme import theme
from tests.examples import small
from tests.reference import network as reference
from tests.ui.pointer import place


def loss_at(session, rows, changes, derivative_by=None):
    """Give the loss, or its derivative by one parameter by a complex step."""
    layers = []
    for number, layer in enumerate(session.project.specification.network.layers, 1):
        tensors = {n: session.value(n).astype(complex) for n in (f"W{number}", f"b{number}")}
        for element, value in changes.items():
            if element.name in tensors:
                tensors[element.name][element.index] = value
        if derivative_by is not None and derivative_by.name in tensors:
            tensors[derivative_by.name][derivative_by.index] += 1j * reference.STEP
        layers.append(reference.Layer(*tensors.values(), layer.activation))
    training = session.project.specification.training
    x, y = rows[:, :2], rows[:, 2:]
    objective = reference.Objective(training.loss.name, {}, training.l1, training.l2)
    total = reference.data_loss(layers, objective, x, y) + reference.penalty(layers, objective)
    return total.real if derivative_by is None else total.imag / reference.STEP


@pytest.fixture
def panel(qtbot, window):
    window.controller.open(Session(small(rows=6, batch_size=2, l2=0.05)))
    window.docks["surface"].raise_()
    made = window.panel("surface")
    made.make()
    made.redraw()
    QApplication.processEvents()
    return made


def finish(qtbot, chart):
    qtbot.waitUntil(lambda: not chart._survey.busy)
    return chart._survey.picture


def test_without_a_choice_it_is_the_last_layer_s_first_weight_and_bias(qtbot, window, panel):
    assert [str(element) for element in panel.chart.elements] == ["W3[0,0]", "b3[0]"]
    picture = finish(qtbot, panel.chart)
    session, data = window.controller.session, window.controller.session.project.data.train
    assert picture.values.shape == (61, 61)
    weight, bias = panel.chart.elements
    for row, column in ((0, 0), (60, 3), (17, 44)):
        changes = {weight: picture.axes[0][column], bias: picture.axes[1][row]}
        expected = loss_at(session, data, changes)
        assert picture.values[row, column] == pytest.approx(expected, rel=1e-12)
    now = [session.number(element) for element in (weight, bias)]
    point = panel.chart.point
    assert (point.x[0], point.y[0]) == pytest.approx(now)


def test_one_parameter_has_a_curve_and_its_tangent(qtbot, window, panel):
    chosen = Element("W1", (2, 1))
    window.controller.do(lambda s: s.run(5))
    window.controller.selection.choose([chosen])
    panel.redraw()
    finish(qtbot, panel.chart)
    session, data = window.controller.session, window.controller.session.project.data.train
    x, y = panel.chart.curve.x, panel.chart.curve.y
    for at in (0, 100, 240):
        assert y[at] == pytest.approx(loss_at(session, data, {chosen: x[at]}), rel=1e-12)
    (x0, x1), (y0, y1) = panel.chart.tangent.x, panel.chart.tangent.y
    slope = loss_at(session, data, {}, chosen)
    assert (y1 - y0) / (x1 - x0) == pytest.approx(slope, rel=1e-9)
    now = session.number(chosen)
    assert np.interp(now, (x0, x1), (y0, y1)) == pytest.approx(loss_at(session, data, {}))


def test_the_batch_can_be_looked_at_instead(qtbot, window, panel):
    window.controller.do(lambda s: s.run(2))
    window.controller.selection.choose([Element("b1", (0,))])
    assert panel.legend.keys[0].text == "loss + penalty of all 6 training rows"
    qtbot.mouseClick(panel.batch, Qt.MouseButton.LeftButton)
    assert panel.legend.keys[0].text == "loss + penalty of the batch of step 2"
    session = window.controller.session
    rows = session.project.data.train[session.rows]
    assert panel.chart.point.y[0] == pytest.approx(loss_at(session, rows, {}), rel=1e-12)


def test_the_path_is_the_one_travelled_and_a_click_goes_to_its_step(qtbot, window, panel):
    seen, session = [], window.controller.session
    for _ in range(31):
        seen.append([session.number(element) for element in panel.chart.elements])
        window.controller.do(lambda s: s.step_batch())
    window.controller.do(lambda s: s.jump_to_step(20))
    panel.redraw()
    x, y = panel.chart.path.x, panel.chart.path.y
    np.testing.assert_array_equal(np.stack([x[:21], y[:21]], axis=1), seen[:21])
    x, y = panel.chart.ahead.x, panel.chart.ahead.y
    np.testing.assert_array_equal(np.stack([x[1:11], y[1:11]], axis=1), seen[21:31])
    QApplication.processEvents()
    qtbot.mouseClick(
        panel.chart.viewport(), Qt.MouseButton.LeftButton, pos=place(panel.chart, *seen[0])
    )
    assert session.position.updates < 20


def test_the_arrow_points_downhill(qtbot, window, panel):
    session, chart = window.controller.session, panel.chart
    now = [session.number(element) for element in chart.elements]
    data = session.project.data.train
    slopes = [loss_at(session, data, {}, element) for element in chart.elements]
    assert chart.arrow.start == pytest.approx(now)
    assert chart.arrow.way == pytest.approx([-slope for slope in slopes], rel=1e-9)


def test_the_arrow_is_as_long_on_the_screen_wherever_it_points(qtbot, window, panel):
    chart, pictures = panel.chart, []
    for part in chart.strokes.parts:
        part.shown = part is chart.arrow
    for way in ((1.0, 0.0), (-1e-6, 0.0), (0.0, 1e9), (0.0, 0.0)):
        chart.arrow.way = way
        chart.strokes.update()
        picture = chart.viewport().grab().toImage()
        red = [
            (x, y)
            for x in range(picture.width())
            for y in range(picture.height())
            if picture.pixelColor(x, y).name().upper() == theme().tokens.backward
        ]
        pictures.append(red)
    start = place(chart, *chart.arrow.start)
    right, left, up, none = pictures
    assert max(x for x, _ in right) - start.x() == pytest.approx(38, abs=3)
    assert start.x() - min(x for x, _ in left) == pytest.approx(38, abs=3)
    assert start.y() - min(y for _, y in up) == pytest.approx(38, abs=3)
    assert none == []


def test_the_next_update_is_shown_where_it_leads(qtbot, window, panel):
    session, chart = window.controller.session, panel.chart
    window.controller.do(lambda s: s.run(3))
    panel.redraw()
    there = (chart.target.x[0], chart.target.y[0])
    assert (chart.leap.x[1], chart.leap.y[1]) == there
    chosen = chart.elements
    session.run(1)
    assert there == tuple(session.number(element) for element in chosen)
    # In the midst of a step too, up to its update.
    session.step_phase()
    panel.redraw()
    there = (chart.target.x[0], chart.target.y[0])
    session.step_batch()
    assert there == tuple(session.number(element) for element in chosen)


def test_contours_stand_where_the_loss_has_their_height(qtbot, window, panel):
    picture, chart = finish(qtbot, panel.chart), panel.chart
    chart._draw_picture()
    x, y = chart.contours.x, chart.contours.y
    assert len(x) > 100
    session, data = window.controller.session, window.controller.session.project.data.train
    heights = levels(picture.values, 14)
    spread = heights[-1] - heights[0]
    for at in range(0, len(x), len(x) // 20):
        loss = loss_at(session, data, dict(zip(chart.elements, (x[at], y[at]), strict=True)))
        assert np.abs(heights - loss).min() < 0.003 * spread


def test_contours_of_a_plane_are_straight_lines():
    plane = np.add.outer(np.zeros(4), np.arange(6.0))
    rows, columns = contours(plane, np.array([2.25]))
    assert columns == pytest.approx(np.full(6, 2.25))
    assert sorted(rows.tolist()) == [0, 1, 1, 2, 2, 3]
    # A saddle is crossed twice in its one cell.
    rows, _ = contours(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.5]))
    assert len(rows) == 4


def test_hidden_it_computes_nothing(qtbot, window, panel):
    window.docks["loss"].raise_()
    QApplication.processEvents()
    window.controller.do(lambda s: s.run(5))
    assert not panel.chart._timer.isActive()
    window.docks["surface"].raise_()
    QApplication.processEvents()
    finish(qtbot, panel.chart)
    parameters = window.controller.session.parameters()
    np.testing.assert_array_equal(panel.chart._survey.picture.view.parameters, parameters)


def test_looking_leaves_the_numbers_as_they_are(qtbot, window, panel):
    for _ in range(10):
        window.controller.do(lambda s: s.run(3))
        panel.redraw()
        finish(qtbot, panel.chart)
    alone = Session(small(rows=6, batch_size=2, l2=0.05))
    alone.run(30)
    assert window.controller.session.parameters().tobytes() == alone.parameters().tobytes()


def test_pictures_are_enlarged_by_straight_lines():
    plane = np.add.outer(np.arange(3.0), 10.0 * np.arange(4.0))
    large = smooth(plane, 5)
    assert large.shape == (15, 20)
    assert large[7, 0] == pytest.approx(1.0 + 10 * 0.5 / 20 * 3)
    assert np.diff(large, axis=0) == pytest.approx(2 / 15)
    assert np.diff(large, axis=1) == pytest.approx(30 / 20)


def test_bands_grow_from_the_lowest():
    values = np.array([[0.0, 1.0, 25.0, 100.0, np.inf, np.nan]])
    assert bands(values, 10).tolist() == [[0, 1, 5, 9, 9, 9]]
    assert bands(np.full((2, 2), 3.0), 10).tolist() == [[0, 0], [0, 0]]
    # Where the loss differs by nothing but rounding it is flat.
    noise = 6e35 * (1.0 + 1e-15 * np.random.default_rng(0).normal(size=(9, 9)))
    assert not bands(noise, 10).any()
    assert len(levels(noise, 10)) == 0
    assert len(contours(noise, levels(noise, 10))[0]) == 0


def test_the_picture_is_fine_again_once_training_rests(qtbot, window, panel):
    window.controller.speed = FULL_SPEED
    window.controller.toggle(1)
    qtbot.waitUntil(lambda: window.controller.session.history.steps > 200)
    window.controller.pause()
    qtbot.waitUntil(lambda: not panel.chart._timer.isActive() and not panel._stale)
    picture = panel.chart._survey.picture
    assert picture.values.shape == (61, 61)
    parameters = window.controller.session.parameters()
    np.testing.assert_array_equal(picture.view.parameters, parameters)


@pytest.mark.parametrize(
    ("bias", "remark"), [(-80.0, ": the same everywhere here"), (1e200, ": too large to be drawn")]
)
def test_it_says_why_there_is_nothing_to_be_seen(qtbot, window, panel, bias, remark):
    layers = ((2, "relu"), (1, "identity"))
    window.controller.open(Session(small(layers=layers)))
    window.controller.selection.choose([Element("W1", (0, 0)), Element("W1", (0, 1))])
    qtbot.waitUntil(lambda: not panel.chart._timer.isActive() and not panel._stale)
    assert ":" not in panel.legend.keys[0].text
    window.controller.edit_many({Element("b1", (unit,)): bias for unit in range(2)})
    qtbot.waitUntil(lambda: panel.legend.keys[0].text.endswith(remark))


def test_another_network_may_come_while_the_picture_is_computed(qtbot, window, panel, monkeypatch):
    monkeypatch.setattr("bpsim.ui.surface.chart._SLICE_S", 10.0)
    window.controller.selection.choose([Element("W3", (0, 0)), Element("W3", (0, 1))])
    panel.redraw()
    assert panel.chart._timer.isActive()
    sleep(0.02)  # the next slice is due before anything is drawn
    window.controller.open(Session(small(layers=((1, "identity"),))))
    QApplication.processEvents()
    qtbot.waitUntil(lambda: [str(e) for e in panel.chart.elements] == ["W1[0,0]", "b1[0]"])
