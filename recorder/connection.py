"""One connection to one camera: its packets cut into parts, given their wall time, and handed to the store.

A jump of either clock and missing frames end one stretch of footage and begin another; the connection lives on
through all of them. It touches no disk, and waits for none.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from recorder.causes import Cause
from recorder.sources.capture import Packet, Source
from recorder.store import Ending, Piece, Store
from recorder.video.parts import Cutter, Part
from recorder.walltime import ArrivalClock, LeastDelay
from retention.base.clock import from_microseconds

PAUSE = 0.2  # seconds for which frames may gather in the socket: five wake-ups a second instead of one a packet
ALIVE = 2_000_000  # microseconds between two signs of life
_BURST = 96 * 1024  # bytes that certainly fit into the socket meanwhile
_WAITED = 2_000  # microseconds
_ON_TIME = 30_000
_SMALLEST = timedelta(milliseconds=1)


class Connection:
    """Takes packets from a source until it fails or is told to stop; says at least every two seconds that it lives."""

    def __init__(
        self,
        source: Source,
        store: Store,
        arrivals: ArrivalClock,
        alive: Callable[[], None],
        stop: Event,
        *,
        show: Callable[[datetime, Part], None],
    ) -> None:
        """`show` is given every part that begins with a key frame, and the moment of that."""
        self.packets = 0
        self._source, self._store, self._arrivals = source, store, arrivals
        self._alive, self._stop, self._show = alive, stop, show
        self._fit, self._cutter = LeastDelay(), Cutter()
        self._early: list[tuple[Part, bool, bool]] = []
        self._until: datetime | None = None  # the end of a stretch that the next part continues
        self._part_bytes = 0

    @property
    def counts(self) -> Counter[str]:
        """Packets "in", and by their reason those that were not handed to the store."""
        unusable = self._source.unusable
        return self._cutter.dropped + unusable + Counter({"in": self.packets + unusable.total()})

    @property
    def drift_ms(self) -> float:
        """How far the camera's clock has run from the machine's since this connection began."""
        return self._fit.drift / 1000

    def run(self) -> None:
        """Take packets until CaptureFailed, or until told to stop; what was held is handed over in either case."""
        asked = told = self._arrivals.now()
        try:
            for packet in self._source.packets():
                arrival = self._arrivals.now()
                if packet.key and self._arrivals.stepped():
                    self._begin_anew(Cause.CLOCK_STEPPED)
                    arrival = self._arrivals.now()
                self.packets += 1
                self._take(packet, arrival)
                if not 0 <= arrival - told < ALIVE:  # also without a part: a group of pictures may last a minute
                    told = arrival
                    self._alive()
                if self._fit.settled and self._source.live:
                    # On time, or waited for: nothing more is in the socket.
                    if arrival - asked > _WAITED or self._fit.late(packet.pts, arrival) < _ON_TIME:
                        self._gather()
                    asked = self._arrivals.now()
        finally:
            self.finish()

    def finish(self) -> None:
        """Hand over what is held; the next connection begins a new file."""
        self._finish_stretch()
        self._end_stretch(None)

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
        """Hand over what is held; nothing will follow it."""
        self._fit.settled = True
        self._keep(self._cutter.flush(), final=True)

    def _keep(self, part: Part | None, *, next_is_key: bool = False, final: bool = False) -> None:
        """Hand a part over; while the fit is not settled its time is not known, and it waits."""
        self._part_bytes = 0
        if part is not None:
            self._early.append((part, next_is_key, final))
        if self._fit.settled:
            waiting, self._early = self._early, []
            for early, key_follows, last in waiting:
                self._hand_over(early, next_is_key=key_follows, final=last)

    def _hand_over(self, part: Part, *, next_is_key: bool, final: bool) -> None:
        self._fit.slew(part.end)
        first = self._until or self._fit.wall(part.start)
        self._until = last = max(self._fit.wall(part.end), first + _SMALLEST)
        self._store.put(Piece(part, first, last, next_is_key, final))
        if part.key:
            self._show(first, part)

    def _end_stretch(self, cause: Cause | None) -> None:
        self._until = None
        self._store.end(Ending(cause, from_microseconds(self._arrivals.now())))
