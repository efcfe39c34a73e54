"""A window for each test, on the first example, with settings of its own."""

import pytest
from PySide6.QtCore import QSettings

from bpsim.ui.app import make_application, make_window
from tests.ui.leaks import Watch


@pytest.fixture(scope="session")
def qapp_cls():
    make_application()
    return type(make_application())


@pytest.fixture(autouse=True)
def own_qt_settings(own_settings, tmp_path):
    """Keep each test's settings apart: Qt reads XDG_CONFIG_HOME only once."""
    folder = str(tmp_path / "xdg_config_home")
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, folder)


@pytest.fixture(autouse=True)
def nothing_is_left(qapp, request, monkeypatch):
    """Fail a test that leaves a window or a running timer to those after it."""
    watch = Watch(monkeypatch)
    yield
    request.node.funcargs.clear()  # or pytest would hold the test's window until later
    assert watch.leaks() == []


@pytest.fixture
def window(qtbot):
    made = make_window()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    with qtbot.waitSignal(made.first_painted):
        made.show()
        made.proportion()
    return made
