"""How far a camera's footage reaches, or since when there is none and why; every change is in the journal.

It belongs to the one thread that stores: others only read its fields. Times come from those who saw what happened,
so that a disk that lags moves no edge of a gap.
"""

from datetime import datetime, timedelta

from recorder.causes import Cause
from recorder.footprints import latest_end
from recorder.journal import Journal, take_over
from retention.base.clock import Clock
from retention.base.state import State
from retention.base.trusted import TrustedTime

_GUESSES = (Cause.UNREACHABLE, Cause.STALLED)


class Chronicle:
    """The state of one camera's footage, of which its one process keeps the journal."""

    def __init__(self, state: State, camera: str, clock: Clock) -> None:
        self.cause: Cause | None = Cause.STOPPED
        self.until: datetime | None = None
        self.message = ""
        self._state, self._camera, self._clock = state, camera, clock
        self._journal = Journal(state.gaps(camera), clock)
        self._guessed: datetime | None = None  # where a gap began of which only the broken connection is known

    def take_over(self, trusted: TrustedTime, term: timedelta) -> None:
        """Say why the life before this one ended, where it could not say so itself."""
        self.until = latest_end(self._state, self._camera, trusted.latest())
        self._journal.prune(trusted.for_destroying() - term)
        take_over(self._journal, self.until, self._clock.boot_id())

    def stored(self, first: datetime, last: datetime) -> None:
        """Footage of this span is on disk."""
        if self.cause is None:
            self._journal.catch_up()
        else:
            self.cause, self.message = None, ""
            self._journal.note(first, None)
        self.until = last

    def missing(self, cause: Cause, at: datetime, message: str = "", *, found: bool = False) -> None:
        """There is no footage, which was seen at `at`: from the last part on, or since the cause before this one.

        `found`: by calling the camera anew. The first such finding tells why the connection before it broke: whoever
        changes a password cuts everybody off, and from a pulled cable nothing comes at first.
        """
        self.message = message
        guessed, self._guessed = self._guessed, None
        if cause == self.cause:
            return
        ended = self.until if self.cause is None else None
        since = ended or max(at, self.until or at)
        if found and guessed:
            since = guessed
        elif ended and not found and cause in _GUESSES:
            self._guessed = ended
        self.cause = cause
        self._journal.note(since, cause)
