"""Curves of parameters and gradients, against a training walked step by step."""

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.plots.colours import stroke
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import DARK, LIGHT
from tests.examples import one_neuron, small

LONG = 30_000
"""Milliseconds for what takes a second where nothing else runs."""


def opened(window, project, name):
    window.controller.open(Session(project))
    window.docks[name].raise_()
    panel = window.panel(name)
    panel.make()
    QApplication.processEvents()
    return panel


def drawn(panel):
    curves = panel.chart.curves[: len(panel.chart.series)]
    return [tuple(np.asarray(part) for part in (curve.x, curve.y)) for curve in curves]


def walked(project, steps, name):
    """Give a value before the first and after each step."""
    session, found = Session(project), []
    for _ in range(steps):
        found.append(session.value(name).copy() if session.value(name) is not None else None)
        session.step_batch()
    return [*found, session.value(name).copy()]


def test_a_small_network_shows_all_its_parameters(qtbot, window):
    panel = opened(window, one_neuron(), "parameters")
    assert panel._stack.currentIndex() == 0
    window.controller.do(lambda s: s.run(9))
    panel.redraw()
    assert [key.text for key in panel.legend.keys] == ["W1[0,0]", "b1[0]", "W2[0,0]", "b2[0]"]
    assert panel.kind.text() == "all"
    for key, (steps, values) in zip(panel.legend.keys, drawn(panel), strict=True):
        element = Element.parse(key.text)
        assert steps.tolist() == list(range(10))
        expected = [v[element.index] for v in walked(one_neuron(), 9, element.name)]
        np.testing.assert_array_equal(values, expected)


def test_gradients_are_those_that_the_updates_used(qtbot, window):
    project = small(batch_size=2, l2=0.1)
    panel = opened(window, project, "gradients")
    window.controller.selection.choose([Element("W2", (1, 3)), Element("a1", (0,))])
    window.controller.do(lambda s: s.run(7))
    panel.redraw()
    assert [key.text for key in panel.legend.keys] == ["dW2[1,3]"]
    assert panel.kind.text() == "selected"
    ((steps, values),) = drawn(panel)
    expected = [v[1, 3] for v in walked(project, 7, "dW2")[1:]]
    assert steps.tolist() == list(range(8))
    assert np.isnan(values[0])
    np.testing.assert_array_equal(values[1:], expected)


def test_a_large_network_shows_the_norms_of_its_layers(qtbot, window):
    project = small()
    panel = opened(window, project, "parameters")
    window.controller.do(lambda s: s.run(4))
    panel.redraw()
    assert panel.legend.keys[1].text == "norm of W2 and b2"
    assert panel.kind.text() == "norms"
    _, values = drawn(panel)[1]
    pairs = zip(walked(project, 4, "W2"), walked(project, 4, "b2"), strict=True)
    assert values == pytest.approx(
        [np.hypot(np.linalg.norm(w), np.linalg.norm(b)) for w, b in pairs]
    )


def test_sizes_can_be_drawn_on_a_logarithmic_axis(qtbot, window):
    project = small()
    panel = opened(window, project, "gradients")
    window.controller.selection.choose([Element("W1", (0, 0))])
    window.controller.do(lambda s: s.run(5))
    panel.redraw()
    qtbot.mouseClick(panel.log, Qt.MouseButton.LeftButton)
    ((_, values),) = drawn(panel)
    expected = [abs(v[0, 0]) for v in walked(project, 5, "dW1")[1:]]
    assert 10 ** values[1:] == pytest.approx(expected)


def test_long_trainings_end_with_the_present_values(qtbot, window):
    panel = opened(window, one_neuron(), "parameters")
    window.controller.do(lambda s: s.run(5001))
    panel.redraw()
    session = window.controller.session
    assert session.history.samples.every > 1
    for key, (steps, values) in zip(panel.legend.keys, drawn(panel), strict=True):
        assert steps[-1] == 5001
        assert values[-1] == session.number(Element.parse(key.text))


def test_too_many_are_cut_off_and_that_is_said(qtbot, window):
    panel = opened(window, small(), "parameters")
    elements = [Element("W1", (i, j)) for i in range(4) for j in range(2)]
    elements += [Element("W2", (i, j)) for i in range(3) for j in range(4)]
    window.controller.selection.choose(elements)
    window.controller.do(lambda s: s.run(3))
    panel.redraw()
    assert len(drawn(panel)) == 12
    assert panel.legend.keys[-1].text == "the first 12 of 20 selected"
    assert panel.legend.heightForWidth(300) > panel.legend.heightForWidth(3000)


