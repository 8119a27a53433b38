"""What a scanner sends, made into lines: keys of an input device, or letters of a serial line. Pure.

Only digits are in the same place on every keyboard layout; letters are read as on an American one, all of them large.
"""

import struct
from collections.abc import Iterator
from typing import Final

EVENT: Final = struct.Struct("@llHHi")
KEY, DOWN = 1, 1
LONGEST: Final = 200
"""A line that is longer is no code, and is dropped whole."""

_ROWS: Final = (
    (2, "1234567890-"),
    (16, "QWERTYUIOP"),
    (30, "ASDFGHJKL"),
    (44, "ZXCVBNM"),
    (71, "789-456"),
    (79, "1230"),
)
KEYS: Final = {first + place: letter for first, letters in _ROWS for place, letter in enumerate(letters)} | {57: " "}
ENDS: Final = frozenset({28, 96, 15})  # enter, enter of the number block, tab


class Lines:
    """Letters come in, whole lines go out."""

    def __init__(self) -> None:
        self._so_far = ""

    @property
    def pending(self) -> bool:
        return bool(self._so_far)

    def add(self, letter: str) -> str | None:
        """One letter more; the line that ends with it, if it does."""
        if letter in "\r\n\t":
            return self.end()
        # One over the longest stays, to tell at the end that it was too long.
        self._so_far = (self._so_far + letter)[: LONGEST + 1]
        return None

    def end(self) -> str | None:
        """What came so far is all: a scanner that ends no line."""
        line, self._so_far = self._so_far, ""
        return line if line and len(line) <= LONGEST else None


def typed(raw: bytes) -> Iterator[str]:
    """The letters of key events; what is no key going down is passed over."""
    for place in range(0, len(raw) - EVENT.size + 1, EVENT.size):
        _, _, kind, code, value = EVENT.unpack_from(raw, place)
        if kind == KEY and value == DOWN:
            if code in ENDS:
                yield "\n"
            elif code in KEYS:
                yield KEYS[code]


def sent(raw: bytes) -> Iterator[str]:
    """The letters of a serial line: plain ASCII, and nothing that controls but the end of a line."""
    for byte in raw:
        letter = chr(byte)
        if letter in "\r\n\t" or " " <= letter <= "~":
            yield letter
