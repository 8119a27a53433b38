"""The chain of receipts on disk: one preallocated file for each UTC day, appended to by several processes.

A line is on disk when the call returns. Writers take turns by a lock on the folder itself, which needs no free block
and ends with its holder; the end of the chain is found again under it. Days never go backwards: once a line stands in
a day's file, no line is added to an earlier one, so that day is complete.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import Final

from retention.base.errors import DiskRefused, TryAgain
from retention.base.files import sync_folder, write_all, write_new
from retention.base.state import State
from retention.evidence.follow import BATCH, Break, follow, used
from retention.evidence.line import GENESIS, LINE_BYTES, Line, file_head, image, parse, torn

PATIENCE: Final = 0.5  # seconds in which anybody who lives has written his lines
GROW: Final = 1_024  # places
_LOOK_AGAIN: Final = 0.01
_BEFORE_ALL: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class End:
    """Where the chain ends: the day's file, its next free place, the last line, and torn bytes behind that."""

    day: date = _BEFORE_ALL
    place: int = 0
    number: int = 0
    hash: bytes = GENESIS
    torn: bytes = b""


class Chain:
    """The chain of one state directory; any number of processes and threads may each hold one."""

    def __init__(self, state: State) -> None:
        self.folder = state.evidence
        self._seen: End | None = None

    def add(self, lines: list[Line], at: datetime, *, patience: float = PATIENCE) -> None:
        """Append lines in the file of the day of `at`; each is taken out of `lines` once it is on disk.

        Raises DiskRefused where no place is left or can be made, TryAgain where another writer does not let go.
        """
        try:
            with self._turn(patience):
                end = self._end()
                day = self._day_for(max(end.day, at.astimezone(UTC).date()), end)
                if end.torn:
                    end = self._write(end, [torn(end.torn, at)])
                if day != end.day:
                    end = End(day, 0, end.number, end.hash)
                while lines:
                    end = self._write(end, lines[:BATCH])
                    del lines[:BATCH]
        except OSError as error:
            raise DiskRefused(
                f"no receipt can be written in {self.folder} ({error.strerror}): see to the disk, its space and rights"
            ) from error

    def end(self) -> End:
        """Where the chain ends now."""
        with self._turn(10 * PATIENCE):
            return self._end()

    def days(self) -> list[date]:
        """The days that have a file, oldest first; the last may be made ahead and empty."""
        names = (path.name.removesuffix(SUFFIX) for path in self.folder.glob(f"????-??-??{SUFFIX}"))
        found = []
        for name in names:
            with suppress(ValueError):
                found.append(date.fromisoformat(name))
        return sorted(found)

    def path(self, day: date) -> Path:
        return self.folder / f"{day.isoformat()}{SUFFIX}"

    def body(self, day: date, place: int = 0, count: int | None = None) -> bytes:
        """A day's places from `place` on, as they are on disk; none where there is no such file."""
        try:
            with self.path(day).open("rb") as file:
                file.seek((place + 1) * LINE_BYTES)
                return file.read() if count is None else file.read(count * LINE_BYTES)
        except FileNotFoundError:
            return b""

    def make_room(self, day: date, places: int) -> None:
        """Make a day's file with that many places, or more of them where they run short.

        They are written as zeros, so that a receipt needs no free block.
        """
        try:
            with self._turn(10 * PATIENCE):
                end = self._end()
                taken = end.place if end.day == day else 0
                if not self.path(day).exists():
                    self._make(day, places)
                elif self._places(day) - taken < min(places, GROW):
                    self._grow(day, places // 4 or 1)
        except OSError as error:
            raise DiskRefused(
                f"receipts of {day} have no room in {self.folder} ({error.strerror}): see to the disk"
            ) from error

    def trim(self, day: date) -> None:
        """Give back the places that a day that is over did not need."""
        needed = used(self.body(day))
        if self._places(day) > needed:
            os.truncate(self.path(day), (needed + 1) * LINE_BYTES)

    def _end(self) -> End:
        days = self.days()
        for day in reversed(days):
            seen = self._seen if self._seen and self._seen.day == day else None
            found = (self._since(seen) if seen else None) or self._whole(day, days)
            if found is not None:
                self._seen = found
                return found
        return End()

    def _since(self, seen: End) -> End | None:
        """The end of the chain, read from where it was last seen; None where the file is not as it was."""
        if not seen.place or seen.torn:
            return None
        body = window = self._window(seen.day, seen.place - 1)
        if body[LINE_BYTES - 32 : LINE_BYTES] != seen.hash:
            return None
        while len(window) == _WINDOW and window[-BATCH * LINE_BYTES :].strip(b"\0"):
            window = self._window(seen.day, seen.place - 1 + len(body) // LINE_BYTES)
            body += window
        return _end_in(seen.day, seen.place - 1, body, None)

    def _window(self, day: date, place: int) -> bytes:
        with self.path(day).open("rb") as file:
            file.seek((place + 1) * LINE_BYTES)
            return file.read(_WINDOW)

    def _whole(self, day: date, days: list[date]) -> End | None:
        """The end of the chain in this day's file; None where nothing stands in it."""
        if not self._window(day, 0).strip(b"\0"):
            return None  # a file made ahead; a power cut leaves no hole that wide
        body = self.body(day)
        body = body[: used(body) * LINE_BYTES]
        if used(body) > BATCH and (end := _end_in(day, 0, body, None)) is not None:
            return end
        ends = (self._whole(old, days) for old in reversed(days) if old < day)
        before = next((end for end in ends if end), None)  # None: it begins here, or what was before has gone
        return _end_in(day, 0, body, before) or _last_of(day, body, before or End())

    def _day_for(self, day: date, end: End) -> date:
        """The day whose file takes the next line; with no room for a new file, the newest there is goes on."""
        if self.path(day).exists():
            return day
        try:
            self._make(day, GROW)
        except OSError:
            if self._places(end.day) <= end.place:
                raise
            return end.day
        return day

    def _write(self, end: End, lines: list[Line]) -> End:
        place, number, hashed, images = end.place + len(end.torn) // LINE_BYTES, end.number, end.hash, []
        if self._places(end.day) < place + len(lines):
            self._grow(end.day, GROW)
        for line in lines:
            images.append(image(line, number + 1, hashed))
            number, hashed = number + 1, images[-1][-32:]
        descriptor = os.open(self.path(end.day), os.O_WRONLY | os.O_CLOEXEC)
        try:
            write_all(descriptor, b"".join(images), (place + 1) * LINE_BYTES)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        self._seen = End(end.day, place + len(lines), number, hashed)
        return self._seen

    def _places(self, day: date) -> int:
        try:
            return self.path(day).stat().st_size // LINE_BYTES - 1
        except FileNotFoundError:
            return 0

    def _make(self, day: date, places: int) -> None:
        aside = self.folder / f".{day.isoformat()}.new"
        try:
            write_new(aside, file_head(day) + bytes(places * LINE_BYTES), 0o660)
            aside.replace(self.path(day))
            sync_folder(self.folder)
        except OSError:
            with suppress(OSError):
                aside.unlink()
            raise

    def _grow(self, day: date, places: int) -> None:
        descriptor = os.open(self.path(day), os.O_WRONLY | os.O_CLOEXEC)
        try:
            size = os.fstat(descriptor).st_size // LINE_BYTES * LINE_BYTES
            os.posix_fallocate(descriptor, 0, size + places * LINE_BYTES)
            write_all(descriptor, bytes(places * LINE_BYTES), size)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            _lock(descriptor, patience)
            yield
        finally:
            os.close(descriptor)


SUFFIX: Final = ".receipts"
_WINDOW: Final = 256 * LINE_BYTES


def _lock(descriptor: int, patience: float) -> None:
    turn = Event()
    for _ in range(round(patience / _LOOK_AGAIN)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            turn.wait(_LOOK_AGAIN)
        else:
            return
    raise TryAgain("another process holds the receipts and does not let go: see which one hangs")


def _end_in(day: date, first: int, body: bytes, before: End | None) -> End | None:
    """Where the chain ends in these places, of which the first is number `first`; what breaks near the end is torn.

    Only near the end: no power cut tears more than was written at once, and older damage is for verify to tell.
    `before` is the end of the chain in front of them; None where it is unknown. Then None is also the answer where
    there is no line near the end.
    """
    last = used(body)
    skip = max(0, last - BATCH - 1)
    known = None if skip else before
    end = known and End(day, first, known.number, known.hash)
    for at, found in follow(body[skip * LINE_BYTES :], end.number if end else 0, end.hash if end else None):
        if isinstance(found, Line):
            end = End(day, first + skip + at + 1, found.number, found.hash)
        elif isinstance(found, Break) and end is not None:
            break
    return end and replace(end, torn=body[(end.place - first) * LINE_BYTES : last * LINE_BYTES])


def _last_of(day: date, body: bytes, before: End) -> End:
    """The last whole line of a day whose end is damaged, and all that stands behind it."""
    for place in range(used(body), 0, -1):
        line = parse(body[(place - 1) * LINE_BYTES : place * LINE_BYTES])
        if line is not None:
            return End(day, place, line.number, line.hash, body[place * LINE_BYTES : used(body) * LINE_BYTES])
    return End(day, 0, before.number, before.hash, body[: used(body) * LINE_BYTES])
