"""Which characters can be printed, and by which font: read from the fonts' own character maps.

So no name comes out of the printer as empty boxes without the list saying so.
"""

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Final

REPLACEMENT: Final = "(?)"
_INVISIBLE: Final = frozenset("\u200c\u200d\ufe0e\ufe0f\u200b\u2060")


class Face:
    """One font, and the characters it has."""

    def __init__(self, family: str, path: Path, index: int = 0) -> None:
        self.family, self._path, self._index = family, path, index

    def has(self, character: str) -> bool:
        starts, ends = self._ranges
        place = bisect_right(starts, ord(character)) - 1
        return place >= 0 and ord(character) <= ends[place]

    @cached_property
    def _ranges(self) -> tuple[list[int], list[int]]:
        try:
            ranges = sorted(_ranges(_cmap(self._path, self._index)))
        except (OSError, struct.error, IndexError):  # a font that cannot be read has no characters
            ranges = []
        return [first for first, _ in ranges], [last for _, last in ranges]


class Fonts:
    """The faces that may be used, in order of preference."""

    def __init__(self, faces: Iterable[Face]) -> None:
        self.faces = tuple(faces)
        self._known: dict[str, str | None] = {}
        self._as_it_is: set[str] = set()

    def family(self, character: str) -> str | None:
        """The first family that has the character; None when nothing prints it."""
        if character not in self._known:
            self._known[character] = next((face.family for face in self.faces if face.has(character)), None)
        return self._known[character]

    def families(self, text: str) -> list[str]:
        """The families that a text needs, in order of preference."""
        needed = {self.family(character) for character in set(text)}
        return list(dict.fromkeys(face.family for face in self.faces if face.family in needed))

    def printable(self, text: str) -> str:
        """The text with a said replacement for what nothing prints."""
        if self._as_it_is.issuperset(text):
            return text
        shown = [(character, self._printable(character)) for character in text]
        self._as_it_is |= {character for character, replaced in shown if character == replaced}
        return "".join(replaced for _, replaced in shown)

    def _printable(self, character: str) -> str:
        if character in _INVISIBLE:
            return character
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            # Controls and marks of direction move what stands beside them; nothing of a name is lost without them.
            return REPLACEMENT if unicodedata.category(character) in ("Cs", "Co", "Cn") else ""
        return character if self.family(character) else REPLACEMENT


def _cmap(path: Path, index: int) -> bytes:
    """The character map of one face of a font file or collection."""
    with path.open("rb") as file:
        head = file.read(12)
        if head.startswith(b"ttcf"):
            file.seek(12 + 4 * index)
            file.seek(struct.unpack(">I", file.read(4))[0])
            head = file.read(12)
        for _ in range(struct.unpack_from(">H", head, 4)[0]):
            tag, _, offset, length = struct.unpack(">4sIII", file.read(16))
            if tag == b"cmap":
                file.seek(offset)
                return file.read(length)
    return bytes(4)


def _ranges(cmap: bytes) -> Iterator[tuple[int, int]]:
    """First and last character of every range, from the subtables in formats 4 and 12."""
    for number in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * number)
        if (platform, encoding) not in ((0, 3), (0, 4), (0, 6), (3, 1), (3, 10)):
            continue
        form = struct.unpack_from(">H", cmap, offset)[0]
        if form == 12:
            for group in range(struct.unpack_from(">I", cmap, offset + 12)[0]):
                first, last, glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * group)
                yield first + (glyph == 0), last
        elif form == 4:
            yield from _segments(cmap, offset)


def _segments(cmap: bytes, offset: int) -> Iterator[tuple[int, int]]:
    count = struct.unpack_from(">H", cmap, offset + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", cmap, offset + 14)
    starts = struct.unpack_from(f">{count}H", cmap, offset + 16 + 2 * count)
    places = offset + 16 + 6 * count
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        place = places + 2 * number
        away = struct.unpack_from(">H", cmap, place)[0]
        if not away:
            yield first, min(last, 0xFFFE)
            continue
        for character in range(first, last + 1):
            if struct.unpack_from(">H", cmap, place + away + 2 * (character - first))[0]:
                yield character, character
