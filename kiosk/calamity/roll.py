"""The roll: what is sealed and synced before a screen says "you are in", and how it becomes a list again.

One file per writing process and day, each record sealed by itself to the day's public half: a writer cannot read
back what it wrote. A failed write abandons the file and tries once more in a new one. A replay takes all files
of the day, orders by version and not by clock, steps over what is damaged, and says how much that was.
"""

import operator
import os
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.record import Act, Entry, RollRecord, Whereabouts, follow
from kiosk.calamity.rollfile import HEAD_BYTES, Frame, Head, Place, Scan, digest, pack_frame, scan
from kiosk.calamity.wipe import wipe
from retention.base.errors import DiskRefused, SealBroken
from retention.base.files import sync_folder, write_all
from retention.base.sealed import seal, unseal
from retention.base.siteday import day_number
from retention.base.slots import Slot
from retention.base.state import VISITS, State

__all__ = ["Act", "Entry", "Roll", "RollReader", "RollRecord", "RollWriter", "Whereabouts", "Written", "replay"]

ROOM = 256 * 1024
"""Kept on disk for records to come, so that a disk that fills up does not stop people from signing in."""
LATELY = 16
"""Of so many visits a writer knows where their records stand, for those who take their name back at once."""


class RollWriter:
    """The roll as one process writes it on one day; safe to use from several threads."""

    def __init__(self, state: State, slot: Slot, day: date) -> None:
        """Touch nothing yet: the file is made with the first record."""
        self._slot = slot
        self._name: Callable[[str], Path] = lambda file_id: roll_path(state, slot.stream, slot.epoch, day, file_id)
        self._lock = threading.Lock()
        self._file: _File | None = None
        self._abandoned = bytes(16)
        self._lately: OrderedDict[str, list[Written]] = OrderedDict()

    def append(self, *records: RollRecord) -> None:
        """Seal records to the disk, synced once; they are safe once this returns.

        On an error the file is left as it is for ever, and they go into a new one, all of them; DiskRefused when that
        fails too. The next call tries again.
        """
        with self._lock:
            try:
                self._write(records)
            except OSError:
                self._abandon()
                try:
                    self._write(records)
                except OSError as error:
                    self._abandon()
                    raise DiskRefused(
                        f"the roll cannot be written ({error.strerror}): see to the disk, its space and its rights"
                    ) from error

    def written(self, visit: str) -> tuple["Written", ...]:
        """Where this writer put the records of a visit, if that was lately: it cannot open them, and may wipe them."""
        with self._lock:
            return tuple(self._lately.get(visit, ()))

    def close(self) -> None:
        """Let go of the file, and of the room kept in it; a later record opens a new one."""
        with self._lock:
            if self._file is not None:
                self._file.give_back_room()
            self._abandon()

    def _write(self, records: Iterable[RollRecord]) -> None:
        if self._file is not None and not self._file.stands():
            self._abandon()
        if self._file is None:
            self._file = _File(self._name, self._slot, self._abandoned)
        for record in records:
            if record.visit and record.act != Act.DELETE:
                # Before it is written: what a failed write leaves behind is to be found as well.
                self._lately.setdefault(record.visit, []).append(Written.of(self._file.next_place(), record))
                self._lately.move_to_end(record.visit)
                if len(self._lately) > LATELY:
                    self._lately.popitem(last=False)
            self._file.append(record)
        self._file.sync()

    def _abandon(self) -> None:
        if self._file is not None:
            self._abandoned = self._file.head.file_id
            self._file.close()
            self._file = None


@dataclass(frozen=True)
class Written:
    """Where a record stands, when it was made, and what of it says nothing about who it is."""

    place: str
    at: datetime
    together: str | None = None
    waits: bool = False

    @classmethod
    def of(cls, place: str, record: RollRecord) -> "Written":
        return cls(place, record.at, record.together, bool(record.waits))


class _File:
    """One open roll file, from its head to its first failure."""

    def __init__(self, name: Callable[[str], Path], slot: Slot, goes_on_from: bytes) -> None:
        self.head = Head(slot.stream, slot.epoch, os.urandom(16), goes_on_from)
        self._public = slot.public
        self._previous = digest(self.head.pack())
        self._number, self._place, self._room = 0, HEAD_BYTES, 0
        self._path = name(self.head.file_id.hex())
        self._path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
        # 0660: the group holds the readers, who delete what a visitor asks for; the folder keeps everybody else out.
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660)
        try:
            self._keep_room()
            write_all(self._descriptor, self.head.pack(), 0)
            os.fsync(self._descriptor)  # the size too, so that later records need only their data synced
            sync_folder(self._path.parent)
        except OSError:
            self.close()
            with suppress(OSError):  # it holds nothing yet
                self._path.unlink()
            raise

    def append(self, record: RollRecord) -> None:
        """Not synced yet."""
        sealed = seal(self._public, record.pack(), self.head.info(self._number, self._previous))
        frame = pack_frame(self.head, self._number, self._previous, sealed)
        if self._place + len(frame) > self._room:
            self._keep_room()
        write_all(self._descriptor, frame, self._place)
        self._previous, self._number, self._place = digest(frame), self._number + 1, self._place + len(frame)

    def stands(self) -> bool:
        """Whether its name leads to it: what is written into a file that was taken away nobody reads."""
        try:
            return os.path.samestat(self._path.stat(), os.fstat(self._descriptor))
        except FileNotFoundError:
            return False
        except OSError:  # a disk that fails says so when it is written
            return True

    def next_place(self) -> str:
        """Where the next record will stand."""
        return str(Place(self.head.file_id, self._number, self._place))

    def sync(self) -> None:
        os.fdatasync(self._descriptor)

    def give_back_room(self) -> None:
        """End the file where its last record ends."""
        with suppress(OSError):
            os.ftruncate(self._descriptor, self._place)

    def close(self) -> None:
        os.close(self._descriptor)

    def _keep_room(self) -> None:
        self._room += ROOM
        with suppress(OSError):  # a disk without room for that may still have room for one record
            os.posix_fallocate(self._descriptor, 0, self._room)


