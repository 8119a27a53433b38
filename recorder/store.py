"""Between camera and disk: parts wait in memory, bounded by bytes, and one thread seals them in their order.

The camera never waits for the disk. What does not fit is a gap `disk_slow` from the last part that did to the first
that does again, once half of the memory is free. Every packet that comes in is stored, or counted under its cause.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import TracebackType
from typing import Final, Self

from recorder.causes import Cause, cause_of
from recorder.chronicle import Chronicle
from recorder.segments import Segments
from recorder.video.parts import Part
from retention.base.clock import Clock
from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot

TOO_SLOW: Final = "the disk is too slow: what does not fit into memory meanwhile is not kept"
PAUSED: Final = "there is too little room on the disk: footage goes on by itself when there is more"


@dataclass(frozen=True)
class Piece:
    """A part and its wall time; `final`: nothing follows it in its stretch."""

    part: Part
    first: datetime
    last: datetime
    next_is_key: bool = False
    final: bool = False

    @cached_property
    def size(self) -> int:
        return sum(map(len, self.part.samples))


@dataclass(frozen=True)
class Ending:
    """A stretch ends here: the next part does not follow on the one before. Without a cause, that is all.

    `found`: what calling the camera anew has shown, not what its connection looked like when it broke.
    """

    cause: Cause | None
    at: datetime
    message: str = ""
    found: bool = False


class Store:
    """The memory of one camera, and within a `with` block the thread that empties it. `tell` is called after each."""

    def __init__(
        self, segments: Segments, chronicle: Chronicle, limit: int, clock: Clock, tell: Callable[[], None]
    ) -> None:
        self.bytes = 0  # in memory, with what is being written
        self.full = False  # parts are dropped until half of it is free
        self.paused = False  # set from outside: store nothing now
        self.write_seconds = 0.0  # what the last part took
        self._segments, self._chronicle, self._limit, self._clock, self._tell = segments, chronicle, limit, clock, tell
        self._queue: deque[Piece | Ending] = deque()
        self._changed = threading.Condition()
        self._busy = self._ends = False
        self._counts: Counter[str] = Counter()
        self._refused: tuple[Cause, str] | None = None  # why no file is open
        self._thread = threading.Thread(target=self._work, name="store")

    @property
    def counts(self) -> Counter[str]:
        """Packets "stored", and those that are not by their cause."""
        with self._changed:
            return self._counts.copy()

    def put(self, piece: Piece) -> None:
        """Hand a part over; never waits."""
        with self._changed:
            if self._has_room_for(piece):
                self._queue.append(piece)
                self.bytes += piece.size
                self._changed.notify_all()
            else:
                self._counts[Cause.DISK_SLOW] += len(piece.part.samples)

    def end(self, ending: Ending) -> None:
        """Hand over that a stretch ends here, and why; never waits."""
        with self._changed:
            self._queue.append(ending)
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until all that was handed over is on disk, or accounted for."""
        with self._changed:
            self._changed.wait_for(lambda: not (self._queue or self._busy) or not self._thread.is_alive())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._changed:
            self._ends = True
            self._changed.notify_all()
        self._thread.join()
        self._segments.close()

    def _has_room_for(self, piece: Piece) -> bool:
        if not self._thread.is_alive():
            raise RuntimeError("the thread that stores has ended: see its traceback")
        if self.full:
            self.full = self.bytes > self._limit // 2 or not piece.part.key
        elif self.bytes and self.bytes + piece.size > self._limit:
            self.full = True
            self._queue.append(Ending(Cause.DISK_SLOW, piece.first, TOO_SLOW))
        return not self.full

    def _work(self) -> None:
        """The thread: what was handed over, in its order."""
        while (item := self._next()) is not None:
            if isinstance(item, Ending):
                self._end(item)
            else:
                self._keep(item)
            with self._changed:
                self._busy = False
                self.bytes -= item.size if isinstance(item, Piece) else 0
                self._changed.notify_all()
            self._tell()

    def _next(self) -> Piece | Ending | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._ends)
            self._busy = bool(self._queue)
            return self._queue.popleft() if self._queue else None

    def _end(self, ending: Ending) -> None:
        self._segments.close()
        if ending.cause is not None:
            self._refused = ending.cause, ending.message
            self._chronicle.missing(ending.cause, ending.at, ending.message, found=ending.found)

    def _keep(self, piece: Piece) -> None:
        if self.paused:
            self._refuse(piece, Cause.DISK_FULL, PAUSED)
        elif not piece.part.key and not self._segments.open:
            assert self._refused is not None, "a stretch begins with a key frame"
            self._refuse(piece, *self._refused)  # what it cannot be decoded without was refused
        else:
            self._seal(piece)

    def _seal(self, piece: Piece) -> None:
        began = self._clock.monotonic()
        try:
            self._segments.store(piece.part, piece.first, piece.last, next_is_key=piece.next_is_key, final=piece.final)
        except (DiskRefused, NoFreeSlot, EpochErased, OSError) as error:
            self._refuse(piece, cause_of(error), str(error))
            return
        self.write_seconds = self._clock.monotonic() - began
        self._count("stored", piece)
        self._chronicle.stored(piece.first, piece.last)

    def _refuse(self, piece: Piece, cause: Cause, message: str) -> None:
        self._segments.close()
        self._refused = cause, message
        self._count(cause, piece)
        self._chronicle.missing(cause, piece.first, message)

    def _count(self, reason: str, piece: Piece) -> None:
        with self._changed:
            self._counts[reason] += len(piece.part.samples)
