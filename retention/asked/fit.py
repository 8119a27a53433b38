"""Names and free text of a request, made fit to keep: nothing steers a terminal, turns text round or has no end."""

import unicodedata
from typing import Final

from retention.asked.errors import RequestRefused
from retention.base.translations import N_

LONGEST_NAME: Final = 120
LONGEST_REACH: Final = 300
LONGEST_TEXT: Final = 2_000
# A letter with a tower of accents is one to the eye and may be thousands to the machine.
_MOST_MARKS: Final = 4
_JOINERS: Final = "\u200c\u200d"  # Persian and Indic names are spelled with them

NAMELESS: Final = N_("Write the name of who asks.")
TOO_LONG: Final = N_("This is too long. Make it shorter.")


def line(text: str, longest: int) -> str:
    """One line with single blanks; empty where nothing readable is left. Raises RequestRefused when too long."""
    return " ".join(lines(text, longest).split())


def lines(text: str, longest: int) -> str:
    """The text with its line ends, at most one empty line between two. Raises RequestRefused when too long."""
    if len(text) > longest * 8:
        raise RequestRefused(TOO_LONG)
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "\n".join(" ".join(_kept(part).split()) for part in composed.split("\n")).strip()
    while "\n\n\n" in kept:
        kept = kept.replace("\n\n\n", "\n\n")
    if len(kept) > longest:
        raise RequestRefused(TOO_LONG)
    return kept


def name(text: str) -> str:
    """A name on one line. Raises RequestRefused when there is none."""
    kept = line(text, LONGEST_NAME).strip(_JOINERS + " ")
    if not any(unicodedata.category(letter)[0] in "LNS" for letter in kept):
        raise RequestRefused(NAMELESS)
    return kept


def _kept(text: str) -> str:
    found, marks = list[str](), 0
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if letter in _JOINERS or (category[0] != "C" and category not in ("Zl", "Zp") and marks <= _MOST_MARKS):
            found.append(letter)
        elif category in ("Zl", "Zp") or letter == "\t":
            found.append(" ")
    return "".join(found)
