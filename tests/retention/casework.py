"""Footage for cases without a codec: chunks whose first letter says whether they stand alone; and a power cut."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retention.base.command import Office
from retention.base.readerkey import private_half, public_half
from retention.base.sealed import SealedFile, SealedWriter
from retention.base.slot import SLOT_BYTES, file_head
from retention.base.slots import SlotFile, capacity_of
from retention.base.state import CASES, State, camera_stream
from retention.cases.case import Standing
from retention.cases.cases import Cases
from retention.cases.reseal import label_of
from retention.cases.shelf import Shelf
from retention.rules import footage_deadline

CAMERA = "entree"
GROUP = 4  # seconds of a group of pictures


class PlainFilm:
    """Stands where the recorder does: a chunk that begins with K stands alone."""

    def begins_group(self, media: bytes) -> bool:
        return media.startswith(b"K")

    def gaps(self, camera: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
        return []

    @contextmanager
    def held(self, camera: str, start: datetime, end: datetime) -> Iterator[None]:
        yield


class PowerCut(BaseException):
    """The machine is gone."""


class Casework:
    """An office with footage, and its cases; made anew after each crash."""

    def __init__(self, office: Office) -> None:
        self.office, self.state = office, office.state
        self.reader = private_half(office.state)

    @property
    def cases(self) -> Cases:
        return Cases(self.office, self.reader, PlainFilm())

    def film(self, begin: datetime, minutes: int = 1, camera: str = CAMERA) -> None:
        """Whole minutes of footage, a chunk each second."""
        _sparse_slots(self.state, camera_stream(camera))
        for minute in range(minutes):
            at = begin + timedelta(minutes=minute)
            epoch = int(at.timestamp()) // 60 * 60
            deadline = footage_deadline(epoch, self.office.config.retention)
            slot = SlotFile(self.state, camera_stream(camera)).claim(epoch, deadline, public_half(self.state))
            writer = SealedWriter(self.state.segments(camera, epoch) / f"{epoch}-{minute:016x}.seg", slot)
            writer.append(b"init", at, at)
            for second in range(60):
                first = at + timedelta(seconds=second)
                text = b"%s %d" % (b"p" if second % GROUP else b"K", second)
                writer.append(text, first, first + timedelta(seconds=1), final=second == 59, sync=False)

    def proposed(self, begin: datetime, seconds: float = 60, by: str = "staff:jan") -> str:
        """The number of a case that is placed and secured."""
        cases, end = self.cases, begin + timedelta(seconds=seconds)
        case = cases.propose([CAMERA], begin, end, category="incident", reason="a fall at the door", by=by)
        return cases.secure(case.number).number

    def kept(self, begin: datetime, seconds: float = 60) -> str:
        return self.cases.confirm(self.proposed(begin, seconds), by="staff:els").number

    def find(self, number: str) -> Standing:
        found = self.cases.find(number)
        assert found is not None
        return found

    def seconds(self, number: str) -> list[int]:
        """The seconds of footage that open from a case."""
        case = self.find(number).case
        private = SlotFile(self.state, CASES).open(case.epoch, self.reader, self.office.clock.now())
        found = list[tuple[datetime, int]]()
        for path in Shelf(self.state).films(case.epoch):
            unlocked = SealedFile(path).unlock(private)
            assert label_of(unlocked.chunk(0))[1] == b"init"
            places = unlocked.file.chunks[1:]
            found += [(place.first, int(unlocked.chunk(place.number).split()[1])) for place in places]
        return [second for _, second in sorted(found)]

    def live(self) -> list[int]:
        return [slot.epoch for slot in SlotFile(self.state, CASES).live()]


def _sparse_slots(state: State, stream: str) -> None:
    """A camera's slots, all empty, without 64 MB of zeros being written for each test."""
    capacity = capacity_of(stream)
    for path in SlotFile(state, stream).paths:
        if not path.exists():
            path.write_bytes(file_head(stream, capacity))
            os.truncate(path, (capacity + 1) * SLOT_BYTES)


def cut_at(number: int, monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> bool:
    """Do the work, with the power cut before the disk is told for the n-th time to keep something; whether it came."""
    left = number

    def counted(real: Callable[[int], None]) -> Callable[[int], None]:
        def sync(descriptor: int) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise PowerCut
            real(descriptor)

        return sync

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", counted(os.fsync))
        disk.setattr(os, "fdatasync", counted(os.fdatasync))
        try:
            work()
        except PowerCut:
            return True
    return False


def everything(folder: Path) -> list[str]:
    """The names of what stands in a folder, but for locks and drafts."""
    return sorted(path.name for path in folder.glob("[0-9]*"))
