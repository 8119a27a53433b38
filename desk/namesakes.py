"""Visits whose name is, or resembles, that of who asks: staff decide which of them is theirs. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from kiosk.register import SeenVisit

ALIKE: Final = 0.72  # how much two names must resemble one another to be shown first


def alike(wanted: str, visits: Sequence[SeenVisit]) -> tuple[list[SeenVisit], list[SeenVisit]]:
    """Visits whose name resembles the one wanted, the nearest first; and all others as they came."""
    near = {seen.visit: _likeness(wanted, seen.name or "") for seen in visits}
    first = sorted((seen for seen in visits if near[seen.visit] >= ALIKE), key=lambda seen: -near[seen.visit])
    return first, [seen for seen in visits if near[seen.visit] < ALIKE]


def same(wanted: str, visits: Sequence[SeenVisit]) -> list[SeenVisit]:
    """Visits of that very name, whatever its case, its accents and the order of its parts."""
    name = _folded(wanted)
    return [seen for seen in visits if seen.name and _folded(seen.name) == name]


def _likeness(one: str, other: str) -> float:
    """1 for the same letters whatever their case and accents, or where one name is part of the other."""
    first, second = _plain(one), _plain(other)
    if not first or not second:
        return 0.0
    if set(first.split()) <= set(second.split()) or set(second.split()) <= set(first.split()):
        return 1.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _folded(name: str) -> list[str]:
    return sorted(re.findall(r"\w+", _plain(name))) or [_plain(name)]


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold())
    return " ".join("".join(one for one in letters if unicodedata.category(one) != "Mn").split())
