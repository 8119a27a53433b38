"""Looks at the slots and says what the chain lacks: keys that were made, and erasures whose receipt was lost.

It costs little: of a camera's places only those of the last minutes are looked at, and all of them once an hour.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from retention.base.clock import from_microseconds
from retention.base.errors import PortierError
from retention.base.slots import Slot, SlotFile, streams
from retention.base.state import CAMERA_STREAM, CASES, State
from retention.evidence.book import Book
from retention.evidence.line import Key, Line, erased, made

FULL_EVERY: Final = timedelta(hours=1)
SETTLED: Final = timedelta(minutes=2)  # by then whoever erased has written the receipt himself
AROUND: Final = 3  # minutes that may have been made just before the last look, or ahead of trusted time


class Looker:
    """Remembers when it looked last; made anew, it looks at everything once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._files: dict[str, SlotFile] = {}
        self._looked: datetime | None = None
        self._full: datetime | None = None
        self._halves: dict[Key, bytes] = {}  # of cases, whose keys may move: what lives on was not destroyed
        self.failures: list[str] = []

    def lacking(self, book: Book, now: datetime, latest: datetime) -> list[Line]:
        """The lines that the chain lacks at trusted time `now`; what begins may already bear the time `latest`."""
        self.failures = []
        full = self._full is None or not timedelta() <= now - self._full < FULL_EVERY
        full = full or self._looked is None or not timedelta() <= latest - self._looked < FULL_EVERY
        lines: list[Line] = []
        for stream in streams(self._state):
            try:
                lines += self._of(stream, book, (now, latest), full=full)
            except (PortierError, OSError) as error:
                self.failures.append(f"what was made in {stream} cannot be noted ({error}): see to the disk")
        self._looked, self._full = latest, now if full else self._full
        return lines

    def _of(self, stream: str, book: Book, times: tuple[datetime, datetime], *, full: bool) -> Iterator[Line]:
        now, latest = times
        slots = self._files.setdefault(stream, SlotFile(self._state, stream))
        seen = slots.slots() if full or not stream.startswith(CAMERA_STREAM) else self._recent(slots, latest)
        for slot in seen:
            if slot.kind == "live" and not book.knows(_key(slot)):
                yield made(slot, now)
            if slot.kind == "live" and stream == CASES:
                self._halves[_key(slot)] = slot.public_bytes
        if full or not stream.startswith(CAMERA_STREAM):
            places = {slot.index: slot for slot in seen}
            for key in [key for key in book.open if key[0] == stream]:
                heir = self._heir(key, places.values())
                if key[1] in places and (line := _lost(key, places[key[1]], book, now, heir)):
                    yield line

    def _heir(self, key: Key, slots: Iterable[Slot]) -> Slot | None:
        half = self._halves.get(key)
        return next((slot for slot in slots if slot.public_bytes == half and _key(slot) != key), None) if half else None

    def _recent(self, slots: SlotFile, latest: datetime) -> list[Slot]:
        since = self._looked or latest
        first, last = (int(moment.timestamp()) // 60 for moment in (min(since, latest), latest))
        minutes = range(first - AROUND, last + AROUND + 1)
        return [slot for minute in minutes if (slot := slots.find(minute * 60)) is not None]


def _lost(key: Key, slot: Slot, book: Book, now: datetime, heir: Slot | None) -> Line | None:
    """The receipt of an erasure that somebody made and did not live to tell."""
    committed, deadline = book.open[key]
    if slot.kind not in ("tombstone", "live", "empty"):
        return None  # the reaper is about to
    if _key(slot) != key:  # its place is used again, so its tombstone is gone
        if slot.kind == "empty":
            return None  # a file of slots that was lost: no proof of anything
        gone = Slot(key[0], key[1], "tombstone", key[3], key[2], from_microseconds(deadline))
        return erased(gone, "rederived", now, committed, heir)
    if slot.kind == "live" or slot.erased_at is None or now - slot.erased_at < SETTLED:
        return None
    return erased(slot, "rederived", slot.erased_at, committed, heir)


def _key(slot: Slot) -> Key:
    return slot.stream, slot.index, slot.generation, slot.epoch
