"""Keeps room for footage: pauses recording before a disk is full, and erases our own oldest minutes beyond the quota.

It runs on a thread of the recorder, so that a disk that hangs holds up neither the cameras nor their supervision.
What others put on the disk erases nothing.
"""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Final

from recorder.room.holds import Holds
from recorder.room.space import SAFE, Room, days_left, free_bytes, to_evict
from recorder.room.tally import Tally
from recorder.timeline import SPILL
from retention.base.command import Office
from retention.base.errors import PortierError
from retention.base.health import Problem
from retention.base.service import Life
from retention.base.state import camera_stream
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.reaper import Reaper

log = logging.getLogger("portier.recorder")

EVERY: Final = 5.0  # seconds between two looks at the free space
COUNT_EVERY: Final = 60.0  # at the footage; while it pauses for its quota, at each look
BATCH: Final = 60  # minutes erased at once: who places a hold waits no longer than that
TOLD: Final = 3_600.0  # seconds for which an eviction stays a problem

FULL = N_(
    "Nothing is captured: the disk is full (%(free)s free, %(reserve)s needed). Call facilities to make room; then it "
    "goes on by itself."
)
NOTHING_MAY_GO = N_(
    "Nothing is captured: footage fills its %(quota)s and none of it may be erased yet. Call facilities to raise "
    "recorder.quota, or release what is held."
)
EVICTING = N_("Footage outgrows its %(quota)s: the oldest is erased before its term. Raise recorder.quota.")
ALL_HELD = N_("The list of what is held of camera %(camera)s cannot be read, so nothing of it is erased early: %(why)s")
SILENT = N_("Room for footage is not watched: %(why)s")


class Keeper:
    """Watches the room; `paused`, `problems` and `figures` are for the recorder to read at any time."""

    def __init__(self, office: Office) -> None:
        self.paused = False
        self.problems: tuple[Problem, ...] = ()
        self.figures: dict[str, float] = {}
        self._limits, self._state, self._clock = office.config.recorder, office.state, office.clock
        self._term = office.config.retention.footage
        self._trusted, self._reaper = TrustedTime(self._state, self._clock), Reaper(self._state)
        self._tally = Tally(self._state)
        self._counted = self._evicted = -TOLD
        self._doubts: list[Problem] = []
        self._days: float | None = None

    def run(self, life: Life) -> None:
        """Look every few seconds, until told to stop."""
        while not life.stop.is_set():
            self.step()
            life.stop.wait(EVERY)

    def step(self) -> None:
        """One look: count, erase what is too much, then say whether there is room."""
        try:
            if not self.figures:  # a disk that is full says so before all is counted
                self._judge(Room(free_bytes(self._state.footage), 0))
            room, before = self._count(), 0
            while room.overrun(self._limits) and room.footage != before:  # until nothing more may go
                before, room = room.footage, self._evict(room)
            self._judge(room)
        except (PortierError, OSError) as error:
            self.problems = (Problem("P5", SILENT, {"why": str(error)}),)

    def _count(self) -> Room:
        now = self._clock.monotonic()
        if self.paused or now - self._counted >= COUNT_EVERY:
            self._tally.look(self._trusted.latest().timestamp())
            self._counted = now
            self._days = None
        return Room(free_bytes(self._state.footage), self._tally.total)

    def _evict(self, room: Room) -> Room:
        """Erase some of our own oldest minutes, none that is held or young; the room after that."""
        trusted = self._trusted.for_destroying()
        self._doubts = []
        with ExitStack() as stack:
            held = {camera: self._held(camera, stack) for camera in self._tally.cameras}
            newest = (trusted - SAFE - SPILL).timestamp()  # its last picture may be two minutes younger than its name
            chosen = to_evict(
                self._tally.cameras,
                room.overrun(self._limits),
                lambda camera, epoch: epoch <= newest and not held[camera](epoch),
            )
            for camera, epoch in chosen[:BATCH]:
                self._erase(camera, epoch, trusted)
        return Room(free_bytes(self._state.footage), self._tally.total)

    def _erase(self, camera: str, epoch: int, trusted: datetime) -> None:
        try:
            swept = self._reaper.evict(camera_stream(camera), epoch, trusted)
        except PortierError as error:
            log.error("footage of camera %s could not be erased to make room: %s", camera, error)
            return
        self._tally.forget(camera, epoch)  # also what another reaper has just taken
        if swept.erased:
            self._evicted = self._clock.monotonic()
        for failure in swept.failures:
            log.error("%s", failure)

    def _held(self, camera: str, stack: ExitStack) -> Callable[[int], bool]:
        """Whether a minute is held, while nobody places another hold; on doubt all are."""
        try:
            return stack.enter_context(Holds(self._state, camera).steady())
        except PortierError as error:
            self._doubts.append(Problem("P5", ALL_HELD, {"camera": camera, "why": str(error)}))
            return lambda _: True

    def _judge(self, room: Room) -> None:
        before, self.paused = self.paused, room.lacks(self._limits, paused=self.paused)
        if self.paused != before:
            log.warning("recording %s: %s free", "pauses" if self.paused else "goes on", _size(room.free))
        self.problems = (*self._shortages(room), *self._doubts)
        self.figures = {
            "disk.free_bytes": float(room.free),
            "disk.footage_bytes": float(room.footage),
            "disk.full": float(self.paused),
            "disk.days_left": self._days_left(room),
        }

    def _shortages(self, room: Room) -> list[Problem]:
        quota = _size(self._limits.quota or 0)
        if not self.paused:
            evicted = self._clock.monotonic() - self._evicted < TOLD
            return [Problem("P5", EVICTING, {"quota": quota})] if evicted else []
        if room.overrun(self._limits):
            return [Problem("P5", NOTHING_MAY_GO, {"quota": quota}, everywhere=True)]
        values = {"free": _size(room.free), "reserve": _size(self._limits.reserve)}
        return [Problem("P5", FULL, values, everywhere=True)]

    def _days_left(self, room: Room) -> float:
        """Reckoned anew at each count: there are tens of thousands of minutes."""
        if self._days is None:
            minutes = Counter[int]()
            for camera in self._tally.cameras.values():
                minutes.update(camera)
            now = self._trusted.latest().timestamp()
            self._days = days_left(minutes, now, room.left(self._limits), self._term)
        return self._days


def _size(count: int) -> str:
    """Bytes as people read them."""
    for unit, one in (("TB", 10**12), ("GB", 10**9)):
        if count >= one:
            return f"{count / one:.1f}".removesuffix(".0") + f" {unit}"
    return f"{count / 10**6:.0f} MB"