def test_values_stand_beside_the_pointer(qtbot, window):
    panel = opened(window, one_neuron(), "parameters")
    window.controller.do(lambda s: s.run(40))
    panel.redraw()
    QApplication.processEvents()
    chart = panel.chart
    at = chart.mapFromScene(chart.box.mapViewToScene(QPointF(20, 0.4)))
    qtbot.mouseMove(chart.viewport(), at)
    qtbot.waitUntil(lambda: chart.pointer.isVisible())
    lines = chart.pointer.text().splitlines()
    assert lines[0] == "step 20"
    assert lines[1].startswith("W1[0,0]  0.4")
    assert len(lines) == 5


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_no_two_curves_look_alike(tokens):
    strokes = [stroke(tokens, number) for number in range(12)]
    assert len(set(strokes)) == 12
    for one, other in combinations(strokes[:6], 2):
        assert one.colour != other.colour
    # Neighbours differ in their lines too, for those who see no colours.
    assert all(a.style != b.style for a, b in pairwise(strokes))


def names(panel):
    panel.redraw()
    return [str(series.element) for series in panel.chart.series]


def test_pinned_curves_stay_when_something_else_is_selected(qtbot, window):
    panel, selection = opened(window, small(), "parameters"), window.controller.selection
    window.controller.do(lambda s: s.run(3))
    panel.redraw()
    assert not panel.pin.isEnabled()
    selection.choose([Element("W1", (0, 1))])
    qtbot.mouseClick(panel.pin, Qt.MouseButton.LeftButton)
    selection.choose([Element("b2", (2,))])
    assert names(panel) == ["W1[0,1]", "b2[2]"]
    assert not panel.pin.isChecked()
    # The gradients have the same pins.
    other = window.panel("gradients")
    window.docks["gradients"].raise_()
    QApplication.processEvents()
    other.make()
    assert names(other) == ["dW1[0,1]", "db2[2]"]
    selection.choose([Element("W1", (0, 1))])
    assert panel.pin.isChecked()
    qtbot.mouseClick(other.pin, Qt.MouseButton.LeftButton)
    assert selection.pinned == ()
    # Another network has none.
    selection.pin([Element("W1", (0, 0))])
    window.controller.open(Session(one_neuron()))
    assert selection.pinned == ()


def test_a_selected_unit_shows_what_leads_into_it(qtbot, window):
    panel = opened(window, small(), "parameters")
    window.controller.do(lambda s: s.run(3))
    window.controller.selection.choose([Element("a1", (2,))])
    assert names(panel) == ["W1[2,0]", "W1[2,1]", "b1[2]"]


def test_the_norms_of_the_layers_can_be_chosen(qtbot, window):
    panel = opened(window, one_neuron(), "gradients")
    window.controller.do(lambda s: s.run(3))
    panel.redraw()
    panel.kinds["norms"].trigger()
    assert [key.text for key in panel.legend.keys] == [
        "norm of dW1 and db1",
        "norm of dW2 and db2",
    ]
    again = type(panel)(window.controller, gradients=True)
    qtbot.addWidget(again)
    again.make()
    assert again.chart.kind == "norms"


def test_the_cursor_runs_from_bottom_to_top(qtbot, window):
    theme().choose("light")
    panel = opened(window, small(), "parameters")
    window.controller.do(lambda s: s.run(9))
    panel.redraw()
    QApplication.processEvents()
    window.controller.do(lambda s: s.jump_to_step(5))
    panel.redraw()
    chart = panel.chart
    picture = chart.viewport().grab().toImage()
    (_, _), (low, high) = chart.ranges()
    for share in (0.01, 0.3, 0.99):  # clear of the dots on the curves
        y = low + share * (high - low)
        at = chart.mapFromScene(chart.box.mapViewToScene(QPointF(5, y)))
        near = {picture.pixelColor(at.x() + by, at.y()).name() for by in (-1, 0, 1)}
        assert LIGHT.text.lower() in near
    theme().choose("system")


def opened_menu(qtbot, button):
    """Press a button; give the menu that it opens, by its entries' words."""
    menu = button.menu()
    found = {}

    def note():
        found.update({action.text(): action for action in menu.actions()})
        menu.close()

    QTimer.singleShot(0, note)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(found))
    return found


