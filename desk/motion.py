"""How much moved, as it is drawn and told: the strip under the timeline, stretches of movement, blind stretches. Pure.

What nobody looked at is not "nothing moved": where there are no looks the strip is empty, and says so in words.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import Protocol

from desk.timeline import Window

LOOK = timedelta(seconds=10)  # what one look stands for
MOVES = 0.005  # share of the picture; somebody who walks through it is four times as much
FULL = 0.3  # of the picture, and the strip is as high as it gets
PAUSE = timedelta(seconds=30)  # shorter ones do not part two movements
COLUMNS = 480
HEIGHT = 100


class Seen(Protocol):
    """A look of the eyes."""

    @property
    def at(self) -> datetime: ...
    @property
    def motion(self) -> float: ...
    @property
    def blind(self) -> str | None: ...


@dataclass(frozen=True)
class Stretch:
    """Something moved, or the camera saw nothing because of `blind`, from `start` to `end`."""

    start: datetime
    end: datetime
    blind: str | None = None


@dataclass(frozen=True)
class Strip:
    """What is drawn and told of one window."""

    path: str
    looks: int
    movements: list[Stretch]
    blind: list[Stretch]


def strip(looks: Sequence[Seen], shown: Window) -> Strip:
    """The strip of a window: the highest movement of each column, as one path."""
    seen = [one for one in looks if shown.start <= one.at < shown.end]
    return Strip(_path(seen, shown), len(seen), list(movements(seen)), list(blindness(seen)))


def movements(looks: Iterable[Seen]) -> Iterator[Stretch]:
    """Stretches in which something moved, in order."""
    yield from _joined(Stretch(one.at, one.at + LOOK) for one in looks if one.motion >= MOVES and not one.blind)


def blindness(looks: Iterable[Seen]) -> Iterator[Stretch]:
    """Stretches in which the camera was blind, and how."""
    yield from _joined(Stretch(one.at, one.at + LOOK, one.blind) for one in looks if one.blind)


def following(looks: Iterable[Seen], at: datetime) -> datetime | None:
    """Where the first movement after a moment begins."""
    return next((one.start for one in movements(looks) if one.start > at), None)


def preceding(looks: Iterable[Seen], at: datetime) -> datetime | None:
    """Where the last movement before a moment began."""
    return max((one.start for one in movements(looks) if one.start < at), default=None)


def _joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    held: Stretch | None = None
    for one in stretches:
        if held is not None and one.blind == held.blind and one.start - held.end <= PAUSE:
            held = Stretch(held.start, one.end, held.blind)
            continue
        if held is not None:
            yield held
        held = one
    if held is not None:
        yield held


def _path(seen: Sequence[Seen], shown: Window) -> str:
    columns = min(COLUMNS, max(1, (shown.end - shown.start) // LOOK))
    width = (shown.end - shown.start) / columns
    highest = [0.0] * columns
    for one in seen:
        column = min(columns - 1, int((one.at - shown.start) / width))
        highest[column] = max(highest[column], one.motion)
    heights = [round(HEIGHT * min(1.0, sqrt(motion / FULL))) for motion in highest]
    edges = [0, *(number for number, (a, b) in enumerate(pairwise(heights), 1) if a != b)]
    steps = "".join(f"H{edge / columns * 1000:.1f}V{HEIGHT - heights[edge]}" for edge in edges)
    return f"M0 {HEIGHT}{steps}H1000V{HEIGHT}Z"
