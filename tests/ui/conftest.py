"""A window for each test, on the first example."""

import pytest

from bpsim.ui.app import make_application, make_window


@pytest.fixture(scope="session")
def qapp_cls():
    make_application()
    return type(make_application())


@pytest.fixture
def window(qtbot):
    made = make_window()
    qtbot.addWidget(made)
    made.resize(1440, 900)
    made.show()
    made.proportion()
    return made
