"""The calamity itself, from alarm to end: what is on disk about it, and its frozen roll under a key of its own.

`calamities/current.json` says when the alarm was and whether it is a drill; no name. A real calamity copies the
roll, record by record, under its own slot, so that the list outlives the end of the day by 72 hours (24 after its
end). A drill copies nothing. Where the disk takes none of it, the alarm stands all the same, in this process.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.opened import Opened
from kiosk.calamity.record import Act, RollRecord, Whereabouts, moment
from kiosk.calamity.roll import RollWriter
from kiosk.calamity.thelist import Calamity
from retention.base.command import Office
from retention.base.config import Config
from retention.base.errors import EpochErased
from retention.base.files import replace_file
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, State
from retention.rules import calamity_deadline, visits_day

_LAST_EPOCH: Final = 2**63 - 1
AT_ONCE: Final = 500
"""So many records are frozen with one sync."""


@dataclass(frozen=True)
class Copied:
    """The frozen roll of one calamity, as this process knows it."""

    writer: RollWriter
    known: set[bytes] = field(default_factory=set)
    named: set[str] = field(default_factory=set)

    def know(self, record: RollRecord, plain: bytes) -> None:
        """Remember that it holds this record, and whose name."""
        self.known.add(plain)
        if record.name is not None:
            self.named.add(record.visit)


class Alarm:
    """The calamity of one office: at most one is open."""

    def __init__(self, office: Office, reader: X25519PrivateKey) -> None:
        self._office, self._reader = office, reader
        self._slots = SlotFile(office.state, CALAMITIES)
        self._memory: Calamity | None = None
        self._copied: dict[int, Copied] = {}
        self._opened = Opened(office.state, self._slots, reader)
        self._shortened: set[int] = set()

    @property
    def epochs(self) -> frozenset[int]:
        """The frozen rolls of which names are held in memory."""
        return self._opened.epochs

    def latest(self) -> Calamity | None:
        """The last calamity, open or ended, from memory or disk; by its number, for a clock may have been set back."""
        known = [calamity for calamity in (self._memory, self._load()) if calamity is not None]
        return max(known, key=lambda last: (last.number, last.triggered, last.ended is not None), default=None)

    def open(self, now: datetime) -> Calamity | None:
        """The calamity that is going on. A drill ends with its day, a real one after 72 hours at the latest."""
        calamity = self.latest()
        return calamity if calamity is not None and is_open(calamity, now, self._office.config) else None

    def prepare(self) -> None:
        """Make the slot file, or a copy of it that was lost; raises as `SlotFile.restore`."""
        self._slots.restore()

    def start(self, now: datetime, *, drill: bool, by: str) -> Calamity:
        """Begin. It stands in memory at once; `keep` and `save` make it outlive this process."""
        before = self.latest()
        number = before.number + 1 if before is not None else 1
        self._memory = Calamity(int(now.timestamp()), now, drill, by, number=number)
        return self._memory

    def end(self, now: datetime, *, cancelled: bool = False) -> Calamity | None:
        """End what is open; None where nothing is. `shorten` and `save` make it outlive this process."""
        calamity = self.open(now)
        if calamity is None:
            return None
        self._memory = replace(calamity, ended=now, cancelled=cancelled)
        return self._memory

    def shorten(self) -> None:
        """Let the frozen roll of an ended calamity die 24 hours after its end, of a cancelled one at once."""
        calamity = self.latest()
        if calamity is None or calamity.ended is None or calamity.drill or calamity.epoch in self._shortened:
            return
        within = calamity.ended if calamity.cancelled else calamity_deadline(calamity.triggered, calamity.ended)
        self._slots.bring_forward(calamity.epoch, within)
        self._shortened.add(calamity.epoch)
        copied = self._copied.pop(calamity.epoch, None)
        if copied is not None:
            copied.writer.close()

    def save(self) -> None:
        """Put what this process knows on disk; DiskRefused when that cannot be."""
        if self._memory is None or self._memory == self._load() or self._memory != self.latest():
            return  # it stands there, or a later one does that another process began
        raw: dict[str, Any] = {
            "epoch": self._memory.epoch,
            "triggered": self._memory.triggered.isoformat(),
            "drill": self._memory.drill,
            "by": self._memory.by,
            "ended": self._memory.ended.isoformat() if self._memory.ended else None,
            "cancelled": self._memory.cancelled,
            "number": self._memory.number,
        }
        replace_file(_where(self._office.state), json.dumps(raw).encode(), 0o660)

    def keep(self, calamity: Calamity, records: Iterable[RollRecord]) -> int:
        """Copy into the frozen roll what is not in it yet; how many records that were. Nothing for a drill."""
        if calamity.drill or calamity.ended:
            return 0
        copied = self._copy_of(calamity)
        lasting = _lasting(list(records), copied.named)
        fresh = [(record, plain) for record in lasting if (plain := record.pack()) not in copied.known]
        # Many at a time: a sync for each of a day's records would keep the list from the printer.
        for first in range(0, len(fresh), AT_ONCE):
            some = fresh[first : first + AT_ONCE]
            copied.writer.append(*(record for record, _ in some))
            for record, plain in some:
                copied.know(record, plain)
        return len(fresh)

    def kept(self, calamity: Calamity, now: datetime) -> tuple[list[RollRecord], int]:
        """The frozen roll of a calamity, and how much of it is unreadable; empty for a drill, or once erased."""
        if calamity.drill:
            return [], 0
        self._opened.follow({calamity.epoch}, now)
        return self._opened.records()

    def forget(self, now: datetime) -> None:
        """Keep nothing in memory of a frozen roll whose time is over."""
        self._opened.follow({*self._opened.epochs, *self._copied}, now)
        for epoch in self._copied.keys() - self._opened.epochs:
            self._copied.pop(epoch).writer.close()

    def _copy_of(self, calamity: Calamity) -> Copied:
        if calamity.epoch not in self._copied:
            deadline = calamity_deadline(calamity.triggered)
            slot = self._slots.claim(calamity.epoch, deadline, self._reader.public_key())
            # Another process ended it meanwhile, and brought the deadline forward.
            if slot.deadline < deadline:
                raise EpochErased("this calamity has ended: nothing is added to its list")
            records, _ = self.kept(calamity, calamity.triggered)
            writer = RollWriter(self._office.state, slot, self._day(calamity.triggered))
            self._copied[calamity.epoch] = copied = Copied(writer)
            for record in records:
                copied.know(record, record.pack())
        return self._copied[calamity.epoch]

    def _load(self) -> Calamity | None:
        return last_on_disk(self._office.state)

    def _day(self, at: datetime) -> date:
        config = self._office.config
        return visits_day(at, config.site, config.visits)


def last_on_disk(state: State) -> Calamity | None:
    """The last calamity, as it stands on the disk, without a name; None where there was none, or it is unreadable."""
    try:
        raw = json.loads(_where(state).read_text())
        ended = moment(raw["ended"]) if raw["ended"] else None
        epoch, number, triggered = int(raw["epoch"]), int(raw.get("number", 0)), moment(raw["triggered"])
        if not 0 <= epoch <= _LAST_EPOCH:
            raise ValueError("an epoch that no slot has")
        flags = bool(raw["drill"]), str(raw["by"])
        return Calamity(epoch, triggered, *flags, ended, bool(raw["cancelled"]), number)
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None  # then only the memory of the service knows of an alarm


def is_open(calamity: Calamity, now: datetime, config: Config) -> bool:
    """Whether it goes on: a drill ends with its day, a real one after 72 hours at the latest."""
    if calamity.ended is not None:
        return False
    if calamity.drill:
        days = (visits_day(at, config.site, config.visits) for at in (calamity.triggered, now))
        return next(days) == next(days)
    # Nobody ended it: its frozen list is gone, so the alarm is over too.
    return now < calamity_deadline(calamity.triggered)


def _where(state: State) -> Path:
    return state.calamities / "current.json"


def _lasting(records: list[RollRecord], named: set[str]) -> list[RollRecord]:
    """What belongs in a frozen roll: who asked to be deleted before it stays deleted, who asks since stays on it.

    Who is expected and has not come is nobody's to look for.
    """
    deleted = {record.visit for record in records if record.act == Act.DELETE}
    only_expected = {record.visit for record in records if record.act == Act.EXPECT} - set(map(_shows, records))

    def lasts(record: RollRecord) -> bool:
        if record.visit in only_expected:
            return False
        if record.act == Act.DELETE:
            return record.visit not in named
        return record.name is None or record.visit in named or record.visit not in deleted

    return [record for record in records if lasts(record)]


def _shows(record: RollRecord) -> str:
    """The visit of which this record shows that its visitor came."""
    if record.act == Act.DELETE:
        return record.visit if record.state != Whereabouts.EXPECTED else ""
    return record.visit if record.act not in (Act.EXPECT, Act.JOIN, Act.CORRECT) else ""
