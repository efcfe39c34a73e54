"""The data panel and its dialogues, used as a person would."""

from dataclasses import replace
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QProgressDialog

from bpsim.session.beginning import blank_data, own_project
from bpsim.session.label import Label
from bpsim.session.project import Dataset, with_training
from bpsim.session.session import Session
from bpsim.storage.csv_import import read_csv
from bpsim.storage.datasets.table import BUILT_IN, built_in
from bpsim.ui.data import csv_task
from bpsim.ui.data.apply import AdaptQuestion
from bpsim.ui.data.built_in_dialog import BuiltInDialog
from bpsim.ui.data.columns import KIND, ROLE, SCALED
from bpsim.ui.data.csv_dialog import CsvDialog
from bpsim.ui.data.draft import Draft
from bpsim.ui.data.edit_dialog import EditDialog
from bpsim.ui.data.plane import is_drawable, points_of
from bpsim.ui.data.scaling_dialog import ScalingDialog
from bpsim.ui.data.table import FIXED


@pytest.fixture
def panel(qtbot, window):
    window.docks["data"].raise_()
    made = window.panel("data")
    made.plane.make()
    qtbot.waitUntil(made.isVisible)
    return made


def project(window):
    return window.controller.session.project


def adapt(window):
    window.findChild(AdaptQuestion).adapt_button.click()


def test_the_table_shows_every_row_and_marks_the_one_in_view(qtbot, window, panel):
    panel.take(built_in("xor", {"rows": 8, "test": 0.25}))
    adapt(window)
    rows = panel.table.rows
    assert rows.rowCount() == 8
    assert [rows.text(row, 1) for row in range(8)] == ["train"] * 6 + ["test"] * 2
    assert rows.headerData(FIXED, Qt.Orientation.Horizontal) == "x[0] a"
    assert rows.headerData(FIXED + 2, Qt.Orientation.Horizontal) == "y[0] xor"
    for _ in range(4):
        qtbot.keyClick(window, Qt.Key.Key_F8)
        session = window.controller.session
        expected = session.project.data.train[session.rows[0]]
        current = rows.current
        assert [rows.number(current, c) for c in range(3)] == expected.tolist()
        marked = [row for row in range(8) if rows.state(row).current]
        assert marked == [current]
        assert rows.state(current).in_batch
        ring = panel.plane._ring.getData()
        assert (ring[0][0], ring[1][0]) == tuple(expected[:2])
    assert "being computed" in rows.data(rows.index(current, 0), Qt.ItemDataRole.AccessibleTextRole)


def test_a_batch_is_marked_whole_and_a_click_chooses_its_sample(qtbot, window, panel):
    data = built_in("moons", {"rows": 40})
    panel.take(data)
    adapt(window)
    controller = window.controller
    training = replace(project(window).specification.training, batch_size=5)
    controller.change_settings(lambda p: with_training(p, training), Label("loss"))
    rows = panel.table.rows
    assert [rows.state(row).in_batch for row in range(7)] == [True] * 5 + [False] * 2
    place = panel.table.visualRect(rows.index(3, FIXED)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert controller.selection.sample == 3
    assert rows.current == 3
    outside = panel.table.visualRect(rows.index(5, FIXED)).center()
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=outside)
    assert controller.selection.sample == 3


def test_selected_rows_are_copied_with_their_header(qtbot, window, panel):
    panel.take(Dataset.of(("a", "b"), ("c",), [[0.1, 2, 0], [1 / 3, 4, 1]]))
    adapt(window)
    panel.table.selectRow(1)
    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "a\tb\tc\n0.3333333333333333\t4.0\t1.0\n"


def test_a_misfit_is_adapted_in_one_step_of_undo(qtbot, window, panel):
    before = project(window)
    panel.take(built_in("iris", {}))
    question = window.findChild(AdaptQuestion)
    assert "inputs: 1 → 4" in question.informativeText()
    assert "outputs: 1 → 3" in question.informativeText()
    assert question.keep_button is None
    assert project(window) is before
    question.adapt_button.click()
    assert project(window).specification.network.sizes == (4, 1, 3)
    assert project(window).data == built_in("iris", {})
    window.controller.do(Session.undo)
    assert project(window) == before
    assert panel.table.rows.dataset is before.data


