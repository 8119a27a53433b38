"""Which segment files a camera has, and what span each covers: read from names and chunk heads, without a key.

What is known of a file is kept while its size stays the same, so that looking again costs a directory listing.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from recorder.segments import MINUTE, epoch_of
from recorder.timeline import SPILL, Span, merged
from retention.base.clock import from_microseconds
from retention.base.errors import SealBroken
from retention.base.sealed import SealedFile
from retention.base.state import CAMERA_STREAM, State, is_camera, is_footage

SUFFIX, EYES = ".seg", ".eyes"
_LATEST = 253_402_300_800  # the year 10000
_DAY = 86_400
_NEWEST = 4  # files of which one certainly holds footage, if any does


@dataclass(frozen=True, slots=True)
class Footprint:
    """One file: the span its footage covers, as its chunk heads tell it; `holes`: heads in it that are damaged."""

    path: Path
    epoch: int
    file_id: str
    start: datetime
    end: datetime
    chunks: int
    bytes: int
    closed: bool
    holes: tuple[Span, ...] = ()


def files(state: State, camera: str, start: datetime, end: datetime) -> Iterator[Path]:
    """The files that may hold footage between two moments, oldest first; a day is listed when it is come to."""
    begin = start - SPILL
    first, last = epoch_of(begin), end.timestamp()
    for day in _days(begin, end):
        folder = state.footage / camera / day.isoformat()
        yield from (folder / name for name in sorted(names_in(folder)) if first <= epoch_in(name) < last)


def every_file(state: State, camera: str, *suffixes: str) -> list[Path]:
    """All files of a camera with these endings, segments if none is given, oldest first."""
    folders = sorted((state.footage / camera).glob("*-*-*"))
    return [folder / name for folder in folders for name in sorted(names_in(folder, suffixes or (SUFFIX,)))]


def names_in(folder: Path, suffixes: tuple[str, ...] = (SUFFIX,)) -> list[str]:
    """The names of a day's segments in its folder; none where there is no such folder."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names alone: there are thousands
    except (FileNotFoundError, NotADirectoryError):
        return []
    return of_day(folder.name, names, suffixes)


def of_day(day: str, names: list[str], suffixes: tuple[str, ...]) -> list[str]:
    """Those names whose minute lies in a day, as folders are called; none where that is no day."""
    try:
        begin = round(datetime.fromisoformat(f"{day}T00:00Z").timestamp())
    except ValueError:
        return []
    return [name for name in names if name.endswith(suffixes) and begin <= epoch_in(name) < begin + _DAY]


def epoch_in(name: str) -> int:
    """The minute that a file's name tells; -1 where it tells none."""
    text = name.partition("-")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else -1


def minute_of(path: Path) -> datetime | None:
    """The minute that a file's name tells, where it tells one that a calendar has."""
    epoch = epoch_in(path.name)
    return datetime.fromtimestamp(epoch, UTC) if 0 <= epoch < _LATEST else None


def footprint(path: Path) -> Footprint | None:
    """What one file covers; None when it is gone, or holds no footage yet."""
    try:
        size = path.stat().st_size
        file = SealedFile(path)
    except (OSError, SealBroken):
        return None
    # A file under another minute's name is not where anybody looks for it.
    return footprint_of(file, size) if file.epoch == epoch_in(path.name) else None


def latest_end(state: State, camera: str, now: datetime) -> datetime | None:
    """Where a camera's footage ends, as far as it is not of the future; None when there is none."""
    return Footprints(state).newest(camera, now)


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

    def newest(self, camera: str, now: datetime) -> datetime | None:
        """Where a camera's footage ends, as far as it is not of the future; None when there is none."""
        for folder in sorted((self._state.footage / camera).glob("*-*-*"), reverse=True):
            old = sorted(name for name in names_in(folder) if epoch_in(name) <= now.timestamp())
            ends = [min(known.end, now) for name in old[-_NEWEST:] if (known := self.look(folder / name))]
            if ends:
                return max(ends)
        return None

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

    def learn(self, known: Footprint) -> None:
        """Take what somebody knows of a file, for as long as it has that size."""
        self._known[known.path] = (known.bytes, known)

    def forget_before(self, moment: datetime) -> None:
        """Let go of what is past its term."""
        old = [path for path in list(self._known) if epoch_in(path.name) < moment.timestamp() - MINUTE]
        for path in old:
            self._known.pop(path, None)


def footprint_of(file: SealedFile, size: int) -> Footprint | None:
    """What an opened file covers, without what its heads cannot truly say."""
    low, high = file.epoch * 1_000_000, (file.epoch + round(SPILL.total_seconds())) * 1_000_000
    parts = [head for head in file.heads[1:] if head.length and low <= head.first and head.last <= high]
    # A chunk's last moment is the next one's first: what is between two of them is missing.
    covered = list(merged((part.first, part.last) for part in parts))
    if not covered:
        return None
    start, end = from_microseconds(covered[0][0]), from_microseconds(covered[-1][1])
    edges = ((one[1], other[0]) for one, other in pairwise(covered))
    holes = tuple((from_microseconds(begin), from_microseconds(finish)) for begin, finish in edges)
    closed = file.heads[-1].final
    return Footprint(file.path, file.epoch, file.file_id.hex(), start, end, len(parts), size, closed, holes)


def is_coherent(file: SealedFile) -> bool:
    """Whether a file's head names a camera, and the minute in which its chunks say that it begins."""
    if not file.stream.startswith(CAMERA_STREAM) or not is_camera(file.stream.removeprefix(CAMERA_STREAM)):
        return False
    return not file.heads or epoch_of(from_microseconds(file.heads[0].first)) == file.epoch


def place_of(state: State, file: SealedFile, path: Path) -> Path:
    """Where a coherent file belongs, by its head; under its own name if that fits."""
    folder = state.segments(file.stream.removeprefix(CAMERA_STREAM), file.epoch)
    if is_footage(path.name) and epoch_in(path.name) == file.epoch:
        return folder / path.name
    # A segment's first chunk holds no pictures, and covers no time.
    ending = SUFFIX if file.heads and file.heads[0].first == file.heads[0].last else EYES
    return folder / f"{file.epoch}-{file.file_id.hex()[:16]}{ending}"


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start.astimezone(UTC).date()
    while day <= end.astimezone(UTC).date():
        yield day
        day += timedelta(days=1)
