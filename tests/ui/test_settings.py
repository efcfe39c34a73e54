"""The settings panel, by keys and mouse, beside sessions that do the same without a window."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QStyle, QStyleOptionComboBox

from bpsim.engine.activations import ACTIVATIONS
from bpsim.engine.initializers import INITIALIZERS
from bpsim.engine.losses import LOSSES
from bpsim.engine.optimizers import OPTIMIZERS
from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.session.project import with_training
from bpsim.session.session import Session
from bpsim.session.settings import places_of, with_frozen
from bpsim.session.structure import reinitialise
from bpsim.session.values import Element
from bpsim.ui.app import make_window
from bpsim.ui.settings.setting import Section
from tests.examples import small

# The offscreen platform says so of every list that opens.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CONTROL = Qt.KeyboardModifier.ControlModifier
RATE = "training.optimizer.learning_rate"


def trained(project, rate):
    optimizer = project.specification.training.optimizer
    optimizer = replace(optimizer, parameters={**optimizer.parameters, "learning_rate": rate})
    return with_training(project, replace(project.specification.training, optimizer=optimizer))


@pytest.fixture
def window(qtbot, qapp):
    made = make_window(small(rows=6, shuffle=True))
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.docks["settings"].raise_()
    made.activateWindow()
    return made


@pytest.fixture
def panel(window):
    return window.panel("settings")


def type_into(qtbot, field, text, *, enter=True):
    field.setFocus()
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(field, text)
    if enter:
        qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(qtbot, combo, name):
    combo.setFocus()
    combo.showPopup()
    combo.view().setCurrentIndex(combo.model().index(combo.findText(name), 0))
    qtbot.keyClick(combo.view(), Qt.Key.Key_Return)


def undo(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)


def training(window):
    return window.controller.session.project.specification.training


# Settings in the midst of training


def test_the_learning_rate_changes_in_mid_training(qtbot, window, panel):
    window.controller.do(lambda s: s.run(7))
    type_into(qtbot, panel.row(RATE).field, "1/4")
    window.controller.do(lambda s: s.run(6))
    other = Session(small(rows=6, shuffle=True))
    other.run(7)
    other.change_settings(trained(other.project, 0.25), Label("setting"))
    other.run(6)
    session = window.controller.session
    assert np.array_equal(session.history.losses, other.history.losses)
    assert np.array_equal(session.parameters(), other.parameters())
    assert [era.step for era in session.history.eras] == [0, 7]
    assert window.menus.actions["undo"].text() == "Undo Set learning_rate to 0.25"


def test_a_smaller_batch_begins_at_once(qtbot, window, panel):
    window.controller.do(lambda s: s.run(2))
    row = panel.row("training.batch_size")
    type_into(qtbot, row.field, "0")
    assert row.note.text() == "All 6 rows in each step."
    window.controller.do(lambda s: s.run(1))
    assert window.controller.session.program.rows == 6
    undo(qtbot, window)
    assert (row.line.text(), row.note.text()) == ("2", "Rows in each step, of 6; 0 takes all.")


def test_what_runs_goes_on_running(qtbot, window, panel):
    window.toolbar.speed.setValue(100)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: window.controller.session.history.steps > 50)
    type_into(qtbot, panel.row(RATE).field, "0.01")
    assert window.controller.running
    at = window.controller.session.history.steps
    qtbot.waitUntil(lambda: window.controller.session.history.steps > at + 50)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    history = window.controller.session.history
    assert len(history.eras) == 2
    assert not window.findChildren(QMessageBox)


def test_asks_before_it_drops_what_came_later(qtbot, window, panel):
    window.controller.do(lambda s: s.run(9))
    window.controller.do(lambda s: s.jump_to_step(4))
    row = panel.row(RATE)
    type_into(qtbot, row.field, "0.5")
    box = window.findChild(QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert (row.line.text(), window.controller.session.history.steps) == ("0.1", 9)
    choose(qtbot, panel.row("training.optimizer").combo, "adam")
    assert panel.row("training.optimizer").combo.currentText() == "sgd"
    [box] = [b for b in window.findChildren(QMessageBox) if b.isVisible()]
    box.button(QMessageBox.StandardButton.Ok).click()
    assert panel.row("training.optimizer").combo.currentText() == "adam"
    assert window.controller.session.history.steps == 4


# Entries of tables


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name != "sgd"])
def test_every_optimizer_is_chosen_and_undone(qtbot, window, panel, name):
    window.controller.do(lambda s: s.run(3))
    type_into(qtbot, panel.row(RATE).field, "0.03")
    choose(qtbot, panel.row("training.optimizer").combo, name)
    assert training(window).optimizer == Choice(name, {"learning_rate": 0.03})
    shown = [path for _, path in panel._rows if path.startswith("training.optimizer.")]
    assert shown == [f"training.optimizer.{p.name}" for p in OPTIMIZERS[name].parameters]
    assert panel.row("training.optimizer").note.text() == OPTIMIZERS[name].meaning
    window.controller.do(lambda s: s.run(3))
    undo(qtbot, window)
    assert training(window).optimizer == Choice("sgd", {"learning_rate": 0.03})
    assert panel.row("training.optimizer").combo.currentText() == "sgd"
    assert [path for _, path in panel._rows if path.startswith("training.optimizer.")] == [RATE]


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "half_squared_error"])
def test_every_loss_is_chosen_and_undone(qtbot, window, panel, name):
    choose(qtbot, panel.row("training.loss").combo, name)
    assert training(window).loss == Choice(name)
    assert panel.row("training.loss").note.text() == LOSSES[name].meaning
    window.controller.do(lambda s: s.run(1))
    assert window.controller.session.history.steps == 1
    window.controller.do(lambda s: s.restart())
    undo(qtbot, window)
    assert training(window).loss == Choice("half_squared_error")
    assert panel.row("training.loss").combo.currentText() == "half_squared_error"


@pytest.mark.parametrize("name", [n for n, entry in ACTIVATIONS.items() if not entry.output_only])
def test_every_activation_is_chosen_and_undone(qtbot, window, panel, name):
    row = panel.row("network.layers[1].activation")
    choose(qtbot, row.combo, name)
    layers = window.controller.session.project.specification.network.layers
    assert [layer.activation for layer in layers] == ["tanh", name, "sigmoid"]
    if name != "relu":
        assert window.menus.actions["undo"].text() == f"Undo Change layer 2 to {name}"
        undo(qtbot, window)
        assert row.combo.currentText() == "relu"


def test_softmax_is_for_the_last_layer_only(panel):
    for layer, allowed in ((0, False), (1, False), (2, True)):
        model = panel.row(f"network.layers[{layer}].activation").combo.model()
        [item] = [i for k in range(model.rowCount()) if "softmax" in (i := model.item(k)).text()]
        assert item.isEnabled() == allowed
        assert ("only in the last layer" in item.text()) != allowed


def test_a_loss_that_does_not_fit_the_data_is_refused_beside_it(qtbot, window, panel):
    data = window.controller.session.project.data
    rows = data.train.copy()
    rows[:, 2] = -1.0
    window.controller.replace_data(type(data).of(data.features, data.targets, rows))
    before = window.controller.session.project
    row = panel.row("training.loss")
    choose(qtbot, row.combo, "cross_entropy")
    assert row.note.text().startswith("data.train[0] has a target outside 0 and up")
    assert row.note.property("tone") == "problem"
    assert row.combo.currentText() == "half_squared_error"
    assert window.controller.session.project is before
    choose(qtbot, row.combo, "huber")
    assert row.note.property("tone") == "muted"


PARAMETERS = [
    (path, table, name, parameter)
    for path, table in (
        ("training.optimizer", OPTIMIZERS),
        ("training.loss", LOSSES),
        ("network.initializer", INITIALIZERS),
    )
    for name, entry in table.items()
    for parameter in entry.parameters
]


def other_values(parameter):
    """Give numbers of a parameter's range that are hard to write."""
    hard = (1 / 3, 1e-300, 0.1 + 0.2, 5e-324, 0.999, 123456.789, 1.7976931348623157e308, -1e-7)
    return [value for value in hard if parameter.complaint(value) is None]


