"""Whether there is a display for the window, on Linux; without one Qt would end the process."""

import ctypes
import sys
from collections.abc import Mapping
from pathlib import Path


def display_problem(environment: Mapping[str, str]) -> str:
    """Say what is wrong with the display that the environment names, or nothing."""
    if sys.platform != "linux":
        return ""
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    if platform not in ("", "xcb"):
        return ""
    x, wayland = environment.get("DISPLAY"), environment.get("WAYLAND_DISPLAY")
    if wayland and not platform and _has_socket(wayland, environment):
        return ""
    if x:
        return "" if _answers(x) else f"the display {x} does not answer"
    return f"the display {wayland} does not answer" if wayland else "there is no display"


def _has_socket(display: str, environment: Mapping[str, str]) -> bool:
    return Path(environment.get("XDG_RUNTIME_DIR", "/"), display).exists()


def _answers(display: str) -> bool:
    """Ask the X server; where X's library is missing that is another matter."""
    try:
        x = ctypes.CDLL("libX11.so.6")
    except OSError:
        return True
    x.XOpenDisplay.restype = ctypes.c_void_p
    x.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x.XCloseDisplay.argtypes = [ctypes.c_void_p]
    opened = x.XOpenDisplay(display.encode())
    if opened:
        x.XCloseDisplay(opened)
    return bool(opened)
