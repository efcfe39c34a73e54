"""Every word that is seen can be translated: the window in a made-up language."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QHelpEvent
from PySide6.QtWidgets import QApplication, QMessageBox, QToolTip

from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.practice.grading import MISTAKES
from bpsim.resources import resource
from bpsim.session.label import Label
from bpsim.session.session import Session
from bpsim.session.stopping.breakpoints import Breakpoint, Marks
from bpsim.session.values import Element
from bpsim.storage.datasets.table import BUILT_IN
from bpsim.storage.lessons import lesson_files, lesson_title
from bpsim.storage.project_file import read_project
from bpsim.ui.app import make_window
from bpsim.ui.check.dialog import CheckDialog
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.data.built_in_dialog import BuiltInDialog
from bpsim.ui.data.csv_dialog import CsvDialog
from bpsim.ui.data.edit_dialog import EditDialog
from bpsim.ui.debugger.breakpoint_dialog import BreakpointDialog
from bpsim.ui.debugger.until_dialog import UntilDialog
from bpsim.ui.explanation.marks import Link
from bpsim.ui.gallery.dialog import GalleryDialog
from bpsim.ui.settings.table import title_of
from tests.examples import one_neuron, small, two_two_two
from tests.ui.foreign import TABLES, Foreign, Painted, Reader, texts_found

ROOT = Path(__file__).parents[2]
LESSONS = [lesson_title(path) for path in lesson_files()]
EXAMPLES = [read_project(path).name for path in sorted(resource("examples").glob("*.json"))]
ASKS_OR_ENDS = {"quit"}
WRONG = ("W9", "loss", "loss <", "W1[0,7] > 0", "nope(1)", "3 W1", "abs(", "abs(loss", "a =")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    pairs = texts_found(ROOT, tmp_path_factory.mktemp("texts"))
    if pairs is None:
        pytest.skip("pyside6-lupdate is not installed")
    return pairs


@pytest.fixture
def reader(qtbot, found, qapp, monkeypatch):
    language, painted = Foreign(found, qapp), Painted(monkeypatch, qapp)
    qapp.installTranslator(language)
    qapp.installEventFilter(painted)
    window = make_window()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    with qtbot.waitSignal(window.first_painted):
        window.show()
        window.proportion()
    yield Reader(qtbot, window, painted)
    window.files.document.took(None, None)
    qapp.removeTranslator(language)
    qapp.removeEventFilter(painted)


def test_the_window_is_in_the_made_up_language(reader):
    assert reader.window.menus.actions["undo"].text() == "⟦Undo⟧"
    reader.read("Undo")
    reader.read("⟦Undo ⟧something")
    assert reader.bare == {"Undo": ["Undo"], "⟦Undo ⟧something": ["something"]}


def test_every_panel_at_rest_and_after_a_while(reader):
    for steps in (0, 40):
        reader.window.controller.do(lambda session, steps=steps: session.run(steps))
        for name in reader.window.docks:
            reader.panel(name)
            reader.qtbot.wait(50)
            reader.look(*LESSONS)
    assert reader.bare == {}


PROJECTS = {
    "one": one_neuron(),
    "two": two_two_two(True),
    "adamw": small("adamw", l1=0.01, l2=0.1, batch_size=3),
    "softmax": small(
        "momentum",
        layers=((6, "relu"), (8, "leaky_relu"), (3, "softmax")),
        loss="cross_entropy",
        rows=8,
        batch_size=0,
    ),
}


@pytest.mark.parametrize("name", PROJECTS)
def test_every_kind_of_operation_is_explained(reader, name):
    controller, panel, looked = reader.window.controller, reader.panel("explanation"), set()
    controller.open(Session(PROJECTS[name]))
    controller.do(Session.step_batch)
    for section in ("derivation", "what_if"):
        panel.sheet.followed.emit(Link("section", section))
    for operation in controller.session.program.operations:
        controller.do(Session.step_operation)
        # What waits for the window to rest.
        panel.show_again()
        reader.read(panel.text())
        if operation.kind not in looked:
            reader.look()
        looked.add(operation.kind)
    for tensor in ("W1", "b1", "a1", "delta1", "dW1"):
        index = (0, 0) if "W" in tensor else (0,)
        controller.selection.choose([Element(tensor, index)])
        reader.look()
        reader.read(panel.text())
    assert reader.bare == {}


def test_practice_with_wrong_answers_and_hints(reader):
    controller, panel = reader.window.controller, reader.panel("practice")
    controller.open(Session(two_two_two(False)))
    reader.qtbot.keyClick(reader.window, Qt.Key.Key_F6)
    reader.look()
    panel.start.setFocus()
    reader.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    said = set()
    while panel.practice is not None:
        right = panel.practice.question.right
        for answer in ("no", "7", f"{-right:.6g}", f"{10 * right:.6g}"):
            panel.task.field.setText(answer)
            reader.qtbot.keyClick(panel.task.field, Qt.Key.Key_Return)
            said.add(panel.task.said.text())
            reader.read(panel.task.said.text())
        if panel.practice.item is not None:
            panel.task.hint_button.click()
            reader.look()
            panel.task.show_button.click()
    reader.look()
    assert len(said) > 3
    assert reader.bare == {}


def test_every_text_of_the_tables_can_be_translated(found):
    entries = [entry for table in TABLES for entry in table.values()]
    parameters = [p for entry in entries for p in getattr(entry, "parameters", ())]
    assert {("settings", title_of(parameter)) for parameter in parameters} <= found
    stages = [stage for entry in OPTIMIZERS.values() for stage in entry.stages]
    assert {("engine", each.meaning) for each in (*entries, *parameters, *stages)} <= found
    words = {word for mistake in MISTAKES for word in (mistake.name, mistake.sentence)}
    assert {("mistakes", word) for word in words} <= found
    options = [option for entry in BUILT_IN.values() for option in entry.options]
    words = {word for entry in BUILT_IN.values() for word in (entry.title, entry.meaning)}
    words |= {word for option in options for word in (option.name, option.meaning)}
    assert {("datasets", word) for word in words} <= found


def test_settings_and_what_is_wrong_with_them(reader):
    panel = reader.panel("settings")
    for name in OPTIMIZERS:
        combo = panel.row("training.optimizer").combo
        combo.setCurrentText(name)
        combo.activated.emit(combo.currentIndex())
        reader.look()
    rate = "training.optimizer.learning_rate"
    wrong = ((rate, "-1"), (rate, "x"), ("training.batch_size", "-1"), ("training.seed", "1.5"))
    for path, text in wrong:
        field = panel.row(path).field
        field.setFocus()
        field.selectAll()
        reader.qtbot.keyClicks(field, text)
        reader.qtbot.keyClick(field, Qt.Key.Key_Return)
        assert panel.row(path).note.property("problem")
        reader.look()
    assert reader.bare == {}


def test_every_command(reader):
    reader.window.controller.do(lambda session: session.run(3))
    for name in reader.window.menus.actions.keys() - ASKS_OR_ENDS:
        reader.do(name)
        reader.qtbot.wait(20)
        reader.look(*LESSONS, *EXAMPLES, "abelow", "Li")
        reader.close()
    reader.window.controller.pause()
    assert reader.bare == {}


def test_conditions_with_mistakes(reader):
    panels = [reader.panel(name) for name in ("watches", "breakpoints")]
    reader.do("condition")
    reader.do("run_until")
    reader.dialog(UntilDialog).choices.button(2).click()
    for text in WRONG:
        for kind in (BreakpointDialog, UntilDialog):
            reader.dialog(kind).condition.setText(text)
        reader.panel("watches")
        panels[0].field.setText(text)
        reader.qtbot.keyClick(panels[0].field, Qt.Key.Key_Return)
        reader.look(text, *text.split(), "nope")
    reader.close()
    marks = Marks((Breakpoint("a1"), Breakpoint("", "", "loss < 1"), Breakpoint("q7")), ("W9",))
    reader.window.controller.mark(marks, Label("breakpoints"))
    reader.window.controller.speed = FULL_SPEED
    for _ in range(2):
        reader.do("run")
        reader.qtbot.waitUntil(lambda: not reader.window.controller.running)
        for panel in ("watches", "breakpoints"):
            reader.panel(panel)
            reader.look()
    assert reader.bare == {}


def test_checks_of_gradients(reader):
    for project in (one_neuron(), small(layers=((4, "relu"), (1, "sigmoid")))):
        reader.window.controller.open(Session(project))
        reader.do("check")
        dialog = reader.dialog(CheckDialog)
        reader.qtbot.waitUntil(lambda dialog=dialog: not dialog.stop_button.isVisible())
        reader.look()
        reader.close()
    assert reader.bare == {}


def test_a_run_that_overflows_and_one_that_is_out_of_reach(reader):
    steep = small(rate=1e200, layers=((2, "identity"), (1, "identity")))
    for project in (steep, small(loss="cross_entropy", layers=((1, "tanh"),), seed=2)):
        reader.window.controller.open(Session(project))
        reader.window.controller.do(lambda session: session.run(50))
        assert reader.dialog(QMessageBox)
        reader.look()
        reader.close()
    assert reader.bare == {}


def test_the_network_under_the_pointer(reader):
    controller, network = reader.window.controller, reader.window.network
    controller.open(Session(small(layers=((3, "tanh"), (2, "sigmoid")))))
    for steps in (0, 2):
        controller.do(lambda session, steps=steps: session.run(steps))
        said = set()
        for x in range(10, network.width(), 23):
            for y in range(10, network.height(), 23):
                spot = QPoint(x, y)
                asked = QHelpEvent(QEvent.Type.ToolTip, spot, network.mapToGlobal(spot))
                QApplication.sendEvent(network, asked)
                said.add(QToolTip.text())
        assert len(said) > 8
        for text in said:
            reader.read(text)
    for tensor in ("a1", "W1", "x", "a2"):
        element = Element(tensor, (0, 0) if tensor == "W1" else (0,))
        controller.selection.choose([element])
        reader.look()
        spot = network.place_of(element).toPoint()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, spot, network.mapToGlobal(spot))
        QApplication.sendEvent(network, event)
        reader.look()
        network.menu.hide()
    QToolTip.hideText()
    assert reader.bare == {}


def test_data_by_all_ways(reader, tmp_path):
    panel = reader.panel("data")
    for button in panel.buttons:
        reader.read(button.toolTip())
    panel.choose_built_in()
    dialog = reader.dialog(BuiltInDialog)
    for row in range(dialog.list.count()):
        dialog.list.setCurrentRow(row)
        reader.look(*sources())
    reader.close()
    panel.edit()
    dialog = reader.dialog(EditDialog)
    for tab in range(dialog.tabs.count()):
        dialog.tabs.setCurrentIndex(tab)
        reader.look()
    reader.close()
    panel.standardise()
    reader.look()
    reader.close()
    assert reader.bare == {}


PLENTY = "a,b\n" + "1,2\n" * 300


def test_tables_with_mistakes(reader, tmp_path):
    panel = reader.panel("data")
    tables = {"gap": f"{PLENTY},3\n", "word": f"{PLENTY}x,4\n", "more": f"{PLENTY}1,2,3\n"}
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
        panel.import_file(tmp_path / f"{name}.csv")
        dialog = reader.dialog(CsvDialog)
        reader.look(name, "Windows")
        dialog.accept()
        reader.qtbot.waitUntil(dialog.problem.isVisible)
        assert "302" in dialog.problem.text()
        reader.look(name, "Windows")
        reader.close()
    for name, text in (("empty.csv", ""), ("none.csv", None)):
        if text is not None:
            (tmp_path / name).write_text(text)
        panel.import_file(tmp_path / name)
        assert text is not None or reader.dialog(CsvDialog).problem.text()
        reader.look("none", "empty", "Windows")
        reader.close()
    assert reader.bare == {}


def sources():
    for entry in BUILT_IN.values():
        yield from (entry.source, entry.licence, *entry.features, *entry.targets)


FROM_PYTHON = "Expecting property name enclosed in double quotes"
"""What Python's reader of JSON says."""


