"""A lobby without screens: a site day with its writers and its reader, and visitors to put on the roll."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.roll import Roll, RollRecord, RollWriter, replay
from retention.base.readerkey import private_half, public_half
from retention.base.siteday import day_end, day_number
from retention.base.slots import Slot, SlotFile
from retention.base.state import VISITS, State
from tests.support.clock import ManualClock

DAY = date(2027, 3, 2)
MORNING = ManualClock().now()
ZONE = ZoneInfo("Europe/Amsterdam")


@dataclass
class Lobby:
    """One site day as its writers and its reader have it."""

    state: State
    day: date = DAY
    writers: list[RollWriter] = field(default_factory=list)

    @property
    def slot(self) -> Slot:
        deadline = day_end(self.day, ZONE, datetime.min.time().replace(hour=4))
        return SlotFile(self.state, VISITS).claim(day_number(self.day), deadline, public_half(self.state))

    def day_private(self) -> X25519PrivateKey:
        return SlotFile(self.state, VISITS).open(day_number(self.day), private_half(self.state), MORNING)

    def writer(self) -> RollWriter:
        self.writers.append(RollWriter(self.state, self.slot, self.day))
        return self.writers[-1]

    def write(self, *records: RollRecord) -> None:
        """All of them by one process."""
        writer = self.writer()
        for record in records:
            writer.append(record)

    def roll(self) -> Roll:
        return replay(self.state, self.day, self.day_private())

    def files(self) -> list[Path]:
        return sorted(self.state.roll.glob("*.roll"))

    def close(self) -> None:
        for writer in self.writers:
            writer.close()


def arrival(name: str, *, minute: float = 0, **details: Any) -> RollRecord:
    """Somebody signs in, so many minutes after nine (UTC)."""
    details = {"visit": uuid4().hex, "version": 1, "pass_id": "blue-owl"} | details
    return RollRecord(act="sign_in", at=MORNING + timedelta(minutes=minute), name=name, **details)


def change(before: RollRecord, act: str, *, minute: float = 60, version: int = 2, **details: Any) -> RollRecord:
    """Something later happens to the visit of `before`."""
    at = MORNING + timedelta(minutes=minute)
    return RollRecord(visit=before.visit, version=version, act=act, pass_id=before.pass_id, at=at, **details)


def edit(path: Path, alter: Callable[[bytearray], None]) -> None:
    """Change the bytes of a file behind everybody's back."""
    data = bytearray(path.read_bytes())
    alter(data)
    path.write_bytes(data)
