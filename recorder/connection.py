"""One connection to one camera: its packets cut into parts, given their wall time, and sealed to the disk.

Every packet is stored or counted with a reason. A jump of either clock, missing frames and a refusing disk end one
stretch of footage and begin another; the connection lives on through all of them.
"""

import random
from collections import Counter
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from recorder.capture import Packet, Source
from recorder.causes import Cause, cause_of
from recorder.parts import Cutter, Part
from recorder.segments import Segments
from recorder.walltime import ArrivalClock, LeastDelay
from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot

PAUSE = 0.2  # seconds for which frames may gather in the socket: five wake-ups a second instead of one a packet
_BURST = 96 * 1024  # bytes that certainly fit into the socket meanwhile
_WAITED = 2_000  # microseconds
_ON_TIME = 30_000
_SMALLEST = timedelta(milliseconds=1)


class Listener(Protocol):
    """Who is told what became of the footage."""

    def stored(self, first: datetime, last: datetime) -> None:
        """Footage of this span is on disk."""
        ...

    def missing(self, cause: Cause, message: str = "") -> None:
        """From the end of what was stored last there is no footage; told again for each part, as a sign of life."""
        ...


class Connection:
    """Takes packets from a source until it fails or is told to stop."""

    def __init__(
        self, source: Source, segments: Segments, arrivals: ArrivalClock, listener: Listener, stop: Event
    ) -> None:
        self.packets = self.stored = 0
        self._source, self._segments, self._arrivals = source, segments, arrivals
        self._listener, self._stop = listener, stop
        self._fit, self._cutter = LeastDelay(), Cutter()
        self._early: list[tuple[Part, bool, bool]] = []
        self._until: datetime | None = None  # the end of a stretch that the next part continues
        self._part_bytes = 0
        self._refused: tuple[Cause, str] | None = None  # what the disk said last

    @property
    def dropped(self) -> Counter[str]:
        """Packets that are not on disk, by reason."""
        return self._cutter.dropped + self._source.unusable

    def run(self) -> None:
        """Take packets until CaptureFailed, or until told to stop; what was held is stored in either case."""
        asked = self._arrivals.now()
        try:
            for packet in self._source.packets():
                arrival = self._arrivals.now()
                if packet.key and self._arrivals.stepped():
                    self._begin_anew(Cause.CLOCK_STEPPED)
                    arrival = self._arrivals.now()
                self.packets += 1
                self._take(packet, arrival)
                if self._fit.settled and self._source.live:
                    # On time, or waited for: nothing more is in the socket.
                    if arrival - asked > _WAITED or self._fit.late(packet.pts, arrival) < _ON_TIME:
                        self._gather()
                    asked = self._arrivals.now()
        finally:
            self.finish()

    def finish(self) -> None:
        """Store what is held, and end the file."""
        self._finish_stretch()
        self._segments.close()

    def _take(self, packet: Packet, arrival: int) -> None:
        cause = self._fit.observe(packet.pts, arrival)
        if cause is not None:
            self._begin_anew(cause)
            self._fit.observe(packet.pts, arrival)
        self._part_bytes += len(packet.data)
        waited = self._cutter.waiting
        part = self._cutter.take(packet)
        if part is not None:
            self._keep(part, next_is_key=packet.key)
        if self._cutter.waiting and not waited:  # a group of pictures longer than an epoch
            self._end_stretch(Cause.UNSUPPORTED)

    def _gather(self) -> None:
        """Let frames gather in the socket; unevenly, so that sooner or later one is read as it comes."""
        rate = max(self._part_bytes, 1)  # of at most about a second
        pause = min(PAUSE, _BURST / rate) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        self._stop.wait(pause)

    def _begin_anew(self, cause: Cause) -> None:
        """The stream goes on, and its times do not: store what came before, and wait for a key frame."""
        self._finish_stretch()
        self._cutter.restart()
        self._fit = LeastDelay()
        self._end_stretch(cause)

    def _finish_stretch(self) -> None:
        """Store what is held; nothing will follow it."""
        self._fit.settled = True
        self._keep(self._cutter.flush(), final=True)

    def _keep(self, part: Part | None, *, next_is_key: bool = False, final: bool = False) -> None:
        """Store a part; while the fit is not settled its time is not known, and it waits."""
        self._part_bytes = 0
        if part is not None:
            self._early.append((part, next_is_key, final))
        if self._fit.settled:
            waiting, self._early = self._early, []
            for early, key_follows, last in waiting:
                self._store(early, next_is_key=key_follows, final=last)

    def _store(self, part: Part, *, next_is_key: bool, final: bool) -> None:
        if not (part.key or self._segments.open):
            self._cutter.dropped["after a failed write"] += len(part.samples)
            if self._refused:
                self._listener.missing(*self._refused)
            return
        self._fit.slew(part.end)
        first = self._until or self._fit.wall(part.start)
        last = max(self._fit.wall(part.end), first + _SMALLEST)
        try:
            self._segments.store(part, first, last, next_is_key=next_is_key, final=final)
        except (DiskRefused, NoFreeSlot, EpochErased) as error:
            self._cutter.dropped[type(error).__name__] += len(part.samples)
            self._refused = cause_of(error), str(error)
            self._end_stretch(*self._refused)
            return
        self._refused = None
        self.stored += len(part.samples)
        self._until = last
        self._listener.stored(first, last)

    def _end_stretch(self, cause: Cause, message: str = "") -> None:
        self._segments.close()
        self._until = None
        self._listener.missing(cause, message)
