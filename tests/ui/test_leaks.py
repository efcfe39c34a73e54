"""Tests don't reach each other: neither by settings, nor by windows and timers left behind."""

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.leaks import Watch


@pytest.mark.parametrize("turn", [1, 2])
def test_settings_are_each_tests_own(window, tmp_path, turn):
    assert window.settings.value("turn") is None
    assert window.settings.fileName().startswith(str(tmp_path))
    window.settings.setValue("turn", turn)
    window.settings.sync()


def test_a_window_left_behind_is_found(qtbot, monkeypatch):
    watch = Watch(monkeypatch)
    left = QWidget()
    left.setWindowTitle("left")
    assert len(watch.leaks()) == 1
    assert "'left'" in watch.leaks()[0]
    left.deleteLater()
    assert watch.leaks() == []


def test_what_belongs_to_another_widget_is_no_leak(qtbot, monkeypatch):
    owner = QWidget()
    qtbot.addWidget(owner)
    watch = Watch(monkeypatch)
    QLabel("inside", owner)
    assert watch.leaks() == []


@pytest.mark.parametrize("arguments", [(), (1000,)])
def test_a_running_timer_is_found(qapp, monkeypatch, arguments):
    watch = Watch(monkeypatch)
    owner = QObject()
    timer = QTimer(owner)
    timer.setInterval(1000)
    timer.start(*arguments)
    assert len(watch.leaks()) == 1
    timer.stop()
    assert watch.leaks() == []
    timer.start(*arguments)
    assert len(watch.leaks()) == 1
    owner.deleteLater()
    assert watch.leaks() == []
