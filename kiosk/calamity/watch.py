"""The roll as a reader follows it: every day that is still alive, opened afresh so that an erased day is gone at once.

Only trusted time closes a day here. When the system clock has run ahead, visits stay readable to the calamity list
alone, and the list says that the clock is uncertain.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.record import RollRecord
from kiosk.calamity.roll import RollReader
from kiosk.calamity.thelist import Doubt, Remark
from retention.base.command import Office
from retention.base.errors import DiskRefused, EpochErased, SealBroken
from retention.base.siteday import day_number
from retention.base.slots import Slot, SlotFile
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
        self._days: dict[int, RollReader] = {}

    def today(self) -> date:
        """The site day it is."""
        return self._site_day(self.time.latest())

    def look(self) -> Seen:
        """Everything that can be read now. Never raises for what is damaged or gone: the remarks say so."""
        at = self.time.latest()
        today = self._site_day(at)
        remarks = [Remark(Doubt.CLOCK)] if self.time.doubt() > UNCERTAIN else []
        epochs = self._open()
        records, unreadable = self._read(epochs)
        if epochs is None or self._has_unopened(today, epochs):
            remarks.append(Remark(Doubt.NO_ROLL))
        return Seen(at, today, tuple(records), unreadable, tuple(remarks))

    @property
    def days(self) -> frozenset[int]:
        """The days of which names are held in memory."""
        return frozenset(self._days)

    def forget(self) -> None:
        """Keep no name and no key of a day that cannot be read any more."""
        self._open()

    def mark(self) -> object:
        """Changes when a file of the roll does, or the day."""
        marks: list[tuple[str, int, int]] = []
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
        return sum(reader.wipe() for reader in self._days.values())

    def is_live(self, day: date) -> bool:
        """Whether a day's names can still be read."""
        try:
            slot = self.slots.find(day_number(day))
        except DiskRefused:
            return False
        return slot is not None and self.time.for_destroying() < slot.deadline

    def _open(self) -> list[int] | None:
        """The days to read, each with its key; None when the slots cannot be read at all."""
        now, epochs = self.time.for_destroying(), []
        try:
            live = self._live()
        except DiskRefused:
            return None
        for slot in live:
            if now >= slot.deadline:
                continue
            try:
                private = self.slots.open(slot.epoch, self._reader, now)
            except (EpochErased, SealBroken, DiskRefused):
                continue  # erased a moment ago; or its files are left unopened, which is noticed
            if slot.epoch not in self._days:
                self._days[slot.epoch] = RollReader(self._office.state, VISITS, slot.epoch, private)
            epochs.append(slot.epoch)
        # What is erased is forgotten here too, names and key.
        self._days = {epoch: reader for epoch, reader in self._days.items() if epoch in epochs}
        return epochs

    def _live(self) -> list[Slot]:
        """The slots of every day that has a roll; of a day to come as well: a clock that ran ahead was set right."""
        found = (self.slots.find(day_number(day)) for day in sorted(self._office.state.days_on_roll()))
        return [slot for slot in found if slot is not None]

    def _read(self, epochs: Iterable[int] | None) -> tuple[list[RollRecord], int]:
        records: list[RollRecord] = []
        unreadable = 0
        for epoch in epochs or ():
            found, lost = self._days[epoch].records()
            records += found
            unreadable += lost
        return records, unreadable

    def _has_unopened(self, today: date, epochs: list[int]) -> bool:
        """Whether today has a roll whose key is not there: people may be inside whom nobody can name."""
        epoch = day_number(today)
        return epoch not in epochs and bool(self._office.state.data_of(VISITS, epoch))

    def _site_day(self, at: datetime) -> date:
        config = self._office.config
        return visits_day(at, config.site, config.visits)
