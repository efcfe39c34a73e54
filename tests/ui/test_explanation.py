"""The explanation's terms and the picture's elements are one."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from bpsim.explain.explain import explain
from bpsim.explain.structure import as_text
from bpsim.resources import resource
from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.structure import remove_layer
from bpsim.session.values import Element
from bpsim.storage.project_file import read_project
from bpsim.ui.controller import Controller
from bpsim.ui.explanation.marks import Link, Words, width_of
from bpsim.ui.explanation.panel import ExplanationPanel, element_of, index_of
from tests.examples import one_neuron, small


@pytest.fixture
def controller(qapp):
    return Controller(Session(small(layers=((3, "tanh"), (1, "sigmoid")), rows=4, batch_size=2)))


@pytest.fixture
def panel(qtbot, controller):
    made = ExplanationPanel(controller)
    qtbot.addWidget(made)
    made.resize(340, 500)
    made.show()
    return made


def run_to(controller, name):
    controller.do(Session.step_operation)
    while controller.session.current.name != name:
        controller.do(Session.step_operation)


def spots(panel, kind, name=None):
    return [
        s for s in panel.sheet.page.spots if s.link.kind == kind and name in (None, s.link.name)
    ]


def point_at(qtbot, panel, spot):
    qtbot.mouseMove(panel.sheet, QPoint(2, 2))
    qtbot.mouseMove(panel.sheet, spot.rect.center().toPoint())


def click_on(qtbot, panel, spot):
    qtbot.mouseClick(panel.sheet, Qt.MouseButton.LeftButton, pos=spot.rect.center().toPoint())


def written(panel):
    return [mark.text for mark in panel.sheet.page.marks if isinstance(mark, Words)]


def test_says_what_will_be_there(panel, controller):
    assert "F10" in panel.text()
    assert panel.empty.isVisible()
    assert not panel.sheet.isVisible()
    controller.do(Session.step_operation)
    assert not panel.empty.isVisible()
    assert panel.sheet.isVisible()
    text = as_text(explain(controller.session, controller.session.current))
    assert panel.text() == panel.sheet.accessibleDescription() == text


def test_pointing_at_a_term_points_at_its_element(qtbot, panel, controller):
    run_to(controller, "delta1")
    (_, in_numbers, *_) = spots(panel, "element", "W2[0,0]")
    point_at(qtbot, panel, in_numbers)
    assert controller.selection.hovered == Element("W2", (0, 0))
    qtbot.mouseMove(panel.sheet, QPoint(2, 2))
    assert controller.selection.hovered is None
    click_on(qtbot, panel, spots(panel, "element", "delta2[0,0]")[0])
    assert controller.selection.elements == (Element("delta2", (0,)),)
    assert panel.text().startswith("delta2[0,0]")


def marked(panel):
    links = {spot.link for spot in panel.sheet.page.spots}
    return {link.name for link in links if panel._is_marked(link)}


def test_what_is_pointed_at_elsewhere_is_marked(panel, controller):
    run_to(controller, "z1")
    assert marked(panel) == set()
    plain = panel.sheet.grab().toImage()
    controller.selection.hover(Element("W1", (0, 1)))
    assert marked(panel) == {"W1[0,1]"}
    assert panel.sheet.grab().toImage() != plain
    controller.selection.hover(Element("x", (0,)))
    assert marked(panel) == {"a0[0,0]"}
    controller.selection.hover(None)
    assert panel.sheet.grab().toImage() == plain


def test_a_term_pointed_at_is_marked_in_its_own_row_only(qtbot, panel, controller):
    run_to(controller, "dW1")
    point_at(qtbot, panel, spots(panel, "element", "delta1[1,0]")[0])
    assert marked(panel) == {"delta1[1,0]"}
    controller.selection.hover(Element("a1", (0,)))


def test_digits_are_chosen_in_the_menu(panel, controller):
    run_to(controller, "a1")
    result = controller.session.value("a1")[0, 0]
    digits = {action.data(): action for action in panel.sheet.actions() if action.data()}
    assert str(panel._shown.numbers[-1]) == f"= {result:.4g}".replace("-", "−")
    digits[10].trigger()
    assert str(panel._shown.numbers[-1]) == f"= {result:.10g}".replace("-", "−")
    assert digits[10].isChecked()
    assert not digits[4].isChecked()


def test_a_unit_on_the_picture_stands_for_its_error_signal(panel, controller):
    run_to(controller, "delta1")
    controller.selection.hover(Element("a2", (0,)))
    assert "delta2[0,0]" in marked(panel)
    assert "W2[0,0]" not in marked(panel)


def test_keys_walk_among_the_terms(qtbot, panel, controller):
    run_to(controller, "z1")
    panel.sheet.setFocus()
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Right)
    assert controller.selection.hovered == Element("W1", (0, 0))
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Right)
    assert controller.selection.hovered == Element("x", (0,))
    assert "input 0" in panel.sheet.accessibleDescription()
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Left)
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Return)
    assert controller.selection.elements == (Element("W1", (0, 0)),)
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Escape)
    assert controller.selection.hovered is None


def test_a_number_that_was_overwritten_keeps_its_digits_in_its_tip(panel, controller):
    controller.open(Session(one_neuron()))
    run_to(controller, "W1")
    before, after = 0.4, controller.session.value("W1").item()
    tips = [panel.sheet.tip(spot) for spot in spots(panel, "element", "W1[0,0]")]
    assert tips[1].startswith(f"W1[0,0] = {before}\nweight from x[0]")
    assert tips[2].startswith(f"W1[0,0] = {after!r}\n")


def test_long_sums_unfold_by_click_and_key(qtbot, panel, controller):
    controller.open(Session(small(layers=((9, "tanh"), (1, "identity")), batch_size=1)))
    run_to(controller, "z2")
    assert "(6 more)" in panel.text()
    click_on(qtbot, panel, spots(panel, "fold")[-1])
    assert "more" not in panel.text()
    assert "W2[0,5]" in panel.text()
    panel.sheet.setFocus()
    folding = panel.sheet.page.spots.index(spots(panel, "fold")[0])
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Escape)
    for _ in range(folding + 1):
        qtbot.keyClick(panel.sheet, Qt.Key.Key_Right)
    qtbot.keyClick(panel.sheet, Qt.Key.Key_Space)
    assert "(6 more)" in panel.text()


def test_another_path_shows_its_own_factors(qtbot, panel, controller):
    controller.open(Session(small(layers=((2, "tanh"), (3, "identity")), batch_size=1)))
    run_to(controller, "dW1")
    first, second = explain(controller.session, controller.session.current).chain.paths[:2]
    assert first.factors[0].ref in {spot.link.name for spot in spots(panel, "element")}
    click_on(qtbot, panel, spots(panel, "path", "1")[0])
    refs = {spot.link.name for spot in spots(panel, "element")}
    assert set(second.weights) <= refs
    assert not set(first.weights) & refs


def test_sections_open_and_close(qtbot, panel, controller):
    run_to(controller, "delta2")
    section = Link("section", "derivation")
    assert not any("chain rule" in words for words in written(panel))
    click_on(qtbot, panel, spots(panel, *section)[0])
    assert any("chain rule" in words for words in written(panel))
    click_on(qtbot, panel, spots(panel, *section)[0])
    assert not any("chain rule" in words for words in written(panel))


def test_references_are_elements():
    assert element_of("delta2[1,0]") == element_of("delta2[0]") == Element("delta2", (0,))
    assert element_of("a0[2]") == Element("x", (2,))
    assert element_of("y[0,1]") == Element("y", (1,))
    assert element_of("W1[1,2]") == Element("W1", (1, 2))


def test_which_operations_concern_an_element(controller):
    session = controller.session

    def concerned(element):
        found = session.program.operations
        return [op.name for op in found if index_of(session, op, element) == element.index]

    assert concerned(Element("a1", (2,))) == ["z1", "a1", "delta1"]
    assert concerned(Element("delta1", (2,))) == ["z1", "a1", "delta1"]
    assert concerned(Element("W1", (2, 1))) == concerned(Element("dW1", (2, 1))) == ["dW1", "W1"]
    assert concerned(Element("x", (1,))) == []
    assert concerned(Element("y", (0,))) == ["z2", "a2", "delta2"]


def test_what_was_chosen_by_name_is_explained_by_its_own_operation(panel, controller):
    controller.do(Session.step_batch)
    for name, index in (("dW1", (2, 1)), ("z1", (1,)), ("db2", (0,)), ("delta1", (2,))):
        controller.selection.choose([Element(name, index)])
        assert panel.text().startswith(name)
    controller.selection.choose([Element("a1", (1,))])
    assert panel.text().startswith("delta1[0,1]")


def test_a_changed_network_has_operations_of_its_own(panel, controller):
    controller.open(Session(small()))
    controller.do(Session.step_batch)
    controller.asks = False
    controller.selection.choose([Element("W3", (0, 1))])
    controller.restructure(partial(remove_layer, number=2), Label("remove_layer", {"layer": 2}))
    assert controller.selection.elements == ()
    assert "F10" in panel.text()


def inside(panel):
    """Tell whether everything that is written stays within the sheet."""
    words = [mark for mark in panel.sheet.page.marks if isinstance(mark, Words)]
    wide = panel.sheet.width()
    return all(mark.x + width_of(mark.face, mark.text) <= wide for mark in words)


@pytest.mark.parametrize("optimizer", ["adamw", "nesterov"])
@pytest.mark.parametrize(
    ("loss", "end"),
    [("binary_cross_entropy", "sigmoid"), ("cross_entropy", "softmax"), ("huber", "tanh")],
)
def test_nothing_is_wider_than_a_narrow_panel(qtbot, panel, controller, optimizer, loss, end):
    layers = ((9, "gelu_tanh"), (3, end))
    project = small(optimizer, layers=layers, loss=loss, l1=0.1, l2=0.1, rows=7, batch_size=7)
    controller.open(Session(project))
    panel.resize(300, 500)
    panel._opened = frozenset({"derivation"})
    for _ in range(2 * controller.session.operations):
        controller.do(Session.step_operation)
        assert inside(panel), controller.session.current.name


def test_nothing_needs_scrolling_in_a_small_window(qtbot, window):
    house = read_project(resource("examples", "2-house-prices.bpsim.json"))
    window.controller.open(Session(house))
    window.resize(1024, 700)
    window.proportion()
    QApplication.processEvents()
    panel = window.panel("explanation")
    for _ in range(window.controller.session.operations):
        qtbot.keyClick(window, Qt.Key.Key_F10)
        QApplication.processEvents()
        assert panel.view.width() <= 300
        assert panel.view.verticalScrollBar().maximum() == 0, window.controller.session.current


def test_copied_by_key(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F10)
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_C, control | shift)
    assert QGuiApplication.clipboard().text() == window.explanation().text()
    qtbot.keyClick(window, Qt.Key.Key_C, control | Qt.KeyboardModifier.AltModifier)
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith(r"\paragraph{\texttt{z1[0]}}")
    assert r"W_{1} \, a_{0}" in copied


def traced(controller):
    return [tuple(map(str, strand.weights)) for strand in controller.selection.traced]


def test_paths_are_drawn_on_the_network(qtbot, window):
    controller = window.controller
    controller.open(Session(small(layers=((2, "tanh"), (3, "identity")), batch_size=1)))
    run_to(controller, "dW1")
    panel = window.explanation()
    plain = window.network.grab().toImage()
    assert traced(controller) == []
    controller.selection.choose([Element("W1", (1, 0))])
    found = explain(controller.session, controller.session.current, (1, 0)).chain
    assert traced(controller) == [path.weights for path in found.paths]
    assert len(set(traced(controller))) == 3
    drawn = window.network.grab().toImage()
    assert drawn != plain
    QApplication.processEvents()
    point_at(qtbot, panel, spots(panel, "path", "2")[0])
    assert traced(controller) == [found.paths[2].weights]
    assert window.network.grab().toImage() != drawn
    window.docks["settings"].raise_()
    QApplication.processEvents()
    assert traced(controller) == []
    window.docks["explanation"].raise_()
    QApplication.processEvents()
    assert len(traced(controller)) == 3


def test_what_nobody_sees_is_not_reckoned(qtbot, window):
    window.docks["settings"].raise_()
    QApplication.processEvents()
    panel, before = window.explanation(), window.explanation().sheet.page
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_F10)
    assert panel.sheet.page is before
    assert panel.text().startswith("z2")
    qtbot.keyClick(window, Qt.Key.Key_F10)
    window.docks["explanation"].raise_()
    QApplication.processEvents()
    assert panel.text().startswith("a2")
    assert panel.sheet.page is not before


def test_what_if_by_slider_and_by_typing(qtbot, panel, controller):
    controller.open(Session(one_neuron()))
    run_to(controller, "dW2")
    section = Link("section", "what_if")
    click_on(qtbot, panel, spots(panel, *section)[0])
    view = panel._what_if
    qtbot.waitUntil(view.isVisible)
    memory = controller.session.memory.array.copy()
    texts = [cell.text() for cell in view._cells]
    assert texts == ["0.0599322", "0.0599322", "0.0599322", "0"]
    view.slider.setFocus()
    for _ in range(5):
        qtbot.keyClick(view.slider, Qt.Key.Key_PageUp)
    assert view.field.value() == 0.825  # half way along the cubic: an eighth of 1
    predicted, actual = (float(view._cells[k].text()) for k in (1, 2))
    assert predicted == pytest.approx(0.0599322 - 0.0487794 * 0.125, abs=1e-7)
    assert predicted < actual < 0.0599322
    view.field.setFocus()
    view.field.selectAll()
    qtbot.keyClicks(view.field, "7/10")
    qtbot.keyClick(view.field, Qt.Key.Key_Return)
    assert [cell.text() for cell in view._cells] == texts
    assert (controller.session.memory.array == memory).all()
    click_on(qtbot, panel, spots(panel, *section)[0])
    assert not view.isVisible()


def test_what_if_goes_with_the_parameter(qtbot, panel, controller):
    run_to(controller, "dW1")
    click_on(qtbot, panel, spots(panel, "section", "what_if")[0])
    assert panel._what_if.name.text() == "W1[0,0]"
    controller.selection.choose([Element("W1", (2, 1))])
    assert panel._what_if.name.text() == "W1[2,1]"
    run_to(controller, "loss")
    assert not panel._what_if.isVisible()
    assert spots(panel, "section", "what_if") == []
