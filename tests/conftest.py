"""What every test needs: no display, and settings of its own."""

import os

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("bpsim", deadline=None, derandomize=True)
settings.load_profile("bpsim")


@pytest.fixture(autouse=True)
def own_settings(tmp_path, monkeypatch):
    """Keep each test away from the person's settings and from other tests'."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
