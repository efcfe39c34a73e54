"""Opening, saving, leaving and recovering, in the real window."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QMessageBox

from bpsim.session.session import Session
from bpsim.session.values import Element
from bpsim.storage.project_file import read_session
from bpsim.storage.project_text import write_session
from bpsim.ui.app import make_window
from bpsim.ui.files.autosave import left_behind
from bpsim.ui.files.document import data_folder
from tests.examples import one_neuron, small


def waited(qtbot, job):
    with qtbot.waitSignal(job.done):
        pass


def answer(window, words):
    box = next(b for b in window.findChildren(QMessageBox) if b.isVisible())
    next(b for b in box.buttons() if b.text().replace("&", "") == words).click()
    return box


def edit(window, value=0.5):
    window.controller.edit(Element("W1", (0, 0)), value)


def shown(session):
    values = {op.name: session.value(op.name) for op in session.program.operations}
    return {name: None if v is None else v.tolist() for name, v in values.items()}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "project.bpsim.json"


def test_a_saved_project_goes_on_where_it_stood(qtbot, window, path):
    window.controller.open(Session(small("adam", shuffle=True)))
    window.controller.do(lambda s: s.run(7))
    window.controller.do(Session.step_phase)
    session = window.controller.session
    waited(qtbot, window.files.save_to(path))
    before = shown(session), session.position
    again = make_window()
    qtbot.addWidget(again)
    waited(qtbot, again.files.open_file(path))
    reopened = again.controller.session
    assert (shown(reopened), reopened.position) == before
    for each in (session, reopened):
        each.run(20)
    assert np.array_equal(session.parameters(), reopened.parameters())
    assert np.array_equal(session.history.losses, reopened.history.losses)


def test_the_title_tells_what_is_not_saved(qtbot, window, path):
    assert not window.isWindowModified()
    window.controller.do(lambda s: s.run(5))
    assert not window.isWindowModified()
    edit(window)
    assert window.isWindowModified()
    window.menus.actions["undo"].trigger()
    assert not window.isWindowModified()
    window.menus.actions["redo"].trigger()
    assert window.isWindowModified()
    waited(qtbot, window.files.save_to(path))
    assert not window.isWindowModified()
    window.controller.do(lambda s: s.run(5))
    assert window.isWindowModified()
    assert window.windowTitle().startswith("One neuron a layer[*]")


def test_ctrl_s_asks_for_a_file_once(qtbot, window, path):
    edit(window)
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(QFileDialog)
    assert dialog.selectedFiles()[0].endswith("One neuron a layer.bpsim.json")
    dialog.selectFile(str(path))
    dialog.accept()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert read_session(path).value("W1").item() == 0.5
    edit(window, 0.75)
    window.menus.actions["save"].trigger()
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert read_session(path).value("W1").item() == 0.75


@pytest.mark.parametrize(
    ("words", "closed", "saved"),
    [("Save", True, True), ("Don’t save", True, False), ("Cancel", False, False)],
)
def test_leaving_asks_once(qtbot, window, path, words, closed, saved):
    waited(qtbot, window.files.save_to(path))
    edit(window)
    window.close()
    assert window.isVisible()
    answer(window, words)
    if closed:
        qtbot.waitUntil(lambda: not window.isVisible())
    assert window.isVisible() != closed
    assert (read_session(path).value("W1").item() == 0.5) == saved


def test_nothing_is_asked_where_nothing_would_be_lost(window):
    window.controller.do(lambda s: s.run(5))
    window.close()
    assert not window.isVisible()


def test_a_change_on_disk_is_not_overwritten_silently(qtbot, window, path):
    waited(qtbot, window.files.save_to(path))
    edit(window)
    write_session(path, Session(small()))
    job = window.files.save_to(path)
    with qtbot.waitSignal(job.failed):
        pass
    assert window.isWindowModified()
    answer(window, "Cancel")
    assert read_session(path).project.name == "small"
    job = window.files.save_to(path)
    with qtbot.waitSignal(job.failed):
        pass
    answer(window, "Overwrite")
    qtbot.waitUntil(lambda: not window.isWindowModified())
    assert read_session(path).value("W1").item() == 0.5


def test_a_failed_save_leaves_the_file_and_says_why(qtbot, window, tmp_path):
    edit(window)
    nowhere = tmp_path / "gone" / "p.bpsim.json"
    with qtbot.waitSignal(window.files.save_to(nowhere).failed):
        pass
    assert str(nowhere.parent) in window.findChild(QMessageBox).text()
    assert window.isWindowModified()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts")
def test_a_full_disk_leaves_the_old_file_and_the_changes_unsaved(qtbot, window, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=16k", "tmpfs", str(disk)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted")
    try:
        path = disk / "project.bpsim.json"
        waited(qtbot, window.files.save_to(path))
        before = path.read_bytes()
        window.controller.open(Session(small(rows=2000)))
        with qtbot.waitSignal(window.files.save_to(path).failed):
            pass
        box = next(b for b in window.findChildren(QMessageBox) if b.isVisible())
        assert box.text() == f"{path} was not written: the disk is full"
        assert window.isWindowModified()
        assert path.read_bytes() == before
        assert list(disk.iterdir()) == [path]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_second_window_is_told(qtbot, window, path):
    waited(qtbot, window.files.save_to(path))
    assert window.files.document.shared_with == ""
    other = make_window()
    qtbot.addWidget(other)
    waited(qtbot, other.files.open_file(path))
    assert "another window" in other.findChild(QMessageBox).text()
    window.files.document.close()


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


def test_a_dropped_project_is_opened(qtbot, window, path):
    write_session(path, Session(small()))
    drop(window, path)
    qtbot.waitUntil(lambda: window.controller.session.project.name == "small")
    assert str(path) in window.settings.value("recent")


def test_a_dropped_table_is_imported(qtbot, window, tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("a;b\n0,5;1\n0,25;0\n")
    drop(window, rows)
    assert window.panel("data").isVisible()


def test_edits_are_kept_within_a_second_and_forgotten_when_saved(qtbot, window, path):
    edit(window)
    qtbot.waitUntil(lambda: any(data_folder("recovery").glob("*.json")), timeout=3000)
    kept = next(data_folder("recovery").glob("*.json"))
    qtbot.waitUntil(lambda: read_session(kept).value("W1").item() == 0.5)
    assert left_behind() == []
    waited(qtbot, window.files.save_to(path))
    qtbot.waitUntil(lambda: not kept.exists())


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from PySide6.QtCore import QTimer
    from bpsim.session.values import Element
    from bpsim.ui import app
    from bpsim.ui.files.document import data_folder
    application = app.make_application()
    window = app.make_window()
    window.show()
    window.controller.do(lambda s: s.run(12))
    if sys.argv[1:]:
        window.files.save_to(Path(sys.argv[1])).wait()
    window.controller.edit(Element("W1", (0, 0)), 0.125)
    def die():
        if window.files.autosave._job is None and any(data_folder("recovery").glob("*.json")):
            os.kill(os.getpid(), signal.SIGKILL)
    timer = QTimer()
    timer.timeout.connect(die)
    timer.start(50)
    application.exec()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("saved", [False, True])
def test_what_was_there_is_offered_after_a_crash(qtbot, window, path, saved):
    words = [str(path)] if saved else []
    code = [sys.executable, "-c", textwrap.dedent(KILLED), *words]
    root = Path(__file__).parent.parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    ended = subprocess.run(code, env=environment, timeout=60, capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert window.files.offer_recovery()
    kept = next(data_folder("recovery").glob("*.json"))
    assert (str(path) in answer(window, "Recover").text()) == saved
    qtbot.waitUntil(lambda: window.controller.session.history.steps == 12)
    assert window.controller.session.value("W1").item() == 0.125
    assert window.isWindowModified()
    # Until it is saved, another crash would lose nothing.
    assert kept.exists()
    assert left_behind() == []
    assert window.files.document.path == (path if saved else None)
    waited(qtbot, window.files.save_to(path))
    assert read_session(path).value("W1").item() == 0.125
    qtbot.waitUntil(lambda: not kept.exists())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_recovered_work_does_not_overwrite_what_changed_since(qtbot, window, path):
    code = [sys.executable, "-c", textwrap.dedent(KILLED), str(path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    subprocess.run(code, env=environment, timeout=60, capture_output=True, check=False)
    write_session(path, Session(small()))
    window.files.offer_recovery()
    answer(window, "Recover")
    qtbot.waitUntil(lambda: window.files.document.path == path)
    job = window.files.save_to(path)
    with qtbot.waitSignal(job.failed):
        pass
    answer(window, "Cancel")
    assert read_session(path).project.name == "small"
    window.files.autosave.end()


def test_a_project_is_renamed_and_undone(qtbot, window):
    window.controller.rename("Mine")
    assert window.windowTitle().startswith("Mine[*]")
    window.menus.actions["undo"].trigger()
    assert window.controller.session.project == one_neuron()