def test_an_output_out_of_reach_can_be_kept(qtbot, window, panel):
    panel.take(Dataset.of(("x",), ("y",), [[1.0, 5.0]]))
    question = window.findChild(AdaptQuestion)
    assert "output activation: sigmoid → identity" in question.informativeText()
    question.keep_button.click()
    assert project(window).data.train.tolist() == [[1.0, 5.0]]
    assert project(window).specification.network.layers[-1].activation == "sigmoid"


def test_data_without_rows_is_refused_in_words(window, panel):
    panel.take(Dataset.of(("x",), ("y",), []))
    assert "one target and one row" in window.findChild(QMessageBox).text()


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_set_can_be_chosen(qtbot, window, panel, name):
    panel.buttons[0].click()
    dialog = window.findChild(BuiltInDialog)
    dialog.list.setCurrentRow(list(BUILT_IN).index(name))
    assert dialog.title.text() == BUILT_IN[name].title
    assert dialog.source.isVisible() == bool(BUILT_IN[name].licence)
    seed = next(f for f in dialog.fields if f.option.name == "seed")
    seed.widget.setValue(3)
    dialog.use_button.click()
    question = window.findChild(AdaptQuestion)
    if question is not None:
        question.adapt_button.click()
    assert project(window).data == built_in(name, {"seed": 3})


def tick(qtbot, dialog):
    """Tick or untick the first column by key."""
    dialog.table.setCurrentIndex(dialog.model.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Space)


def test_values_too_far_apart_are_refused_at_the_place(qtbot, window, panel):
    panel.take(Dataset.of(("a",), ("b",), [[1e308, 1], [-1e308, 0]]))
    assert project(window).data.train[0, 0] == 1e308
    panel.buttons[3].click()
    dialog = window.findChild(ScalingDialog)
    assert dialog.model.data(dialog.model.index(0, 1)) == "–"
    tick(qtbot, dialog)
    dialog.apply_button.click()
    assert "too far apart" in dialog.problem.text()
    assert dialog.isVisible()


def test_standardising_shows_its_numbers_and_is_taken_back(qtbot, window, panel):
    panel.take(Dataset.of(("a", "b"), ("c",), [[1, 5, 0], [3, 9, 1]]))
    adapt(window)
    panel.buttons[3].click()
    dialog = window.findChild(ScalingDialog)
    assert [dialog.model.data(dialog.model.index(0, c)) for c in range(3)] == ["a", "2", "1"]
    tick(qtbot, dialog)
    dialog.apply_button.click()
    assert project(window).data.train[:, 0].tolist() == [-1.0, 1.0]
    header = panel.table.rows.headerData(FIXED, Qt.Orientation.Horizontal)
    assert header == "x[0] a\n(v − 2) / 1"
    tip = panel.table.rows.data(panel.table.rows.index(0, FIXED), Qt.ItemDataRole.ToolTipRole)
    assert tip == "-1.0, which stands for 1"
    assert "1 standardised" in panel.words.text()
    qtbot.waitUntil(lambda: window.findChild(ScalingDialog) is None)
    panel.buttons[3].click()
    dialog = window.findChild(ScalingDialog)
    assert dialog.model.chosen == {0}
    tick(qtbot, dialog)
    dialog.apply_button.click()
    assert project(window).data.train[:, 0].tolist() == [1.0, 3.0]
    assert project(window).data.scaling is None


# CSV


GERMAN = "größe;art;preis\n" + "".join(
    f"{n},5;{('Haus', 'Hof')[n % 2]};{n * 10 if n != 3 else ''}\n" for n in range(10)
)


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_dropped_file_is_guessed_corrected_and_imported(qtbot, window, panel, tmp_path):
    path = tmp_path / "häuser.csv"
    path.write_bytes(GERMAN.encode("cp1252"))
    drop(window, path)
    dialog = window.findChild(CsvDialog)
    assert dialog.dialect.delimiter == ";"
    assert dialog.dialect.decimal == ","
    assert dialog.dialect.encoding == "cp1252"
    assert dialog.rows.data(dialog.rows.index(0, 0)) == "0,5"
    model = dialog.columns
    assert [(c.name, c.kind, c.role) for c in model.columns] == [
        ("größe", "number", "feature"),
        ("art", "category", "feature"),
        ("preis", "number", "target"),
    ]
    # An empty cell is refused until there is a choice for it.
    dialog.import_button.click()
    qtbot.waitUntil(dialog.problem.isVisible)
    said = dialog.problem.text().split("\n")
    assert said[0] == "häuser.csv, line 5, column 'preis': is empty"
    assert "“Empty cells”" in said[1]
    assert dialog.focusWidget() is dialog.empty
    dialog.empty.setCurrentIndex(dialog.empty.findData("drop"))
    model.setData(
        model.index(0, SCALED), Qt.CheckState.Checked.value, Qt.ItemDataRole.CheckStateRole
    )
    dialog.test.setValue(0)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: window.findChild(AdaptQuestion) is not None)
    adapt(window)
    data = project(window).data
    assert data.features == ("größe", "art=Haus", "art=Hof")
    assert len(data.train) == 9
    assert data.scaling.columns == (0,)
    assert data.scaling.take_back(data.train)[:, 0] == pytest.approx(
        [n + 0.5 for n in range(10) if n != 3]
    )


