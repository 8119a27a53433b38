"""What a visitor tells at the door, made fit to keep: the name, whom they visit, the help they want.

Nothing here asks more than that, and nothing is guessed: a name is what somebody wants to be called in an emergency.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from kiosk.errors import NameRefused
from retention.base.errors import UsageRefused
from retention.base.translations import N_

LONGEST_NAME = 80
LONGEST_HOST = 60
# A single letter with a tower of accents is one to the eye and may be thousands to the machine.
MOST_MARKS = 4

TOO_SHORT = N_("Please type your name.")
TOO_LONG = N_("This name is too long. Please type a shorter one.")
UNREADABLE = N_("This is no name we can read. Please use letters.")

# Joiners stay: Persian and Indic names are spelled with them, and families of emoji are held together by them.
_JOINERS = "‌‍"
# Letters to Unicode, nothing to the eye: whoever is called so would stand on the list as an empty line.
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0\U0001d159"
_SKIN_TONES = "".join(map(chr, range(0x1F3FB, 0x1F400)))


class Help(StrEnum):
    """Help wanted in an emergency: the help, never the diagnosis. Only the visitor sets it."""

    STAIRS = "stairs"
    HEARING = "hearing"
    SIGHT = "sight"
    COMPANION = "companion"


@dataclass(frozen=True)
class Details:
    """What identifies a visitor. Made by `details` or with names already cleaned.

    `together` is shared by those who came together; `code` is that of an invitation.
    """

    name: str
    host: str | None = None
    help: frozenset[Help] = field(default_factory=frozenset)
    statement: str | None = None
    """Which privacy statement the visitor was shown; see `kiosk.statement`."""
    together: str | None = None
    code: str | None = None


def clean_name(text: str, longest: int = LONGEST_NAME) -> str:
    """The name as it is kept: composed, one line, one blank between words, nothing invisible that turns text round.

    Raises NameRefused with a sentence a visitor understands.
    """
    if len(text) > longest * (MOST_MARKS + 1) * 4:
        raise NameRefused(TOO_LONG)
    composed = unicodedata.normalize("NFC", text)
    name = " ".join("".join(_kept(letter) for letter in composed).split()).strip(_JOINERS + " ")
    if not name:
        raise NameRefused(TOO_SHORT)
    letters = graphemes(name)
    if letters > longest:
        raise NameRefused(TOO_LONG)
    if not any(unicodedata.category(letter)[0] in "LN" or _is_emoji(letter) for letter in name) or _piled_up(name):
        raise NameRefused(UNREADABLE)
    return name


def graphemes(text: str) -> int:
    """How many letters the eye sees, nearly: marks and what a joiner holds together count with the letter before."""
    count, joined = 0, False
    for letter in text:
        if letter in _JOINERS or unicodedata.category(letter) in ("Mn", "Me", "Mc") or letter in _SKIN_TONES:
            joined = letter == "‍"
            continue
        count, joined = count + (not joined), False
    return count


def details(given: dict[str, Any], *, help_asked: bool = True) -> Details:
    """Details from the JSON of a command; UsageRefused for what is not of its shape, NameRefused for a name."""
    unknown = set(given) - {"name", "host", "help"}
    if unknown:
        raise UsageRefused('only "name", "host" and "help" are asked: leave the rest out')
    name, host = _text(given, "name") or "", _text(given, "host")
    wanted = given.get("help") or []
    if not isinstance(wanted, list) or not set(map(str, wanted)) <= set(Help):
        raise UsageRefused(f'"help" is a list of {", ".join(Help)}')
    if wanted and not help_asked:
        raise UsageRefused("help wanted is told by visitors themselves, at the door")
    return Details(clean_name(name), clean_host(host), frozenset(Help(word) for word in wanted))


def clean_host(text: str | None) -> str | None:
    """The host's name as it is kept; none for an empty one."""
    return clean_name(text, LONGEST_HOST) if text and text.strip() else None


def _text(given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageRefused(f'"{key}" is text: write it as {{"{key}": "..."}}')
    return value


def _kept(letter: str) -> str:
    """The letter, a blank for what separates, nothing for what controls, is unassigned or overrides direction."""
    category = unicodedata.category(letter)
    if letter in _JOINERS:
        return letter
    if category in ("Zs", "Zl", "Zp") or letter in "\t\n\r\v\f" + _BLANKS:
        return " "
    return "" if category in ("Cc", "Cf", "Cs", "Co", "Cn") else letter


def _is_emoji(letter: str) -> bool:
    return unicodedata.category(letter) == "So"


def _piled_up(name: str) -> bool:
    run = 0
    for letter in name:
        run = run + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        if run > MOST_MARKS:
            return True
    return False


def refused_in(error: NameRefused, translate: Callable[[str], str]) -> str:
    """What the screen says of a refused name, in the visitor's language."""
    return translate(error.sentence)
