"""Key slots: the one place where the key of an epoch stands, and where destroying it destroys what it sealed.

Each stream has one preallocated file in two copies. A slot holds a plain header and the private half of its
epoch, wrapped to the reader key; so a writer needs the header only, and cannot read back what it wrote. The
bytes are described in docs/formats.md, the rules in DESIGN.md section 3 ("Slots"):

1. The slot is on disk, synced, before the first byte sealed under it.
2. Erasing marks the intent in both copies, then writes a tombstone over both, and reads them back.
3. Doubt means erased: a tombstone or an intent in either copy outweighs a live header in the other.
4. A new epoch takes an empty slot or the oldest tombstone, never a live one.
5. A deadline in place only moves earlier.
"""

import errno
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot
from retention.base.files import locked, sync_folder, write_all
from retention.base.hpke import forget, seal, unseal
from retention.base.slot import (
    HEADER_BYTES,
    INTENT,
    INTENT_OFFSET,
    SLOT_BYTES,
    Slot,
    agree,
    file_head,
    live_image,
    parse,
    tombstone_image,
)
from retention.base.state import State

__all__ = ["Slot", "SlotFile", "capacity_of", "streams"]


NEIGHBOURS = 4


def capacity_of(stream: str) -> int:
    """How many epochs a stream can hold: four days of minutes and a third more for a camera."""
    return 8192 if stream.startswith("camera-") else 256


