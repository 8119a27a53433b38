"""The two copies of a slot file as bytes: made, opened, locked, read and written, each copy for itself.

A copy that fails keeps nobody from the other. Locks stand on the files themselves, so that taking one needs no free
block: one for claimers, and one for each place, which nobody holds for longer than it takes to write it.
"""

import errno
import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Final

from retention.base.errors import DiskRefused
from retention.base.files import lock_within, locked, sync_folder, write_all, write_new
from retention.base.slot import BELL_BYTES, BELL_OFFSET, HEADER_BYTES, INTENT, INTENT_OFFSET, SLOT_BYTES, file_head
from retention.base.state import State

PATIENCE: Final = 0.5  # seconds in which anybody who lives has written a place
CLAIMING: Final = 2.0  # and has made a key and written it
_LOOK_AGAIN: Final = 0.01
_ROW: Final = 256  # places in one read: a megabyte
# Most places of most files were never written: their bytes are told from others all at once.
_NEVER_WRITTEN: Final = bytes(_ROW * SLOT_BYTES)
_EMPTY: Final = bytes(HEADER_BYTES + len(INTENT))


class Copies:
    """The files of one stream of slots. Any number of processes may hold one."""

    def __init__(self, state: State, stream: str, capacity: int, *, waits: bool = True) -> None:
        """Who `waits` for nobody makes do with the copy that is there while somebody else makes the other."""
        self._descriptors: dict[Path, int] = {}
        self._waits = waits
        self.paths = (state.slots(stream), state.slots(stream).with_suffix(".slots.copy"))
        self._stream, self._capacity = stream, capacity

    def exists(self) -> bool:
        """Whether there is at least one copy; DiskRefused where that cannot be told."""
        return bool(self._there())

    def read(self, index: int) -> list[bytes | None]:
        """The header of a place and where its intent would stand, in each copy; None where that is unreadable."""
        return [_read(descriptor, index) for descriptor in self._open()]

    def read_row(self, first: int, count: int) -> Iterator[tuple[bytes | None, ...]]:
        """The same for places in a row, with one read of each copy for many of them."""
        for start in range(first, first + count, _ROW):
            length = min(_ROW, first + count - start)
            yield from zip(*(_read_row(descriptor, start, length) for descriptor in self._open()), strict=True)

    def ring(self) -> None:
        """Tell whoever watches these places from memory to look at all of them anew."""
        for descriptor in self._open():
            self._write(descriptor, os.urandom(BELL_BYTES), BELL_OFFSET)

    def bells(self) -> list[bytes]:
        """What `ring` wrote last, in each copy; nothing where that is unreadable."""
        return [_read_bell(descriptor) for descriptor in self._open()]

    def write(self, index: int, image: bytes) -> None:
        """Write a place in one copy after the other, each synced, so that at no moment neither is whole."""
        for descriptor in self._open():
            self._write(descriptor, image, _offset(index))

    def erase(self, index: int, image: bytes, within: int = 0) -> None:
        """Write over a place, or from `within` on, in both copies even if the first one fails; then tell of that."""
        failed: DiskRefused | None = None
        for descriptor in self._open():
            try:
                self._write(descriptor, image, _offset(index) + within)
            except DiskRefused as error:
                failed = error
        if failed is not None:
            raise failed

    def verify(self, index: int, image: bytes) -> None:
        """Read a place back from the disk, not from memory; DiskRefused when a copy holds something else."""
        self._open()
        for path, descriptor in self._descriptors.items():
            os.posix_fadvise(descriptor, _offset(index), SLOT_BYTES, os.POSIX_FADV_DONTNEED)
            if os.pread(descriptor, SLOT_BYTES, _offset(index)) != image:
                raise DiskRefused(f"{path} does not hold what was written to it: replace the disk")

    @contextmanager
    def claiming(self) -> Iterator[None]:
        """One claimer at a time, also between processes.

        DiskRefused where one does not let go: an alarm waits for nobody who hangs.
        """
        descriptor = self._open()[0]
        if not lock_within(descriptor, CLAIMING):
            raise DiskRefused(
                f"the slots of {self._stream} are held by a process that hangs: see which one (fuser {self.paths[0]})"
            )
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    @contextmanager
    def place(self, index: int) -> Iterator[bool]:
        """Alone with a live place, to look and to write; False where its holder does not let go: then it hangs."""
        descriptor = self._open()[0]
        held = _lock_soon(descriptor, index)
        try:
            yield held
        finally:
            if held:
                _lock(descriptor, fcntl.F_UNLCK, index)

    def follow(self) -> bool:
        """Open anew what was unlinked or replaced meanwhile: what is written must stand in the files that are there.

        True where something was.
        """
        moved = any(not _is(path, descriptor) for path, descriptor in self._descriptors.items())
        if moved:
            self.close()
        return moved

    def restore(self) -> None:
        """Make a copy that was lost; DiskRefused where there is no room, TryAgain where somebody is at it."""
        with locked(self.paths[0].parent / ".slots.lock", patience=0):
            for path in self.paths:
                if not path.exists():
                    self._preallocate(path)

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        for descriptor in self._descriptors.values():
            os.close(descriptor)
        self._descriptors = {}

    def __del__(self) -> None:
        # A reader is made for a moment and dropped; what it held open would add up.
        self.close()

    def _write(self, descriptor: int, data: bytes, offset: int) -> None:
        try:
            write_all(descriptor, data, offset)
            os.fdatasync(descriptor)
        except OSError as error:
            raise DiskRefused(
                f"the slots of {self._stream} cannot be written ({error.strerror}): see to the disk"
            ) from error

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
                    f"the slots of {self._stream} cannot be opened ({error.strerror}): see to their rights"
                ) from error
            self._descriptors = opened
        return tuple(self._descriptors.values())

    def _there(self) -> list[Path]:
        try:
            return [path for path in self.paths if path.exists()]
        except OSError as error:
            raise DiskRefused(
                f"the slots of {self._stream} cannot be looked at ({error.strerror}): see to the disk"
            ) from error

    def _prepare(self) -> None:
        there = self._there()
        if len(there) == len(self.paths) or (there and not self._waits):
            return
        try:
            with locked(self.paths[0].parent / ".slots.lock"):
                for path in self.paths:
                    if not path.exists():
                        self._preallocate(path)
        except DiskRefused:
            if not self._there():
                raise

    def _preallocate(self, path: Path) -> None:
        """Make the file whole before it gets its name; zeros are written, so that erasing needs no free block."""
        aside = path.with_name(f".{path.name}.new")
        try:
            write_new(aside, file_head(self._stream, self._capacity), 0o660, zeros=self._capacity * SLOT_BYTES)
            aside.replace(path)
            sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                aside.unlink()
            raise DiskRefused(
                f"{path} cannot be made ({error.strerror}): see to the disk, its space and its rights"
            ) from error


