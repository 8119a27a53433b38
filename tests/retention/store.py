"""Sealed footage and a day of visits, made as recorder and kiosk do."""

from datetime import date, datetime, timedelta
from pathlib import Path

from retention.base.command import Office
from retention.base.readerkey import public_half
from retention.base.sealed import SealedWriter
from retention.base.siteday import day_number, site_day
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from retention.rules import footage_deadline, visits_deadline


class Store:
    """Makes footage and rolls as recorder and kiosk do: slot first, then the file."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.state = office.state

    def minute(self, at: datetime, camera: str = "entree") -> Path:
        """One sealed minute of footage that begins at `at`."""
        epoch = int(at.timestamp()) // 60 * 60
        deadline = footage_deadline(epoch, self.office.config.retention)
        slot = SlotFile(self.state, f"camera-{camera}").claim(epoch, deadline, public_half(self.state))
        writer = SealedWriter(self.state.segments(camera, epoch) / f"{epoch}-{at.microsecond:032x}.seg", slot)
        writer.append(b"a picture of the door", at, at + timedelta(seconds=1), final=True)
        return writer.path

    def day(self, at: datetime) -> Path:
        """The roll of the site day of `at`, with its slot."""
        config = self.office.config
        day = site_day(at, config.site.zone, config.visits.day_ends)
        deadline = visits_deadline(day, config.site, config.visits)
        slot = SlotFile(self.state, VISITS).claim(day_number(day), deadline, public_half(self.state))
        writer = SealedWriter(self.state.roll_file(day, "0" * 32), slot)
        writer.append(b"a name", at, at, final=True)
        return writer.path

    def live(self, stream: str) -> list[int]:
        return [slot.epoch for slot in SlotFile(self.state, stream).live()]

    def day_of(self, at: datetime) -> date:
        return site_day(at, self.office.config.site.zone, self.office.config.visits.day_ends)
