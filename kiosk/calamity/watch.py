"""The roll as a reader follows it: every day that is still alive, opened afresh so that an erased day is gone at once.

A disk that fails takes nobody off the list: what was read before stays until its deadline, and the list says so.

Only trusted time closes a day here. When the system clock has run ahead, visits stay readable to the calamity list
alone, and the list says that the clock is uncertain.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.opened import Opened
from kiosk.calamity.record import RollRecord
from kiosk.calamity.roll import RollReader
from kiosk.calamity.thelist import Doubt, Remark
from retention.base.command import Office
from retention.base.errors import DiskRefused, EpochErased, SealBroken
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from retention.base.trusted import TrustedTime
from retention.rules import visits_day

UNCERTAIN: Final = timedelta(minutes=5)


@dataclass(frozen=True)
class Seen:
    """What the roll says at one moment."""

    at: datetime
    today: date
    records: tuple[RollRecord, ...]
    unreadable: int
    remarks: tuple[Remark, ...]


class Watch:
    """Follows the roll of one office; each call opens what is new, and forgets what is erased."""

    def __init__(self, office: Office, reader: X25519PrivateKey) -> None:
        self._office, self._reader = office, reader
        self.time = TrustedTime(office.state, office.clock)
        self.slots = SlotFile(office.state, VISITS)
        self._opened = Opened(office.state, self.slots, reader)

    def today(self) -> date:
        """The site day it is."""
        return self._site_day(self.time.latest())

    def look(self) -> Seen:
        """Everything that can be read now. Never raises for what is damaged or gone: the remarks say so."""
        at = self.time.latest()
        today = self._site_day(at)
        remarks = [Remark(Doubt.CLOCK)] if self.time.doubt() > UNCERTAIN else []
        told = self._open()
        records, unreadable = self._opened.records()
        if not told or self._has_unopened(today):
            remarks.append(Remark(Doubt.NO_ROLL))
        return Seen(at, today, tuple(records), unreadable, tuple(remarks))

    @property
    def days(self) -> frozenset[int]:
        """The days of which names are held in memory."""
        return self._opened.epochs

    @property
    def wiped(self) -> int:
        """How many records of those days were overwritten, when they were last read."""
        return self._opened.wiped

    def forget(self) -> None:
        """Keep no name and no key of a day that cannot be read any more."""
        self._open()

    def mark(self) -> object:
        """Changes when a file of the roll does, or the day."""
        marks: list[tuple[str, int, int]] = []
        with suppress(OSError):  # then nothing has changed that could be read
            for path in self._office.state.roll.glob("*.roll"):
                with suppress(OSError):  # the reaper was here a moment ago
                    status = path.stat()
                    marks.append((path.name, status.st_size, status.st_mtime_ns))
        return self.today(), sorted(marks)

    def visits_of(self, day: date) -> set[str]:
        """The visits that a day's roll speaks of; none where it cannot be opened."""
        epoch, now = day_number(day), self.time.for_destroying()
        try:
            private = self.slots.open(epoch, self._reader, now)
        except (EpochErased, DiskRefused, SealBroken):
            return set()
        return {record.visit for record in RollReader(self._office.state, VISITS, epoch, private).records()[0]}

    def wipe(self) -> int:
        """Finish what was begun: overwrite records that the roll says are deleted. DiskRefused."""
        return self._opened.wipe()

    def is_live(self, day: date) -> bool:
        """Whether a day's names can still be read."""
        try:
            slot = self.slots.find(day_number(day))
        except DiskRefused:
            return False
        return slot is not None and self.time.for_destroying() < slot.deadline

    def _open(self) -> bool:
        """Open every day that has a roll, and forget those that are over or erased; False where the disk is silent.

        Of a day to come as well: a clock that ran ahead was set right.
        """
        try:
            wanted, told = {day_number(day) for day in self._office.state.days_on_roll()}, True
        except OSError:
            wanted, told = set(), False
        return self._opened.follow(wanted | self.days, self.time.for_destroying()) and told

    def _has_unopened(self, today: date) -> bool:
        """Whether today has a roll whose key is not there: people may be inside whom nobody can name."""
        epoch = day_number(today)
        try:
            return epoch not in self.days and bool(self._office.state.data_of(VISITS, epoch))
        except OSError:
            return True

    def _site_day(self, at: datetime) -> date:
        config = self._office.config
        return visits_day(at, config.site, config.visits)
