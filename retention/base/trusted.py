"""Trusted time: what may be acted upon when footage or names are at stake (DESIGN.md section 3, "Time").

A floor on disk, written by retention alone, is advanced by the time since boot and corrected towards the system
clock by at most two minutes a day. What begins, and what is hidden, takes the later of both clocks; only trusted
time destroys. So a false step forward hides and does not destroy; a step back changes nothing.

A larger step forward counts when the clock was left alone for 24 hours since (any step, in either direction, and
any restart of the machine begins them anew), when a person confirms it, or as far as the hardware clock, read before
anything set the system clock in this boot, vouches that the machine was off for so long.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from retention.base.clock import Clock, Reading, read
from retention.base.errors import DiskRefused
from retention.base.evidence import newest_erasure, surely_past
from retention.base.files import lock_within, replace_file
from retention.base.floor import Floor, Happened, Off, Wait, as_bytes, parse
from retention.base.state import State

BUILT: Final = datetime(2026, 11, 22, tzinfo=UTC)
SLEW: Final = 120 / 86_400
PATIENCE: Final = timedelta(hours=24)
AGREED: Final = timedelta(seconds=60)
# All that trusted time can ever be taken back, less than what the reaper is early by: a clock that is made to run
# late makes no erasure late.
TAKEN_BACK: Final = 30.0
STEP: Final = 5.0  # seconds by which a clock that was set differs from one that is read late
QUIET: Final = 2.0  # a leap second is no step, nor is the coarseness of a reading
WATCHED: Final = 900.0  # a wait counts only while somebody looks at the clock that often
VOUCHED: Final = timedelta(minutes=5)  # how far a hardware clock may run away while the machine is off
LOOK_AGAIN: Final = 1.0  # seconds between two looks at every key slot, where there is no floor
TURN: Final = 2.0  # seconds for whoever writes the floor: the thread that waits is the reaper's
LOST: Final = timedelta(minutes=10)  # with a lost floor, the system clock is believed so far ahead of what is on disk


class TrustedTime:
    """Reads trusted time; what writes the floor is for the retention service and its commands."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self.reckoned = False
        """Whether the last look found no floor that could be read, and went by what else there is."""
        self._lost: Floor | None = None
        self._nothing_at = float("-inf")  # boot time at which neither floor nor disk told anything

    def for_destroying(self) -> datetime:
        """Trusted time: what a deadline must have passed before anything is destroyed."""
        floor, at = self._load()
        return _carried(floor, at)

    def latest(self) -> datetime:
        """The later of trusted time and system clock: what begins now, and what is hidden from now on."""
        floor, at = self._load()
        return max(_carried(floor, at), at.now)

    def ahead(self) -> timedelta:
        """How far the system clock is ahead of trusted time; negative where it is behind."""
        floor, at = self._load()
        return at.now - _carried(floor, at)

    def doubt(self) -> timedelta:
        """How far the system clock is ahead of trusted time; zero while they agree within a minute."""
        ahead = self.ahead()
        return ahead if ahead > AGREED else timedelta(0)

    def waiting(self) -> tuple[datetime, timedelta] | None:
        """Since when (by trusted time) the system clock was left alone while ahead, and how long it must yet be."""
        floor, at = self._load()
        if floor.wait is None or floor.boot_id != at.boot_id:
            return None
        waited = timedelta(seconds=at.boottime - floor.wait.since)
        return _carried(floor, at) - waited, max(timedelta(0), PATIENCE - waited)

    def vouched(self) -> bool:
        """Whether the hardware clock of this boot vouches for time that the machine was off, not yet believed."""
        floor, at = self._load()
        return floor.off is not None and floor.off.seconds > 0 and floor.boot_id == at.boot_id

    def known(self) -> bool:
        """Whether there is a floor that can be read."""
        return self._stored() is not None

    def advance(self) -> None:
        """Write a new floor: boot time on, nearer to the system clock by what the slew allows, and what else counts."""
        with self._turn():
            self._advance()

    def _advance(self) -> None:
        known, (floor, at) = self.known(), self._load()
        told = _noticed(floor, at) if known else [Happened("clock.floor_made", _seconds(self.ahead().total_seconds()))]
        trusted = _carried(floor, at)
        off = self._off(floor, at)
        trusted, off, by_hardware = self._believe_hardware(trusted, off, at)
        trusted, pulled_back = _slewed(trusted, floor, at)
        wait = _wait(trusted, floor, at)
        if by_hardware:
            told.append(Happened("clock.trusted", _seconds(by_hardware), "hardware_clock"))
        if wait is not None and at.boottime - wait.since >= PATIENCE.total_seconds():
            believed = datetime.fromtimestamp(at.boottime + min(wait.offset, at.offset), UTC)
            told.append(Happened("clock.trusted", _seconds((believed - trusted).total_seconds()), "waited"))
            trusted, pulled_back, wait, off = max(trusted, believed), 0.0, None, _counted(off)
        elif wait is not None and floor.wait is None and not any(one.act == "clock.stepped_forward" for one in told):
            told.append(Happened("clock.doubted", _seconds((at.now - trusted).total_seconds())))
        same_boot = floor.boot_id == at.boot_id
        self._store(
            Floor(
                trusted=trusted,
                boot_id=at.boot_id,
                boottime=at.boottime,
                offset=at.offset,
                highest=max(floor.highest, at.offset) if same_boot else at.offset,
                pulled_back=pulled_back,
                wait=wait,
                off=off,
                untold=(*floor.untold, *told),
            )
        )

    def confirm(self, category: str = "") -> None:
        """A person says that the system clock is right: trusted time takes it, forward only.

        The trail is owed this by `category`; without one, whoever calls has noted it, under their own name.
        """
        with self._turn():
            floor, at = self._load()
            self._take(max(_carried(floor, at), at.now), floor, at, category)

    def repair(self) -> None:
        """A person says that the system clock is right where trusted time is not: it takes it, back too.

        Whoever calls has noted it in the trail.
        """
        with self._turn():
            floor, at = self._load()
            self._take(max(at.now, BUILT), floor, at)

    def compare_with_disk(self) -> None:
        """Bring a floor that was put back to an older one on to the newest erasure, which was by trusted time.

        Only as far as the system clock agrees: no moment on disk alone makes anything old.
        """
        with self._turn():
            floor, at = self._load()
            newest, trusted = newest_erasure(self._state), _carried(floor, at)
            if newest is not None and trusted + AGREED < newest <= at.now:
                self._take(newest, floor, at, "erasure")

    def untold(self) -> tuple[Happened, ...]:
        """What the trail is still owed."""
        floor = self._stored()
        return floor.untold if floor else ()

    def told(self) -> None:
        """The trail has it all: owe it nothing."""
        with self._turn():
            floor = self._stored()
            if floor is not None and floor.untold:
                self._store(replace(floor, untold=()))

    def _take(self, trusted: datetime, floor: Floor, at: Reading, category: str = "") -> None:
        """A floor at `trusted`, with nothing left to wait for."""
        moved = _seconds((trusted - _carried(floor, at)).total_seconds())
        owed = [Happened("clock.trusted", moved, category)] if category else []
        highest = max(floor.highest, at.offset) if floor.boot_id == at.boot_id else at.offset
        off = _counted(self._off(floor, at))
        self._store(Floor(trusted, at.boot_id, at.boottime, at.offset, highest, off=off, untold=(*floor.untold, *owed)))

    def _off(self, floor: Floor, at: Reading) -> Off | None:
        """What the hardware clock of this boot vouches for."""
        return floor.off if floor.boot_id == at.boot_id else self._time_off(floor, at)

    def _time_off(self, floor: Floor, at: Reading) -> Off | None:
        """At the first look in a boot: how long the machine was off, by the hardware clock alone.

        Counted from the latest moment that any clock of the boot before has shown, the hardware clock included: what
        somebody made that take over from a false network time, one boot before or several, wins nothing.
        """
        hardware = self._clock.hardware_at_boot()
        if hardware is None and not self._clock.synchronised() and (shows := self._clock.hardware()):
            hardware = shows - timedelta(seconds=at.boottime)
        if hardware is None or not self.known():
            return None
        started = hardware.timestamp()
        shown = [floor.highest, floor.off.offset] if floor.off else [floor.highest]
        last = max(floor.trusted.timestamp(), max(shown) + floor.boottime)
        before = floor.off.seconds if floor.off else 0.0
        return Off(started, before + max(0.0, started - last))

    def _believe_hardware(self, trusted: datetime, off: Off | None, at: Reading) -> tuple[datetime, Off | None, float]:
        """Count the time off once the synchronised system clock agrees; how many seconds that brought."""
        if off is None or not off.seconds or not self._clock.synchronised():
            return trusted, off, 0.0
        hardware = datetime.fromtimestamp(off.offset + at.boottime, UTC)
        if abs(at.now - hardware) > VOUCHED:
            return trusted, off, 0.0
        believed = max(trusted, min(trusted + timedelta(seconds=off.seconds), at.now, hardware))
        return believed, replace(off, seconds=0.0), (believed - trusted).total_seconds()

    def _load(self) -> tuple[Floor, Reading]:
        """The floor in force, and the clocks as they stand."""
        at, floor = read(self._clock), self._stored()
        self.reckoned = floor is None
        if floor is not None:
            self._lost = floor  # where it cannot be read any more, time goes on from there
            return floor, at
        if self._lost is not None and self._lost.boot_id == at.boot_id:
            return self._lost, at
        if 0 <= at.boottime - self._nothing_at < LOOK_AGAIN:
            return _first(at), at
        # Remembered, so that from here on the time since boot counts and not what is on disk by then.
        floor, certain = self._made(at)
        self._lost = floor if certain else None
        self._nothing_at = float("-inf") if certain else at.boottime
        return floor, at

    def _stored(self) -> Floor | None:
        try:
            floor = parse(self._state.clock.read_bytes())
        except (OSError, ValueError):
            return None
        return floor if floor.trusted > BUILT - timedelta(seconds=TAKEN_BACK) else None

    def _made(self, at: Reading) -> tuple[Floor, bool]:
        """A floor where there is none to be read, and whether the disk had a word in it.

        On the first start the system clock, never before this was built. Later the disk knows better: a system clock
        behind it, or far ahead of it, is not believed.
        """
        try:
            past = surely_past(self._state)
        except DiskRefused:
            past = None
        floor = _first(at)
        if past is not None and not timedelta(0) <= at.now - past <= LOST:
            floor = replace(floor, trusted=max(past, BUILT))
        return floor, past is not None

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One writer at a time, the service or a command; on the folder itself, so that it needs no free block."""
        try:
            descriptor = os.open(self._state.directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise DiskRefused(f"{self._state.directory} cannot be opened ({error.strerror}): see to it") from error
        try:
            if not lock_within(descriptor, TURN):
                raise DiskRefused(f"{self._state.directory} is held by a process that hangs: see which one (fuser)")
            yield
        finally:
            os.close(descriptor)

    def _store(self, floor: Floor) -> None:
        replace_file(self._state.clock, as_bytes(floor), 0o644)


def _first(at: Reading) -> Floor:
    """Where nothing tells otherwise: the system clock, never before this was built."""
    return Floor(max(at.now, BUILT), at.boot_id, at.boottime, at.offset, at.offset)


def _counted(off: Off | None) -> Off | None:
    """Nothing is vouched for any more; what the hardware clock showed at boot is remembered for the next one."""
    return replace(off, seconds=0.0) if off else None


def _carried(floor: Floor, at: Reading) -> datetime:
    return floor.trusted + timedelta(seconds=_elapsed(floor, at))


def _elapsed(floor: Floor, at: Reading) -> float:
    """Seconds certainly passed since the floor: after a restart, those since the machine was started."""
    return max(0.0, at.boottime - floor.boottime if floor.boot_id == at.boot_id else at.boottime)


def _slewed(trusted: datetime, floor: Floor, at: Reading) -> tuple[datetime, float]:
    """Nearer to the system clock by two minutes a day at most; and how much is taken back by then.

    Back only towards a clock that is a moment late, and never by more than TAKEN_BACK in all: who wants footage kept
    gains nothing by a clock that runs late, stands still or runs back.
    """
    ahead, allowed = (at.now - trusted).total_seconds(), _elapsed(floor, at) * SLEW
    if ahead >= 0:
        forward = min(ahead, allowed)
        return trusted + timedelta(seconds=forward), max(0.0, floor.pulled_back - forward)
    if ahead < -AGREED.total_seconds():
        return trusted, floor.pulled_back
    back = max(0.0, min(-ahead, allowed, TAKEN_BACK - floor.pulled_back))
    return trusted - timedelta(seconds=back), floor.pulled_back + back


def _wait(trusted: datetime, floor: Floor, at: Reading) -> Wait | None:
    """The wait for a clock that is ahead: goes on while nobody touches that clock, and somebody watches."""
    if at.now - trusted <= AGREED:
        return None
    wait, same_boot = floor.wait, floor.boot_id == at.boot_id
    watched = same_boot and 0 <= at.boottime - floor.boottime <= WATCHED
    if wait is None or not watched or abs(at.offset - wait.offset) > QUIET or at.boottime < wait.since:
        return Wait(at.boottime, at.offset)
    return wait


def _noticed(floor: Floor, at: Reading) -> list[Happened]:
    """Whether the system clock was set since the floor was written."""
    if floor.boot_id == at.boot_id:
        moved = at.offset - floor.offset
        noticed = abs(moved) > STEP
    else:
        moved = (at.now - _carried(floor, at)).total_seconds()
        noticed = moved < -AGREED.total_seconds()  # ahead by the time it was off, or for worse: that is a doubt
    return [Happened("clock.stepped_forward" if moved > 0 else "clock.stepped_back", _seconds(moved))] * noticed


def _seconds(seconds: float) -> str:
    return f"{seconds:+.0f}s"
