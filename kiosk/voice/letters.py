"""How single signs are called when they are typed, heard or wiped: an engine is silent at a hyphen."""

from collections.abc import Callable
from typing import Final

from kiosk.keyboard import ACCENTS, Page
from retention.base.translations import N_

UP_TO: Final = N_("{first} to {last}")
PAGES_CALLED: Final = {
    Page.LETTERS: N_("plain letters"),
    Page.WEST: N_("letters with accents"),
    Page.EAST: N_("more letters"),
    Page.TURKISH: N_("plain letters"),
    Page.CYRILLIC: N_("Cyrillic letters"),
    Page.MORE_CYRILLIC: N_("more letters"),
    Page.ARABIC: N_("Arabic letters"),
    Page.MORE_ARABIC: N_("more letters"),
    Page.PERSIAN: N_("Persian letters"),
    Page.MORE_PERSIAN: N_("more letters"),
    **{first: N_("letters with accents") for _, first, _ in ACCENTS.values()},
    **{second: N_("more letters") for _, _, second in ACCENTS.values()},
}
SIGNS: Final = {"-": N_("hyphen"), "'": N_("apostrophe"), "’": N_("apostrophe"), " ": N_("space"), ".": N_("dot")}


def called(sign: str, translate: Callable[[str], str]) -> str:
    """A letter as it is; a sign by its name."""
    return translate(SIGNS[sign]) if sign in SIGNS else sign
