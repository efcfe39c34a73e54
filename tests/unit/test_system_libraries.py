"""A system library that is missing is named with its package, before Qt ends the process."""

import struct
import sys
from pathlib import Path

import PySide6
import pytest

from bpsim import __main__ as program
from bpsim import display, system_libraries

KNOWN = {**system_libraries.ALWAYS, **system_libraries.ON_X}
# On every Linux: the C and C++ libraries and zlib; gthread comes in glib's package.
BASE = {"libc.so.6", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0", "libz.so.1"}
BASE |= {"libstdc++.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}
BASE |= {"libgthread-2.0.so.0"}


@pytest.mark.parametrize(
    ("environment", "xcb"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({"QT_QPA_PLATFORM": "xcb:opts"}, True),
    ],
)
def test_when_an_x_server_is_used(monkeypatch, environment, xcb):
    monkeypatch.setattr(sys, "platform", "linux")
    assert system_libraries.takes_x(environment) is xcb


@pytest.mark.parametrize("library", KNOWN)
def test_a_missing_library_is_named_with_its_package(monkeypatch, capsys, library):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setattr(display, "display_problem", lambda environment: "")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "_loads", lambda name: name != library)
    assert program.main([]) == 2
    package = KNOWN[library]
    assert capsys.readouterr().err == (
        f"bpsim: the window cannot start: {library} cannot be loaded; "
        f"on Debian or Ubuntu: apt install {package}\n"
    )


def test_all_that_is_missing_is_named_at_once(monkeypatch, capsys):
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(system_libraries, "_loads", lambda name: False)
    assert program.main([]) == 2
    said = capsys.readouterr().err
    assert all(name in said for name in system_libraries.ALWAYS)
    assert "xcb" not in said


def test_a_library_that_nobody_has_is_missing():
    assert system_libraries.missing(["libno-such-thing.so.9"]) == ["libno-such-thing.so.9"]


def needed(library):
    """Read which libraries a 64-bit little-endian ELF file links to."""
    data = library.read_bytes()
    assert data[:6] == b"\x7fELF\x02\x01"
    at, _, _, _, size, count = struct.unpack_from("<Q Q I H H H", data, 32)
    headers = [struct.unpack_from("<I I Q Q Q Q", data, at + i * size) for i in range(count)]
    loaded = [(address, offset, length) for k, _, offset, address, _, length in headers if k == 1]
    start, length = next((offset, length) for k, _, offset, _, _, length in headers if k == 2)
    entries = list(struct.iter_unpack("<q Q", data[start : start + length]))
    table = next(value for tag, value in entries if tag == 5)
    names = next(table - a + offset for a, offset, length in loaded if a <= table < a + length)
    for tag, value in entries:
        if tag == 1:
            yield data[names + value : data.index(0, names + value)].decode()


@pytest.mark.skipif(sys.platform != "linux", reason="libraries are named so on Linux only")
def test_the_lists_hold_what_qt_links_to_and_does_not_bring():
    package = Path(PySide6.__file__).parent
    own = package / "Qt" / "lib"
    look = [package / "Qt" / "plugins" / "platforms" / "libqxcb.so"]
    look += [*package.glob("QtWidgets.*.so"), *package.glob("QtSvg.*.so")]
    assert len(look) == 3
    outside = set()
    seen = set(look)
    while look:
        for name in needed(look.pop()):
            brought = own / name
            if not brought.exists() and name.startswith(("libpyside6", "libshiboken6")):
                continue
            if not brought.exists():
                outside.add(name)
            elif brought not in seen:
                seen.add(brought)
                look.append(brought)
    assert outside - BASE <= set(KNOWN)
    assert "libxcb-cursor.so.0" in outside
