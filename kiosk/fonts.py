"""The fonts of the screens: where Debian keeps them, which letters each can draw, and a text cut into runs of one font.

Without Kivy. A letter no installed font can draw is told apart here, so that the screen says so and shows no box.
"""

import shutil
import struct
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from pathlib import Path

from kiosk import bidi
from kiosk.languages import FROM_THE_RIGHT
from kiosk.passes import PICTURE_FONT
from retention.base.errors import Unavailable

_SHARE = Path("/usr/share/fonts")


@dataclass(frozen=True)
class Face:
    """A font file, and how HarfBuzz is told to set it."""

    name: str
    style: str
    path: str
    package: str
    script: str = "Latn"
    direction: str = "ltr"

    @property
    def file(self) -> str:
        """Where it stands; Unavailable, with the package to install, where it does not."""
        found = _find(self)
        if found is None:
            raise Unavailable(f"the font {self.name} is missing: install the Debian package {self.package}")
        return found

    @property
    def heavier(self) -> "Face":
        """The same letters in bold, where that is installed."""
        if self == TEXT:
            return BOLD
        bold = replace(self, style="Bold", path=self.path.replace("-Regular.", "-Bold."))
        return bold if _find(bold) else self


def _noto(script: str, code: str, direction: str = "ltr") -> Face:
    name = f"Noto Sans {script}".strip()
    path = f"truetype/noto/{name.replace(' ', '')}-Regular.ttf"
    return Face(name, "Regular", path, "fonts-noto-core", code, direction)


TEXT = Face("Andika", "Regular", "truetype/andika/Andika-Regular.ttf", "fonts-sil-andika")
BOLD = Face("Andika", "Bold", "truetype/andika/Andika-Bold.ttf", "fonts-sil-andika")
PICTURES = Face(
    PICTURE_FONT,
    "Regular",
    "truetype/materialdesignicons-webfont/materialdesignicons-webfont.ttf",
    "fonts-materialdesignicons-webfont",
)
# For names in other scripts, tried in this order.
OTHERS = (
    _noto("", "Latn"),
    _noto("Arabic", "Arab", "rtl"),
    _noto("Hebrew", "Hebr", "rtl"),
    _noto("Devanagari", "Deva"),
    _noto("Bengali", "Beng"),
    _noto("Tamil", "Taml"),
    _noto("Gurmukhi", "Guru"),
    _noto("Thai", "Thai"),
    _noto("Georgian", "Geor"),
    _noto("Armenian", "Armn"),
    _noto("Ethiopic", "Ethi"),
    Face("Noto Sans CJK JP", "Regular", "opentype/noto/NotoSansCJK-Regular.ttc", "fonts-noto-cjk", "Hani"),
)


def check(languages: Iterable[str] = ()) -> None:
    """Refuse to start without the fonts of the screens in these languages, naming the package of the first missing."""
    arabic = [face for face in OTHERS if face.script == "Arab" and FROM_THE_RIGHT & {*languages}]
    for face in (TEXT, BOLD, PICTURES, *arabic):
        assert face.file


@dataclass(frozen=True)
class Run:
    """A piece of text that one font draws, towards one side; `face` is None where no font can."""

    text: str
    face: Face | None
    direction: str = "ltr"


def runs(text: str, *, rtl: bool | None = None) -> list[Run]:
    """The text in pieces of one font and one direction, as they stand on the line from left to right.

    `rtl` says which way the line as a whole runs; without it the first letter decides.
    """
    every = bidi.levels(text, rtl=bidi.leftward(text) if rtl is None else rtl)
    drawn = [(sign, level) for sign, level in zip(text, every, strict=True) if not _silent(sign)]
    shown, levels = "".join(sign for sign, _ in drawn), [level for _, level in drawn]
    pieces: list[Run] = []
    depths: list[int] = []
    for (face, level), group in groupby(zip(shown, _faces(shown), levels, strict=True), key=lambda triple: triple[1:]):
        pieces.append(_run("".join(sign for sign, *_ in group), face, level))
        depths.append(level)
    return bidi.visual(pieces, depths)


def _run(text: str, face: Face | None, level: int) -> Run:
    if level % 2 and face is not None and face.direction == "rtl":
        return Run(text, face, "rtl")
    # Spaces, dots and brackets of a font that knows nothing of leftward letters: turned here.
    return Run(bidi.mirrored(text) if level % 2 else text, face)


def _silent(sign: str) -> bool:
    """What only orders letters and is never drawn; joiners are left, for they shape."""
    return unicodedata.category(sign) == "Cf" and sign not in "\u200c\u200d"


def drawable(text: str) -> bool:
    """Whether every letter can be shown by an installed font."""
    return all(face is not None for face in _faces("".join(sign for sign in text if not _silent(sign))))


def _faces(text: str) -> list[Face | None]:
    faces: list[Face | None] = []
    for sign in text:
        last = faces[-1] if faces else None
        # Spaces and combining marks stay with what they follow where its font has them: shaping needs them in one run.
        faces.append(last if last and ord(sign) in _letters(last) else _face(sign))
    return faces


@cache
def _face(sign: str) -> Face | None:
    if " " <= sign <= "~":
        return TEXT
    return next((face for face in (TEXT, *OTHERS) if _find(face) and ord(sign) in _letters(face)), None)


@cache
def _find(face: Face) -> str | None:
    usual = _SHARE / face.path
    if usual.exists():
        return str(usual)
    ask = shutil.which("fc-list")
    if ask is None:
        return None
    wanted = f":family={face.name}:style={face.style}"
    answer = subprocess.run([ask, wanted, "file"], capture_output=True, text=True, timeout=20, check=False)  # noqa: S603
    files = sorted(line.rstrip(": ") for line in answer.stdout.splitlines())
    return next((file for file in files if file.endswith((".ttf", ".otf", ".ttc"))), None)


@cache
def _letters(face: Face) -> frozenset[int]:
    """Every code point the font has a glyph for, from its `cmap` (OpenType, formats 4 and 12)."""
    data = Path(face.file).read_bytes()
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    records = (struct.unpack_from(">4sIII", data, start + 12 + 16 * number) for number in range(count))
    cmap = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        table = cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * number)[0]
        found |= _subtable(data, table)
    return frozenset(found)


def _subtable(data: bytes, table: int) -> set[int]:
    form = struct.unpack_from(">H", data, table)[0]
    if form == 12:
        groups = struct.unpack_from(">I", data, table + 12)[0]
        spans = (struct.unpack_from(">II", data, table + 16 + 12 * number) for number in range(groups))
    elif form == 4:
        half = struct.unpack_from(">H", data, table + 6)[0]
        ends = struct.unpack_from(f">{half // 2}H", data, table + 14)
        starts = struct.unpack_from(f">{half // 2}H", data, table + 16 + half)
        spans = ((first, last) for first, last in zip(starts, ends, strict=True) if first != 0xFFFF)
    else:
        return set()
    return {point for first, last in spans for point in range(first, last + 1)}
