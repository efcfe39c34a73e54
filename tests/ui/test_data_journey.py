"""From a file of one's own to a trained network, in the real window."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMessageBox

from bpsim.session.session import Session
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.data.apply import AdaptQuestion
from bpsim.ui.data.columns import KIND, SCALED
from bpsim.ui.data.csv_dialog import CsvDialog


@pytest.fixture
def houses(tmp_path):
    """Semicolons, decimal commas, words, an empty cell, and letters of a Western encoding."""
    draws = np.random.RandomState(0)
    lines = ["Größe m²;Alter;Heizung;Preis T€"]
    for row in range(60):
        size, age, kind = draws.uniform(40, 200), draws.uniform(0, 80), row % 3
        price = 60 + 2.4 * size - 1.1 * age + 15 * (kind == 2)
        old = "" if row == 17 else f"{age:.1f}"
        heating = ("Gas", "Öl", "Wärmepumpe")[kind]
        lines.append(f"{size:.1f};{old};{heating};{price:.2f}".replace(".", ","))
    path = tmp_path / "häuser.csv"
    path.write_text("\n".join(lines) + "\n", encoding="cp1252")
    return path


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def tick(qtbot, box):
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))


def test_a_file_with_semicolons_and_decimal_commas_is_trained_on(qtbot, window, houses):
    before = window.controller.session.project
    window.files.open_path(houses)
    dialog = window.findChild(CsvDialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    # What is in it is found without help.
    kinds = [(column.kind, column.role) for column in dialog.columns.columns]
    numbers = ("number", "feature")
    assert kinds == [numbers, numbers, ("category", "feature"), ("number", "target")]
    tick(qtbot, dialog.scale_all)
    scaled = [dialog.columns.index(row, SCALED) for row in range(4)]
    ticks = [dialog.columns.data(index, Qt.ItemDataRole.CheckStateRole) for index in scaled]
    assert [state == Qt.CheckState.Checked for state in ticks] == [True, True, False, True]
    # The empty cell is told at its place; the field that helps has the focus then.
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert "line 19, column 'Alter': is empty" in dialog.problem.text()
    assert window.controller.session.project is before
    qtbot.keyClicks(dialog.empty, "take the column")
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(lambda: window.findChild(AdaptQuestion) is not None)
    question = window.findChild(AdaptQuestion)
    assert "inputs: 1 → 5" in question.informativeText()
    click(qtbot, question.adapt_button)
    session = window.controller.session
    data = session.project.data
    assert (len(data.train), len(data.test)) == (48, 12)
    assert data.features[2:] == ("Heizung=Gas", "Heizung=Wärmepumpe", "Heizung=Öl")
    assert data.scaling.columns == (0, 1, 5)
    assert np.allclose(data.train[:, [0, 1, 5]].mean(axis=0), 0.0)
    # It trains, and the row in view is marked in the table.
    window.controller.speed = FULL_SPEED
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert window.controller.running
    qtbot.waitUntil(lambda: session.history.steps > 3000, timeout=20_000)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    assert not window.controller.running
    losses = session.history.losses
    assert losses[-200:].mean() < 0.2 * losses[:48].mean()
    rows = window.panel("data").table.rows
    assert rows.current == int(session.rows[0])
    # Both come back in one step.
    window.controller.do(Session.undo)
    assert window.controller.session.project == before
    assert not [box for box in window.findChildren(QMessageBox) if box.isVisible()]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"3\n", "line 5: 1 field, but the first line has 2"),
        (b"1;x\n", "line 5, column 'b': 'x' is not a number"),
        (b"1;1e999\n", "line 5, column 'b': 1e999 is too large"),
        (b'"1;2\n', "line 5: quotes do not match"),
    ],
)
def test_a_bad_line_is_told_at_its_place_and_changes_nothing(qtbot, window, tmp_path, line, words):
    before = window.controller.session.project
    path = tmp_path / "bad.csv"
    path.write_bytes(b"a;b\n1,5;2\n2,5;3\n3,5;4\n" + line)
    window.files.open_path(path)
    dialog = window.findChild(CsvDialog)
    kind = dialog.columns.index(1, KIND)
    dialog.columns.setData(kind, "number", Qt.ItemDataRole.EditRole)
    click(qtbot, dialog.import_button)
    qtbot.waitUntil(dialog.problem.isVisible)
    assert words in dialog.problem.text()
    assert dialog.isVisible()
    assert window.controller.session.project is before
    dialog.reject()
