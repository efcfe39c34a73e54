"""The prediction's curve and map, against a forward pass written from the formats alone."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.ui.prediction.grid import SIDE, WINNER, centres, default_choice, map_inputs, side_for
from bpsim.ui.theme.theme import theme
from tests.examples import one_neuron, small
from tests.reference import network as reference
from tests.ui.pointer import place


@pytest.fixture(autouse=True)
def light(qapp):
    theme().choose("light")
    yield
    theme().choose("system")


def opened(window, project):
    window.controller.open(Session(project))
    panel = window.panel("prediction")
    panel.make()
    panel.redraw()
    QApplication.processEvents()  # what changed places is laid out
    return panel


def four_inputs():
    project = small(layers=((3, "tanh"), (3, "softmax")), loss="cross_entropy", rows=9)
    draws = np.random.default_rng(0)
    rows = np.hstack([draws.normal(size=(9, 4)), np.eye(3)[np.arange(9) % 3]])
    network = replace(project.specification.network, inputs=4)
    data = Dataset.of(("p", "q", "r", "s"), ("one", "two", "three"), rows)
    return replace(
        project, specification=replace(project.specification, network=network), data=data
    )


def forward(session, x):
    layers = [
        reference.Layer(session.value(f"W{n}"), session.value(f"b{n}"), layer.activation)
        for n, layer in enumerate(session.project.specification.network.layers, 1)
    ]
    return reference.sums(layers, np.asarray(x, dtype=float))[-1][1].real


def test_one_input_has_a_curve_that_follows_the_training(qtbot, window):
    panel = opened(window, one_neuron(learning_rate=2.0))
    x, before = panel.chart.curve.x, panel.chart.curve.y
    session = window.controller.session
    assert before == pytest.approx(forward(session, x[:, np.newaxis])[:, 0], rel=1e-13)
    window.controller.do(lambda s: s.run(40))
    panel.redraw()
    after = panel.chart.curve.y
    assert after == pytest.approx(forward(session, x[:, np.newaxis])[:, 0], rel=1e-13)
    assert after.mean() > before.mean()
    assert [p.pos().toTuple() for p in panel.chart.points.points()] == [(0.5, 1.0)]
    assert not panel.chart.image.shown


def test_two_inputs_have_a_map_in_the_colours_of_the_signs(qtbot, window):
    project = small(rows=6)
    panel = opened(window, project)
    window.controller.do(lambda s: s.run(30))
    panel.redraw()
    chart, data = panel.chart, project.data.train
    (x0, x1), (y0, y1) = chart.ranges()
    assert x0 < data[:, 0].min() < data[:, 0].max() < x1
    picture = chart.image.colours
    assert picture.shape == (SIDE, SIDE, 4)
    low, high = data[:, 2].min(), data[:, 2].max()
    tokens = theme().tokens
    for row, column in ((0, 0), (10, 90), (99, 3), (50, 50)):
        cell = (x0 + (column + 0.5) / SIDE * (x1 - x0), y0 + (row + 0.5) / SIDE * (y1 - y0))
        value = forward(window.controller.session, [cell])[0, 0]
        side = np.clip(2 * (value - low) / (high - low) - 1, -1, 1)
        colour = QColor(tokens.positive if side > 0 else tokens.negative)
        ground = np.array(QColor(tokens.panel).getRgb()[:3])
        expected = ground + 0.8 * abs(side) * (np.array(colour.getRgb()[:3]) - ground)
        assert np.abs(picture[row, column, :3] - expected).max() < 3


def test_the_row_that_is_computed_is_ringed(qtbot, window):
    project = small(rows=5, batch_size=2, shuffle=True)
    panel = opened(window, project)
    for _ in range(4):
        window.controller.do(lambda s: s.step_batch())
        panel.redraw()
        for sample in range(len(window.controller.session.rows)):
            window.controller.selection.show_sample(sample)
            panel.redraw()
            row = window.controller.session.rows[sample]
            ring = panel.chart.ring
            assert (ring.x[0], ring.y[0]) == tuple(project.data.train[row, :2])


def test_many_inputs_offer_their_axes_and_hold_the_others(qtbot, window):
    panel = opened(window, four_inputs())
    titles = [action.menu().title() for action in panel.menu.actions()]
    assert titles == ["From left to right", "From bottom to top", "Other features", "Output"]
    session, chart = window.controller.session, panel.chart
    assert chart.choice.output == WINNER
    # Choosing for one axis what the other has swaps them.
    panel._actions["x", 1].trigger()
    assert (chart.choice.x, chart.choice.y) == (1, 0)
    assert panel._actions["y", 0].isChecked()
    panel._actions["y", 3].trigger()
    assert (chart.choice.x, chart.choice.y) == (1, 3)
    held = session.project.data.train[session.rows[0], :4]
    (x0, x1), (y0, y1) = chart.ranges()
    inputs = map_inputs(held, chart.choice, (x0, x1), (y0, y1))
    assert inputs[0, 1] == pytest.approx(x0 + (x1 - x0) / (2 * SIDE))
    assert inputs[-1, 3] == pytest.approx(y1 - (y1 - y0) / (2 * SIDE))
    assert (inputs[:, [0, 2]] == held[[0, 2]]).all()
    sure, tokens = forward(session, inputs), theme().tokens
    picture = chart.image.colours.reshape(SIDE * SIDE, 4)
    for cell in range(0, SIDE * SIDE, 777):
        best = int(sure[cell].argmax())
        share = 0.15 + 0.65 * (sure[cell, best] - 1 / 3) / (2 / 3)
        name = (tokens.positive, tokens.negative, tokens.forward)[best]
        colour, ground = (np.array(QColor(c).getRgb()[:3]) for c in (name, tokens.panel))
        assert np.abs(picture[cell, :3] - (ground + share * (colour - ground))).max() < 3
    panel._actions["output", 2].trigger()
    assert panel.legend.keys[0].text.startswith("three 0")


def test_values_and_the_row_stand_beside_the_pointer(qtbot, window):
    panel = opened(window, small(rows=5))
    chart, row = panel.chart, panel.chart._project.data.train[3]
    qtbot.mouseMove(chart.viewport(), place(chart, row[0], row[1]))
    qtbot.waitUntil(lambda: chart.pointer.isVisible())
    lines = chart.pointer.text().splitlines()
    assert [line.split()[0] for line in lines] == ["a", "b", "y0", "row"]
    value = forward(window.controller.session, [row[:2]])[0, 0]
    assert float(lines[2].split()[1]) == pytest.approx(value, rel=0.02)
    assert lines[3].startswith("row 3, target ")


def test_zooming_draws_the_part_anew(qtbot, window):
    panel = opened(window, small(rows=5))
    chart = panel.chart
    before = chart.ranges()
    chart.setFocus()
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    x, y = chart.ranges()
    assert x[1] - x[0] < before[0][1] - before[0][0]
    assert y[1] - y[0] < before[1][1] - before[1][0]
    panel.redraw()
    np.testing.assert_allclose(chart._inputs[1][:SIDE, 0], centres(x, SIDE))
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.ranges() == before


def test_running_leaves_the_numbers_as_they_are(qtbot, window):
    panel = opened(window, small(rows=5, shuffle=True))
    for _ in range(20):
        window.controller.do(lambda s: s.run(7))
        panel.redraw()
    alone = Session(small(rows=5, shuffle=True))
    alone.run(140)
    assert window.controller.session.parameters().tobytes() == alone.parameters().tobytes()


def test_other_features_can_be_held_at_their_mean(qtbot, window):
    panel = opened(window, four_inputs())
    assert [key.text for key in panel.legend.keys][-1] == "others as in the row in view"
    panel._actions["mean", 1].trigger()
    assert [key.text for key in panel.legend.keys][-1] == "others at their mean"
    data = window.controller.session.project.data.train
    inputs = panel.chart._inputs[1]
    np.testing.assert_allclose(inputs[:, 2], data[:, 2].mean(), rtol=1e-15)
    np.testing.assert_allclose(inputs[:, 3], data[:, 3].mean(), rtol=1e-15)


def test_classes_have_a_confusion_matrix(qtbot, window):
    project = four_inputs()
    rows = project.data.train
    data = replace(project.data, train=rows, test=rows[:4])
    panel = opened(window, replace(project, data=data))
    window.controller.do(lambda s: s.run(25))
    qtbot.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    assert panel.compare.text() == "matrix"
    assert panel.chart is panel.judged
    assert panel.judged.isVisible()
    assert not panel.map.isVisible()
    panel.count_test.trigger()  # all training rows
    panel.redraw()
    best = forward(window.controller.session, rows[:, :4]).argmax(axis=1)
    counts = np.zeros((3, 3), dtype=int)
    for actual, predicted in zip(rows[:, 4:].argmax(axis=1), best, strict=True):
        counts[actual, predicted] += 1
    np.testing.assert_array_equal(panel.judged.counts, counts)
    written = {(x, y): text for x, y, text in panel.judged.numbers.texts}
    assert written == {(c, 2 - r): f"{counts[r, c]}" for r in range(3) for c in range(3)}
    share = 100 * np.trace(counts) / 9
    expected = f"{np.trace(counts)} of 9 training rows right, {share:.1f} %"
    assert panel.legend.keys[0].text == expected
    words = panel.judged.words(1.2, 2.1)
    assert words == f"{counts[0, 1]} of 3 rows of one\nare predicted as two"
    assert panel.judged.left.tickStrings([0.0, 2.0], 1.0, 1.0) == ["three", "one"]


def test_numbers_have_predictions_over_targets(qtbot, window):
    project = small(layers=((4, "tanh"), (1, "identity")), rows=12, batch_size=4)
    rows = project.data.train
    project = replace(project, data=replace(project.data, train=rows[:8], test=rows[8:]))
    panel = opened(window, project)
    window.controller.do(lambda s: s.run(50))
    qtbot.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    assert panel.compare.text() == "actual"
    chart = panel.judged
    outputs = forward(window.controller.session, rows[:, :2])[:, 0]
    assert chart.train_dots.x.tolist() == rows[:8, 2].tolist()
    assert chart.train_dots.y == pytest.approx(outputs[:8])
    assert chart.test_dots.y == pytest.approx(outputs[8:])
    rest = np.square(rows[:8, 2] - outputs[:8]).sum()
    around = np.square(rows[:8, 2] - rows[:8, 2].mean()).sum()
    shown = panel.legend.keys[0].text.removeprefix("training, R² ").replace("−", "-")
    assert float(shown) == pytest.approx(1 - rest / around, rel=0.01)
    text = chart.words(rows[9, 2], outputs[9])
    assert text.splitlines()[0] == "test 1"


def test_the_choice_of_the_comparison_is_kept(qtbot, window):
    panel = opened(window, small(rows=5))
    qtbot.mouseClick(panel.compare, Qt.MouseButton.LeftButton)
    other = type(panel)(window.controller)
    qtbot.addWidget(other)
    other.make()
    assert other.chart is other.judged


def test_classes_differ_in_shape_and_test_rows_are_hollow(qtbot, window):
    project = four_inputs()
    rows = project.data.train
    panel = opened(window, replace(project, data=replace(project.data, test=rows[:3])))
    points = panel.chart.points.points()
    assert [point.symbol() for point in points[:3]] == ["o", "t1", "d"]
    assert [point.symbol() for point in points[9:]] == ["o", "t1", "d"]
    fills = {point.brush().color().name().upper() for point in points[9:]}
    assert fills == {theme().tokens.panel}
    keys = panel.legend.keys
    assert [key.mark.value for key in keys[:4]] == ["dot", "triangle", "diamond", "ring"]


@pytest.mark.parametrize(("parameters", "side"), [(9, 100), (105, 100), (101_770, 38), (10**7, 16)])
def test_large_networks_have_coarser_maps(parameters, side):
    assert side_for(parameters) == side


def test_at_first_it_shows_features_that_vary():
    draws = np.random.default_rng(0)
    rows = draws.random((200, 6))
    rows[:, 0], rows[:, 1] = 0.5, (rows[:, 1] > 0.99) * 3.0
    rows[:, 3] *= 1e6
    features, targets = ("a", "b", "c", "d", "e"), ("y",)
    project = small(layers=((2, "tanh"), (1, "identity")))
    network = replace(project.specification.network, inputs=5)
    specification = replace(project.specification, network=network)
    project = Project("p", specification, Dataset.of(features, targets, rows))
    choice = default_choice(project)
    assert (choice.x, choice.y) == (2, 3)
    rows[:, 2:5] = 1.0
    constant = replace(project, data=Dataset.of(features, targets, rows))
    assert (default_choice(constant).x, default_choice(constant).y) == (0, 1)


def test_few_points_are_large(window):
    for rows, size in ((5, 11), (60, 8)):
        panel = opened(window, small(rows=rows))
        assert {point.size() for point in panel.map.points.points()} == {size}


def test_all_classes_that_have_room_are_named(qapp):
    from bpsim.ui.plots.chart import Axis

    axis = Axis("bottom")
    axis.names = tuple("0123456789")
    assert axis.tickValues(-0.5, 9.5, 270.0)[0][1] == list(range(10))
    axis.names = tuple("a class with a long name" for _ in range(10))
    assert axis.tickValues(-0.5, 9.5, 270.0)[0][1] == [0, 5]


def test_long_names_of_features_are_shortened_and_taken_as_they_are(window):
    project = four_inputs()
    features = ("the distance to the nearest railway station " * 3, "<b>bold</b>", "r", "s")
    panel = opened(window, replace(project, data=replace(project.data, features=features)))
    across, up = panel.map.bottom, panel.map.left
    words = across.label.toPlainText()
    assert words.startswith("the distance")
    assert words.endswith("…")
    assert across.toolTip() == features[0]
    assert across.label.boundingRect().width() < 0.6 * across.size().width()
    assert up.label.toPlainText() == "<b>bold</b>"
    assert not up.toolTip()
