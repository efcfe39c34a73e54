"""An error that nothing has caught is told in words, once, and written to a file."""

import sys

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QMessageBox

from bpsim.ui.faults import Faults, log_file


@pytest.fixture
def faults(window, monkeypatch):
    QStandardPaths.setTestModeEnabled(True)
    made = Faults(window)
    made.told.connect(window.tell)
    hook = sys.excepthook
    made.catch()
    yield made
    sys.excepthook = hook
    log_file().unlink(missing_ok=True)
    QStandardPaths.setTestModeEnabled(False)


def fail():
    try:
        raise RuntimeError("the cause")
    except RuntimeError:
        sys.excepthook(*sys.exc_info())


def test_a_fault_is_told_once_and_written_down(window, faults):
    for _ in range(3):
        fail()
    boxes = window.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert "went wrong inside bpsim" in boxes[0].text()
    assert "Traceback" not in boxes[0].text()
    assert "the cause" in log_file().read_text()
    assert str(log_file()) in boxes[0].text()


def test_a_log_that_cannot_be_written_is_no_fault(window, faults, monkeypatch, tmp_path):
    monkeypatch.setattr("bpsim.ui.faults.log_file", lambda: tmp_path)
    fail()
    assert "Details" not in window.findChild(QMessageBox).text()
