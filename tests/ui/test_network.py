"""The picture of the network: where things stand, what is hit, and what the keys do."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF

from bpsim.engine.parameters import Choice
from bpsim.engine.program import Kind
from bpsim.engine.specification import Layer, Network, Specification, Training
from bpsim.session.project import Dataset, Project
from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.ui.controller import Controller
from bpsim.ui.network.canvas import NetworkView
from bpsim.ui.network.ink import fitting_number
from bpsim.ui.network.labels import MOST_CROSSED, unit_boxes
from bpsim.ui.network.layout import MOST_SHOWN, arrange, shown_units
from bpsim.ui.network.legend import legend_words
from bpsim.ui.network.picture import LABEL_WIDTHS, WITH_TEXT
from bpsim.ui.network.touch import touch_of
from bpsim.ui.theme import fonts
from bpsim.ui.theme.theme import theme
from tests.examples import one_neuron, small, two_two_two
from tests.ui.pointer import wheel

SIZES = [
    (1, 1, 1),
    (2, 3, 1),
    (2, 8, 8, 1),
    (12, 12),
    (784, 128, 10),
    (3, 13, 12, 6, 4, 2),
    (2, 2, 2),
]
WINDOWS = [(750.0, 510.0), (420.0, 400.0), (300.0, 240.0), (1800.0, 1100.0)]


def view_of(qtbot, session, width=750, height=510):
    controller = Controller(session)
    view = NetworkView(controller)
    controller.setParent(view)
    view.selection = controller.selection
    qtbot.addWidget(view)
    view.resize(width, height)
    return view


def until(session, name):
    session.step_operation()
    while session.current.name != name:
        session.step_operation()
    return session


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("sizes", SIZES)
def test_units_never_overlap_and_stay_inside(sizes, window):
    picture = arrange(sizes, *window, 32.0)
    width, height = window
    for column in picture.columns:
        assert all(low + 2 * picture.radius < high for low, high in pairwise(column.ys))
        assert picture.radius <= column.x <= width - picture.radius
        assert min(column.ys) >= 32.0 + picture.radius
        assert max(column.ys) <= height - picture.radius
    for left, right in pairwise(picture.columns):
        assert left.x + 2 * picture.radius < right.x


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("sizes", SIZES)
def test_labels_overlap_neither_each_other_nor_units(sizes, window):
    picture = arrange(sizes, *window, 32.0)
    boxes = list(picture.labels.values())
    assert not any(a.overlaps(b, 0.0) for a, b in combinations(boxes, 2))
    units = list(unit_boxes(list(picture.columns), picture.radius))
    assert not any(label.overlaps(unit, 0.0) for label in boxes for unit in units)


def test_small_networks_have_all_their_labels():
    picture = arrange((2, 3, 1), 750.0, 510.0, 32.0)
    assert len(picture.labels) == 9
    assert picture.radius == 34.0


def test_large_layers_fold():
    assert shown_units(MOST_SHOWN) == tuple(range(MOST_SHOWN))
    assert shown_units(128) == (0, 1, 2, 3, 4, 126, 127)
    column = arrange((784, 128, 10), 750.0, 510.0).columns[1]
    assert column.gap_y is not None
    assert column.ys[4] < column.gap_y < column.ys[5]


@pytest.mark.parametrize(
    "project",
    [
        one_neuron(),
        one_neuron(optimizer="adam"),
        two_two_two(frozen_biases=True),
        small(),
        small(layers=((40, "relu"), (30, "tanh"), (3, "softmax")), loss="half_squared_error"),
        small("adamw", layers=((8, "tanh"), (8, "relu"), (1, "identity")), l1=0.1, l2=0.1),
    ],
)
def test_every_operation_can_be_drawn(qtbot, project):
    session = Session(project)
    view = view_of(qtbot, session)
    narrow = view_of(qtbot, session, 320, 260)
    for _ in range(session.operations + 2):
        for each in (view, narrow):
            each.refresh()
            assert not each.grab().isNull()
        session.step_operation()


def test_what_is_not_computed_is_a_dash(qtbot):
    session = Session(small(batch_size=1))
    view = view_of(qtbot, session)
    assert view.unit_text(1, 0) == "–"
    assert view.unit_text(0, 0) != "–"
    until(session, "z1")
    z = float(session.value("z1")[0, 0])
    assert float(view.unit_text(1, 0).replace("−", "-")) == pytest.approx(z, rel=0.01)
    until(session, "a1")
    a = float(session.value("a1")[0, 0])
    assert float(view.unit_text(1, 0).replace("−", "-")) == pytest.approx(a, rel=0.01)
    assert view.unit_text(2, 0) == "–"


def test_the_sample_can_be_chosen(qtbot):
    session = Session(small(batch_size=3))
    view = view_of(qtbot, session)
    seen = set()
    for sample in range(3):
        view.selection.show_sample(sample)
        seen.add(view.unit_text(0, 0))
    assert len(seen) == 3
    view.selection.show_sample(99)
    assert not view.grab().isNull()


def test_pointing_finds_every_element(qtbot):
    session = until(Session(two_two_two(frozen_biases=False)), "a2")
    view = view_of(qtbot, session)
    picture, s = view.picture(), view.picture().segments
    for layer, column in enumerate(picture.columns):
        for unit, y in enumerate(column.ys):
            assert str(view.hit(QPointF(column.x, y))) == (
                f"a{layer}[{unit}]" if layer else f"x[{unit}]"
            )
            if layer:
                below = QPointF(column.x, y + picture.radius + 14)
                assert str(view.hit(below)) == f"b{layer}[{unit}]"
    for at in range(len(s.layer)):
        name = f"W{s.layer[at]}[{s.unit[at]},{s.source[at]}]"
        box = picture.labels[at]
        assert str(view.hit(QPointF(box.x, box.y))) == name
        x0, y0, x1, y1 = s.ends[at]
        near = QPointF(x0 + 0.96 * (x1 - x0), y0 + 0.96 * (y1 - y0))
        nearest = s.distances(near.x(), near.y()).argmin()
        if nearest == at:
            assert str(view.hit(near)) == name
    assert view.hit(QPointF(5, 100)) is None


def test_hover_click_and_double_click_tell_the_name(qtbot):
    session = until(Session(two_two_two(frozen_biases=False)), "a1")
    view = view_of(qtbot, session)
    view.show()
    selection, edits = view.selection, []
    selection.edit_requested.connect(edits.append)
    box = view.picture().labels[0]
    column = view.picture().columns[1]
    label, unit = QPoint(round(box.x), round(box.y)), QPoint(round(column.x), round(column.ys[1]))
    qtbot.mouseMove(view, label)
    assert str(selection.hovered) == "W1[0,0]"
    qtbot.mouseMove(view, QPoint(4, 120))
    assert selection.hovered is None
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=unit)
    assert str(selection.current) == "a1[1]"
    qtbot.mouseClick(
        view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier, pos=label
    )
    assert [str(e) for e in selection.elements] == ["a1[1]", "W1[0,0]"]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(4, 120))
    assert selection.elements == ()
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=unit)
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=label)
    assert edits == [Element("W1", (0, 0))]


def test_keys_walk_through_units_and_weights(qtbot):
    session = until(Session(two_two_two(frozen_biases=False)), "a1")
    view = view_of(qtbot, session)
    edits = []
    view.selection.edit_requested.connect(edits.append)
    key = Qt.Key
    seen = []
    for press in (key.Key_Right, key.Key_Down, key.Key_Right, key.Key_Right, key.Key_Down):
        qtbot.keyClick(view, press)
        seen.append(str(view.selected))
    assert seen == ["x[0]", "x[1]", "W1[0,1]", "a1[0]", "a1[1]"]
    assert view.accessibleDescription().startswith("a1[1] = ")
    qtbot.keyClick(view, key.Key_Return)
    qtbot.keyClick(view, key.Key_Left)
    qtbot.keyClick(view, key.Key_Return)
    assert list(map(str, edits)) == ["b1[1]", "W1[1,0]"]
    qtbot.keyClick(view.editor, key.Key_Escape)
    qtbot.keyClick(view, key.Key_Escape)
    assert view.selected is None


def test_descriptions_have_all_digits_and_the_meaning(qtbot):
    session = Session(two_two_two(frozen_biases=False))
    view = view_of(qtbot, session)
    picture = view.picture()
    weight = view.hit(QPointF(picture.labels[6].x, picture.labels[6].y))
    value = float(session.value("W2")[weight.index])
    assert view.describe(weight) == f"{weight} = {value!r}\nweight from a1[0] to unit 1 of layer 2"
    unit = view.hit(QPointF(picture.columns[1].x, picture.columns[1].ys[0]))
    assert view.describe(unit).startswith("a1[0]: not computed yet")


def test_zoom_keeps_the_point_and_fit_resets(qtbot):
    view = view_of(qtbot, Session(one_neuron()))
    column = view.picture().columns[1]
    middle = QPointF(column.x, column.ys[0])
    wheel(view, middle, 480, Qt.KeyboardModifier.ControlModifier)
    assert str(view.hit(middle)) == "a1[0]"
    assert str(view.hit(middle + QPointF(50, 0))) == "a1[0]"
    view.fit()
    assert str(view.hit(middle + QPointF(50, 0))) != "a1[0]"


def test_what_an_operation_touches(qtbot):
    session = Session(small())
    view = view_of(qtbot, session)
    until(session, "delta1")
    touch = touch_of(session.current)
    assert session.current.kind is Kind.HIDDEN_ERROR
    assert (touch.written, touch.way, touch.weights) == (1, -1, {2: "read"})
    assert view.touch_text() == "reads W2, delta2, z1   writes delta1"
    touch = touch_of(until(session, "dW1").current)
    assert (touch.written, touch.weights) == (0, {1: "gradient"})
    touch = touch_of(until(session, "b2").current)
    assert touch.biases == {2: "update"}
    assert touch_of(None).everything


def test_distances_are_to_the_stretch_not_to_the_line():
    s = arrange((1, 1), 400.0, 300.0).segments
    x0, y0, x1, _ = s.ends[0]
    assert s.distances(x0 - 30, y0)[0] == pytest.approx(30)
    assert s.distances((x0 + x1) / 2, y0 + 5)[0] == pytest.approx(5)
    assert np.isfinite(s.distances(0, 0)).all()


def digits(qtbot, unfolded=(0, 1)):
    draws = np.random.default_rng(0)
    layers = (Layer(128, "relu"), Layer(10, "softmax"))
    names = tuple(f"x{k}" for k in range(784)), tuple(f"y{k}" for k in range(10))
    data = Dataset.of(*names, np.hstack([draws.random((4, 784)), np.eye(10)[:4]]))
    training = Training(Choice("cross_entropy"), Choice("sgd", {"learning_rate": 0.1}))
    session = Session(Project("d", Specification(Network(784, layers), training), data))
    view = view_of(qtbot, session)
    for layer in unfolded:
        view.toggle_fold(layer)
    return view


def test_large_layers_unfold_to_a_map_of_cells(qtbot):
    view = digits(qtbot)
    column = view.picture().columns[0]
    assert (column.rows, column.cells) == (28, 28)
    for unit in (0, 27, 28, 400, 783):
        cell = column.cell_of(unit)
        assert view.hit(QPointF(cell.x, cell.y)) == Element("x", (unit,))
    image = view.grab().toImage()
    strong = int(np.argmax(np.abs(view.session.value("x")[0])))
    cell = column.cell_of(strong)
    colour = image.pixelColor(round(cell.x), round(cell.y))
    assert colour.name() == theme().tokens.positive.lower()
    view.selection.choose([Element("x", (strong,))])
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left):
        qtbot.keyClick(view, key)
        assert not view.grab().isNull()
    assert view.selected.layer == 1
    view.session.step_phase()
    view.refresh()
    assert not view.grab().isNull()
    view.toggle_fold(1)
    assert view.picture().columns[1].units == (0, 1, 2, 3, 4, 126, 127)


def test_a_middling_layer_unfolds_to_circles(qtbot):
    view = view_of(qtbot, Session(small(layers=((20, "tanh"), (1, "sigmoid")))))
    assert len(view.picture().columns[1].units) < 20
    view.toggle_fold(1)
    assert view.picture().columns[1].units == tuple(range(20))
    assert all(low + 4 < high for low, high in pairwise(view.picture().columns[1].ys))


def test_a_label_covers_few_other_lines():
    for sizes in SIZES:
        picture = arrange(sizes, 790.0, 510.0, 32.0)
        s = picture.segments
        for at, box in picture.labels.items():
            near = s.distances(box.x, box.y)[s.layer == s.layer[at]] < box.height * 0.5
            assert int(near.sum()) <= 1 + MOST_CROSSED


def is_near(image, x, y, colours):
    """Tell whether a picture has nearly one of some colours around a point."""
    for k in range(-2, 3):
        pixel = QColor(image.pixelColor(round(x), round(y) + k)).getRgb()
        if any(np.abs(np.subtract(pixel, c.getRgb())).max() < 60 for c in colours):
            return True
    return False


def test_a_unit_pointed_at_in_a_crowd_shows_its_weights(qtbot):
    layers = ((8, "tanh"), (8, "tanh"), (1, "sigmoid"))
    session = Session(small(layers=layers))
    view = view_of(qtbot, session, 790, 510)
    tokens, picture = theme().tokens, view.picture()
    assert not [at for at in picture.labels if picture.segments.layer[at] == 2]
    view.selection.hover(Element("a2", (3,)))
    image = view.grab().toImage()
    s = picture.segments
    full = [QColor(tokens.positive), QColor(tokens.negative)]
    mine = [at for at in np.flatnonzero(s.layer == 2) if s.unit[at] == 3]
    other = [at for at in np.flatnonzero(s.layer == 2) if s.unit[at] != 3]
    seen = []
    for chosen in (mine, other):
        # Near the units at the right the lines of other units are not in the way.
        spots = [s.ends[at, :2] + 0.9 * (s.ends[at, 2:] - s.ends[at, :2]) for at in chosen]
        seen.append(sum(is_near(image, x, y, full) for x, y in spots))
    assert seen[0] >= 5
    assert seen[1] <= len(other) // 4
    view.selection.hover(None)
    assert view.grab().toImage() != image


def test_zero_tiny_huge_and_missing_look_different(qtbot):
    layers = (
        Layer(4, "identity", ((0.0,), (1e-9,), (250.0,), (2.0,)), (0.0,) * 4),
        Layer(1, "identity", ((1.0, 1.0, 1.0, 1.0),), (0.0,)),
    )
    training = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}))
    data = Dataset.of(("x",), ("y",), [[0.5, 1.0]])
    session = Session(Project("p", Specification(Network(1, layers), training), data))
    view = view_of(qtbot, session, 790, 510)
    image, s, tokens = view.grab().toImage(), view.picture().segments, theme().tokens
    looks = []
    for at in range(4):
        found = set()
        for share in np.linspace(0.08, 0.2, 40):
            x, y = s.ends[at, :2] + share * (s.ends[at, 2:] - s.ends[at, :2])
            found |= {image.pixelColor(round(x), round(y) + k).name() for k in range(-4, 5)}
        looks.append(found)
    blank = tokens.panel.lower()
    zero, tiny, huge, plain = looks
    assert blank in zero
    assert tokens.text.lower() in huge
    assert tokens.text.lower() not in tiny | plain
    assert tokens.positive.lower() in huge
    assert tokens.positive.lower() not in tiny
    # Their key says what they are; dots, rim and dashes stand there only where they occur.
    strip = image.copy(180, 510 - 60, 300, 18)
    view.resize(790, 511)
    assert legend_words(QPointF(60, 511 - 51), 511.0).count("\n") == 2
    plain_view = view_of(qtbot, Session(small(layers=((2, "tanh"), (1, "sigmoid")))), 790, 510)
    until(plain_view.session, "a2")
    plain_strip = plain_view.grab().toImage().copy(180, 510 - 60, 300, 18)
    assert strip != plain_strip
    assert is_blank(plain_strip.copy(20, 0, 280, 18), blank)


def is_blank(image, colour):
    spots = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return all(image.pixelColor(x, y).name() == colour for x, y in spots)


def test_a_crowd_spreads_out_when_zoomed_until_all_can_be_read(qtbot):
    layers = ((8, "tanh"), (8, "tanh"), (1, "sigmoid"))
    view = view_of(qtbot, Session(small(layers=layers)), 790, 510)
    column = view.picture().columns[2]
    spot = QPointF(column.x, column.ys[5])
    assert view.picture().radius < WITH_TEXT
    for _ in range(7):
        view.zoom_by(1.25, spot)
        assert view.hit(spot) == Element("a2", (5,))
    assert view.picture().radius >= 30.0
    assert view.zoom.scale < view.zoom.factor
    assert not view.grab().isNull()
    view.fit()
    assert view.hit(spot) == Element("a2", (5,))


def test_many_small_units_are_drawn_at_once(qtbot):
    session = Session(small(layers=((64, "tanh"), (64, "tanh"), (1, "sigmoid"))))
    view = view_of(qtbot, session, 790, 510)
    for layer in (1, 2):
        view.toggle_fold(layer)
    missing = view.grab().toImage()
    session.step_phase()
    view.refresh()
    computed = view.grab().toImage()
    x = round(view.picture().columns[1].x)
    assert missing.copy(x - 4, 40, 9, 420) != computed.copy(x - 4, 40, 9, 420)
    view.show_all_weights(True)
    assert view.grab().toImage() != computed


def test_numbers_in_units_lose_digits_rather_than_be_cut_off(qtbot):
    font = fonts.mono(12, 500)
    wide = QFontMetricsF(font).horizontalAdvance
    for value in (-0.0759123, -1.234e-12, 123456.0, 0.5, -0.5):
        room = 44.0
        text, _ = fitting_number(value, font, room)
        assert wide(text) <= room or wide(text) <= wide("-1e-12")
        assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.5)
    assert fitting_number(None, font, 44.0) == ("–", wide("–"))
    assert fitting_number(-0.0759123, font, 400.0)[0].endswith("0.0759")


def test_gradients_on_weights_lose_digits_likewise(qtbot):
    font = fonts.mono(11)
    for value in (0.000438568, -0.000555259, 6.09e-05):
        text, wide = fitting_number(value, font, LABEL_WIDTHS[0] - 2, sign=True, lead="dW ")
        assert wide == QFontMetricsF(font).horizontalAdvance(text) <= LABEL_WIDTHS[0] - 2
        number = text.removeprefix("dW ").replace("−", "-")
        assert number[0] in "+-"
        assert float(number) == pytest.approx(value, rel=0.1)


LOOKS = {
    "a sign": lambda view, at: view.session.edit({Element("W2", (0, 1)): -9.0}),
    "zero": lambda view, at: view.session.edit({Element("W2", (0, 1)): 0.0}),
    "an operation": lambda view, at: until(view.session, "dW2"),
    "pointed at": lambda view, at: view.selection.hover(Element("a2", (3,))),
    "zoom": lambda view, at: view.zoom_by(1.5, at),
    "pan": lambda view, at: view.pan(at / 10),
    "larger": lambda view, at: view.resize(900, 600),
    "dark": lambda view, at: theme().choose("dark"),
}


@pytest.mark.parametrize("change", LOOKS.values(), ids=LOOKS)
def test_lines_are_drawn_anew_when_they_look_different(qtbot, change):
    session = Session(small(layers=((6, "tanh"), (6, "tanh"), (1, "sigmoid"))))
    controller, at = Controller(session), QPointF(375, 255)
    views = [NetworkView(controller) for _ in range(2)]
    for view in views:
        qtbot.addWidget(view)
        view.resize(750, 510)
        view.zoom = views[0].zoom
    view, fresh = views
    theme().choose("light")
    before = view.grab().toImage()
    change(view, at)
    fresh.resize(view.size())
    after = view.grab().toImage()
    assert after != before
    assert after == fresh.grab().toImage()


def test_another_network_has_other_lines(qtbot):
    views = []
    for first, second in ((3, 1), (1, 7)):
        sizes, layers = (2, first, second), []
        for below, units in pairwise(sizes):
            layers.append(Layer(units, "tanh", ((1.0,) * below,) * units, (0.0,) * units))
        names = ("a", "b"), tuple(f"y{k}" for k in range(second))
        data = Dataset.of(*names, np.ones((2, 2 + second)))
        training = Training(Choice("half_squared_error"), Choice("sgd", {"learning_rate": 0.1}))
        project = Project("ones", Specification(Network(2, tuple(layers)), training), data)
        views.append(view_of(qtbot, Session(project)))
    view, fresh = views
    view.grab()
    view.findChild(Controller).open(fresh.session)
    assert view.grab().toImage() == fresh.grab().toImage()


def test_lines_stay_while_only_numbers_change(qtbot, monkeypatch):
    drawn = []

    def draw_lines(painter, ends):
        drawn.append(len(ends))

    monkeypatch.setattr("bpsim.ui.network.weights.draw_lines", draw_lines)
    view = view_of(qtbot, Session(small(rate=1e-9)))
    view.session.step_batch()
    view.grab()
    assert sum(drawn) == 2 * 4 + 4 * 3 + 3
    before, drawn[:] = view.session.value("W1").tolist(), []
    view.session.step_batch()
    view.grab()
    assert view.session.value("W1").tolist() != before
    assert not drawn