def test_every_guess_can_be_corrected(qtbot, window, panel, tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    panel.import_file(path)
    dialog = window.findChild(CsvDialog)
    model = dialog.columns
    dialog.header.click()
    assert [c.name for c in model.columns] == ["column 1", "column 2"]
    assert [c.kind for c in model.columns] == ["category", "category"]
    dialog.header.click()
    dialog.delimiter.setCurrentIndex(dialog.delimiter.findData(";"))
    assert [c.name for c in model.columns] == ["a,b"]
    assert not dialog.import_button.isEnabled()
    assert "at least one feature" in dialog.problem.text()
    dialog.delimiter.setCurrentIndex(0)
    model.setData(model.index(0, ROLE), "target")
    model.setData(model.index(1, ROLE), "feature")
    model.setData(model.index(0, KIND), "category")
    choices = dialog.choices
    assert (choices.features, choices.targets) == (("b",), ("a",))
    assert choices.categories == ("a",)
    dialog.scale_all.click()
    assert dialog.choices.standardise == ("b",)


def test_reading_shows_progress_and_can_be_cancelled(qtbot, window, panel, tmp_path, monkeypatch):
    path = tmp_path / "big.csv"
    path.write_text("x,y\n" + "1,0.5\n" * 100_000)
    half, go_on = Event(), Event()

    def halting(source, name, choices, progress):
        def halt(done, total):
            if 2 * done > total and not half.is_set():
                half.set()
                go_on.wait(30)
            return progress(done, total)

        return read_csv(source, name, choices, halt)

    monkeypatch.setattr(csv_task, "read_csv", halting)
    before = project(window)
    panel.import_file(path)
    dialog = window.findChild(CsvDialog)
    dialog.import_button.click()
    progress = dialog.findChild(QProgressDialog)
    qtbot.waitUntil(half.is_set)
    qtbot.waitUntil(lambda: progress.value() > 0)
    assert not dialog.import_button.isEnabled()
    progress.canceled.emit()
    go_on.set()
    qtbot.waitUntil(dialog.import_button.isEnabled)
    assert dialog.isVisible()
    assert not dialog.problem.isVisible()
    assert project(window) is before


def test_a_file_that_is_gone_is_named(qtbot, window, panel, tmp_path):
    panel.import_file(tmp_path / "none.csv")
    dialog = window.findChild(CsvDialog)
    assert "none.csv" in dialog.problem.text()
    assert not dialog.import_button.isEnabled()


# Typing, pasting and drawing


@pytest.fixture
def editor(window, panel):
    panel.take(Dataset.of(("a", "b"), ("c",), [[1, 2, 0], [3, 4, 1]]))
    adapt(window)
    panel.buttons[2].click()
    return window.findChild(EditDialog)


def type_into(qtbot, editor, row, column, text):
    editor.table.setCurrentIndex(editor.model.index(row, column))
    editor.table.edit(editor.model.index(row, column))
    field = editor.table.viewport().findChildren(QLineEdit)[-1]
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    # Qt commits when it comes back to its loop.
    QGuiApplication.processEvents()


def test_rows_are_typed_and_applied_in_one_step(qtbot, window, editor):
    type_into(qtbot, editor, 0, 1, "1/4")
    editor.add_row()
    # A row without anything in it is none.
    assert editor.apply_button.isEnabled()
    type_into(qtbot, editor, 2, 1, "5")
    assert "Row 2, column b is empty" in editor.problem.text()
    assert not editor.apply_button.isEnabled()
    for column, text in ((2, "0,5"), (3, "1")):
        type_into(qtbot, editor, 2, column, text)
    type_into(qtbot, editor, 1, 0, "test")
    before = project(window)
    editor.apply_button.click()
    data = project(window).data
    assert data.train.tolist() == [[0.25, 2, 0], [5, 0.5, 1]]
    assert data.test.tolist() == [[3, 4, 1]]
    window.controller.do(Session.undo)
    assert project(window) == before


def test_a_whole_table_is_typed_by_keyboard(qtbot, window):
    window.controller.open(Session(own_project("mine", (3,), blank_data(2, 1), classes=True)))
    window.files.rows_wanted.emit()
    editor = window.findChild(EditDialog)
    qtbot.waitUntil(editor.isActiveWindow)
    assert editor.focusWidget() is editor.table
    cells = ["0", "0", "0", "0", "1", "1", "1", "0", "1", "1", "1", "0"]
    for number, text in enumerate(cells):
        target = editor.table if number == 0 else QApplication.focusWidget()
        qtbot.keyClicks(target, text)
        last = number == len(cells) - 1
        # Tab after the last column begins a new row; Enter ends the last one.
        key = Qt.Key.Key_Return if last else Qt.Key.Key_Tab
        qtbot.keyClick(QApplication.focusWidget(), key)
        QGuiApplication.processEvents()
    assert len(editor.draft.rows) == 5
    editor.apply_button.click()
    data = project(window).data
    assert data.train.tolist() == [[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert project(window).specification.network.sizes == (2, 3, 1)


def test_what_is_no_number_is_refused(qtbot, editor):
    type_into(qtbot, editor, 0, 1, "nan")
    assert editor.draft.rows[0, 0] == 1.0
    assert "'nan' cannot stand there" in editor.problem.text()


def test_cells_are_pasted_and_rows_grow(qtbot, editor):
    QGuiApplication.clipboard().setText("7\t8\r\n9\t10\r\n11\t12\r\n")
    editor.table.setCurrentIndex(editor.model.index(1, 1))
    qtbot.keyClick(editor.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert editor.draft.rows[1:, :2].tolist() == [[7, 8], [9, 10], [11, 12]]
    QGuiApplication.clipboard().setText("1\tx")
    qtbot.keyClick(editor.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "'x' cannot stand there" in editor.problem.text()
    assert editor.draft.rows[1, 0] == 7
    QGuiApplication.clipboard().setText("1/2\t3\n1\n")
    editor.table.setCurrentIndex(editor.model.index(2, 2))
    qtbot.keyClick(editor.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(editor.draft.rows[2:4], [[9, 0.5, 3], [11, 1, np.nan]])
    QGuiApplication.clipboard().setText("1\n2\t3\t4\n")
    qtbot.keyClick(editor.table, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert "'4' cannot stand there" in editor.problem.text()
    assert editor.draft.rows[2, 1] == 0.5


def test_a_whole_table_is_pasted_by_choices(qtbot, editor):
    QGuiApplication.clipboard().setText("p\tq\n1,5\t2\n3,5\t4\n")
    editor.paste_all()
    dialog = editor.findChild(CsvDialog)
    dialog.test.setValue(0)
    dialog.import_button.click()
    qtbot.waitUntil(lambda: editor.draft.names == ["p", "q"])
    assert editor.draft.rows.tolist() == [[1.5, 2], [3.5, 4]]


def test_columns_come_and_go(editor):
    editor.add_feature()
    assert editor.draft.names == ["a", "b", "x3", "c"]
    assert np.isnan(editor.draft.rows[:, 2]).all()
    editor.table.setCurrentIndex(editor.model.index(0, 3))
    editor.remove_column()
    editor.table.setCurrentIndex(editor.model.index(0, 1))
    editor.remove_column()
    assert editor.draft.names == ["b", "c"]
    assert editor.draft.rows.tolist() == [[2, 0], [4, 1]]
    editor.add_target()
    assert editor.draft.targets == ["c", "y2"]


def test_rows_are_removed_and_split_anew(qtbot, editor):
    for _ in range(8):
        editor.add_row()
    editor.draft.rows[:] = 0.0
    editor.percent.setValue(30)
    editor.seed.setValue(2)
    editor.split()
    assert editor.draft.test.sum() == 3
    editor.table.clearSelection()
    editor.table.selectRow(0)
    qtbot.keyClick(editor.table, Qt.Key.Key_Delete)
    assert len(editor.draft.rows) == 9
    assert editor.table.currentIndex().row() == 0


def test_standardised_columns_are_edited_plain_and_standardised_again(qtbot, window, panel):
    panel.take(built_in("houses", {"rows": 20}))
    adapt(window)
    panel.buttons[2].click()
    editor = window.findChild(EditDialog)
    assert editor.draft.rows[:, 0].max() > 100
    assert "size, age, price" in editor.note.text()
    editor.apply_button.click()
    assert project(window).data.train == pytest.approx(built_in("houses", {"rows": 20}).train)


def drag(qtbot, plane, places):
    view = plane.plot.viewport()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        event_move(view, place)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=places[-1])


def event_move(view, place):
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QGuiApplication.sendEvent(view, event)


def test_points_are_drawn_with_a_brush_and_erased(qtbot, window, panel):
    panel.buttons[2].click()
    editor = window.findChild(EditDialog)
    editor.tabs.setCurrentIndex(1)
    editor.draw.restarted.emit()
    plane, page = editor.draw.plane, editor.draw
    view = plane.plot.viewport()
    place = QPoint(view.width() // 2, view.height() // 2)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    x, y = plane.place_of(QPointF(place))
    assert editor.draft.rows[0] == pytest.approx([x, y, 0.0], abs=0.01)
    page.one.click()
    drag(qtbot, plane, [place + QPoint(40 + n, 0) for n in range(0, 61, 2)])
    assert 4 <= len(editor.draft.rows) - 1 <= 6
    assert (editor.draft.rows[1:, 2] == 1.0).all()
    page.other.click()
    page.value.setValue(0.25)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place - QPoint(60, 60))
    assert editor.draft.rows[-1, 2] == 0.25
    count = len(editor.draft.rows)
    page.eraser.click()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert len(editor.draft.rows) == count - 1
    assert 0.0 not in editor.draft.rows[:, 2]
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    assert len(editor.draft.rows) == count - 1


def test_a_curve_is_drawn_from_one_feature(qtbot, window, panel):
    panel.buttons[2].click()
    editor = window.findChild(EditDialog)
    assert editor.draft.names == ["x", "y"]
    editor.tabs.setCurrentIndex(1)
    plane = editor.draw.plane
    place = QPoint(plane.plot.viewport().width() // 3, plane.plot.viewport().height() // 3)
    qtbot.mouseClick(plane.plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(editor.draft.rows) == 2
    assert editor.draft.rows[1] == pytest.approx(plane.place_of(QPointF(place)), abs=0.05)


# What is drawn


def test_classes_differ_by_shape_and_hue_and_test_points_are_told_apart():
    points = points_of(built_in("moons", {"rows": 40, "test": 0.25}))
    assert points.test.sum() == 10
    assert len(set(points.hues)) == len(set(points.shapes[:2])) == 2
    values = points_of(built_in("houses", {"rows": 40}))
    assert set(values.groups) == {0, 1, 2, 3, 4}
    three = Dataset.of(("a", "b"), ("p", "q", "r"), [[0, 0, 0, 1, 0], [1, 1, 0, 0, 1]])
    assert points_of(three).groups.tolist() == [1, 2]
    assert not is_drawable(built_in("iris", {}))


@pytest.mark.parametrize("rows", [[[1e12, 1], [1e12, 1]], [[1e-320, 0], [0, 0]], [[0, 1e300]]])
def test_extreme_values_do_no_harm_to_the_plane(qtbot, window, panel, rows):
    panel.take(Dataset.of(("x",), ("y",), rows))
    adapt_or_not = window.findChild(AdaptQuestion)
    if adapt_or_not is not None:
        adapt_or_not.adapt_button.click()
    assert panel.plane.isVisible() == (max(map(max, rows)) <= 1e12)
    panel.plane.repaint()
    low, high = panel.plane.plot.viewRange()[0]
    assert low < high


def test_a_hundred_thousand_rows_are_not_copied(window, panel):
    rows = np.random.RandomState(0).standard_normal((100_000, 21))
    data = Dataset.of(tuple(f"c{n}" for n in range(20)), ("y",), rows)
    panel.take(data)
    adapt(window)
    assert panel.table.rows.dataset.train is project(window).data.train
    assert panel.table.rows.rowCount() == 100_000
    panel.table.scrollToBottom()
    assert panel.table.rowAt(panel.table.viewport().height() - 30) >= 99_990


def test_a_draft_keeps_scaled_columns_in_step():
    draft = Draft.of(built_in("houses", {"rows": 10}))
    assert draft.scaled == (0, 1, 2)
    draft.add_column(False)
    assert draft.scaled == (0, 1, 3)
    draft.remove_column(0)
    assert draft.scaled == (0, 2)
    assert draft.names == ["age", "x3", "price"]
