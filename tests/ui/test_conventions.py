"""The conventions are a menu away, and follow the network."""

from dataclasses import replace

from PySide6.QtCore import Qt

from bpsim.engine.parameters import Choice
from bpsim.session.label import Label
from bpsim.ui.explanation.conventions import ConventionsDialog
from bpsim.ui.explanation.marks import Words


def with_mean(project):
    specification = project.specification
    training = replace(specification.training, loss=Choice("mean_squared_error"))
    return replace(project, specification=replace(specification, training=training))


def test_opened_by_key_and_closed_by_key(qtbot, window):
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_K, control | shift)
    dialog = window.findChild(ConventionsDialog)
    assert dialog.isVisible()
    assert "squared error is halved" in dialog.sheet.accessibleDescription()
    window.controller.change_settings(with_mean, Label("loss"))
    assert "without a half" in dialog.sheet.accessibleDescription()
    written = [m.text for m in dialog.sheet.page.marks if isinstance(m, Words)]
    assert "Shape of W" in written
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(ConventionsDialog) is None)
