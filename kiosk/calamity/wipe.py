"""Overwrites single records of a roll file in place, because their visitor asked for that.

Which ones, the roll says itself, in a record written and synced beforehand; so whoever finds the work half done,
after a crash or a power cut, finishes it. A process that appends to the same file is not disturbed.
"""

import os
from collections.abc import Collection
from pathlib import Path

from kiosk.calamity.rollfile import Place, wiping
from retention.base.errors import DiskRefused
from retention.base.files import write_all


def wipe(path: Path, places: Collection[str]) -> int:
    """Overwrite the records at those `places` that stand in this file, synced and read back; how many had not been.

    DiskRefused when that cannot be done: the next attempt goes over all of them again.
    """
    found = [place for text in places if (place := Place.parse(text)) and path.stem.endswith(place.file_id.hex())]
    if not found:
        return 0
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return 0  # the reaper was here a moment ago: all of it is gone
    except OSError as error:
        raise _refused(path, error.strerror) from error
    try:
        return _overwrite(descriptor, path, found)
    except OSError as error:
        raise _refused(path, error.strerror) from error
    finally:
        os.close(descriptor)


def _overwrite(descriptor: int, path: Path, places: list[Place]) -> int:
    data = _read(descriptor)
    writes = [write for place in places if (write := wiping(data, place)) and not _stands(data, *write)]
    for offset, blank in writes:
        write_all(descriptor, blank, offset)
    if writes:
        os.fdatasync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        written = _read(descriptor)
        if not all(_stands(written, *write) for write in writes):
            raise _refused(path, "it does not hold what was written")
    return len(writes)


def _stands(data: bytes, offset: int, blank: bytes) -> bool:
    return data.startswith(blank, offset)


def _read(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _refused(path: Path, reason: str | None) -> DiskRefused:
    return DiskRefused(
        f"a record cannot be deleted from {path} ({reason}): see to the disk and its rights; it is tried again"
    )
