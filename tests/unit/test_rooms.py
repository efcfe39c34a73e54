"""The rooms stay apart: only the window knows Qt."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOWER_ROOMS = ("engine", "session", "explain", "storage", "export", "practice", "cli")
IMPORT_ALL = """
import importlib, pkgutil, sys

room = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
    importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def modules_loaded_by(room: str) -> set[str]:
    """Import every module of a room in a fresh process and name all that came with it."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, f"bpsim.{room}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "room", [room for room in LOWER_ROOMS if (ROOT / "bpsim" / room / "__init__.py").exists()]
)
def test_a_lower_room_loads_no_qt(room):
    assert not modules_loaded_by(room) & {"PySide6", "shiboken6", "pyqtgraph"}


@pytest.mark.parametrize("room", ["engine", "session"])
def test_the_mathematics_loads_no_reader_of_files(room):
    assert not modules_loaded_by(room) & {"pydantic", "orjson", "tqdm"}


def test_numpy_is_told_to_use_one_thread():
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    code = (
        "import sys, os, bpsim; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False", "1"]


def test_imports_run_downwards_only():
    lint_imports = shutil.which("lint-imports", path=sysconfig.get_path("scripts"))
    assert lint_imports, "lint-imports comes with the extra 'test'"
    done = subprocess.run(
        [lint_imports, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
