"""How single signs are called when they are typed, heard or wiped: an engine is silent at a hyphen."""

from collections.abc import Callable
from typing import Final

from retention.base.translations import N_

UP_TO: Final = N_("{first} to {last}")
SIGNS: Final = {"-": N_("hyphen"), "'": N_("apostrophe"), "’": N_("apostrophe"), " ": N_("space"), ".": N_("dot")}


def called(sign: str, translate: Callable[[str], str]) -> str:
    """A letter as it is; a sign by its name."""
    return translate(SIGNS[sign]) if sign in SIGNS else sign
