"""Looking at footage: a reason first, then every minute seen stands in the trail before it leaves this machine.

Looking fails closed: when the trail cannot be written, nothing is shown. A look belongs to one person and one camera
and ends when it is not used for half an hour, or when the desk restarts.
"""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock

from desk.accounts import Staff
from desk.errors import LookRefused, TrailAway
from desk.words import REASONS
from retention.base.audit import Trail
from retention.base.clock import Clock
from retention.base.errors import PortierError
from retention.base.translations import N_

UNUSED_SECONDS = 1_800.0
MINUTE = timedelta(minutes=1)
NO_REASON = N_("First choose why you look.")
NO_TRAIL = N_("You cannot look now: the trail cannot be written. Ask facilities to check the disk of the server.")
ENDED = N_("This look has ended. Choose again why you look.")


@dataclass
class Look:
    """One person looking at one camera for one reason."""

    id: str
    staff: Staff
    camera: str
    reason: str
    used_at: float
    room: str = "footage"  # what the acts in the trail begin with; a case's footage is "case", of "number/camera"
    noted: set[datetime] = field(default_factory=set)
    searched: list[tuple[datetime, datetime]] = field(default_factory=list)


class Looks:
    """The looks that are open now."""

    def __init__(self, trail: Trail, clock: Clock) -> None:
        self._trail = trail
        self._clock = clock
        self._lock = Lock()
        self._open: dict[str, Look] = {}

    def begin(self, staff: Staff, camera: str, reason: str, room: str = "footage") -> Look:
        """Open a look. Raises LookRefused without a reason, or without a trail."""
        if reason not in REASONS:
            raise LookRefused(NO_REASON)
        self._note(f"{room}.look", staff, camera, reason, None)
        now = self._clock.monotonic()
        look = Look(secrets.token_urlsafe(16), staff, camera, reason, now, room)
        with self._lock:
            self._open = {id: one for id, one in self._open.items() if now - one.used_at < UNUSED_SECONDS}
            self._open[look.id] = look
        return look

    def find(self, staff: Staff, camera: str, look: str) -> Look:
        """The look this person opened on this camera. Raises LookRefused when it has ended."""
        now = self._clock.monotonic()
        with self._lock:
            found = self._open.get(look)
            if found is None or found.staff.id != staff.id or found.camera != camera:
                raise LookRefused(ENDED)
            if now - found.used_at >= UNUSED_SECONDS:
                raise LookRefused(ENDED)
            found.used_at = now
        return found

    def see(self, look: Look, start: datetime, end: datetime) -> None:
        """Note every minute of the span that this look has not shown before. Raises TrailAway; show nothing then."""
        with self._lock:
            for minute in _minutes(start, end):
                if minute not in look.noted:
                    self._note(f"{look.room}.seen", look.staff, look.camera, look.reason, (minute, minute + MINUTE))
                    look.noted.add(minute)

    def search(self, look: Look, start: datetime, end: datetime) -> None:
        """Note that movement was looked for in a stretch of time: it shows nobody, but tells when somebody came."""
        with self._lock:
            if not any(before <= start and end <= after for before, after in look.searched):
                self._note("footage.motion", look.staff, look.camera, look.reason, (start, end))
                look.searched.append((start, end))

    def _note(self, act: str, staff: Staff, camera: str, reason: str, span: tuple[datetime, datetime] | None) -> None:
        try:
            self._trail.note(act, actor=staff.actor, about=camera, category=reason, span=span)
        except (PortierError, OSError) as error:
            raise TrailAway(NO_TRAIL) from error


def _minutes(start: datetime, end: datetime) -> list[datetime]:
    minute = start.astimezone(UTC).replace(second=0, microsecond=0)
    found = [minute]
    while (minute := minute + MINUTE) < end:
        found.append(minute)
    return found
