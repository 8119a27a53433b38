"""Which way each letter of a line runs: the Unicode bidirectional algorithm (UAX 9) for one line of a screen.

Implicit rules only: what embeds or isolates counts as nothing, as nobody types it at a door. Without it digits and
Latin names would stand backwards in an Arabic sentence; Kivy's text provider orders nothing itself.
"""

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Final, TypeVar

_Thing = TypeVar("_Thing")

LEFT_TO_RIGHT_MARK: Final = "\u200e"
"""Before a telephone number in a sentence that runs to the left: its parts then keep their order."""

_NOTHING = frozenset({"BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
_NEUTRAL = frozenset({"B", "S", "WS", "ON"})
_PAIRS = {"(": ")", "[": "]", "{": "}", "༺": "༻", "༼": "༽", "⁅": "⁆", "⁽": "⁾", "₍": "₎", "〈": "〉", "「": "」"}
_DEEPEST = 63
_MIRROR = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")


def leftward(text: str) -> bool:
    """Whether text runs to the left: its first letter with a direction does."""
    return next((kind != "L" for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), False)


def levels(text: str, *, rtl: bool) -> list[int]:
    """The embedding level of every character in a line that as a whole runs to the right, or to the left (`rtl`)."""
    base = int(rtl)
    given = [unicodedata.bidirectional(sign) or "L" for sign in text]
    # What counts as nothing goes with what stands before it.
    places = [place for place, kind in enumerate(given) if kind not in _NOTHING]
    kinds = [given[place] for place in places]
    edge = "R" if rtl else "L"
    _weak(kinds, edge)
    _brackets(kinds, [text[place] for place in places], edge)
    _neutral(kinds, edge)
    found = dict(zip(places, (_level(kind, base) for kind in kinds), strict=True))
    answer: list[int] = []
    for place in range(len(text)):
        answer.append(found.get(place, answer[-1] if answer else base))
    _trailing(answer, given, base)
    return answer


def visual(things: Sequence[_Thing], levels: Sequence[int]) -> list[_Thing]:
    """Things that stand on one line, in the order in which they are seen from the left (L2)."""
    seen = list(zip(levels, things, strict=True))
    lowest = min((level for level in levels if level % 2), default=1)
    for floor in range(max(levels, default=0), lowest - 1, -1):
        turned: list[tuple[int, _Thing]] = []
        for high, group in groupby(seen, key=lambda pair: pair[0] >= floor):
            stretch = list(group)
            turned += stretch[::-1] if high else stretch
        seen = turned
    return [thing for _, thing in seen]


def mirrored(text: str) -> str:
    """Text as it is drawn from its right end: reversed, brackets turned around."""
    return text[::-1].translate(_MIRROR)


def _level(kind: str, base: int) -> int:
    if base % 2:
        return base if kind == "R" else base + 1
    return base if kind == "L" else base + (1 if kind == "R" else 2)


def _weak(kinds: list[str], edge: str) -> None:
    """W1 to W7: marks, digits and what stands between digits."""
    before, strong = edge, edge
    for place, written in enumerate(kinds):  # W1, W2
        kinds[place] = before = kind = before if written == "NSM" else written
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "AL":
            kinds[place] = "AN"
    kinds[:] = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for place in range(1, len(kinds) - 1):  # W4
        one, kind, other = kinds[place - 1 : place + 2]
        if one == other and ((kind in ("ES", "CS") and one == "EN") or (kind == "CS" and one == "AN")):
            kinds[place] = one
    start = 0
    for kind, group in groupby(list(kinds)):  # W5
        end = start + len(list(group))
        if kind == "ET" and "EN" in (*kinds[max(start - 1, 0) : start], *kinds[end : end + 1]):
            kinds[start:end] = ["EN"] * (end - start)
        start = end
    strong = edge
    for place, kind in enumerate(kinds):  # W6, W7
        if kind in ("ES", "ET", "CS"):
            kinds[place] = "ON"
        elif kind in ("L", "R"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"


def _brackets(kinds: list[str], signs: list[str], edge: str) -> None:
    """N0: a pair of brackets runs as what is in it, or as what stands before it."""
    for opening, closing in _bracket_pairs(kinds, signs):
        inside = {_way(kind) for kind in kinds[opening + 1 : closing]} - {""}
        if edge in inside:
            way = edge
        elif inside:
            before = next((_way(kind) for kind in reversed(kinds[:opening]) if _way(kind)), edge)
            way = before if before in inside else edge
        else:
            continue
        for bracket in (opening, closing):
            kinds[bracket] = way
            for mark in range(bracket + 1, len(signs)):  # marks on a bracket go with it
                if unicodedata.bidirectional(signs[mark]) != "NSM":
                    break
                kinds[mark] = way


def _bracket_pairs(kinds: list[str], signs: list[str]) -> list[tuple[int, int]]:
    closings, open_, pairs = set(_PAIRS.values()), list[tuple[str, int]](), list[tuple[int, int]]()
    for place, (kind, written) in enumerate(zip(kinds, signs, strict=True)):
        sign = unicodedata.normalize("NFC", written)
        if kind == "ON" and sign in _PAIRS:
            if len(open_) == _DEEPEST:
                return []
            open_.append((_PAIRS[sign], place))
        elif kind == "ON" and sign in closings:
            depth = next((number for number in range(len(open_) - 1, -1, -1) if open_[number][0] == sign), None)
            if depth is not None:
                pairs.append((open_[depth][1], place))
                del open_[depth:]
    return sorted(pairs)


def _neutral(kinds: list[str], edge: str) -> None:
    """N1 and N2: what has no direction takes that of both its sides where they agree, else the line's."""
    start = 0
    for neutral, group in groupby(list(kinds), key=lambda kind: kind in _NEUTRAL):
        end = start + len(list(group))
        if neutral:
            before = _way(kinds[start - 1]) if start else edge
            behind = _way(kinds[end]) if end < len(kinds) else edge
            kinds[start:end] = [before if before == behind else edge] * (end - start)
        start = end


def _way(kind: str) -> str:
    return "L" if kind == "L" else "R" if kind in ("R", "EN", "AN") else ""


def _trailing(levels: list[int], kinds: list[str], base: int) -> None:
    """L1: separators, and spaces before them or at the end, run as the line does."""
    loose = True
    for place in range(len(levels) - 1, -1, -1):
        if kinds[place] in ("B", "S"):
            loose = True
        elif kinds[place] != "WS" and kinds[place] not in _NOTHING:
            loose = False
        if loose:
            levels[place] = base
