"""Every key an X server knows, pressed as a keyboard would: by XTest, so that no program can tell the difference."""

import ctypes
from collections.abc import Collection, Iterator

FIRST, LAST = 8, 255
MODIFIERS = ("Control_L", "Alt_L", "Super_L", "Shift_L")


class EveryKey:
    """One display, and the numbers of its keys; close it when done."""

    def __init__(self, display: str) -> None:
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        self._x11.XStringToKeysym.restype = self._x11.XKeycodeToKeysym.restype = ctypes.c_ulong
        self._x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._x11.XKeycodeToKeysym.argtypes = [ctypes.c_void_p, ctypes.c_ubyte, ctypes.c_int]
        self._x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        self._x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
        self._xtst.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
        self._display = self._x11.XOpenDisplay(display.encode())
        assert self._display, f"no display {display}"

    def press_all(self, *, without: Collection[str] = ()) -> int:
        """Press every key alone and with each modifier, and with Control and Alt together; how many presses."""
        left_out = {self._x11.XStringToKeysym(name.encode()) for name in without}
        count = 0
        for held in ((), *((name,) for name in MODIFIERS), ("Control_L", "Alt_L"), ("Control_L", "Shift_L")):
            codes = [self._x11.XKeysymToKeycode(self._display, self._x11.XStringToKeysym(m.encode())) for m in held]
            for code in self._codes(left_out):
                for one in (*codes, code):
                    self._xtst.XTestFakeKeyEvent(self._display, one, 1, 0)
                for one in (code, *reversed(codes)):
                    self._xtst.XTestFakeKeyEvent(self._display, one, 0, 0)
                count += 1
            self._x11.XSync(self._display, 0)
        return count

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)

    def _codes(self, left_out: Collection[int]) -> Iterator[int]:
        for code in range(FIRST, LAST + 1):
            meant = {self._x11.XKeycodeToKeysym(self._display, code, level) for level in (0, 1)}
            if not meant & set(left_out):
                yield code
