"""The timeline of a camera: what is recorded and what is missing and why, tiling any span without overlap.

Computed, never stored: recorded is what the segments cover, every hole gets its cause from the journal, from the key
slots of the minutes it lies in, and from what is known to be damaged. So it is the same after a crash, without the
database, and after footage was destroyed; and a part of it, asked for alone, is the same part.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeVar

from recorder.causes import Cause
from recorder.journal import Entry, in_force
from recorder.segments import MINUTE, epoch_of
from retention.rules import LEAD

EDGE = timedelta(seconds=10)  # footage younger than this may still be in a camera process's memory
# How far around a span its causes depend on what is there: a group of pictures may begin at the end of its minute,
# last a minute more, and its last part a second.
SPILL = timedelta(seconds=2 * MINUTE + 5)
_DEAD = (Cause.EXPIRED, Cause.EVICTED)

Span = tuple[datetime, datetime]
Fate = Callable[[int], Cause | None]
_Moment = TypeVar("_Moment", datetime, int)
_Piece = tuple[datetime, datetime, Cause]


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


@dataclass(frozen=True)
class Known:
    """All that is known of a camera around a span.

    `spans` can be shown, `damaged` is there and cannot; `newest` is where footage ends, also outside the span.
    `fate` tells of a minute whether its key is destroyed, at its term (expired) or before (evicted).
    """

    spans: Iterable[Span]
    entries: list[Entry]
    present: Present
    newest: datetime | None
    damaged: Iterable[Span] = ()
    fate: Fate = lambda _: None

    @property
    def until(self) -> datetime:
        """Now; or the end of the newest part, while a camera process is at work on the next one."""
        now, last = self.present.now, self.entries[-1] if self.entries else None
        if last is None or last.cause is not None or last.boot != self.present.boot:
            return now
        begun = max(last.at, self.newest) if self.newest else last.at
        return begun if timedelta(0) <= now - begun < EDGE else now


def tile(start: datetime, end: datetime, known: Known) -> list[Interval]:
    """The timeline of [start, end), up to what is known now: parts still in a camera's memory are left off.

    What is known must reach SPILL further than the span, on both sides.
    """
    end = min(end, known.until)
    found: list[Interval] = []
    for one in _wide(start - SPILL, min(end + SPILL, known.until), known):
        begin, finish = max(one.start, start), min(one.end, end)
        if begin >= finish:
            continue
        if found and (found[-1].state, found[-1].cause) == (one.state, one.cause):
            begin = found.pop().start
        found.append(Interval(begin, finish, one.state, one.cause))
    return found


def merged(spans: Iterable[tuple[_Moment, _Moment]]) -> Iterator[tuple[_Moment, _Moment]]:
    """The same spans in order, those that touch as one."""
    held: tuple[_Moment, _Moment] | None = None
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


def without(span: Span, holes: Iterable[Span]) -> Iterator[Span]:
    """What holes leave of a span."""
    at, end = span
    for begin, finish in merged(holes):
        if at < min(begin, end):
            yield at, min(begin, end)
        at = max(at, finish)
    if at < end:
        yield at, end


def _wide(start: datetime, end: datetime, known: Known) -> Iterator[Interval]:
    at = start
    for begin, finish in (*merged((max(a, start), min(b, end)) for a, b in known.spans), (end, end)):
        if at < begin:
            yield from (Interval(a, b, "gap", cause) for a, b, cause in _holes(at, begin, known))
        if begin < finish:
            yield Interval(begin, finish, "recorded")
        at = max(at, finish)


def _holes(start: datetime, end: datetime, known: Known) -> list[_Piece]:
    """The gaps of one hole: cut where the cause changes."""
    first, last = (bisect_right(known.entries, moment, key=lambda entry: entry.at) for moment in (start, end))
    cuts = {known.present.expired_until, known.newest or start, *(entry.at for entry in known.entries[first:last])}
    pieces: list[_Piece] = []
    for begin, finish in pairwise(sorted({start, end, *(cut for cut in cuts if start < cut < end)})):
        cause = _written_cause(begin, known)
        pieces += [(begin, finish, cause)] if cause else _fates(begin, finish, known)
    return _spilled(_joined(pieces))


def _written_cause(moment: datetime, known: Known) -> Cause | None:
    """Why there was nothing to store at a moment, by term and journal; None: footage was being stored."""
    if moment < known.present.expired_until:
        return Cause.EXPIRED
    entry = in_force(moment, known.entries)
    return entry.cause if entry else Cause.DISABLED  # before the camera was first started


def _fates(start: datetime, end: datetime, known: Known) -> Iterator[_Piece]:
    """Footage was being stored: minute by minute, whether its key was destroyed, or its bytes are damaged."""
    otherwise = _silence(start, known)
    damaged = [(max(a, start), min(b, end)) for a, b in known.damaged if a < end and b > start]
    minutes = range(epoch_of(start) + MINUTE, epoch_of(end) + MINUTE, MINUTE)
    cuts = {datetime.fromtimestamp(epoch, UTC) for epoch in minutes} | {edge for span in damaged for edge in span}
    for begin, finish in pairwise(sorted({start, end, *(cut for cut in cuts if start < cut < end)})):
        spoilt = any(a <= begin < b for a, b in damaged)
        yield begin, finish, known.fate(epoch_of(begin)) or (Cause.DAMAGED if spoilt else otherwise)


def _silence(moment: datetime, known: Known) -> Cause:
    """Why footage that was being stored is not there: no successor said why its recorder fell silent, or it is lost."""
    entry = in_force(moment, known.entries)
    if entry is None or entry is not known.entries[-1] or (known.newest and moment < known.newest):
        return Cause.LOST
    return Cause.STOPPED if entry.boot == known.present.boot else Cause.POWER_LOST


def _joined(pieces: Iterable[_Piece]) -> list[_Piece]:
    found: list[_Piece] = []
    for begin, finish, cause in pieces:
        start = found.pop()[0] if found and found[-1][2] is cause else begin
        found.append((start, finish, cause))
    return found


def _spilled(pieces: list[_Piece]) -> list[_Piece]:
    """A group of pictures that died with its minute may have reached into the next one: that is no loss."""
    for place in range(1, len(pieces)):
        before, (begin, finish, cause) = pieces[place - 1][2], pieces[place]
        if cause is Cause.LOST and before in _DEAD and finish - begin <= timedelta(seconds=MINUTE):
            pieces[place] = (begin, finish, before)
    return _joined(pieces)