@dataclass(frozen=True)
class Roll:
    """Every visit of a day, by arrival; and how many records or files could not be read."""

    entries: tuple[Entry, ...] = ()
    unreadable: int = 0

    @property
    def on_site(self) -> list[Entry]:
        return self._in(Whereabouts.ON_SITE)

    @property
    def probably_left(self) -> list[Entry]:
        return self._in(Whereabouts.PROBABLY_LEFT)

    @property
    def left(self) -> list[Entry]:
        return self._in(Whereabouts.LEFT)

    @property
    def forgotten(self) -> int:
        """How many have left of whom nothing is told any more, because they asked for that."""
        return sum(entry.forgotten and entry.state is Whereabouts.LEFT for entry in self.entries)

    def _in(self, state: Whereabouts) -> list[Entry]:
        return [entry for entry in self.entries if entry.state is state and not entry.forgotten]


class RollReader:
    """The files of one epoch as a reader sees them; a later call opens only what is new."""

    def __init__(self, state: State, stream: str, epoch: int, private: X25519PrivateKey) -> None:
        self._state, self._stream, self._epoch, self._private = state, stream, epoch, private
        self._opened: dict[bytes, RollRecord | None] = {}
        self._scanned: dict[Path, tuple[bytes, Head, Scan]] = {}
        self._followed: dict[str, Followed] = {}
        self._to_wipe: set[str] = set()
        self.wiped = 0
        """How many records were overwritten, when it was last read: their visitors asked for that."""

    def records(self) -> tuple[list[RollRecord], int]:
        """All records that open, in no promised order; and how many records or files do not."""
        found: list[RollRecord] = []
        wiped, torn, gone_on = set[str](), set[bytes](), set[bytes]()
        files, unreadable = self._files()
        for head, seen in files:
            gone_on.add(head.goes_on_from)
            if seen.unfinished:
                torn.add(head.file_id)
            wiped |= {str(Place(head.file_id, frame.number, frame.start)) for frame in seen.frames if frame.wiped}
            opened = [self._open(head, frame) for frame in seen.frames if not frame.wiped]
            found += [record for record in opened if record is not None]
            unreadable += opened.count(None) + seen.lost
        self._forget(files)
        self.wiped = len(wiped)
        # What was overwritten is no loss where the roll itself says why.
        meant = {place for record in found for place in record.wipes}
        self._to_wipe, unreadable = meant - wiped, unreadable + len(wiped - meant)
        # The half record at the end of an abandoned file stands whole in the file that goes on from it.
        return found, unreadable + len(torn - gone_on)

    def places_of(self, visit: str) -> list[str]:
        """Where the records of one visit stand, those left out that say it was deleted."""
        return [
            str(Place(head.file_id, frame.number, frame.start))
            for head, seen in self._files()[0]
            for frame in seen.frames
            if not frame.wiped
            and (record := self._open(head, frame)) is not None
            and record.visit == visit
            and record.act != Act.DELETE
        ]

    def wipe(self) -> int:
        """Overwrite what the roll, as it was last read, says is deleted and was not yet; how many. DiskRefused."""
        if not self._to_wipe:
            return 0
        return sum(wipe(path, self._to_wipe) for path in [*self._scanned])

    def _files(self) -> tuple[list[tuple[Head, Scan]], int]:
        """Every file as it stands, or as it was last read where it fails or is gone; and how many cannot be read.

        Before the reaper takes a file away the key is destroyed, and with that this reader.
        """
        unreadable = 0
        scanned: dict[Path, tuple[bytes, Head, Scan]] = {}
        try:
            paths = self._state.data_of(self._stream, self._epoch)
        except OSError:
            paths, unreadable = [], 1
        for path in dict.fromkeys((*paths, *self._scanned)):
            try:
                scanned[path] = self._scan(path)
            except OSError as error:
                known = self._scanned.get(path)
                if known is not None and known[2].frames:
                    scanned[path] = known
                elif isinstance(error, FileNotFoundError):
                    continue  # the reaper was here a moment ago, or it held nothing yet
                unreadable += 1
        self._scanned = scanned
        return [(head, seen) for _, head, seen in scanned.values()], unreadable

    def _scan(self, path: Path) -> tuple[bytes, Head, Scan]:
        """The bytes of a file up to its last frame, its head, and its frames."""
        # Whole each time: a thousand visits are under a megabyte, and damage may show up anywhere.
        data = path.read_bytes()
        head, before = self._head(path, data), self._scanned.get(path)
        seen = scan(data, head.file_id, (before[0], before[2]) if before else None)
        return data[: seen.frames[-1].end] if seen.frames else b"", head, seen

    def _forget(self, files: list[tuple[Head, Scan]]) -> None:
        """Keep in memory only what stands in a file: what was overwritten goes from here too."""
        there = {frame.hash for _, seen in files for frame in seen.frames}
        self._opened = {key: record for key, record in self._opened.items() if key in there}

    def roll(self) -> Roll:
        """The visits these files tell of; what was told before of a visit that has not changed is not made out anew."""
        records, unreadable = self.records()
        followed: dict[str, Followed] = {}
        roll = assemble(records, unreadable, self._followed, followed)
        self._followed = followed
        return roll

    def _head(self, path: Path, data: bytes) -> Head:
        """The head, or what the file's name tells where the head is damaged."""
        try:
            return Head.unpack(data)
        except SealBroken:
            try:
                file_id = bytes.fromhex(path.stem.rpartition("-")[2])
            except ValueError:
                file_id = b""
            return Head(self._stream, self._epoch, file_id.rjust(16, b"\0")[:16])

    def _open(self, head: Head, frame: Frame) -> RollRecord | None:
        # By hash, not by place: a frame that is damaged later must not be taken for the one that was opened.
        opened = self._opened  # another thread may forget meanwhile
        if frame.hash not in opened:
            try:
                plain = unseal(self._private, frame.sealed, head.info(frame.number, frame.previous))
                opened[frame.hash] = RollRecord.unpack(plain)
            except SealBroken:
                opened[frame.hash] = None
        return opened[frame.hash]


