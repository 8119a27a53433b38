"""Days of an office, second by second as the reaper sees them: cameras, visits, and a process that dies at any step.

Everything but clock and disk is real. Every fifteen seconds each epoch near its deadline is judged from the slot
files and the folders, not by what the reaper says of itself.
"""

import heapq
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from retention.base.command import Office
from retention.base.config import Config
from retention.base.readerkey import public_half
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, CAMERA_STREAM, VISITS, camera_stream
from retention.base.trusted import TrustedTime
from retention.rules import calamity_deadline, footage_deadline, visits_day, visits_deadline
from retention.service import REAP_EVERY, Retention
from tests.support.clock import ManualClock
from tests.support.powercut import Disk, PowerCut

WAKE = timedelta(seconds=REAP_EVERY)
MINUTE = timedelta(minutes=1)
EARLY = timedelta(seconds=75)
OUTAGES = (0, 0, 15, 30, 60, 300, 1_200, 7_200)  # seconds until it is started again


@dataclass(order=True)
class Epoch:
    """One key that was made, with the file it opens."""

    deadline: datetime
    stream: str = field(compare=False)
    epoch: int = field(compare=False)
    path: Path = field(compare=False)
    place: int = field(compare=False, default=0)


@dataclass
class Outcome:
    """What became of everything, in seconds."""

    epochs: int = 0
    destroyed: int = 0
    crashes: int = 0
    late: float = 0.0  # without an outage in between
    late_beyond_outage: float = 0.0
    early: float = 0.0
    lost: int = 0  # that were to live, and do not
    problems: int = 0


