"""`portier recorder check`: rows, files, seals, slots and logs held against each other; what differs, in sentences.

With the reader key it also opens every chunk, and writes down for the timelines what is damaged; without it, only what
needs no key is compared. Opening four days takes a while: a check that was interrupted goes on where it was.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from recorder import damage, journal, seals
from recorder.causes import Cause
from recorder.checkpoint import Checkpoint
from recorder.footprints import EYES, SUFFIX, epoch_in, every_file, is_coherent, minute_of, place_of
from recorder.history import History
from recorder.room.holds import Holds, HoldsUnreadable
from recorder.room.quarantine import strangers, waiting
from recorder.segments import MINUTE
from recorder.tables import Segment
from recorder.timeline import Span
from retention.base.command import Office
from retention.base.database import Database
from retention.base.errors import DiskRefused, EpochErased, SealBroken
from retention.base.sealed import HEAD, SealedFile
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from retention.base.trusted import TrustedTime
from retention.rules import LEAD

_YOUNG = timedelta(minutes=2)  # what is younger may still be written, and its row be on its way


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
        self._term = office.config.retention.footage
        self._trusted = TrustedTime(office.state, office.clock)
        self._history = History(office.state, office.clock, self._term)
        self._checkpoint = Checkpoint(office.state, office.clock)
        self._listed = self._trusted.latest()
        self.files = self.chunks = 0

    def differences(self, progress: Callable[[float], None] | None = None) -> Iterator[Difference]:
        """Everything that differs, camera by camera."""
        cameras = self._state.cameras()
        total = sum(len(every_file(self._state, camera, SUFFIX, EYES)) for camera in cameras) or 1
        try:
            for camera in cameras:
                slots = SlotFile(self._state, camera_stream(camera))
                known, self._listed = dict[str, Path](), self._trusted.latest()
                for path in every_file(self._state, camera, SUFFIX, EYES):
                    yield from self._file(camera, path, slots, known)
                    self.files += 1
                    if progress:
                        progress(min(1.0, self.files / total))
                yield from self._camera(camera, slots, known)
                slots.close()
            yield from self._strangers()
            self._checkpoint.done()
        finally:
            self._checkpoint.save()

    def _file(self, camera: str, path: Path, slots: SlotFile, known: dict[str, Path]) -> Iterator[Difference]:
        """What differs in one file but its seals; `known` takes its id."""
        slot = slots.find(epoch_in(path.name))
        try:
            file = SealedFile(path)
        except SealBroken as error:
            if slot is not None and _is_longer_than_a_head(path):
                self._checkpoint.note(camera, path.name, _minute(path), str(error))
            return
        if path.suffix == SUFFIX and file.heads[1:]:
            known[file.file_id.hex()] = path
        if not is_coherent(file):
            said = f"{path.name}: its head is damaged, and nothing of it opens"
            self._checkpoint.note(camera, path.name, _minute(path), said)
        elif path != place_of(self._state, file, path):
            yield Difference(camera, "place", f"{path.name} says that it belongs to {file.stream}, epoch {file.epoch}")
        elif slot is None or self._trusted.latest() >= slot.deadline:
            if path.exists():
                said = f"{path.name} has no live slot: nothing opens it, the reaper takes it away"
                yield Difference(camera, "slot", said)
        elif self._reader is not None and not self._checkpoint.passed(camera, path.name):
            self._open(camera, file, slots, self._reader)

    def _open(self, camera: str, file: SealedFile, slots: SlotFile, reader: X25519PrivateKey) -> None:
        """Open every chunk of a file, and note what cannot be shown of it."""
        name, footage, said = file.path.name, file.path.suffix == SUFFIX, None
        try:
            private = slots.open(file.epoch, reader, self._trusted.latest())
            seen = seals.look(file, private, footage=footage)
        except (EpochErased, OSError):  # its term came while we looked
            return
        self.chunks += seen.opened
        if seen.broken:
            said = f"{name}: {seen.broken} of {len(file.heads)} chunks do not match their seal"
        elif footage and self._ends_in_damage(camera, file, seen.until):
            said = f"{name}: what stands behind its last chunk cannot be read"
            seen.missing += [(seen.until, end) for _, end in _minute(file.path) if seen.until and seen.until < end]
        self._checkpoint.note(camera, name, seen.missing, said)

    def _ends_in_damage(self, camera: str, file: SealedFile, until: datetime | None) -> bool:
        """Whether a file breaks off where footage went on; a power cut may break it off too, and was written down."""
        if until is None or not file.breaks_off or self._trusted.latest() - until < _YOUNG:
            return False
        entry = journal.in_force(until, journal.read(self._state.gaps(camera)))
        return entry is not None and entry.cause is None

    def _camera(self, camera: str, slots: SlotFile, known: dict[str, Path]) -> Iterator[Difference]:
        """What differs besides single files; the timeline is told before it is asked."""
        yield from (Difference(camera, "seal", said) for said in self._checkpoint.said(camera))
        if self._reader is not None:
            with suppress(DiskRefused):  # whoever looks at a disk that takes no more wants to hear the rest
                self._tell_damage(camera)
        yield from self._slots(camera, slots)
        for path in (self._state.gaps(camera), self._state.damaged(camera)):
            if lines := journal.damaged_lines(path):
                yield Difference(camera, "log", f"{lines} lines of {path.name} are damaged and count for nothing")
        try:
            Holds(self._state, camera).all()
        except HoldsUnreadable as error:
            yield Difference(camera, "holds", str(error))
        yield from self._rows(camera, known)
        yield from self._lost(camera)

    def _tell_damage(self, camera: str) -> None:
        """What was found now, and what was known of files that were taken out of the way."""
        path, there = self._state.damaged(camera), {one.name for one in every_file(self._state, camera)}
        gone = {name: spans for name, spans in damage.read(path).items() if name not in there}
        since = self._trusted.latest() - self._term
        damage.write(path, damage.still(gone | self._checkpoint.damage(camera), since))

    def _slots(self, camera: str, slots: SlotFile) -> Iterator[Difference]:
        if torn := slots.torn(self._trusted.latest()):
            yield Difference(camera, "slot", f"{len(torn)} slots stand in one copy only: retention mends them")
        if harmed := sum(slot.kind == "damaged" for slot in slots.slots()):
            yield Difference(camera, "slot", f"{harmed} slots are unreadable in both copies: retention destroys them")

    def _rows(self, camera: str, known: dict[str, Path]) -> Iterator[Difference]:
        if self._database is None:
            return
        now, young = self._trusted.latest(), (self._listed - _YOUNG).timestamp()
        with self._database.read() as session:
            wanted = select(Segment.file_id, Segment.epoch, Segment.expires_at).where(Segment.camera == camera)
            rows = {file_id: epoch for file_id, epoch, expires in session.execute(wanted) if expires > now + LEAD}
        for missing in sorted(file_id for file_id in rows.keys() - known.keys() if rows[file_id] < young):
            yield Difference(camera, "row", f"the file {missing} of a row is not there: its span is a gap (lost)")
        for late in sorted(known.keys() - rows.keys()):
            if epoch_in(known[late].name) < young and known[late].exists():
                yield Difference(camera, "row", f"the file {late} has no row: `portier recorder run` adds it")

    def _strangers(self) -> Iterator[Difference]:
        if strange := len(list(strangers(self._state))):
            said = f"{strange} files under {self._state.footage} have a name or place that Portier gives none"
            yield Difference("", "stranger", f"{said}: `portier recorder run` adopts them, or puts them in quarantine")
        if count := waiting(self._state):
            yield Difference("", "quarantine", f"{count} files wait in {self._state.quarantine} for their deadline")

    def _lost(self, camera: str) -> Iterator[Difference]:
        now = self._trusted.latest()
        start = max(now - self._term, self._history.first_start(camera) or now)
        for one in self._history.timeline(camera, start, now):
            if one.cause == Cause.LOST:
                span = f"from {one.start:%Y-%m-%d %H:%M:%S} to {one.end:%Y-%m-%d %H:%M:%S} UTC"
                yield Difference(camera, "lost", f"{span}: footage was stored, and is not there any more")


def _is_longer_than_a_head(path: Path) -> bool:
    """A power cut may leave a file that got no further: it holds nothing, and dies with its minute."""
    try:
        return path.stat().st_size > HEAD.size
    except OSError:
        return False


def _minute(path: Path) -> list[Span]:
    """All that a file may cover, by its name: its minute, and what of a group of pictures reached into the next."""
    begin = minute_of(path)
    return [(begin, begin + timedelta(seconds=2 * MINUTE))] if begin else []
