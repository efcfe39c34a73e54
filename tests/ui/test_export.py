"""Exporting the history, by keyboard and mouse, while it rests and while it runs."""

import csv
import os
import subprocess
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QPushButton

from bpsim.__main__ import main
from bpsim.session.session import Session
from bpsim.storage import history_export
from bpsim.storage.history_csv import history_csv
from bpsim.storage.project_text import write_session
from bpsim.ui import export_task
from bpsim.ui.controller import FULL_SPEED
from bpsim.ui.files import export_dialog
from bpsim.ui.files.export_dialog import ExportDialog
from tests.examples import small


@pytest.fixture
def trained(window):
    window.controller.open(Session(small(shuffle=True)))
    window.controller.do(lambda s: s.run(300))
    window.files.document.took(None, None)
    return window.controller.session


def ask(qtbot, window):
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    return window.findChild(ExportDialog)


def choose(qtbot, window, path):
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    dialog.selectFile(str(path))
    dialog.accept()


def left_in(folder):
    return [path.name for path in folder.iterdir() if "h.csv" in path.name]


def box(window):
    return next(b for b in window.findChildren(QMessageBox) if b.isVisible())


def answer(window, words):
    next(b for b in box(window).buttons() if b.text().replace("&", "") == words).click()


@pytest.fixture
def held(monkeypatch):
    """Hold every export right after its beginning until the event is set."""
    go_on, write = Event(), export_task.write_history

    def slowly(path, record, form, progress):
        def held_progress(done, total):
            told = progress(done, total)
            while told and not go_on.wait(0.01):
                told = progress(done, total)
            return told

        write(path, record, form, held_progress)

    monkeypatch.setattr(export_task, "write_history", slowly)
    yield go_on
    go_on.set()


def test_by_keyboard_it_is_what_bpsim_train_writes(qtbot, window, trained, tmp_path):
    project, ours, theirs = (tmp_path / name for name in ("p.bpsim.json", "a.csv", "b.csv"))
    write_session(project, Session(small(shuffle=True)))
    options = ["--steps", "300", "--history", str(theirs), "--tidy", "--every", "7", "--gradients"]
    assert main(["train", str(project), *options, "--quiet"]) == 0
    dialog = ask(qtbot, window)
    assert dialog.focusWidget() is dialog.layout_box
    qtbot.keyClick(dialog.layout_box, Qt.Key.Key_Down)
    dialog.every.setFocus()
    dialog.every.selectAll()
    qtbot.keyClicks(dialog.every, "7")
    qtbot.keyClick(dialog.gradients, Qt.Key.Key_Space)
    rows = theirs.read_bytes().count(b"\n")
    assert dialog.size_label.text().startswith(f"{rows:,} rows × 8 columns, about ")
    qtbot.keyClick(dialog.every, Qt.Key.Key_Return)
    choose(qtbot, window, ours)
    qtbot.waitUntil(ours.exists)
    assert ours.read_bytes() == theirs.read_bytes()
    qtbot.waitUntil(lambda: "300 steps written to" in window.notice.words)


def test_the_last_choice_is_kept_but_for_the_steps(qtbot, window, trained):
    dialog = ask(qtbot, window)
    dialog.layout_box.setCurrentIndex(1)
    dialog.every.setValue(5)
    dialog.accept()
    window.findChild(QFileDialog).reject()
    again = window.files.ask_export()
    assert (again.form.tidy, again.form.every) == (True, 1)
    again.reject()


def test_what_excel_cannot_open_is_said_with_a_way_out(qtbot, window, trained, monkeypatch):
    monkeypatch.setattr(history_export, "EXCEL_ROWS", 120)
    dialog = ask(qtbot, window)
    assert "More than Excel can open" in dialog.warning.text()
    assert dialog.warning.isVisible()
    assert dialog.every_offer.text() == "Every 3 steps"
    qtbot.mouseClick(dialog.every_offer, Qt.MouseButton.LeftButton)
    assert dialog.form.every == 3
    assert not dialog.warning.isVisible()
    monkeypatch.setattr(history_export, "EXCEL_COLUMNS", 20)
    monkeypatch.setattr(export_dialog, "EXCEL_COLUMNS", 20)
    dialog.gradients.click()
    assert not dialog.every_offer.isVisible()
    monkeypatch.setattr(history_export, "EXCEL_ROWS", 10**5)
    qtbot.mouseClick(dialog.tidy_offer, Qt.MouseButton.LeftButton)
    assert dialog.form.tidy
    assert not dialog.offers.isVisible()
    dialog.reject()