@pytest.mark.parametrize(
    ("path", "table", "name", "parameter"),
    PARAMETERS,
    ids=[f"{name}.{parameter.name}" for _, _, name, parameter in PARAMETERS],
)
def test_every_parameter_has_a_field_that_keeps_every_bit(
    qtbot, window, panel, path, table, name, parameter
):
    choose(qtbot, panel.row(path).combo, name)
    row = panel.row(f"{path}.{parameter.name}")
    assert row.note.text() == parameter.meaning

    def present():
        project = panel._draft if path == "network.initializer" else panel._project
        return row.setting.get(project)

    if isinstance(parameter.default, bool):
        assert present() is parameter.default
        row.box.setFocus()
        qtbot.keyClick(row.box, Qt.Key.Key_Space)
        assert present() is not parameter.default
        return
    if parameter.default is not None:
        assert present() == parameter.default
    values = [v for v in other_values(parameter) if not row.complain(v)]
    assert len(values) > 3
    for value in values:
        type_into(qtbot, row.field, repr(value))
        assert present() == value
        assert float(row.line.text()) == value


# Wrong texts


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        (RATE, "fast", "Not a number"),
        (RATE, "-0.1", "at least 0"),
        (RATE, "1e999", "Not a number"),
        ("training.l1", "-1", "at least 0"),
        ("training.l2", "nan", "Not a number"),
        ("training.batch_size", "2.5", "Not a whole number"),
        ("training.batch_size", "-1", "0 for all rows"),
        ("training.seed", "-1", "from 0 to"),
        ("training.seed", str(2**63), "from 0 to"),
    ],
)
def test_a_wrong_text_changes_nothing_and_says_why(qtbot, window, panel, path, text, message):
    before = window.controller.session.project
    row = panel.row(path, Section.TRAINING)
    old, meaning = row.line.text(), row.note.text()
    type_into(qtbot, row.field, text)
    assert message in row.note.text()
    assert row.note.property("tone") == "problem"
    assert window.controller.session.project is before
    window.controller.do(lambda s: s.step_batch())
    assert row.line.text() == text
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert (row.line.text(), row.note.text()) == (old, meaning)
    assert row.note.property("tone") == "muted"


