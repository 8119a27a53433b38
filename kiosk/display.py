"""How large the display is, asked of the X server before a window is opened; nothing where there is none."""

import ctypes
import ctypes.util
import os

from retention.base.errors import Unavailable


def check() -> None:
    """Refuse where no window could be seen: SDL would open one nowhere and run on."""
    if os.environ.get("WAYLAND_DISPLAY") or os.environ.get("SDL_VIDEODRIVER", "x11") != "x11":
        return
    if display_size() is None:
        raise Unavailable("no window can be opened: start the kiosk where there is a display, and set $DISPLAY to it")


def display_size() -> tuple[int, int] | None:
    """Width and height in pixels of the X display, or None where it cannot be asked (Wayland alone, no display)."""
    name = os.environ.get("DISPLAY")
    library = ctypes.util.find_library("X11") if name else None
    if not name or library is None:
        return None
    x11 = ctypes.CDLL(library)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    opened = x11.XOpenDisplay(name.encode())
    if not opened:
        return None
    x11.XDisplayWidth.argtypes = x11.XDisplayHeight.argtypes = [ctypes.c_void_p, ctypes.c_int]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    size = x11.XDisplayWidth(opened, 0), x11.XDisplayHeight(opened, 0)
    x11.XCloseDisplay(opened)
    return size
