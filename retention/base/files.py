"""Bytes to disk so that a power cut takes back nothing that was promised."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Final

from retention.base.clock import from_microseconds
from retention.base.errors import DiskRefused, TryAgain

_LATEST: Final = 4_102_444_800_000_000  # microseconds since 1970
_ZEROS: Final = bytes(65_536)
_LOOK_AGAIN: Final = 0.005
_MOST_PIECES: Final = 1_024  # Linux takes no more in one call


def sync_folder(folder: Path) -> None:
    """Make the names in a folder as durable as the files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes | memoryview, offset: int) -> None:
    """Write every byte at `offset`; a short write is followed up, an OSError is the caller's."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written


def write_new(path: Path, content: bytes, mode: int, *, zeros: int = 0) -> None:
    """Write a file that nobody knows yet, synced; a full disk says so before anything is written.

    So many `zeros` follow the content.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        os.fchmod(descriptor, mode)
        if length := len(content) + zeros:
            os.posix_fallocate(descriptor, 0, length)
        write_all(descriptor, content, 0)
        _write_zeros(descriptor, zeros, len(content))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_zeros(descriptor: int, count: int, offset: int) -> None:
    """From one small piece many times over: making a large one costs more than writing it."""
    while count:
        whole, rest = divmod(count, len(_ZEROS))
        written = os.pwritev(descriptor, [_ZEROS] * min(whole, _MOST_PIECES) or [_ZEROS[:rest]], offset)
        count, offset = count - written, offset + written


def changed_at(path: Path) -> datetime:
    """When a file says that it was last changed; any file can say anything, so no later than the year 2100."""
    return from_microseconds(min(max(path.lstat().st_mtime_ns // 1_000, 0), _LATEST))


def replace_file(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Put `content` at `path`, whole or not at all, also through a power cut."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        write_new(aside, content, mode)
        aside.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):  # a disk that cannot be written cannot be tidied either
            aside.unlink()
        raise DiskRefused(f"{path} cannot be written ({error.strerror}): see to the disk and its rights") from error


@contextmanager
def locked(path: Path, mode: int = 0o660, *, patience: float | None = None) -> Iterator[None]:
    """Hold a lock between processes; it ends with the process, however that ends.

    TryAgain where somebody else still holds it after so many seconds: a process that hangs never lets go.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
    except OSError as error:
        raise DiskRefused(f"{path} cannot be opened ({error.strerror}): see to the disk and its rights") from error
    try:
        if patience is None:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        elif not lock_within(descriptor, patience):
            raise TryAgain(f"somebody else holds {path}: try again, or see which process hangs (fuser {path})")
        yield
    finally:
        os.close(descriptor)


def lock_within(descriptor: int, seconds: float) -> bool:
    """Lock an open file, alone; False where somebody else still holds it after so many seconds."""
    turn = Event()
    for _ in range(1 + round(seconds / _LOOK_AGAIN)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            turn.wait(min(_LOOK_AGAIN, seconds))
        else:
            return True
    return False