def test_parquet_needs_its_library(qtbot, window, trained, monkeypatch):
    monkeypatch.setattr(export_dialog, "can_write_parquet", lambda: False)
    dialog = ask(qtbot, window)
    assert "bpsim[parquet]" in dialog.hint.text()
    assert dialog.hint.isVisible()
    qtbot.keyClick(dialog.format_box, Qt.Key.Key_Down)
    assert not dialog.form.parquet
    dialog.reject()


def test_parquet_is_written(qtbot, window, trained, tmp_path):
    io = pytest.importorskip("arro3.io")
    dialog = ask(qtbot, window)
    dialog.format_box.setCurrentIndex(1)
    dialog.accept()
    path = tmp_path / "h.parquet"
    choose(qtbot, window, path)
    qtbot.waitUntil(path.exists)
    assert len(io.read_parquet(path).read_all()) == 301


def test_training_goes_on_while_it_is_written(qtbot, window, trained, tmp_path, held):
    path = tmp_path / "h.csv"
    controller = window.controller
    controller.speed = FULL_SPEED
    controller.toggle(1)
    task = window.files.export(path)
    record = task._record
    qtbot.waitUntil(lambda: trained.history.steps > record.steps + 500)
    held.set()
    with qtbot.waitSignal(task.finished):
        pass
    assert controller.running
    controller.pause()
    assert path.read_bytes() == b"".join(history_csv(record))
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert len(rows) == record.steps + 1
    losses = np.array([float(row["loss"]) for row in rows[1:]])
    assert np.array_equal(losses, trained.history.losses[: record.steps])
    assert "steps written" in box(window).text()


def test_cancelling_leaves_what_was_there_and_says_so(qtbot, window, trained, tmp_path, held):
    path = tmp_path / "h.csv"
    path.write_text("before")
    window.files.export(path)
    qtbot.waitUntil(lambda: window.findChild(QProgressDialog).isVisible(), timeout=3000)
    dialog = window.findChild(QProgressDialog)
    assert str(path) in dialog.labelText()
    qtbot.mouseClick(dialog.findChild(QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "as it was before" in window.notice.words)
    assert path.read_text() == "before"
    assert left_in(tmp_path) == ["h.csv"]


def test_a_folder_that_vanishes_is_told_with_its_path(qtbot, window, trained, tmp_path, held):
    folder = tmp_path / "folder"
    folder.mkdir()
    window.files.export(folder / "h.csv")
    qtbot.waitUntil(lambda: any(folder.iterdir()))
    folder.rename(tmp_path / "elsewhere")
    held.set()
    qtbot.waitUntil(lambda: any(b.isVisible() for b in window.findChildren(QMessageBox)))
    assert f"{folder / 'h.csv'} was not written" in box(window).text()
    assert not folder.exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts")
def test_a_full_disk_is_told_and_the_old_file_is_whole(qtbot, window, trained, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=60k", "tmpfs", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted")
    try:
        path = disk / "h.csv"
        path.write_text("before")
        window.files.export(path)
        qtbot.waitUntil(lambda: any(b.isVisible() for b in window.findChildren(QMessageBox)))
        assert box(window).text() == f"{path} was not written: the disk is full"
        assert path.read_text() == "before"
        assert list(disk.iterdir()) == [path]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_leaving_asks_before_it_stops_an_export(qtbot, window, trained, tmp_path, held):
    path = Path(tmp_path, "h.csv")
    window.files.export(path)
    window.close()
    assert window.isVisible()
    answer(window, "Go on exporting")
    assert window.isVisible()
    window.close()
    answer(window, "Stop it")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert left_in(tmp_path) == []
