"""The explanation's terms and the picture's elements are one."""

from functools import partial

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication

from bpsim.explain.explain import explain
from bpsim.explain.structure import Line, Span, as_text
from bpsim.resources import resource
from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.structure import remove_layer
from bpsim.session.values import Element
from bpsim.storage.project_file import read_project
from bpsim.ui.controller import Controller
from bpsim.ui.explanation.panel import ExplanationPanel, index_of
from bpsim.ui.explanation.text import element_of, numbers
from bpsim.ui.theme.tokens import LIGHT
from tests.examples import small

FIXED = "\u00a0"


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


def test_says_what_will_be_there(panel, controller):
    assert "F10" in panel.text()
    assert panel.empty.isVisible()
    assert not panel.rule.isVisible()
    controller.do(Session.step_operation)
    assert not panel.empty.isVisible()
    assert panel.rule.isVisible()
    assert panel.text() == as_text(explain(controller.session, controller.session.current))


def test_a_term_points_at_its_element(qtbot, panel, controller):
    run_to(controller, "delta1")
    panel.terms.linkHovered.emit("W2[0,1]")
    assert controller.selection.hovered == Element("W2", (0, 1))
    panel.terms.linkHovered.emit("")
    assert controller.selection.hovered is None
    panel.terms.linkActivated.emit("delta2[0,0]")
    assert controller.selection.elements == (Element("delta2", (0,)),)
    assert "delta2[0,0]" in panel.text().splitlines()[0]


def test_the_pointer_on_a_term_is_noticed(qtbot, panel, controller):
    run_to(controller, "db2")
    QApplication.processEvents()
    for x in range(0, panel.terms.width(), 4):
        qtbot.mouseMove(panel.terms, QPoint(x, 10))
    seen = set()
    controller.selection.hover_changed.connect(lambda: seen.add(controller.selection.hovered))
    for x in range(0, panel.terms.width(), 4):
        qtbot.mouseMove(panel.terms, QPoint(x, 10))
    assert Element("delta2", (0,)) in seen
    panel.terms.left.emit()
    assert controller.selection.hovered is None


def test_what_is_pointed_at_elsewhere_is_underlined(panel, controller):
    run_to(controller, "z1")
    assert "underline" not in panel.terms.text()
    controller.selection.hover(Element("W1", (0, 1)))
    assert panel.terms.text().count("underline") == 2  # in the formula and among the numbers
    controller.selection.hover(Element("x", (0,)))
    assert panel.terms.text().count("underline") == 2
    controller.selection.hover(None)
    assert "underline" not in panel.terms.text()


def test_a_unit_on_the_picture_stands_for_its_error_signal(panel, controller):
    run_to(controller, "delta1")
    controller.selection.hover(Element("a2", (0,)))
    marked = [part for part in panel.terms.text().split("<a ") if "underline" in part]
    assert all('href="delta2[0,0]"' in part for part in marked)
    assert marked


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


def test_lines_break_before_operators_only():
    def written(text):
        return numbers([Line((Span("= "), Span(text)))], LIGHT, lambda _: False)

    product = written("0.7 × (−0.07 × 2) × 0.62 × (1 − 0.62)")
    assert f"0.7 ×{FIXED}(−0.07{FIXED}×{FIXED}2) ×{FIXED}0.62 ×{FIXED}(1{FIXED}" in product
    total = written("0.7 × 2 + 0.5 × 3")
    assert f"0.7{FIXED}×{FIXED}2 +{FIXED}0.5{FIXED}×{FIXED}3" in total
    part = written("(0.7 × (−2) × 0.1234 + 0.5 × (−3)) × 0.8332")
    assert f"×{FIXED}(−2){FIXED}×{FIXED}0.1234 +" in part
    assert f"×{FIXED}(−3)) ×{FIXED}0.8332" in part


def test_lines_are_in_line_at_their_equals_signs():
    lines = [Line((Span("a"),)), Line((Span("L[0] = "), Span("b"))), Line((Span("= "), Span("c")))]
    rows = numbers(lines, LIGHT, lambda _: False).split("<tr>")[1:]
    leads = [row.split("</td>")[0].split(">")[1] for row in rows]
    assert leads == ["", f"L[0]{FIXED}={FIXED}", f"={FIXED}"]


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