class SlotFile:
    """The slots of one stream. Any number of processes may hold one; each call reads what is on disk."""

    def __init__(self, state: State, stream: str) -> None:
        self.stream = stream
        self.paths = (state.slots(stream), state.slots(stream).with_suffix(".slots.copy"))
        self.capacity = capacity_of(stream)
        self._descriptors: dict[Path, int] = {}
        self._seen: dict[int, tuple[bytes, Slot]] = {}

    def claim(self, epoch: int, deadline: datetime, reader: X25519PublicKey) -> Slot:
        """The live slot of `epoch`, made and synced where there is none.

        Raises EpochErased when this epoch was erased before, NoFreeSlot when every slot is live.
        """
        found = self.find(epoch)
        if found is not None:
            return found
        with self._held():
            places = self._places(epoch)
            match = next(
                (slot for slot in places if slot.epoch == epoch and slot.kind not in ("empty", "damaged")), None
            )
            if match is not None and match.kind == "live":
                return match
            if match is not None:
                raise EpochErased(
                    f"the key of epoch {epoch} of {self.stream} is destroyed: nothing is sealed under it again"
                )
            slot = self._make(self._free(places), epoch, deadline, reader)
            self._store(slot)
        return slot

    def find(self, epoch: int) -> Slot | None:
        """The live slot of `epoch`, or None."""
        if not self.exists():
            return None
        return next((slot for slot in self._places(epoch) if slot.kind == "live" and slot.epoch == epoch), None)

    def of(self, epoch: int) -> Slot | None:
        """The slot of `epoch`, live or what its erasure left; None where it never had one, or that is used again."""
        if not self.exists():
            return None
        found = [slot for slot in self._places(epoch) if slot.epoch == epoch and slot.kind not in ("empty", "damaged")]
        return next((slot for slot in found if slot.kind == "live"), found[0] if found else None)

    def live(self) -> list[Slot]:
        """Every live slot, by epoch."""
        return sorted((slot for slot in self.slots() if slot.kind == "live"), key=lambda slot: slot.epoch)

    def slots(self) -> list[Slot]:
        """Every slot as both copies together tell it; none where there is no file."""
        return list(self._all()) if self.exists() else []

    def open(self, epoch: int, reader: X25519PrivateKey, now: datetime) -> X25519PrivateKey:
        """The private half of an epoch, for a reader; EpochErased when it is gone or `now` is past its deadline."""
        slot = self.find(epoch)
        if slot is None or now >= slot.deadline:
            raise EpochErased(f"epoch {epoch} of {self.stream} is past its term: its key is destroyed")
        raw = unseal(reader, slot.wrapped, slot.info)
        try:
            return X25519PrivateKey.from_private_bytes(raw)
        finally:
            forget(raw)

    def bring_forward(self, epoch: int, deadline: datetime) -> None:
        """Let a live epoch die sooner; a later deadline than the one in force changes nothing."""
        with self._held():
            slot = self.find(epoch)
            if slot is not None and deadline < slot.deadline:
                self._store(replace(slot, deadline=deadline))

    def mark(self, slot: Slot) -> None:
        """Erase, first half: after this is synced the epoch counts as erased, whatever comes next."""
        self._both(lambda descriptor: write_all(descriptor, INTENT, self._offset(slot.index) + INTENT_OFFSET))

    def bury(self, slot: Slot, at: datetime) -> None:
        """Erase, second half: a tombstone over both copies, synced and read back from the disk."""
        image = tombstone_image(slot, at)
        offset = self._offset(slot.index)
        self._both(lambda descriptor: write_all(descriptor, image, offset))
        self._open()
        for path, descriptor in self._descriptors.items():
            os.posix_fadvise(descriptor, offset, SLOT_BYTES, os.POSIX_FADV_DONTNEED)
            if os.pread(descriptor, SLOT_BYTES, offset) != image:
                raise DiskRefused(f"{path} does not hold what was written to it: replace the disk")

    def erase(self, epoch: int, at: datetime) -> None:
        """Destroy the key of an epoch; a second call changes nothing."""
        for slot in self.slots():
            if slot.epoch == epoch and slot.kind in ("live", "intended"):
                self.mark(slot)
                self.bury(slot, at)

    def bury_damaged(self, at: datetime) -> int:
        """Overwrite every slot that is unreadable in both copies; how many there were.

        Looked at again under the lock: a claimer in mid-write looks damaged too.
        """
        suspects = [slot.index for slot in self.slots() if slot.kind == "damaged"]
        if not suspects:
            return 0
        with self._held():
            damaged = [slot for slot in map(self._read, suspects) if slot.kind == "damaged"]
            for slot in damaged:
                self.bury(slot, at)
        return len(damaged)

    def mend(self, now: datetime) -> int:
        """Write a live slot that one copy lost into that copy again; how many there were.

        Only where neither copy is a tombstone or intended and the deadline lies ahead (rule 3), after the reaper.
        """
        with self._held():
            torn = self.torn(now)
            for slot in torn:
                self._store(slot)
        return len(torn)

    def torn(self, now: datetime) -> list[Slot]:
        """The live slots that one copy lost."""
        return [slot for slot in self.slots() if slot.kind == "live" and now < slot.deadline and not self._whole(slot)]

    def exists(self) -> bool:
        """Whether the stream has slots at all."""
        return self.paths[0].exists() or self.paths[1].exists()

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors = {}

    def _make(self, free: Slot, epoch: int, deadline: datetime, reader: X25519PublicKey) -> Slot:
        private = X25519PrivateKey.generate()
        slot = Slot(
            stream=self.stream,
            index=free.index,
            kind="live",
            epoch=epoch,
            generation=free.generation + 1,
            deadline=deadline,
            first_deadline=deadline,
            public_bytes=private.public_key().public_bytes_raw(),
        )
        raw = private.private_bytes_raw()
        wrapped = seal(reader, raw, slot.info)
        forget(raw)
        return replace(slot, wrapped=wrapped)

    def _free(self, places: list[Slot]) -> Slot:
        """The first empty slot; else the oldest tombstone."""
        free = [slot for slot in places if slot.kind in ("empty", "tombstone")]
        if not free:
            raise NoFreeSlot(f"the slots of {self.stream} are live: see what is due (portier retention due)")
        return min(free, key=lambda slot: (slot.kind == "tombstone", slot.erased_at or slot.deadline))

    def _store(self, slot: Slot) -> None:
        """Write a live slot over both copies, each synced, so that at no moment neither is whole."""
        image = live_image(slot)
        for descriptor in self._open():
            self._write(descriptor, lambda d: write_all(d, image, self._offset(slot.index)))

    def _both(self, write: Callable[[int], None]) -> None:
        """Write to both copies even if the first one fails; then tell of the failure."""
        failed: DiskRefused | None = None
        for descriptor in self._open():
            try:
                self._write(descriptor, write)
            except DiskRefused as error:
                failed = error
        if failed is not None:
            raise failed

    def _write(self, descriptor: int, write: Callable[[int], None]) -> None:
        try:
            write(descriptor)
            os.fdatasync(descriptor)
        except OSError as error:
            raise DiskRefused(
                f"the slots of {self.stream} cannot be written ({error.strerror}): see to the disk"
            ) from error

    def _all(self) -> Iterator[Slot]:
        return (self._read(index) for index in range(self.capacity))

    def _read(self, index: int) -> Slot:
        """A place as both copies tell it. Equal bytes mean an equal slot, so that looking again costs little."""
        first, second = self._raws(index)
        if first is None or first != second:
            return agree(*(self._parsed(raw, index) for raw in (first, second)))
        seen = self._seen.get(index)
        if seen is None or seen[0] != first:
            seen = self._seen[index] = (first, parse(first, self.stream, index))
        return seen[1]

    def _raws(self, index: int) -> tuple[bytes | None, bytes | None]:
        """A place in both copies; the copy that is left speaks for both."""
        raws = [self._raw(descriptor, index) for descriptor in self._open()]
        return raws[0], raws[-1]

    def _raw(self, descriptor: int, index: int) -> bytes | None:
        try:
            return os.pread(descriptor, HEADER_BYTES, self._offset(index)) + os.pread(
                descriptor, len(INTENT), self._offset(index) + INTENT_OFFSET
            )
        except OSError:  # a bad sector opens nothing; the other copy may
            return None

    def _parsed(self, raw: bytes | None, index: int) -> Slot:
        return Slot(self.stream, index, "damaged") if raw is None else parse(raw, self.stream, index)

    def _whole(self, slot: Slot) -> bool:
        return all(self._parsed(self._raw(descriptor, slot.index), slot.index) == slot for descriptor in self._open())

    def _places(self, epoch: int) -> list[Slot]:
        """The slots in which an epoch may stand.

        A camera's minute has a few neighbouring places, so that a claim costs the same however much is kept; a clock
        that jumped may have filled the first of them. Every other stream is small: any place will do.
        """
        if not self.stream.startswith("camera-"):
            return list(self._all())
        return [self._read((epoch // 60 + step) % self.capacity) for step in range(NEIGHBOURS)]

    def _offset(self, index: int) -> int:
        return (index + 1) * SLOT_BYTES

    @contextmanager
    def _held(self) -> Iterator[None]:
        """One claimer at a time, also between processes. The reaper never waits here."""
        descriptor = self._open()[0]
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _open(self) -> tuple[int, ...]:
        """Both copies; or the one that is left, until there is room for the other."""
        if not self._descriptors:
            self._prepare()
        if len(self._descriptors) < len(self.paths):
            try:
                there = self._there() or self._descriptors
                opened = {path: self._descriptors.get(path) or _open_slots(path) for path in there}
            except OSError as error:
                raise DiskRefused(
                    f"the slots of {self.stream} cannot be opened ({error.strerror}): see to their rights"
                ) from error
            self._descriptors = opened
        return tuple(self._descriptors.values())

    def _there(self) -> list[Path]:
        return [path for path in self.paths if path.exists()]

    def _prepare(self) -> None:
        if len(self._there()) == len(self.paths):
            return
        try:
            with locked(self.paths[0].parent / ".slots.lock"):
                for path in self.paths:
                    if not path.exists():
                        _preallocate(path, self.stream, self.capacity)
        except DiskRefused:
            if not self._there():
                raise


def streams(state: State) -> list[str]:
    """The streams that have slots, by name."""
    names = {path.name.removesuffix(".copy").removesuffix(".slots") for path in state.keys.glob("*.slots*")}
    return sorted(name for name in names if not name.startswith("."))


def _open_slots(path: Path) -> int:
    """Open for writing, or for reading alone where this user or a failing disk allows no more."""
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)


def _preallocate(path: Path, stream: str, capacity: int) -> None:
    """Make the file whole before it gets its name; zeros are written, so that erasing needs no free block."""
    aside = path.with_name(f".{path.name}.new")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o660)
        try:
            os.fchmod(descriptor, 0o660)
            os.posix_fallocate(descriptor, 0, (capacity + 1) * SLOT_BYTES)  # a full disk says so before much is written
            write_all(descriptor, file_head(stream, capacity) + bytes(capacity * SLOT_BYTES), 0)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise DiskRefused(
            f"{path} cannot be made ({error.strerror}): see to the disk, its space and its rights"
        ) from error
