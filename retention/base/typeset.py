"""PDF from Typst: tagged (PDF/UA-1), in letters made for weak readers. The one place that imports typst.

Texts go in as data and are never read as markup; what no font can print is replaced by "(?)". Nothing is written to
disk.
"""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from retention.base.errors import TypesettingRefused
from retention.base.glyphs import Face, Fonts

FONT_FOLDERS: Final = tuple(
    Path("/usr/share/fonts") / folder
    for folder in (
        "truetype/andika",
        "truetype/noto",
        "opentype/noto",
        "truetype/ancient-scripts",
        "truetype/materialdesignicons-webfont",
    )
)
REMEMBERED: Final = 12
"""Pages for which Typst remembers what no page used again, and two to be sure: a test says so of each version."""
_FIRST: Final = ("Andika", "Noto Sans", "Noto Sans Arabic", "Noto Sans CJK SC", "Noto Color Emoji", "Symbola")


class Typesetter:
    """A Typst compiler with its fonts loaded: the first page takes a second, later ones a tenth of that."""

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

    def pdf(self, source: bytes, data: Mapping[str, Any], at: datetime) -> bytes:
        """Lay out `data`, which `source` finds as JSON in `sys.inputs.data`; TypesettingRefused when Typst will not."""
        return self._compile(source, data, format="pdf", pdf_standards="ua-1", timestamp=int(at.timestamp()))

    def png(self, source: bytes, data: Mapping[str, Any], dots_per_inch: float) -> bytes:
        """The same as a picture, of what fits on one page."""
        return self._compile(source, data, format="png", ppi=dots_per_inch)

    def _compile(self, source: bytes, data: Mapping[str, Any], **how: Any) -> bytes:
        try:
            with self._one_at_a_time:
                made = self._compiler.compile(source, sys_inputs={"data": json.dumps(data)}, **how)
        except (typst.TypstError, RuntimeError, ValueError) as error:
            # Typst's message may quote the data, so it stays out of ours.
            raise TypesettingRefused("a page could not be laid out: install Portier and its fonts anew") from error
        assert isinstance(made, bytes)
        return made

    def forget(self) -> None:
        """Let go of every text laid out so far: Typst keeps it, to be quick, until so many other pages were made.

        Eight milliseconds. Never raises: where no empty page can be laid out, nothing else was either.
        """
        with suppress(TypesettingRefused):
            for _ in range(REMEMBERED):
                self._compile(b"", {}, format="png", ppi=1)

    def printable(self, text: str) -> str:
        """The text with a mark for each letter that no font has."""
        return self._fonts.printable(text)

    def families(self, text: str) -> list[str]:
        """The fonts a text needs, first Andika: each further one costs time at every word."""
        return list(dict.fromkeys(("Andika", *self._fonts.families(text), "Libertinus Serif")))


_loading = threading.Lock()


def typesetter() -> Typesetter:
    """The one compiler of this process."""
    with _loading:
        return _load()


@cache
def _load() -> Typesetter:
    return Typesetter()


def _rank(family: str) -> tuple[int, str]:
    """Letters made for weak readers first; then sans serif; then whatever has the character."""
    if family in _FIRST:
        return _FIRST.index(family), family
    return len(_FIRST) + (not family.startswith("Noto Sans")), family