def test_the_updates_of_each_layer_are_drawn_beside_its_weights(qtbot, window):
    layers = ((4, "tanh"), (3, "tanh"), (1, "sigmoid"))
    project = small("adam", layers=layers, rate=0.01)
    panel = opened(window, project, "gradients")
    window.controller.do(lambda s: s.run(2100))
    panel.redraw()
    opened_menu(qtbot, panel.kind)["Update-to-weight ratio of each layer"].trigger()
    assert panel.kind.text() == "updates"
    assert panel.kind.accessibleName() == "Choose curves: updates"
    assert panel.log.isChecked()
    slices = panel.chart.slices
    qtbot.waitUntil(lambda: len(drawn(panel)[0][0]) > 200 and not slices.busy, timeout=LONG)
    assert [key.text for key in panel.legend.keys] == [
        "update / weights",
        "layer 1",
        "layer 2",
        "layer 3",
    ]
    assert "of the change over their length before it" in panel.legend.toolTip()
    steps, heights = drawn(panel)[1]
    step = int(steps[len(steps) // 2])
    before, after = Session(project), Session(project)
    before.run(step - 1)
    after.run(step)
    names = ("W2", "b2")
    moved = [np.linalg.norm(after.value(name) - before.value(name)) for name in names]
    sizes = [np.linalg.norm(before.value(name)) for name in names]
    assert 10 ** heights[len(steps) // 2] == pytest.approx(np.hypot(*moved) / np.hypot(*sizes))
    # Another layer's curve is another; going there by a click shows it under the cursor.
    chart = panel.chart
    at = chart.mapFromScene(chart.box.mapViewToScene(QPointF(step, heights[len(steps) // 2])))
    qtbot.mouseMove(chart.viewport(), at)
    qtbot.waitUntil(lambda: chart.pointer.isVisible())
    assert chart.pointer.text().splitlines()[1].startswith("layer 2  ")


def test_the_updates_go_on_while_it_trains_and_rest_behind_a_tab(qtbot, window):
    panel = opened(window, small(), "gradients")
    window.controller.do(lambda s: s.run(20))
    panel.redraw()
    panel.kinds["ratios"].trigger()
    window.controller.speed = FULL_SPEED
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.session.position.updates > 3000, timeout=LONG)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    slices = panel.chart.slices
    qtbot.waitUntil(lambda: drawn(panel)[0][0][-1] > 2900 and not slices.busy, timeout=LONG)
    plain = Session(window.controller.session.initial_project)
    plain.run(window.controller.session.position.updates)
    np.testing.assert_array_equal(
        plain.machine.compiled.parameters, window.controller.session.machine.compiled.parameters
    )
    window.docks["loss"].raise_()
    QApplication.processEvents()
    assert not panel.chart.slices.busy


def test_each_kind_of_curve_keeps_its_own_axis(qtbot, window):
    panel = opened(window, small(), "gradients")
    window.controller.do(lambda s: s.run(20))
    panel.redraw()
    assert not panel.log.isChecked()
    panel.kinds["norms"].trigger()
    assert panel.log.isChecked()
    qtbot.mouseClick(panel.log, Qt.MouseButton.LeftButton)
    panel.kinds["ratios"].trigger()
    assert panel.log.isChecked()
    panel.kinds["norms"].trigger()
    assert not panel.log.isChecked()


def test_dots_stand_on_the_curves_at_the_cursor(qtbot, window):
    panel = opened(window, one_neuron(), "gradients")
    window.controller.do(lambda s: s.run(1))
    panel.redraw()
    # After one step there is nothing but dots to be seen.
    session = window.controller.session
    for series, dot in zip(panel.chart.series, panel.chart.dots, strict=False):
        assert dot.x.tolist() == [1.0]
        assert dot.y.tolist() == [session.number(series.element)]
    window.controller.do(lambda s: s.run(4999))
    window.controller.do(lambda s: s.jump_to_step(1237))
    panel.redraw()
    assert 1237 not in session.history.samples.steps
    for series, dot in zip(panel.chart.series, panel.chart.dots, strict=False):
        assert dot.x.tolist() == [1237.0]
        assert dot.y.tolist() == [session.number(series.element)]


def test_norms_of_the_largest_numbers_are_drawn_on_both_axes(qtbot, window):
    project = small(layers=((1, "identity"),), rows=2)
    data = replace(project.data, train=project.data.train * [1e-100, 1e-100, 1.0])
    panel = opened(window, replace(project, data=data), "parameters")
    window.controller.do(lambda s: s.run(3))
    window.controller.edit_many(
        dict.fromkeys([Element("W1", (0, 0)), Element("W1", (0, 1))], 3e200)
    )
    window.controller.do(lambda s: s.run(3))
    panel.redraw()
    panel.kinds["norms"].trigger()
    for log in (True, False, True):
        qtbot.mouseClick(panel.log, Qt.MouseButton.LeftButton)
        assert panel.log.isChecked() == log
        panel.grab()
    ((_, heights),) = drawn(panel)
    assert heights[-1] == pytest.approx(np.log10(3e200 * np.sqrt(2)))
