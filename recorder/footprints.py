"""Which segment files a camera has, and what span each covers: read from names and chunk heads, without a key.

What is known of a file is kept while its size stays the same, so that looking again costs a directory listing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from recorder.segments import MINUTE, epoch_of
from retention.base.errors import SealBroken
from retention.base.sealed import SealedFile
from retention.base.state import State

# A group of pictures may begin at the end of its minute and last a minute more, and its last part a second.
SPILL = timedelta(seconds=2 * MINUTE + 5)


@dataclass(frozen=True)
class Footprint:
    """One file: the span its footage covers, as its chunk heads tell it."""

    path: Path
    epoch: int
    file_id: str
    start: datetime
    end: datetime
    chunks: int
    bytes: int
    closed: bool


def files(state: State, camera: str, start: datetime, end: datetime) -> list[Path]:
    """The files that may hold footage between two moments, oldest first."""
    begin, found = start - SPILL, list[Path]()
    first, last = epoch_of(begin), end.timestamp()
    for day in _days(begin, end):
        for path in (state.footage / camera / day.isoformat()).glob("*.seg"):
            epoch = _epoch(path)
            if epoch is not None and first <= epoch < last:
                found.append(path)
    return sorted(found)


def every_file(state: State, camera: str) -> list[Path]:
    """All files of a camera, oldest first."""
    return sorted(path for path in (state.footage / camera).glob("*/*.seg") if _epoch(path) is not None)


def footprint(path: Path) -> Footprint | None:
    """What one file covers; None when it is gone, or holds no footage yet."""
    try:
        size = path.stat().st_size
        file = SealedFile(path)
    except (OSError, SealBroken):
        return None
    return _footprint_of(file, size)


def latest_end(state: State, camera: str) -> datetime | None:
    """Where a camera's footage ends, by its newest files; None when there is none."""
    ends = [known.end for path in every_file(state, camera)[-4:] if (known := footprint(path))]
    return max(ends, default=None)


class Footprints:
    """Remembers footprints between calls; safe to share between threads."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._known: dict[Path, tuple[int, Footprint | None]] = {}

    def between(self, camera: str, start: datetime, end: datetime) -> list[Footprint]:
        """Footprints that touch the span, by start."""
        found = (self.look(path) for path in files(self._state, camera, start, end))
        return sorted(
            (known for known in found if known and known.start < end and known.end > start),
            key=lambda known: known.start,
        )

    def look(self, path: Path) -> Footprint | None:
        """What one file covers now; None when it is gone, or holds no footage yet."""
        try:
            size = path.stat().st_size
        except OSError:
            self._known.pop(path, None)
            return None
        known = self._known.get(path)
        if known is None or known[0] != size:
            known = self._known[path] = (size, footprint(path))
        return known[1]

    def forget_before(self, moment: datetime) -> None:
        """Let go of what is past its term."""
        old = [path for path in list(self._known) if (_epoch(path) or 0) < moment.timestamp() - MINUTE]
        for path in old:
            self._known.pop(path, None)


def _footprint_of(file: SealedFile, size: int) -> Footprint | None:
    parts = file.chunks[1:]
    if not parts:
        return None
    start, end = parts[0].first, parts[-1].last
    return Footprint(file.path, file.epoch, file.file_id.hex(), start, end, len(parts), size, parts[-1].final)


def _epoch(path: Path) -> int | None:
    text = path.name.partition("-")[0]
    return int(text) if text.isdecimal() else None


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start.astimezone(UTC).date()
    while day <= end.astimezone(UTC).date():
        yield day
        day += timedelta(days=1)
