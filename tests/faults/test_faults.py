"""Whatever happens while a file is written: the old one is whole, and the reason is told."""

import errno
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

if sys.platform == "win32":
    pytest.skip("these faults are those of POSIX systems", allow_module_level=True)

from tests.faults.writers import ROOM, WRITERS

ROOT = Path(__file__).parents[2]
OLD = "what was there before\n"
NOBODY = 65534

each_writer = pytest.mark.parametrize("name", WRITERS)
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do that")


@pytest.fixture
def target(tmp_path):
    """A file that is there already, alone in a folder."""
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_text(OLD)
    return path


def command(name, path, fault):
    return [sys.executable, "-m", "tests.faults.writers", name, str(path), fault]


def is_as_before(path):
    """Tell whether the old file is whole and nothing lies beside it."""
    return path.read_text() == OLD and list(path.parent.iterdir()) == [path]


def refusal(name, path):
    with pytest.raises(OSError, match=r"was not written") as refused:
        WRITERS[name](path)
    return str(refused.value)


@each_writer
def test_without_a_fault_the_file_is_replaced(target, name):
    WRITERS[name](target)
    assert target.stat().st_size > 2 * ROOM
    assert list(target.parent.iterdir()) == [target]


# A full disk


@each_writer
def test_no_more_room(target, name):
    done = subprocess.run(
        command(name, target, "refuse"), cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{target} was not written: the file would be larger than allowed\n"
    assert is_as_before(target)


@each_writer
def test_a_disk_that_is_full_only_when_it_is_flushed(target, name, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert refusal(name, target) == f"{target} was not written: the disk is full"
    assert is_as_before(target)


@as_root
@each_writer
def test_a_disk_that_is_really_full(tmp_path, name):
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)]
    mounted = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted: {mounted.stderr.strip()}")
    try:
        path = disk / "file"
        path.write_text(OLD)
        assert refusal(name, path) == f"{path} was not written: the disk is full"
        assert is_as_before(path)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# A folder that is no longer there


@each_writer
def test_a_folder_that_has_gone_before(target, name):
    shutil.rmtree(target.parent)
    assert refusal(name, target).endswith(f"there is no folder {target.parent}")


@each_writer
def test_a_folder_that_goes_meanwhile(target, name, monkeypatch):
    flush, elsewhere = os.fsync, target.parent.with_name("elsewhere")

    def moved(descriptor):
        flush(descriptor)
        if target.parent.exists():
            target.parent.rename(elsewhere)

    monkeypatch.setattr(os, "fsync", moved)
    assert refusal(name, target) == f"{target} was not written: the folder has gone meanwhile"
    assert (elsewhere / target.name).read_text() == OLD


# A place that cannot be written to


@contextmanager
def nobody():
    """Work as a person without rights, whom a mode stops."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


@each_writer
def test_a_folder_without_the_right_to_write(name):
    with TemporaryDirectory() as place:  # outside of pytest's folders, which only root may enter
        folder = Path(place)
        path = folder / "file"
        path.write_text(OLD)
        folder.chmod(0o555)
        try:
            with nobody():
                said = refusal(name, path)
        finally:
            folder.chmod(0o700)
        assert said == f"{path} was not written: there is no permission to write there"
        assert is_as_before(path)


@each_writer
def test_a_path_through_a_file(target, name):
    inside = target / "inside"
    assert refusal(name, inside).startswith(f"{inside} was not written: ")
    assert is_as_before(target)


@as_root
@each_writer
@pytest.mark.parametrize("which", ["file", "folder"])
def test_what_may_not_be_changed(target, name, which):
    fixed = target if which == "file" else target.parent
    if shutil.which("chattr") is None:
        pytest.skip("there is no chattr")
    done = subprocess.run(["chattr", "+i", fixed], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"this disk has no such mark: {done.stderr.strip()}")
    try:
        said = refusal(name, target)
    finally:
        subprocess.run(["chattr", "-i", fixed], check=True)
    assert said == f"{target} was not written: there is no permission to write there"
    assert is_as_before(target)


# A process that ends at once


def writes_again(name, path):
    """What is left of the dead process is not in the way."""
    WRITERS[name](path)
    return path.stat().st_size > 2 * ROOM


@each_writer
def test_killed_in_the_middle(target, name):
    done = subprocess.run(
        command(name, target, "die"), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGXFSZ, done.stderr
    assert target.read_text() == OLD
    assert writes_again(name, target)


@each_writer
def test_killed_right_before_the_end(target, name):
    with subprocess.Popen(
        command(name, target, "wait"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"all is written, nothing replaced\n"
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert target.read_text() == OLD
    assert writes_again(name, target)
