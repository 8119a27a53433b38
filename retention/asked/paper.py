"""The answer as a PDF (Typst, tagged, letters for weak readers) and as text for a mail. Nothing is written to disk."""

import json
import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from retention.asked.letter import Letter, Section
from retention.base.typeset import Typesetter, typesetter

_SOURCE: Final = Path(__file__).with_name("letter.typ")
_NARROW, _WIDE = (re.compile(rf"(\S{{{letters}}})(?=\S{{4}})") for letters in (24, 36))
# Over the whole page; an address there is copied from the PDF as it is written, with nothing invisible in it.
_SENTENCES: Final = {"salutation", "opening", "paragraphs", "after", "closing"}


def pdf(letter: Letter, at: datetime) -> bytes:
    """The letter on A4. Raises TypesettingRefused."""
    setter = typesetter()
    data = _printable(asdict(letter), setter)
    data["fonts"] = setter.families(json.dumps(data, ensure_ascii=False))
    return setter.pdf(_SOURCE.read_bytes(), data, at)


def text(letter: Letter) -> str:
    """The letter as a mail carries it."""
    parts = [letter.title, *(f"{label}: {value}" for label, value in letter.facts), "", letter.salutation, ""]
    parts += [*letter.opening, ""]
    for section in letter.sections:
        parts += [*_lines(section), ""]
    return "\n".join([*parts, *letter.closing]) + "\n"


def _lines(section: Section) -> list[str]:
    rows = [f"- {label}: {value}" for label, value in section.rows]
    table = ["- " + "; ".join(row) for row in section.table]
    return [section.heading.upper(), *section.paragraphs, *rows, *table, *section.after]


def _printable(value: Any, setter: Typesetter, long_word: re.Pattern[str] = _NARROW) -> Any:
    """Every text with a mark for what no font has, and a place to break in a word that is longer than its line."""
    if isinstance(value, str):
        return long_word.sub("\\1\u200b", setter.printable(value))
    if isinstance(value, dict):
        return {key: _printable(item, setter, _WIDE if key in _SENTENCES else _NARROW) for key, item in value.items()}
    return [_printable(item, setter, long_word) for item in value]