def test_a_seed_is_kept_to_the_last_digit(qtbot, window, panel):
    type_into(qtbot, panel.row("training.seed", Section.TRAINING).field, str(2**63 - 1))
    assert training(window).seed == 2**63 - 1


# Following


def test_what_is_being_typed_stays_while_other_settings_change(qtbot, window, panel):
    field = panel.row("training.l2").field
    type_into(qtbot, field, "0.0", enter=False)
    window.controller.do(lambda s: s.run(4))
    window.controller.change_settings(lambda p: trained(p, 0.7), Label("optimizer"))
    assert panel.row(RATE).line.text() == "0.7"
    assert (field.text(), QApplication.focusWidget()) == ("0.0", field)
    qtbot.keyClicks(field, "5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert training(window).l2 == 0.05


def test_moving_back_into_an_earlier_era_shows_its_settings(qtbot, window, panel):
    window.controller.do(lambda s: s.run(3))
    type_into(qtbot, panel.row(RATE).field, "0.5")
    window.controller.do(lambda s: s.run(3))
    window.controller.do(lambda s: s.jump_to_step(1))
    assert panel.row(RATE).line.text() == "0.1"
    window.controller.do(lambda s: s.jump_to_step(5))
    assert panel.row(RATE).line.text() == "0.5"


def test_undo_in_a_field_without_a_text_of_its_own_is_the_windows(qtbot, window, panel):
    field = panel.row(RATE).field
    type_into(qtbot, field, "0.5")
    undo_key = (field, Qt.Key.Key_Z, CONTROL)
    qtbot.keyClick(*undo_key)
    assert (field.text(), training(window).optimizer.parameters["learning_rate"]) == ("0.1", 0.1)


def test_another_network_brings_other_layers(qtbot, window, panel):
    assert panel.row("network.layers[2].activation")
    window.controller.open(Session(small(layers=((2, "silu"), (1, "tanh")))))
    layers = [path for _, path in panel._rows if path.endswith("activation")]
    assert layers == ["network.layers[0].activation", "network.layers[1].activation"]
    assert panel.row(layers[0]).combo.currentText() == "silu"


# Freezing


def test_freezes_weights_and_biases(qtbot, window, panel):
    window.controller.do(lambda s: s.run(2))
    frozen = window.controller.session.value("W2").copy()
    row = panel.row("network.layers[1].frozen.weights")
    row.box.setFocus()
    qtbot.keyClick(row.box, Qt.Key.Key_Space)
    assert window.menus.actions["undo"].text() == "Undo Freeze W2"
    biases = window.controller.session.value("b2").copy()
    window.controller.do(lambda s: s.run(5))
    session = window.controller.session
    assert np.array_equal(session.value("W2"), frozen)
    assert not np.array_equal(session.value("b2"), biases)
    qtbot.keyClick(row.box, Qt.Key.Key_Space)
    assert session.project.specification.network.layers[1].frozen_weights is False
    undo(qtbot, window)
    assert row.box.checkState() is Qt.CheckState.Checked


def test_what_is_frozen_in_part_is_shown_so(qtbot, window, panel):
    window.controller.change_settings(
        lambda p: with_frozen(p, places_of([Element("W2", (0, 1)), Element("W2", (2, 3))]), True),
        Label("freeze", {"name": "W2"}),
    )
    row = panel.row("network.layers[1].frozen.weights")
    assert row.box.checkState() is Qt.CheckState.PartiallyChecked
    assert row.note.text() == "2 of 12 are frozen."
    row.box.setFocus()
    qtbot.keyClick(row.box, Qt.Key.Key_Space)
    assert row.box.checkState() is Qt.CheckState.Checked
    assert row.note.text() == ""
    qtbot.keyClick(row.box, Qt.Key.Key_Space)
    assert row.box.checkState() is Qt.CheckState.Unchecked


# Drawing new weights


def test_draws_new_weights_by_a_chosen_initializer_and_seed(qtbot, window, panel):
    window.controller.asks = False
    window.controller.do(lambda s: s.run(5))
    before = window.controller.session.parameters()
    choose(qtbot, panel.row("network.initializer").combo, "normal")
    type_into(qtbot, panel.row("network.initializer.std").field, "2")
    type_into(qtbot, panel.row("training.seed", Section.START).field, "77")
    assert np.array_equal(window.controller.session.parameters(), before)
    assert training(window).seed == 1
    panel.draw.setFocus()
    qtbot.keyClick(panel.draw, Qt.Key.Key_Space)
    session = window.controller.session
    choice = Choice("normal", {"std": 2.0})
    other = Session(reinitialise(small(rows=6, shuffle=True), choice, 77))
    assert session.position.executed == 0
    assert np.array_equal(session.parameters(), other.parameters())
    window.controller.do(lambda s: s.run(4))
    window.controller.do(lambda s: s.restart())
    assert np.array_equal(session.parameters(), other.parameters())
    assert window.menus.actions["undo"].text() == "Undo Draw new weights"
    undo(qtbot, window)
    assert np.array_equal(session.parameters(), before)
    assert panel.row("network.initializer").combo.currentText() == "glorot_uniform"


def test_a_range_the_wrong_way_round_is_refused_beside_it(qtbot, window, panel):
    choose(qtbot, panel.row("network.initializer").combo, "uniform")
    row = panel.row("network.initializer.low")
    type_into(qtbot, row.field, "0.75")
    assert "must not be above high" in row.note.text()
    assert panel._draft.specification.network.initializer == Choice("uniform")


def test_a_draft_of_the_start_survives_other_changes(qtbot, window, panel):
    type_into(qtbot, panel.row("training.seed", Section.START).field, "9")
    type_into(qtbot, panel.row(RATE).field, "0.2")
    assert panel.row("training.seed", Section.START).line.text() == "9"
    type_into(qtbot, panel.row("training.seed", Section.TRAINING).field, "5")
    assert panel.row("training.seed", Section.START).line.text() == "5"


# Room and keyboard


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900)])
def test_changing_tabs_leaves_the_places_as_wide_as_they_were(qtbot, window, size):
    window.resize(*size)
    window.proportion()
    QApplication.processEvents()
    width = window.network.width()
    for name in ("explanation", "settings", "explanation", "settings"):
        window.docks[name].raise_()
        QApplication.processEvents()
        assert window.docks[name].panel.isVisible()
        assert window.network.width() == width


