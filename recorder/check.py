"""`portier recorder check`: rows, files, seals and slots held against each other; what differs, in sentences.

Reads only. With the reader key it also opens every chunk; without it, only what needs no key is compared.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from recorder.footprints import every_file, footprint
from recorder.tables import Segment
from retention.base.command import Office
from retention.base.database import Database
from retention.base.errors import EpochErased, SealBroken
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from retention.base.trusted import TrustedTime


@dataclass(frozen=True)
class Difference:
    """Something that is not as it should be."""

    camera: str
    what: str
    said: str


class Check:
    """One examination of all cameras."""

    def __init__(self, office: Office, reader: X25519PrivateKey | None, database: Database | None) -> None:
        self._state, self._reader, self._database = office.state, reader, database
        self._trusted = TrustedTime(office.state, office.clock)
        self.files = self.chunks = 0

    def differences(self, progress: Callable[[float], None] | None = None) -> Iterator[Difference]:
        """Everything that differs, camera by camera."""
        cameras = self._state.cameras()
        total = sum(len(every_file(self._state, camera)) for camera in cameras) or 1
        for camera in cameras:
            slots = SlotFile(self._state, camera_stream(camera))
            known = set[str]()
            for path in every_file(self._state, camera):
                self.files += 1
                yield from self._file(camera, path, slots, known)
                if progress:
                    progress(self.files / total)
            slots.close()
            yield from self._rows(camera, known)

    def _file(self, camera: str, path: Path, slots: SlotFile, known: set[str]) -> Iterator[Difference]:
        try:
            file = SealedFile(path)
        except SealBroken as error:
            if path.exists():
                yield Difference(camera, "file", str(error))
            return
        known.add(file.file_id.hex())
        now = self._trusted.latest()
        slot = slots.find(file.epoch)
        if slot is None or now >= slot.deadline:
            if path.exists():
                yield Difference(
                    camera, "slot", f"{path.name} has no live slot: nothing opens it, the reaper takes it away"
                )
        elif self._reader is not None:
            yield from self._seals(camera, file, slots, self._reader)
        if file.stream != camera_stream(camera) or path.parent != self._state.segments(camera, file.epoch):
            yield Difference(camera, "place", f"{path.name} says that it belongs to {file.stream}, epoch {file.epoch}")

    def _seals(self, camera: str, file: SealedFile, slots: SlotFile, reader: X25519PrivateKey) -> Iterator[Difference]:
        try:
            unlocked = file.unlock(slots.open(file.epoch, reader, self._trusted.latest()))
            for place in file.chunks:
                unlocked.chunk(place.number)
                self.chunks += 1
        except EpochErased:
            return  # its term came while we looked
        except (SealBroken, OSError) as error:
            if file.path.exists():
                yield Difference(camera, "seal", f"{file.path.name}: {error}")

    def _rows(self, camera: str, known: set[str]) -> Iterator[Difference]:
        if self._database is None:
            return
        now = self._trusted.latest()
        with self._database.read() as session:
            rows = {
                row.file_id
                for row in session.scalars(select(Segment).where(Segment.camera == camera))
                if row.expires_at > now
            }
        for missing in sorted(rows - known):
            yield Difference(camera, "row", f"the file {missing} of a row is not there: its span is a gap (lost)")
        young = {one.file_id for path in every_file(self._state, camera)[-2:] if (one := footprint(path))}
        for late in sorted(known - rows - young):
            if self._holds_footage(camera, late):
                yield Difference(camera, "row", f"the file {late} has no row: `portier recorder run` adds it")

    def _holds_footage(self, camera: str, file_id: str) -> bool:
        """Files that got no further than their head need no row."""
        found = (footprint(path) for path in every_file(self._state, camera))
        return any(one is not None and one.file_id == file_id for one in found)
