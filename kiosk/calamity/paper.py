"""The calamity list as a PDF, made by Typst: tagged (PDF/UA-1), black on white, in letters for bad light.

The one place that imports typst. Names go in as data and are never read as markup; what no font can print is
replaced by "(?)", and the list says so. Nothing is written to disk.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from kiosk.calamity.errors import PaperRefused
from kiosk.calamity.glyphs import REPLACEMENT, Face, Fonts
from kiosk.calamity.sheet import Sheet, say, sheet
from kiosk.calamity.thelist import CalamityList
from retention.base.translations import N_

FONT_FOLDERS: Final = tuple(
    Path("/usr/share/fonts") / folder
    for folder in ("truetype/andika", "truetype/noto", "opentype/noto", "truetype/ancient-scripts")
)
_FIRST: Final = ("Andika", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Color Emoji", "Symbola")
_UNPRINTABLE: Final = N_("{mark} stands for a letter that cannot be printed here.")


# Widths in em of bold Andika, rounded up; the name's column in list.typ holds 83 mm of 16 point letters.
_EM: Final = (
    ("abcdefghijklnopqrstuvxyzàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ", 0.7),
    (" -.'’", 0.45),
    ("0123456789", 0.61),
    ("mwABCDEFGHIJKLMNOPQRSTUVWXYZÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝ", 1.1),
)
_WIDTHS: Final = {letter: em for letters, em in _EM for letter in letters}
_COLUMN_EM: Final = 14.6
_WIDER: Final = 99.0
_LONG_WORD: Final = re.compile(r"(\S{16})(?=\S{4})")


class Paper:
    """A Typst compiler with its fonts loaded: the first list takes a second, later ones a tenth of that."""

    def __init__(self) -> None:
        found = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(path) for path in FONT_FOLDERS]
        )
        faces = {}
        for font in found.fonts():
            # Regular faces tell which letters a family has; Typst finds the bold ones by itself.
            if font.path and font.style == "normal" and (font.weight == 400 or font.family not in faces):
                faces[font.family] = Face(font.family, Path(font.path), font.index)
        self._fonts = Fonts(sorted(faces.values(), key=lambda face: _rank(face.family)))
        self._compiler = typst.Compiler(font_paths=found, ignore_system_fonts=True)
        self._one_at_a_time = threading.Lock()  # a compiler refuses a second caller
        self._source = Path(__file__).with_name("list.typ").read_bytes()

    def pdf(self, the_list: CalamityList) -> bytes:
        """The list as a PDF; PaperRefused when Typst will not."""
        data = self._data(sheet(the_list))
        try:
            with self._one_at_a_time:
                made = self._compiler.compile(
                    self._source,
                    format="pdf",
                    pdf_standards="ua-1",
                    sys_inputs={"sheet": json.dumps(data)},
                    timestamp=int(the_list.as_of.timestamp()),
                )
        except (typst.TypstError, RuntimeError, ValueError) as error:
            # Typst's message may quote the list, so it stays out of ours.
            raise PaperRefused("the list could not be laid out as a PDF: it is printed as plain text") from error
        assert isinstance(made, bytes)
        return made

    def _data(self, content: Sheet) -> dict[str, Any]:
        replaced = False

        @cache  # most words stand on the list many times
        def printable(text: str) -> str:
            nonlocal replaced
            shown = self._fonts.printable(text)
            replaced = replaced or shown.count(REPLACEMENT) > text.count(REPLACEMENT)
            return _LONG_WORD.sub("\\1\u200b", shown)

        data: dict[str, Any] = _as_data(content, printable)
        if replaced:
            data["remarks"].append(list(say(_UNPRINTABLE, mark=REPLACEMENT)))
        for row in (row for block in data["blocks"] for row in block["rows"]):
            row["one_line"] = not row["under"] and not row["note"] and _is_short(row["name"])
        # Only fonts that have a letter on this list: each further one costs time at every word.
        needed = self._fonts.families(json.dumps(data, ensure_ascii=False))
        data["fonts"] = list(dict.fromkeys(("Andika", *needed, "Libertinus Serif")))
        return data


_loading = threading.Lock()


def paper() -> Paper:
    """The one compiler of this process."""
    with _loading:
        return _load()


@cache
def _load() -> Paper:
    return Paper()


def _rank(family: str) -> tuple[int, str]:
    """Letters made for weak readers first; then sans serif; then whatever has the character."""
    if family in _FIRST:
        return _FIRST.index(family), family
    return len(_FIRST) + (not family.startswith("Noto Sans")), family


def _is_short(name: str) -> bool:
    """Whether a name surely fits on one line of its column: each letter taken as the widest of its kind in Andika."""
    return sum(_WIDTHS.get(letter, _WIDER) for letter in name) <= _COLUMN_EM


def _as_data(value: Any, change: Callable[[str], str]) -> Any:
    """A sheet as JSON takes it, every text changed; much quicker than `dataclasses.asdict`."""
    if isinstance(value, str):
        return change(value)
    if is_dataclass(value):
        return {key: _as_data(item, change) for key, item in vars(value).items()}
    if isinstance(value, dict):
        return {key: _as_data(item, change) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_as_data(item, change) for item in value]
    return value
