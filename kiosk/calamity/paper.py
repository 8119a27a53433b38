"""The calamity list as a PDF, made by Typst: tagged (PDF/UA-1), black on white, in letters for bad light.

Names go in as data and are never read as markup; what no font can print is replaced by "(?)", and the list says so.
Nothing is written to disk.
"""

import json
import re
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from kiosk.calamity.errors import PaperRefused
from kiosk.calamity.sheet import Sheet, say, sheet
from kiosk.calamity.thelist import CalamityList
from retention.base.errors import TypesettingRefused
from retention.base.glyphs import REPLACEMENT
from retention.base.translations import N_
from retention.base.typeset import Typesetter, typesetter

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
    """The list's own layout, on the compiler of this process."""

    def __init__(self, setter: Typesetter) -> None:
        self._setter = setter
        self._source = Path(__file__).with_name("list.typ").read_bytes()

    def pdf(self, the_list: CalamityList) -> bytes:
        """The list as a PDF; PaperRefused when Typst will not."""
        try:
            return self._setter.pdf(self._source, self._data(sheet(the_list)), the_list.as_of)
        except TypesettingRefused as error:
            raise PaperRefused("the list could not be laid out as a PDF: it is printed as plain text") from error

    def forget(self) -> None:
        """Let go of every list laid out so far: the next one takes a tenth or a fifth of a second more."""
        self._setter.forget()

    def _data(self, content: Sheet) -> dict[str, Any]:
        replaced = False

        @cache  # most words stand on the list many times
        def printable(text: str) -> str:
            nonlocal replaced
            shown = self._setter.printable(text)
            replaced = replaced or shown.count(REPLACEMENT) > text.count(REPLACEMENT)
            return _LONG_WORD.sub("\\1\u200b", shown)

        data: dict[str, Any] = _as_data(content, printable)
        if replaced:
            data["remarks"].append(list(say(_UNPRINTABLE, mark=REPLACEMENT)))
        for row in (row for block in data["blocks"] for row in block["rows"]):
            row["name"], row["under"] = row["name"][0], [said[0] for said in row["under"]]
            row["one_line"] = not row["under"] and not row["note"] and _is_short(row["name"])
        for gone in data["gone"]:
            gone["name"] = gone["name"][0]
        data["fonts"] = self._setter.families(json.dumps(data, ensure_ascii=False))
        return data


@cache
def paper() -> Paper:
    """The one of this process."""
    return Paper(typesetter())


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
