"""The wheel, installed elsewhere, is the whole program."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def run(*words: str, cwd: Path, packages: Path | None = None) -> str:
    """Run Python with these words; only ``packages`` is added to where it looks for modules."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    if packages is not None:
        environment["PYTHONPATH"] = str(packages)
    done = subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Install the wheel into a folder of its own; what it needs is already there."""
    target = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile")
    run(*pip, "--disable-pip-version-check", "--target", str(target), str(wheel), cwd=target)
    return target


def test_the_wheel_holds_every_resource(wheel):
    shipped = {path.relative_to(ROOT / "resources") for path in (ROOT / "resources").rglob("*")}
    expected = {
        f"bpsim/_resources/{path.as_posix()}"
        for path in shipped
        if (ROOT / "resources" / path).is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        assert expected <= set(archive.namelist())
        assert "bpsim/py.typed" in archive.namelist()


def test_the_installed_program_is_the_one_that_runs(installed, tmp_path):
    where = run("-c", "import bpsim; print(bpsim.__file__)", cwd=tmp_path, packages=installed)
    assert Path(where.strip()).is_relative_to(installed)


def test_the_installed_program_says_its_version(installed, tmp_path):
    said = run("-m", "bpsim", "--version", cwd=tmp_path, packages=installed)
    assert said.startswith("bpsim 0.1.0")


def test_the_installed_program_draws_its_window(installed, tmp_path):
    run("-m", "bpsim", "--screenshot", "out.png", cwd=tmp_path, packages=installed)
    picture = (tmp_path / "out.png").read_bytes()
    assert picture.startswith(PNG_SIGNATURE)
    assert len(picture) > 20_000
