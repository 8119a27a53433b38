"""Opening every chunk of a file: which do not open, and what of its footage can therefore not be shown."""

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.footprints import footprint_of
from recorder.timeline import Span
from recorder.video import boxes
from retention.base.errors import SealBroken
from retention.base.sealed import SealedFile, Unlocked


@dataclass
class Seen:
    """What was seen of a file; `until`: the moment up to which it can be shown, as far as that is certain."""

    opened: int = 0
    broken: int = 0
    missing: list[Span] = field(default_factory=list)
    until: datetime | None = None


def look(file: SealedFile, private: X25519PrivateKey, *, footage: bool = True) -> Seen:
    """Open all of a file. OSError is the caller's: a file may go while it is looked at."""
    try:
        unlocked = file.unlock(private)
    except SealBroken:
        return Seen(broken=max(1, len(file.heads)), missing=_whole(file))
    seen, shown = Seen(), list[Span]()
    showing = False
    for place in file.chunks:
        media = _opened(unlocked, place.number, seen)
        if footage and place.number and media is not None:
            showing = showing or boxes.head_of(media).key
        if media is None:
            if place.number == 0 and footage:  # without its beginning nothing of it plays
                return Seen(seen.opened, max(1, len(file.heads)), _whole(file))
            showing = False
        elif showing:
            shown.append((place.first, place.last))
    if footage:
        seen.until, seen.missing = _missing(file, shown)
    return seen


def _opened(unlocked: Unlocked, number: int, seen: Seen) -> bytes | None:
    try:
        media = unlocked.chunk(number)
    except SealBroken:
        seen.broken += 1
        return None
    seen.opened += 1
    return media


def _missing(file: SealedFile, shown: list[Span]) -> tuple[datetime | None, list[Span]]:
    """Between what can be shown; times are certain only of chunks that opened."""
    whole = _whole(file)
    edge, found = file.chunks[0].first if file.chunks else None, list[Span]()
    for begin, end in shown:
        if edge is not None and edge < begin:
            found.append((edge, begin))
        edge = end
    if edge is not None and whole and edge < whole[0][1]:
        found.append((edge, whole[0][1]))
    return edge, found


def _whole(file: SealedFile) -> list[Span]:
    known = footprint_of(file, 0)
    return [(known.start, known.end)] if known else []