class Days:
    """An office of so many cameras, from one moment to another."""

    def __init__(self, config: Config, cameras: int, chance: random.Random, *, crashes_an_hour: float) -> None:
        self._clock = ManualClock()
        self._clock.advance(seconds=chance.random() * 60)  # wakes and minutes do not know each other
        self._office = Office(config, config.where(), self._clock)
        self._chance, self._crashes_an_hour, self._disk = chance, crashes_an_hour, Disk()
        self._reader = public_half(self._office.state)
        self._streams = [camera_stream(f"camera{number}") for number in range(cameras)]
        self._files = {stream: SlotFile(self._office.state, stream) for stream in (*self._streams, VISITS, CALAMITIES)}
        self._ahead: list[Epoch] = []
        self._service: Retention | None = None
        self._back = self._clock.now()
        self._outages: list[tuple[datetime, datetime]] = []
        self.outcome = Outcome()

    def pass_by(self, span: timedelta, *, sweep_every: timedelta) -> Outcome:
        """Let time pass, fifteen seconds by fifteen."""
        begin = self._clock.now()
        with self._disk.installed(syncs=False):
            self._start()
            while (gone := self._clock.now() - begin) < span:
                self._live_on(gone)
                self._retain(gone, sweep_every)
                self._judge()
                self._clock.advance(WAKE)
            self._disk.left = None
            self._judge_the_rest()
        return self.outcome

    def _live_on(self, gone: timedelta) -> None:
        """What cameras, kiosk and alarm do meanwhile; none of them dies with the reaper."""
        armed, self._disk.left = self._disk.left, None
        now = self._clock.now()
        if gone % MINUTE < WAKE:
            for stream in self._streams:
                self._film(stream, int(now.timestamp()) // 60 * 60)
        if gone % timedelta(hours=1) < WAKE:
            self._visit(now)
        if gone % timedelta(hours=7) < WAKE:
            self._alarm(now)
        self._disk.left = armed

    def _film(self, stream: str, epoch: int) -> None:
        folder = self._office.state.segments(stream.removeprefix(CAMERA_STREAM), epoch)
        deadline = footage_deadline(epoch, self._office.config.retention)
        self._seal(Epoch(deadline, stream, epoch, folder / f"{epoch}-{epoch:032x}.seg"))

    def _visit(self, now: datetime) -> None:
        config, state = self._office.config, self._office.state
        day = visits_day(now, config.site, config.visits)
        roll = Epoch(
            visits_deadline(day, config.site, config.visits), VISITS, day_number(day), state.roll_file(day, "0")
        )
        if not roll.path.exists():
            self._seal(roll)

    def _alarm(self, now: datetime) -> None:
        """A calamity; some end at once, so that their list dies sooner than was said."""
        alarm = Epoch(calamity_deadline(now), CALAMITIES, int(now.timestamp()), self._office.state.calamities)
        alarm.path /= f"{alarm.epoch}-0.roll"
        self._seal(alarm)
        if self._chance.random() < 0.5:
            alarm.deadline = calamity_deadline(now, now + timedelta(minutes=5))
            self._files[CALAMITIES].bring_forward(alarm.epoch, alarm.deadline)
            heapq.heapify(self._ahead)

    def _seal(self, one: Epoch) -> None:
        one.place = self._files[one.stream].claim(one.epoch, one.deadline, self._reader).index
        one.path.parent.mkdir(parents=True, exist_ok=True)
        one.path.write_bytes(b"sealed")
        heapq.heappush(self._ahead, one)
        self.outcome.epochs += 1

    def _retain(self, gone: timedelta, sweep_every: timedelta) -> None:
        """The service's jobs at their times, or its next start."""
        if self._service is None and self._clock.now() < self._back:
            return
        if self._disk.left is None and self._chance.random() < self._crashes_an_hour * (WAKE / timedelta(hours=1)):
            self._disk.cut(after=self._chance.randrange(14 * len(self._files)))
        try:
            if self._service is None:
                self._start()
                return
            if gone % MINUTE < WAKE:
                TrustedTime(self._office.state, self._clock).advance()
            self._service.reap()
            if gone % sweep_every < WAKE:
                self._service.sweep()
        except PowerCut:
            self._die()

    def _start(self) -> None:
        if self._outages:
            self._outages[-1] = (self._outages[-1][0], self._clock.now())
        self._service = Retention(self._office, rows=False)
        self._service.wakes.run_all()
        self.outcome.problems += len(self._service.wakes.failed) + len(self._service.report().problems)

    def _die(self) -> None:
        """The process is gone; sometimes another one repairs slots at once, which must bring nothing back."""
        now = self._clock.now()
        self._service, self._back = None, now + timedelta(seconds=self._chance.choice(OUTAGES))
        self._outages.append((now, self._back))
        self.outcome.crashes += 1
        if self._chance.random() < 0.5:
            for slots in self._files.values():
                slots.mend(now)

    def _judge(self) -> None:
        """Every epoch near its deadline or past it: is it gone, and was that its time?"""
        now, kept = self._clock.now(), list[Epoch]()
        while self._ahead and self._ahead[0].deadline <= now + EARLY + 4 * WAKE:
            one = heapq.heappop(self._ahead)
            if self._is_destroyed(one):
                self._note(one, now)
            else:
                kept.append(one)
        for one in kept:
            heapq.heappush(self._ahead, one)

    def _note(self, one: Epoch, now: datetime) -> None:
        out, late = self.outcome, (now - one.deadline).total_seconds()
        out.destroyed += 1
        out.early = max(out.early, -late)
        outage = sum(
            (min(end, now) - begin).total_seconds()
            for begin, end in self._outages
            if end >= one.deadline - EARLY and begin <= now
        )
        if outage:
            out.late_beyond_outage = max(out.late_beyond_outage, late - outage)
        else:
            out.late = max(out.late, late)

    def _is_destroyed(self, one: Epoch) -> bool:
        slot = self._files[one.stream].at(one.place)
        return (slot.kind == "tombstone" or slot.epoch != one.epoch) and not one.path.exists()

    def _judge_the_rest(self) -> None:
        now = self._clock.now()
        for one in self._ahead:
            if one.deadline <= now:
                self._note(one, now)  # it is there to this day
            elif one.deadline > now + EARLY:
                self.outcome.lost += self._files[one.stream].find(one.epoch) is None or not one.path.exists()
