"""Trusted time: what may be acted upon when footage or names are at stake.

A floor on disk, written by retention alone, is advanced by the time since boot and corrected towards the system
clock by at most two minutes a day. What begins, and what is hidden, takes the later of both clocks; only trusted
time destroys. So a false step forward hides and does not destroy; a step back changes nothing.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from retention.base.clock import Clock, from_microseconds, microseconds
from retention.base.files import replace_file
from retention.base.state import State

BUILT: Final = datetime(2026, 11, 22, tzinfo=UTC)
SLEW: Final = 120 / 86_400
PATIENCE: Final = timedelta(hours=24)
AGREED: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class _Floor:
    trusted: datetime
    boot_id: str
    boottime: float
    ahead_since: float | None = None  # boot time at which the system clock was first seen ahead


class TrustedTime:
    """Reads trusted time; `advance` and `confirm` are for the retention service and its commands."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._path = state.clock
        self._clock = clock

    def for_destroying(self) -> datetime:
        """Trusted time: what a deadline must have passed before anything is destroyed."""
        floor = self._load()
        return floor.trusted + timedelta(seconds=self._elapsed(floor))

    def latest(self) -> datetime:
        """The later of trusted time and system clock: what begins now, and what is hidden from now on."""
        return max(self.for_destroying(), self._clock.now())

    def doubt(self) -> timedelta:
        """How far the system clock is ahead of trusted time; zero while they agree within a minute."""
        ahead = self._clock.now() - self.for_destroying()
        return ahead if ahead > AGREED else timedelta(0)

    def advance(self) -> None:
        """Write a new floor: boot time on, nearer to the system clock by what the slew allows."""
        floor, now, boottime = self._load(), self._clock.now(), self._clock.boottime()
        elapsed = self._elapsed(floor)
        trusted = floor.trusted + timedelta(seconds=elapsed)
        allowed = timedelta(seconds=elapsed * SLEW)
        ahead = now - trusted
        trusted += min(max(ahead, -allowed), allowed)
        same_boot = floor.boot_id == self._clock.boot_id()
        since = floor.ahead_since if same_boot else None
        if ahead <= AGREED:
            since = None
        elif since is None:
            since = boottime
        elif timedelta(seconds=boottime - since) >= PATIENCE:
            trusted, since = now, None
        self._store(trusted, since)

    def confirm(self) -> None:
        """A person says that the system clock is right: trusted time takes it, forward only."""
        self._store(self.latest(), None)

    def _elapsed(self, floor: _Floor) -> float:
        """Seconds certainly passed since the floor: after a restart, those since the machine was started."""
        boottime = self._clock.boottime()
        return max(0.0, boottime - floor.boottime if floor.boot_id == self._clock.boot_id() else boottime)

    def _load(self) -> _Floor:
        try:
            raw = json.loads(self._path.read_text())
            return _Floor(from_microseconds(raw["trusted"]), raw["boot_id"], raw["boottime"], raw["ahead_since"])
        except (OSError, ValueError, KeyError, TypeError):
            # First start, or a floor that cannot be read: the system clock, never before this was built.
            return _Floor(max(self._clock.now(), BUILT), self._clock.boot_id(), self._clock.boottime())

    def _store(self, trusted: datetime, ahead_since: float | None) -> None:
        floor = {
            "trusted": microseconds(trusted),
            "boot_id": self._clock.boot_id(),
            "boottime": self._clock.boottime(),
            "ahead_since": ahead_since,
        }
        replace_file(self._path, json.dumps(floor).encode(), 0o644)
