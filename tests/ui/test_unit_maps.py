"""The maps inside the units of a network with two inputs."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

from bpsim.session.session import Session
from bpsim.ui.network.maps import SIDE, UnitMaps
from bpsim.ui.prediction.grid import feature_range
from bpsim.ui.theme.theme import theme
from bpsim.ui.theme.tokens import LIGHT
from tests.examples import one_neuron, small
from tests.reference import network as reference
from tests.unit.session.aside.test_evaluate import layers_of


def inputs_at(project, row, column):
    (x0, x1), (y0, y1) = feature_range(project, 0), feature_range(project, 1)
    return [x0 + (column + 0.5) / SIDE * (x1 - x0), y1 - (row + 0.5) / SIDE * (y1 - y0)]


def test_each_unit_s_map_is_its_output_over_both_inputs():
    session = Session(small())
    session.run(9)
    found = UnitMaps().values(session)
    for row, column in ((0, 0), (5, 20), (31, 31)):
        expected = reference.sums(
            layers_of(session), np.array([inputs_at(session.project, row, column)])
        )
        for layer, (_, a) in enumerate(expected, 1):
            cell = found[layer].reshape(SIDE, SIDE, -1)[row, column]
            assert cell == pytest.approx(a[0].real, rel=1e-12, abs=1e-14)


def test_colours_tell_the_sign_about_the_middle_of_what_a_unit_gives():
    session, maps = Session(small(layers=((2, "tanh"), (1, "sigmoid")))), UnitMaps()
    images, values = maps.images(session, LIGHT), maps.values(session)
    for (layer, unit), middle in {(1, 0): 0.0, (2, 0): 0.5}.items():
        column = values[layer][:, unit] - middle
        for cell in np.flatnonzero(np.abs(column) > 0.03)[::37]:
            colour = images[layer, unit].pixelColor(int(cell) % SIDE, int(cell) // SIDE)
            # Positive is blue, negative orange.
            assert (colour.blue() > colour.red()) == (column[cell] > 0)


def test_the_key_shows_them_and_the_choice_is_kept(qtbot, window):
    theme().choose("light")
    window.controller.open(Session(small(layers=((3, "tanh"), (1, "sigmoid")))))
    network = window.network
    network.setFocus()
    before = network.grab().toImage()
    qtbot.keyClick(network, Qt.Key.Key_M)
    assert network.maps
    after = network.grab().toImage()
    assert before != after
    again = type(network)(window.controller)
    qtbot.addWidget(again)
    assert again.maps
    qtbot.keyClick(network, Qt.Key.Key_M)
    assert network.grab().toImage() == before
    theme().choose("system")


def test_other_networks_have_none(window):
    window.controller.open(Session(one_neuron()))
    window.network.menu.refresh()
    assert not window.network.menu._maps.isEnabled()
    assert not UnitMaps.fits(window.controller.session)


def test_drawing_them_changes_no_number(window):
    window.controller.open(Session(small("adam")))
    window.network.show_maps(True)
    for _ in range(10):
        window.controller.do(lambda s: s.run(3))
        window.network.grab()
    alone = Session(small("adam"))
    alone.run(30)
    assert window.controller.session.parameters().tobytes() == alone.parameters().tobytes()
