"""The plot of the loss, by mouse, wheel and keys."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.loss.panel import LossPanel
from bpsim.ui.loss.rows import epoch_means
from tests.examples import small
from tests.ui.pointer import place, wheel


@pytest.fixture
def panel(window):
    window.controller.open(Session(small(rows=5, batch_size=2)))
    return window.panel("loss")


def test_it_is_empty_until_a_step_is_complete(qtbot, window, panel):
    window.controller.do(lambda s: s.step_operation())
    assert panel._stack.currentIndex() == 0
    assert "F5" in panel._empty.text()
    window.controller.do(lambda s: s.step_batch())
    qtbot.waitUntil(lambda: panel._stack.currentIndex() == 1)
    drawn = panel.chart.curve.y
    assert drawn.tolist() == window.controller.session.history.losses.tolist()


def test_epoch_means_are_those_of_the_rows(qtbot, window, panel):
    window.controller.do(lambda s: s.run(11))
    panel.redraw()
    losses = window.controller.session.history.losses
    ends, means = panel.chart.means.x, panel.chart.means.y
    assert ends.tolist() == [3, 6, 9]
    # Batches of 2, 2 and 1 rows.
    expected = [(2 * losses[k] + 2 * losses[k + 1] + losses[k + 2]) / 5 for k in (0, 3, 6)]
    assert means == pytest.approx(expected, rel=1e-14)
    assert [key.text for key in panel.legend.keys] == ["batch loss", "epoch mean"]


def test_epoch_means_go_by_the_batches_of_their_time(qtbot, window, panel):
    session = window.controller.session
    window.controller.do(lambda s: s.run(7))
    project = session.project
    training = replace(project.specification.training, batch_size=3)
    specification = replace(project.specification, training=training)
    label = Label("edit", {"name": "batch_size"})
    window.controller.change_settings(
        lambda project: replace(project, specification=specification), label
    )
    window.controller.do(lambda s: s.run(5))
    panel.redraw()
    losses, eras = session.history.losses, session.history.eras
    assert [era.batches for era in eras] == [3, 2]
    start = eras[1].first_step
    ends, means = panel.chart.means.x, panel.chart.means.y
    assert ends.tolist() == [3, 6, start + 2, start + 4]
    expected = [(3 * losses[k] + 2 * losses[k + 1]) / 5 for k in (start, start + 2)]
    assert means[2:] == pytest.approx(expected, rel=1e-14)
    for step in range(1, 13):
        ends, _ = epoch_means(session.history, step, step)
        assert len(ends) <= 1 or step == start
        assert all(step <= end < step + 3 for end in ends)


def test_a_click_goes_to_the_step(qtbot, window, panel):
    window.controller.do(lambda s: s.run(300))
    panel.redraw()
    chart = panel.chart
    qtbot.mouseClick(
        chart.viewport(), Qt.MouseButton.LeftButton, pos=place(chart, 137, chart.ranges()[1][1] / 2)
    )
    assert window.controller.session.position.updates == pytest.approx(137, abs=1)


def test_keys_walk_through_the_steps(qtbot, window, panel):
    window.controller.do(lambda s: s.run(20))
    panel.redraw()
    seen = []
    for key in ("Left", "Home", "Left", "Right", "Right", "End", "Right"):
        qtbot.keyClick(panel.chart, getattr(Qt.Key, f"Key_{key}"))
        seen.append(window.controller.session.position.updates)
    assert seen == [19, 0, 0, 1, 2, 20, 20]


def test_a_person_s_zoom_stays_until_it_is_fitted(qtbot, window, panel):
    window.controller.do(lambda s: s.run(200))
    panel.redraw()
    chart = panel.chart
    assert chart.ranges()[0] == pytest.approx((0, 200), rel=0.01)
    wheel(chart.viewport(), place(chart, 50, chart.ranges()[1][1] / 2), 240)
    zoomed = chart.ranges()[0]
    assert zoomed[1] - zoomed[0] < 200
    window.controller.do(lambda s: s.run(100))
    panel.redraw()
    assert chart.ranges()[0] == zoomed
    places, drawn = chart.curve.x, chart.curve.y
    assert places[0] <= zoomed[0] + 1
    assert zoomed[1] <= places[-1] < 300
    losses = window.controller.session.history.losses
    np.testing.assert_array_equal(drawn, losses[places.astype(int) - 1])
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.ranges()[0] == pytest.approx((0, 300), rel=0.01)
    qtbot.keyClick(chart, Qt.Key.Key_Plus)
    assert chart.ranges()[0] != pytest.approx((0, 300), rel=0.01)
    view, at = chart.viewport(), place(chart, 150, 0.01)
    # Qt's double click is the second press alone.
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: chart.ranges()[0] == pytest.approx((0, 300), rel=0.01))


def test_the_logarithmic_axis_shows_logarithms(qtbot, window, panel):
    window.controller.do(lambda s: s.run(50))
    panel.redraw()
    qtbot.mouseClick(panel.log, Qt.MouseButton.LeftButton)
    drawn = panel.chart.curve.y
    assert drawn == pytest.approx(np.log10(window.controller.session.history.losses))
    assert panel.chart.left.tickStrings([-1.0, 0.0], 1.0, 1.0) == ["0.1", "1"]


def test_values_stand_beside_the_pointer(qtbot, window, panel):
    window.controller.do(lambda s: s.run(30))
    window.controller.edit(Element("W1", (0, 0)), 0.5)
    window.controller.do(lambda s: s.run(30))
    panel.redraw()
    chart = panel.chart
    at = place(chart, 30, chart.ranges()[1][1] / 2)
    qtbot.mouseMove(chart.viewport(), at)
    qtbot.waitUntil(lambda: chart.pointer.isVisible())
    text = chart.pointer.text()
    assert text.startswith("step 30  ")
    assert "epoch mean" in text
    assert "W1[0,0] 0.5788 → 0.5 (30)" in text
    assert chart.rect().contains(chart.pointer.geometry())
    # Before the panel has become empty, too.
    window.controller.open(Session(small(rows=5, batch_size=2)))
    chart.say_again()
    assert not chart.pointer.isVisible()


def test_limits_are_sensible():
    from bpsim.ui.plots.chart import sensible

    low, high = sensible(0.02, 2.0)
    assert -0.1 < low < 0.0 < 2.0 < high  # a dot at 0 is seen whole
    assert sensible(0.0598, 0.0599)[0] > 0.05
    assert sensible(0.06, 0.06) == (0.0, 0.12)
    low, high = sensible(-1.0, 1.0)
    assert low < -1.0 < 1.0 < high
    assert sensible(0.0, 0.0) == (-1.0, 1.0)
    assert sensible(float("nan"), 1.0) == (0.0, 1.0)


def classified(rows=24, test=8):
    project = small(layers=((4, "tanh"), (1, "sigmoid")), rows=rows + test, batch_size=5, rate=1.0)
    table = project.data.train.copy()
    table[:, 2] = table[:, 0] > table[:, 1]
    return replace(project, data=replace(project.data, train=table[:rows], test=table[rows:]))


def settled(qtbot, panel):
    panel.redraw()
    qtbot.waitUntil(lambda: not panel.chart.slices.busy)
    panel.redraw()


def test_test_loss_and_accuracy_come_from_the_parameters_of_their_step(qtbot, window):
    window.controller.open(Session(classified()))
    panel = window.panel("loss")
    window.controller.do(lambda s: s.run(60))
    settled(qtbot, panel)
    session, chart = window.controller.session, panel.chart
    steps, drawn = chart.lines["test"].x, chart.lines["test"].y
    assert steps.tolist() == list(range(61))
    rows = session.project.data.test
    for step in (0, 33, 60):
        session.jump_to_step(step)
        hidden = np.tanh(rows[:, :2] @ session.value("W1").T + session.value("b1"))
        outputs = 1 / (1 + np.exp(-(hidden @ session.value("W2").T + session.value("b2"))))
        assert drawn[step] == pytest.approx(np.mean(0.5 * (outputs - rows[:, 2:]) ** 2))
        right = np.mean((outputs > 0.5) == rows[:, 2:])
        low, high = chart.ranges()[1]
        accuracy = chart.lines["test accuracy"].y[step]
        assert (accuracy - low) / (high - low) == pytest.approx(right)
    assert chart._percent.isVisible()
    assert "test loss" in [key.text for key in panel.legend.keys]


def test_curves_are_chosen_and_the_choice_is_kept(qtbot, window):
    window.controller.open(Session(classified()))
    panel = window.panel("loss")
    window.controller.do(lambda s: s.run(20))
    settled(qtbot, panel)
    panel.curves["accuracy"].trigger()
    panel.curves["train"].trigger()
    panel.smoothing["0.9"].trigger()
    settled(qtbot, panel)
    chart = panel.chart
    assert not chart._percent.isVisible()
    assert len(chart.lines["train"].x) == 21
    losses = window.controller.session.history.losses
    # The raw curve stays; the smooth one stands beside it.
    assert chart.curve.y.tolist() == losses.tolist()
    weights = 0.9 ** np.arange(19, -1, -1.0)
    assert chart.smooth.y[-1] == pytest.approx(losses @ weights / weights.sum())
    other = type(panel)(window.controller)
    qtbot.addWidget(other)
    other.make()
    assert other.chart.shown == {"batch", "epoch", "train", "test"}
    assert other.smoothing["0.9"].isChecked()


def test_the_last_steps_can_be_followed(qtbot, window, panel):
    window.controller.do(lambda s: s.run(500))
    panel.redraw()
    panel.ranges["100"].trigger()
    assert panel.chart.ranges()[0] == pytest.approx((400, 500), rel=0.01)
    window.controller.do(lambda s: s.run(50))
    panel.redraw()
    assert panel.chart.ranges()[0] == pytest.approx((450, 550), rel=0.01)
    panel.ranges["0"].trigger()
    assert panel.chart.ranges()[0] == pytest.approx((0, 550), rel=0.01)


def test_the_wheel_over_the_left_axis_zooms_from_bottom_to_top(qtbot, window, panel):
    window.controller.do(lambda s: s.run(100))
    panel.redraw()
    chart = panel.chart
    x, y = chart.ranges()
    wheel(chart.viewport(), place(chart, -5, y[1] / 2), 240)
    assert chart.ranges()[0] == x
    zoomed = chart.ranges()[1]
    assert zoomed[1] - zoomed[0] < y[1] - y[0]
    window.controller.do(lambda s: s.run(10))
    panel.redraw()
    assert chart.ranges()[1] == zoomed
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.ranges()[1] != zoomed


def test_changed_settings_are_named_on_the_axis(qtbot, window, panel):
    window.controller.do(lambda s: s.run(30))

    def faster(project):
        training = project.specification.training
        optimizer = replace(training.optimizer, parameters={"learning_rate": 0.5})
        training = replace(training, optimizer=optimizer)
        return replace(project, specification=replace(project.specification, training=training))

    window.controller.change_settings(faster, Label("edit", {"name": "learning_rate"}))
    window.controller.do(lambda s: s.run(30))
    panel.redraw()
    assert panel.chart.event_text(30.0) == "Learning rate 0.1 → 0.5 (30)"
    assert panel.chart.event_text(45.0) == ""


def test_nothing_is_said_to_be_missing_while_the_chart_is_made(window):
    panel = LossPanel(window.controller, window)
    panel.show_now()
    assert "Press F5" in panel._empty.text()
    window.controller.do(lambda s: s.run(3))
    panel.show_now()
    assert panel._stack.currentIndex() == 0
    assert panel._empty.text() == ""
