"""A new project, from the gallery, by mouse and by keyboard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMessageBox

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.datasets.table import built_in
from bpsim.ui.data.edit_dialog import EditDialog
from bpsim.ui.gallery.cards import PICTURE
from bpsim.ui.gallery.dialog import GalleryDialog
from bpsim.ui.gallery.own import hidden_sizes
from bpsim.ui.gallery.picture import shown_units
from bpsim.ui.gallery.starts import ABOUT, read_starts


@pytest.fixture
def gallery(qtbot, window):
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(GalleryDialog)
    with qtbot.waitSignal(dialog.filled):
        pass
    return dialog


def project(window):
    return window.controller.session.project


def centre_of(gallery, row):
    return gallery.cards.visualItemRect(gallery.cards.item(row)).center()


def test_every_example_has_a_card_with_a_picture_of_its_own(gallery):
    names = [gallery.cards.item(row).text() for row in range(gallery.cards.count())]
    assert names == ["Your own network", *(start.name for start in read_starts())]
    assert len(names) == len(set(names)) == len(ABOUT) + 1
    shown = gallery.cards.viewport().grab().toImage()
    drawn = set()
    for row in range(gallery.cards.count()):
        card = gallery.cards.visualItemRect(gallery.cards.item(row))
        card.setHeight(PICTURE)
        part = shown.copy(card.adjusted(12, 12, -12, -4))
        picture = part.convertToFormat(QImage.Format.Format_RGB32)
        drawn.add(picture.constBits().tobytes())
    # The two of the 2-2-2 network are the same network.
    assert len(drawn) == len(names) - 1


def test_an_example_is_begun_with_by_mouse(qtbot, window, gallery):
    qtbot.mouseClick(gallery.cards.viewport(), Qt.MouseButton.LeftButton, pos=centre_of(gallery, 3))
    assert not gallery.own.isVisible()
    qtbot.mouseClick(gallery.create_button, Qt.MouseButton.LeftButton)
    assert project(window).name == "XOR"
    assert not window.isWindowModified()
    assert window.files.document.path is None


def test_an_example_is_begun_with_by_keyboard(qtbot, window, gallery):
    assert gallery.focusWidget() is gallery.cards
    qtbot.keyClick(gallery.cards, Qt.Key.Key_Right)
    qtbot.keyClick(gallery.cards, Qt.Key.Key_Down)
    qtbot.keyClick(gallery.cards, Qt.Key.Key_Return)
    assert project(window).name == read_starts()[4].name


def test_typing_a_name_goes_to_its_card(qtbot, gallery):
    qtbot.keyClicks(gallery.cards, "iris")
    assert gallery.cards.currentItem().text() == "Iris"


def test_a_network_of_ones_own_for_a_built_in_set(qtbot, window, gallery):
    own = gallery.own
    own.data.setFocus()
    qtbot.keyClicks(own.data, "XOR")
    assert not own.inputs.isEnabled()
    own.hidden.setFocus()
    own.hidden.selectAll()
    qtbot.keyClicks(own.hidden, "4, 3")
    qtbot.keyClick(own.hidden, Qt.Key.Key_Return)
    assert project(window).specification.network.sizes == (2, 4, 3, 1)
    assert project(window).data == built_in("xor", {})
    assert window.findChild(EditDialog) is None


def test_a_network_of_ones_own_for_rows_that_are_typed(qtbot, window, gallery):
    own = gallery.own
    own.inputs.setFocus()
    own.inputs.selectAll()
    qtbot.keyClicks(own.inputs, "3")
    own.hidden.clear()
    qtbot.mouseClick(gallery.create_button, Qt.MouseButton.LeftButton)
    assert project(window).specification.network.sizes == (3, 1)
    assert project(window).data.train.tolist() == [[0.0, 0.0, 0.0, 0.0]]
    assert window.findChild(EditDialog).isVisible()
    window.findChild(EditDialog).reject()


def test_a_project_without_a_name_gets_that_of_its_file(qtbot, window, gallery, tmp_path):
    gallery.own.data.setCurrentText("XOR")
    gallery.accept()
    assert window.windowTitle().startswith("Untitled[*]")
    with qtbot.waitSignal(window.files.save_to(tmp_path / "mine.bpsim.json").done):
        pass
    assert window.windowTitle().startswith("mine[*]")
    assert not window.isWindowModified()


def test_hidden_layers_that_cannot_be_read_are_said_at_the_place(qtbot, window, gallery):
    before = project(window)
    gallery.own.hidden.clear()
    qtbot.keyClicks(gallery.own.hidden, "8, many")
    assert "such as 8, 8" in gallery.own.problem.text()
    assert gallery.own.problem.isVisible()
    assert not gallery.create_button.isEnabled()
    qtbot.keyClick(gallery.own.hidden, Qt.Key.Key_Return)
    assert gallery.isVisible()
    gallery.own.hidden.setText("8")
    assert not gallery.own.problem.isVisible()
    assert gallery.create_button.isEnabled()
    assert project(window) is before


def test_what_is_not_saved_is_asked_for_first(qtbot, window):
    window.controller.edit(Element("W1", (0, 0)), 0.5)
    before = project(window)
    dialog = window.files.new()
    with qtbot.waitSignal(dialog.filled):
        pass
    dialog.cards.setCurrentRow(3)
    dialog.accept()
    box = next(b for b in window.findChildren(QMessageBox) if b.isVisible())
    assert project(window) is before
    next(b for b in box.buttons() if b.text() == "Don’t save").click()
    assert project(window).name == "XOR"


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("", ()),
        ("3", (3,)),
        ("8, 8", (8, 8)),
        ("8-8-4", (8, 8, 4)),
        (" 8 × 8 ", (8, 8)),
        ("0", None),
        ("1.5", None),
        ("٣", None),
        ("100000", None),
        ("1 " * 65, None),
    ],
)
def test_hidden_sizes(text, sizes):
    assert hidden_sizes(text) == sizes


def test_of_a_large_layer_first_and_last_units_are_drawn():
    assert shown_units(3) == [0, 1, 2]
    assert shown_units(64) == [0, 1, 2, None, 62, 63]


def test_every_start_can_be_trained():
    for start in read_starts():
        session = Session(start.project)
        assert session.run(200).halt is None
        losses = session.history.losses
        assert losses[-50:].mean() < losses[:50].mean()
