"""A file is written whole, or what was there stays."""

import stat
from pathlib import Path

import pytest

from bpsim.storage.safe_write import write_safely


def test_a_new_file_gets_the_rights_of_new_files(tmp_path):
    path = tmp_path / "new"
    write_safely(path, [b"one\n", b"two\n"])
    (tmp_path / "other").touch()
    assert path.read_bytes() == b"one\ntwo\n"
    assert path.stat().st_mode == (tmp_path / "other").stat().st_mode


def test_an_old_file_keeps_its_rights_and_a_link_stays(tmp_path):
    path, link = tmp_path / "old", tmp_path / "link"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_safely(link, [b"new"])
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_device_is_written_to_and_not_replaced(tmp_path):
    link = tmp_path / "device"
    link.symlink_to("/dev/null")
    before = Path("/dev/null").stat().st_ino
    write_safely(link, [b"gone"])
    assert Path("/dev/null").stat().st_ino == before


def test_a_missing_folder_and_a_folder_are_named(tmp_path):
    with pytest.raises(OSError, match=r"nowhere/file was not written: there is no folder"):
        write_safely(tmp_path / "nowhere" / "file", [b""])
    with pytest.raises(OSError, match="was not written: it is a folder"):
        write_safely(tmp_path, [b""])


def test_a_long_name_fits(tmp_path):
    path = tmp_path / ("x" * 250)
    write_safely(path, [b"1"])
    assert path.read_bytes() == b"1"


def test_what_the_chunks_raise_is_passed_on(tmp_path):
    def chunks():
        yield b"new"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        write_safely(tmp_path / "file", chunks())
    assert list(tmp_path.iterdir()) == []