def _offset(index: int) -> int:
    return (index + 1) * SLOT_BYTES


def _read(descriptor: int, index: int) -> bytes | None:
    try:
        header = os.pread(descriptor, HEADER_BYTES, _offset(index))
        return header + os.pread(descriptor, len(INTENT), _offset(index) + INTENT_OFFSET)
    except OSError:  # a bad sector opens nothing; the other copy may
        return None


def _read_row(descriptor: int, first: int, count: int) -> list[bytes | None]:
    try:
        raw = os.pread(descriptor, count * SLOT_BYTES, _offset(first))
    except OSError:
        raw = b""
    if raw == _NEVER_WRITTEN:
        return [_EMPTY] * count
    whole: list[bytes | None] = [
        raw[at : at + HEADER_BYTES] + raw[at + INTENT_OFFSET : at + INTENT_OFFSET + len(INTENT)]
        for at in range(0, len(raw) // SLOT_BYTES * SLOT_BYTES, SLOT_BYTES)
    ]
    # Around a bad sector, or past the end of a file cut short: each by itself.
    return whole + [_read(descriptor, index) for index in range(first + len(whole), first + count)]


def _read_bell(descriptor: int) -> bytes:
    try:
        return os.pread(descriptor, BELL_BYTES, BELL_OFFSET)
    except OSError:
        return b""


def _lock_soon(descriptor: int, index: int) -> bool:
    turn = Event()
    for _ in range(round(PATIENCE / _LOOK_AGAIN)):
        try:
            _lock(descriptor, fcntl.F_WRLCK, index)
        except (BlockingIOError, PermissionError):
            turn.wait(_LOOK_AGAIN)
        except OSError:  # a file that cannot be written cannot be locked for it: writing will say so
            return False
        else:
            return True
    return False


def _lock(descriptor: int, kind: int, index: int) -> None:
    """Lock or unlock a place; the lock belongs to the open file, so that two of one process exclude each other too."""
    fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, struct.pack("hhqqi0q", kind, os.SEEK_SET, _offset(index), SLOT_BYTES, 0))


def _is(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
    except OSError:  # a disk that fails tells nothing of a file that is open
        return True


def _open_slots(path: Path) -> int:
    """Open for writing, or for reading alone where this user or a failing disk allows no more."""
    try:
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        if error.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
