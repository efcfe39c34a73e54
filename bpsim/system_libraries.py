"""What Qt loads from the system on Linux, and the Debian package that each library comes in.

Taken from what Qt's wheel links to and doesn't bring: a missing one makes Qt end the process.
"""

import ctypes
import sys
from collections.abc import Iterable, Mapping

ALWAYS: Mapping[str, str] = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libX11.so.6": "libx11-6",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}
ON_X: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def takes_x(environment: Mapping[str, str]) -> bool:
    """Tell whether Qt will talk to an X server."""
    if sys.platform != "linux":
        return False
    platform = environment.get("QT_QPA_PLATFORM")
    if platform:
        return platform.partition(":")[0].partition(";")[0] == "xcb"
    return bool(environment.get("DISPLAY")) and not environment.get("WAYLAND_DISPLAY")


def missing(libraries: Iterable[str]) -> list[str]:
    """List the libraries that cannot be loaded."""
    return [library for library in libraries if not _loads(library)]


def advice(libraries: Iterable[str]) -> str:
    """Name libraries and how to get them."""
    known = {**ALWAYS, **ON_X}
    names = list(libraries)
    return f"{', '.join(names)} cannot be loaded; on Debian or Ubuntu: apt install " + " ".join(
        known[name] for name in names
    )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
