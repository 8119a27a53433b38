"""The keys that work the screen: five of a keypad and one switch, by the numbers the window gives them.

A key that is held down acts once, and a key that a trembling hand strikes twice does too (EN 301 549, 5.7 and 5.8).
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from retention.base.serving import KeysSection


class Key(StrEnum):
    """What a key is for."""

    UP = "up"
    DOWN = "down"
    OK = "ok"
    BACK = "back"
    HELP = "help"
    SWITCH = "switch"


CODES: Final[dict[str, int]] = {
    "up": 273,
    "down": 274,
    "right": 275,
    "left": 276,
    "enter": 13,
    "escape": 27,
    "backspace": 8,
    "tab": 9,
    "space": 32,
    "insert": 277,
    "delete": 127,
    "home": 278,
    "end": 279,
    "page up": 280,
    "page down": 281,
    "keypad enter": 271,
    "keypad plus": 270,
    "keypad minus": 269,
    **{f"f{number}": 281 + number for number in range(1, 16)},
    **{f"keypad {digit}": 256 + digit for digit in range(10)},
}
"""The numbers of keys as Kivy's window gives them."""

SIGNS: Final = {
    "space": " ",
    "keypad plus": "+",
    "keypad minus": "-",
    **{f"keypad {digit}": str(digit) for digit in range(10)},
}
"""What some of them would write besides: nothing here."""

PAUSE_SECONDS: Final = {Key.UP: 0.1, Key.DOWN: 0.1}
ACTS_PAUSE_SECONDS: Final = 0.4
"""Within which the same key does not count again: as long as for touches, but moving on may be quick."""


class Keys:
    """Which presses count."""

    def __init__(self, section: KeysSection, monotonic: Callable[[], float]) -> None:
        self._meant = {CODES[name]: Key(key) for key, name in section.model_dump().items()}
        self._signs = {SIGNS[name] for name in section.model_dump().values() if name in SIGNS}
        self._monotonic = monotonic
        self._held: set[int] = set()
        self._last: dict[Key, float] = {}

    def meant(self, code: int) -> Key | None:
        """What the key is for, if it works the screen at all."""
        return self._meant.get(code)

    def wrote(self, text: str) -> bool:
        """Whether this text only comes from a key that works the screen."""
        return text in self._signs

    def pressed(self, code: int) -> Key | None:
        """What the press of a key means; nothing for a key of others, one held down, or one struck twice."""
        key = self._meant.get(code)
        if key is None or code in self._held:
            return None
        self._held.add(code)
        now = self._monotonic()
        pause = PAUSE_SECONDS.get(key, ACTS_PAUSE_SECONDS)
        if now - self._last.get(key, float("-inf")) < pause:
            return None
        self._last[key] = now
        return key

    def released(self, code: int) -> None:
        self._held.discard(code)