def test_all_names_fit_at_300_pixels(qtbot, window, panel):
    window.resize(1024, 700)
    window.proportion()
    qtbot.waitUntil(lambda: panel.width() == 300)
    assert panel.minimumSizeHint().width() <= 300
    for row in panel._rows.values():
        if isinstance(row.field, QComboBox):
            option = QStyleOptionComboBox()
            row.field.initStyleOption(option)
            room = row.field.style().subControlRect(
                QStyle.ComplexControl.CC_ComboBox,
                option,
                QStyle.SubControl.SC_ComboBoxEditField,
                row.field,
            )
            names = [option.name for option in row.setting.options if not option.refusal]
            widest = max(row.field.fontMetrics().horizontalAdvance(name) for name in names)
            assert widest <= room.width()


def test_tab_goes_through_all_fields_in_their_order(qtbot, window, panel):
    choose(qtbot, panel.row("training.optimizer").combo, "adamw")
    fields = [row.field for row in panel._rows.values()] + [panel.draw]
    fields[0].setFocus()
    seen = [QApplication.focusWidget()]
    for _ in fields[1:]:
        qtbot.keyClick(seen[-1], Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert seen == fields


def test_every_field_has_a_name_and_says_what_it_means(panel):
    for row in panel._rows.values():
        assert row.field.accessibleName() == row.setting.title
        assert row.field.accessibleDescription() == row.setting.note
        assert row.title.buddy() is row.field
