"""When a frame was seen: the camera's 90 kHz clock laid on the machine's by the least delay it ever had.

A frame can arrive late and never early, so the smallest difference between arrival and camera time is the best
one. Once footage carries it, it moves by at most 500 millionths; a jump of either clock is told, never smoothed.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from recorder.causes import Cause
from retention.base.clock import Clock, from_microseconds, microseconds

SLEW: Final = 500e-6
STEP: Final = 1_000_000  # microseconds that no network and no drift explain
HOLE: Final = 5_000_000  # microseconds between two frames, from which on the stream was interrupted
_WINDOW: Final = 10_000_000
_JITTER: Final = 5_000
_LOOKS: Final = 5
_AT_ONCE: Final = 0.05  # seconds


class ArrivalClock:
    """The machine's wall clock in microseconds, read cheaply; notices when somebody sets it."""

    def __init__(self, latest: Callable[[], datetime], clock: Clock) -> None:
        """`latest` is trusted time or the system clock, whichever is later."""
        self._latest, self._clock = latest, clock
        self._ahead = self._measure()

    def now(self) -> int:
        """Microseconds since 1970, going on evenly between two calls of `stepped`."""
        return round(self._clock.monotonic() * 1e6) + self._ahead

    def stepped(self) -> bool:
        """Follow the machine's clock; True when it jumped since the last call."""
        before, self._ahead = self._ahead, self._measure()
        return abs(self._ahead - before) > STEP // 2

    def _measure(self) -> int:
        """Both clocks at one moment: a look that took its time, as the first one without a floor does, is repeated."""
        for _ in range(_LOOKS):
            before, latest = self._clock.monotonic(), self._latest()
            if self._clock.monotonic() - before < _AT_ONCE:
                break
        return microseconds(latest) - round(before * 1e6)


class LeastDelay:
    """The fit for one connection to one camera. Times in microseconds, `pts` in ticks of 1/90000 s."""

    def __init__(self) -> None:
        self.settled = False  # frames kept back while connecting are in; from now on only slewing
        self._offset: int | None = None
        self._first = 0  # the offset when the fit settled
        self._lowest: list[int] = []  # of the window before, and of this one
        self._window_ends = 0
        self._highest_pts = 0
        self._slewed_at = 0

    def observe(self, pts: int, arrival: int) -> Cause | None:
        """Learn from one frame; a cause when it does not follow on the frames before, and a new fit must begin."""
        delay = arrival - _micro(pts)
        if self._offset is None:
            self._offset, self._first, self._highest_pts = delay, delay, pts
            self._lowest, self._window_ends = [delay, delay], arrival + _WINDOW
            return None
        if cause := self._break(pts, delay):
            return cause
        self._highest_pts = max(self._highest_pts, pts)
        if not self.settled:
            self.settled = delay >= self._offset - _JITTER
            self._offset = min(self._offset, delay)
            self._first = self._offset
            self._lowest, self._slewed_at = [self._offset, self._offset], pts
        elif arrival >= self._window_ends:
            self._lowest, self._window_ends = [self._lowest[1], delay], arrival + _WINDOW
        else:
            self._lowest[1] = min(self._lowest[1], delay)
        return None

    def late(self, pts: int, arrival: int) -> int:
        """How long after its own time a frame came in: about zero when nothing waits behind it."""
        return arrival - _micro(pts) - (self._offset or 0)

    @property
    def drift(self) -> int:
        """Microseconds that the camera's clock has lost against the machine's since the fit settled."""
        return (self._offset or 0) - self._first if self.settled else 0

    def wall(self, pts: int) -> datetime:
        """When the frame was seen."""
        return from_microseconds(_micro(pts) + (self._offset or 0))

    def slew(self, pts: int) -> None:
        """Move the fit towards the least delay seen of late, by what the time since the last call allows."""
        if self._offset is None:
            return
        allowed = max(0, round(_micro(pts - self._slewed_at) * SLEW))
        self._offset += min(max(min(self._lowest) - self._offset, -allowed), allowed)
        self._slewed_at = max(self._slewed_at, pts)

    def _break(self, pts: int, delay: int) -> Cause | None:
        """From the future, or far back: the camera's clock was set. On time after a hole: frames went missing."""
        assert self._offset is not None
        forward = _micro(pts - self._highest_pts)
        if forward < -STEP or (self.settled and delay < self._offset - STEP):
            return Cause.CLOCK_STEPPED
        return Cause.STALLED if forward > HOLE else None


def _micro(ticks: int) -> int:
    return ticks * 100 // 9