def replay(state: State, day: date, day_private: X25519PrivateKey) -> Roll:
    """The visits of one day from all its files, ordered by version; damage is stepped over and counted."""
    return RollReader(state, VISITS, day_number(day), day_private).roll()


Followed = tuple[list[RollRecord], Entry]
"""The records of a visit, and what they come to."""


def assemble(
    records: Iterable[RollRecord],
    unreadable: int = 0,
    before: Mapping[str, Followed] | None = None,
    followed: dict[str, Followed] | None = None,
) -> Roll:
    """The visits that records tell of, whatever order and however often they come in.

    `before` holds what an earlier call put into `followed`: a visit with the very same records is taken from there.
    """
    before, followed = before or {}, {} if followed is None else followed
    by_visit: dict[str, list[RollRecord]] = defaultdict(list)
    by_pass: list[RollRecord] = []
    for record in records:
        if record.act != Act.NOBODY:
            (by_visit[record.visit] if record.visit else by_pass).append(record)
    for visit, changes in by_visit.items():
        known = before.get(visit)
        same = known is not None and len(known[0]) == len(changes) and all(map(operator.is_, known[0], changes))
        followed[visit] = known if known and same else (changes, follow(changes))
    entries = {visit: entry for visit, (_, entry) in followed.items()}
    for record in sorted(by_pass, key=lambda record: (record.at, record.pass_id, record.act)):
        _apply_by_pass(entries, record)
    ordered = sorted(entries.values(), key=lambda entry: (entry.arrived, entry.visit))
    return Roll(tuple(ordered), unreadable)


def _apply_by_pass(entries: dict[str, Entry], record: RollRecord) -> None:
    """A pass or code handed in while the database was away: it is about whoever had it at that moment."""
    holders = [entry for entry in entries.values() if _is_meant(entry, record)]
    if holders:
        # Passes are given out again after half an hour, so the one who came last has it.
        holder = max(holders, key=lambda entry: (entry.arrived, entry.visit))
        entries[holder.visit] = holder.after(replace(record, version=holder.version, codes=()))


def _is_meant(entry: Entry, record: RollRecord) -> bool:
    mine = bool(set(record.codes) & set(entry.codes)) if record.codes else entry.pass_id == record.pass_id
    if record.act == Act.UNDO:
        return mine and entry.left is not None and entry.left == record.since
    inside = entry.state in (Whereabouts.ON_SITE, Whereabouts.PROBABLY_LEFT)
    return mine and inside and max(entry.arrived, entry.moved or entry.arrived) <= record.at


def roll_path(state: State, stream: str, epoch: int, day: date, file_id: str) -> Path:
    """Where a roll file stands: that of a day, or the frozen one of a calamity."""
    if stream == VISITS:
        return state.roll_file(day, file_id)
    return state.directory / stream / f"{epoch}-{file_id}.roll"
