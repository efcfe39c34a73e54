"""The panel of the layers, as a person sees and uses it."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.layers.delegate import LayersDelegate, draw_histogram
from bpsim.ui.layers.model import OUTPUTS, STATE, course
from bpsim.ui.layers.words import LOOKS
from bpsim.ui.theme.icons import icon
from tests.examples import small


@pytest.fixture
def panel(window):
    window.controller.open(Session(small(layers=((4, "relu"), (3, "tanh"), (1, "sigmoid")))))
    window.docks["layers"].raise_()
    QApplication.processEvents()
    return window.panel("layers")


def text(panel, row, column):
    return panel.table.index(row, column).data()


def test_each_layer_has_a_row_before_anything_ran(panel):
    assert panel.table.rowCount() == 3
    assert text(panel, 0, 0) == "1 · 4, relu"
    assert text(panel, 2, STATE) == "fine"
    assert text(panel, 0, OUTPUTS).startswith("20 outputs from 0 to ")


def test_trouble_is_said_in_words_and_by_a_glyph(window, panel):
    biases = {Element("b1", (unit,)): 5.0 for unit in range(4)}
    window.controller.edit_many({**biases, Element("b1", (1,)): -80.0})
    panel.redraw()
    assert text(panel, 0, STATE) == "1 of 4 dead"
    assert panel.table.look_at(0) == ("x", "negative")
    assert window.docks["layers"].bar.info.text() == "1 of 3 in trouble"
    tip = panel.table.index(0, STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert "leaky_relu" in tip


def test_every_trouble_has_a_glyph_of_its_own():
    assert len({look.icon for look in LOOKS.values()}) == len(LOOKS)
    for look in LOOKS.values():
        assert not icon(look.icon, look.token).isNull()


def test_a_click_selects_the_layer_s_units(qtbot, window, panel):
    view = panel.view
    spot = view.visualRect(panel.table.index(1, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    chosen = [str(element) for element in window.controller.selection.elements]
    assert chosen == ["a2[0]", "a2[1]", "a2[2]"]


def test_it_follows_the_training_and_another_network(qtbot, window, panel):
    before = panel.layer(0)
    window.controller.do(lambda s: s.run(20))
    qtbot.waitUntil(lambda: panel.layer(0) is not before)
    window.controller.open(Session(small(layers=((2, "tanh"), (1, "sigmoid")))))
    qtbot.waitUntil(lambda: panel.table.rowCount() == 2)


def test_no_layer_of_the_network_before_can_be_chosen(qtbot, window, panel):
    below = panel.view.visualRect(panel.table.index(2, 0)).center()
    window.controller.open(Session(small(layers=((1, "sigmoid"),))))
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert window.controller.selection.elements == ()
    qtbot.waitUntil(lambda: panel.table.rowCount() == 1)


def test_it_looks_at_nothing_that_nobody_sees(window, panel):
    window.docks["loss"].raise_()
    QApplication.processEvents()
    seen = panel.table.layers
    window.controller.do(lambda s: s.run(20))
    assert panel.table.layers is seen
    window.docks["layers"].raise_()
    QApplication.processEvents()
    assert panel.table.layers is not seen


def test_trend_and_histogram_are_painted(qtbot, window, panel):
    window.controller.do(lambda s: s.run(50))
    panel.redraw()
    picture = panel.view.viewport().grab().toImage()
    box = panel.view.visualRect(panel.table.index(0, OUTPUTS))
    colours = {
        picture.pixelColor(x, box.center().y()).name() for x in range(box.left(), box.right())
    }
    assert len(colours) > 1
    assert isinstance(panel.view.itemDelegate(), LayersDelegate)


def test_the_trend_is_the_whole_course_in_few_stretches():
    falling = np.concatenate([[np.nan, 0.0], 10.0 ** np.linspace(2, -9, 1998)])
    heights = course(falling)
    assert len(heights) == 36
    assert heights[0] == pytest.approx(2, abs=0.2)
    assert heights[-1] == pytest.approx(-9, abs=0.2)
    assert (np.diff(heights) < 0).all()
    assert course(np.array([np.nan, 10.0, 100.0])).tolist() == [1.0, 2.0]


@pytest.mark.parametrize(("width", "bars"), [(300, 24), (110, 12)])
def test_a_narrow_histogram_counts_in_twos(qtbot, window, panel, width, bars):
    layer = replace(panel.layer(0), counts=np.ones(24, dtype=np.intp), ends=(0.0, 1.0))
    picture = QImage(width, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("#ffffff"))
    painter = QPainter(picture)
    draw_histogram(painter, QRectF(0, 0, width, 30), layer)
    painter.end()
    inks = [picture.pixelColor(x, 4).lightness() < 230 for x in range(width)]
    assert sum(1 for one, other in pairwise(inks) if other and not one) == bars