PARTS = ("version", "name", "network", "training", "data", "more")


def asked(reader):
    return any(box.isVisible() for box in reader.window.findChildren(QMessageBox))


def test_files_that_fail(reader, tmp_path):
    files = reader.window.files
    texts = ("{", "[]", '{"format": "bpsim-project", "version": 2, "name": 3, "more": []}')
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.bpsim.json"
        path.write_text(text)
        files.open_file(path)
        reader.qtbot.waitUntil(lambda: asked(reader))
        reader.look(str(tmp_path), FROM_PYTHON, *PARTS)
        reader.close()
    for path in (tmp_path / "none" / "a.bpsim.json", tmp_path):
        files.save_to(path)
        reader.qtbot.waitUntil(lambda: asked(reader))
        reader.look(str(tmp_path), str(tmp_path / "none"))
        reader.close()
    assert reader.bare == {}


def test_questions(reader):
    controller = reader.window.controller
    controller.do(lambda session: session.run(5))
    controller.do(lambda session: session.jump_to_step(2))
    panel = reader.panel("settings")
    combo = panel.row("training.optimizer").combo
    combo.setCurrentText("adam")
    combo.activated.emit(combo.currentIndex())
    assert reader.dialog(QMessageBox)
    reader.look()
    reader.close()
    controller.do(lambda session: session.jump_to_step(6))
    controller.edit(Element("W1", (0, 0)), 0.5)
    reader.window.close()
    assert reader.dialog(QMessageBox)
    reader.look()
    reader.close()
    assert reader.bare == {}


def test_the_gallery(reader):
    reader.do("new")
    dialog = reader.dialog(GalleryDialog)
    reader.qtbot.waitUntil(lambda: dialog.cards.count() > 1)
    reader.look(*EXAMPLES)
    dialog.cards.setCurrentRow(0)
    for data in range(dialog.own.data.count()):
        dialog.own.data.setCurrentIndex(data)
        reader.look(*EXAMPLES)
    dialog.own.hidden.setText("8, x")
    reader.look(*EXAMPLES)
    reader.close()
    assert reader.bare == {}
