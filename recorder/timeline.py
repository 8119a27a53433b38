"""The timeline of a camera: what is recorded and what is missing and why, tiling any span without overlap.

Computed, never stored: recorded is what the segments cover, every hole gets its cause from the journal. So it is
the same after a crash, without the database, and after footage was destroyed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from recorder.causes import Cause
from recorder.footprints import Footprint
from recorder.journal import Entry
from recorder.segments import MINUTE, epoch_of
from retention.rules import LEAD

EDGE = timedelta(seconds=10)  # footage younger than this may still be in a camera process's memory


@dataclass(frozen=True)
class Interval:
    """From `start` up to `end`: recorded, or a gap with its cause."""

    start: datetime
    end: datetime
    state: Literal["recorded", "gap"]
    cause: str | None = None

    def words(self) -> dict[str, str]:
        """As commands print it."""
        told = {"start": self.start.isoformat(), "end": self.end.isoformat(), "state": self.state}
        return told | {"cause": self.cause} if self.cause else told


@dataclass(frozen=True)
class Present:
    """The moment a timeline is asked for: `now`, the machine's run, and how long footage lives."""

    now: datetime
    boot: str
    term: timedelta

    @property
    def expired_until(self) -> datetime:
        """What is missing before it is past its term: the end of the last minute that the reaper may have taken."""
        dead = epoch_of(self.now + LEAD - self.term) + MINUTE
        return datetime.fromtimestamp(dead, self.now.tzinfo)


def tile(
    start: datetime, end: datetime, covered: Iterable[Footprint], entries: list[Entry], present: Present
) -> list[Interval]:
    """The timeline of [start, end), up to what is known now: parts still in a camera's memory are left off."""
    spans = list(_merged((max(one.start, start), min(one.end, end)) for one in covered))
    end = min(end, _known_until(spans, entries, present))
    found: list[Interval] = []
    at = start
    for begin, finish in [*spans, (end, end)]:
        if at < begin:
            found += _holes(at, begin, entries, present, last=begin == end and at >= (spans[-1][1] if spans else start))
        if begin < finish:
            found.append(Interval(begin, finish, "recorded"))
        at = max(at, finish)
    return found


def cause_at(moment: datetime, entries: list[Entry], present: Present, *, last: bool = False) -> Cause:
    """Why there is no footage of a moment that no segment covers; `last`: nothing was recorded after it."""
    if moment < present.expired_until:
        return Cause.EXPIRED
    in_force = next((entry for entry in reversed(entries) if entry.at <= moment), None)
    if in_force is None:
        return Cause.DISABLED  # before the camera was first started
    if in_force.cause is not None:
        return in_force.cause
    if last and in_force is entries[-1]:  # no successor said why its recorder fell silent
        return Cause.STOPPED if in_force.boot == present.boot else Cause.POWER_LOST
    return Cause.LOST


def _holes(start: datetime, end: datetime, entries: list[Entry], present: Present, *, last: bool) -> Iterator[Interval]:
    """The gaps of one hole: cut where the cause changes."""
    cuts = [entry.at for entry in entries if start < entry.at < end]
    if start < present.expired_until < end:
        cuts.append(present.expired_until)
    edges = [start, *sorted(set(cuts)), end]
    pieces = [(a, b, cause_at(a, entries, present, last=last)) for a, b in pairwise(edges)]
    if pieces[0][2] is Cause.EXPIRED and len(pieces) > 1 and pieces[1][2] is Cause.LOST:
        # A group of pictures that died with its minute may have reached into the next one.
        pieces[1] = (*pieces[1][:2], Cause.EXPIRED)
    held = pieces[0]
    for piece in pieces[1:]:
        if piece[2] is held[2]:
            held = (held[0], piece[1], held[2])
        else:
            yield Interval(held[0], held[1], "gap", held[2])
            held = piece
    yield Interval(held[0], held[1], "gap", held[2])


def _known_until(spans: list[tuple[datetime, datetime]], entries: list[Entry], present: Present) -> datetime:
    """Now; or the end of the newest part, while a camera process is at work on the next one."""
    working = bool(entries) and entries[-1].cause is None and entries[-1].boot == present.boot
    newest = max([end for _, end in spans] + ([entries[-1].at] if working else []), default=None)
    if working and newest is not None and present.now - newest < EDGE:
        return min(newest, present.now) if newest <= present.now else newest
    return present.now


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    held: tuple[datetime, datetime] | None = None
    for begin, finish in sorted(spans):
        if begin >= finish:
            continue
        if held is None:
            held = (begin, finish)
        elif begin <= held[1]:
            held = (held[0], max(held[1], finish))
        else:
            yield held
            held = (begin, finish)
    if held is not None:
        yield held
