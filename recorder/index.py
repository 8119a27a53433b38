"""Rows that follow the files: segments and gaps into the database, whenever it answers.

A pass lists the folders and looks at what changed since the one before: files that came, grew or went. The first pass
holds the list against the rows there are, so that a start does not open four days of files, a lost database is filled
again, and footage that was destroyed early or taken away meanwhile loses its rows and becomes a gap.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from recorder.causes import Cause
from recorder.footprints import Footprint, epoch_in, names_in
from recorder.history import History
from recorder.segments import MINUTE, epoch_of
from recorder.tables import Gap, Segment
from recorder.timeline import SPILL, Span, merged
from retention.base.clock import Clock
from retention.base.config import Config
from retention.base.database import Database
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.rules import FOOTAGE_CEILING, LEAD, footage_deadline

_BATCH = 200  # minutes in one unit of work, so that nobody else waits long


@dataclass(frozen=True)
class _Day:
    """A day's folder as it was listed, and which of its files may have rows."""

    changed_at: int  # nanoseconds, as the file system tells
    first_seen: float  # when a pass first found it so
    listed: float
    names: frozenset[str]

    @property
    def sure(self) -> bool:
        """Whether no file can have come or gone unseen: a file system's clock ticks some hundred times a second."""
        return self.listed - self.first_seen > 1


class Index:
    """Keeps the rows of all cameras up with the files."""

    def __init__(self, config: Config, state: State, clock: Clock) -> None:
        self._config, self._state = config, state
        self._trusted = TrustedTime(state, clock)
        self._history = History(state, clock, config.retention.footage)
        self._clock = clock
        self._days: dict[str, dict[Path, _Day]] = {}  # by camera and folder, as the pass before found them
        self._done: dict[str, datetime] = {}
        self._harm: dict[str, int] = {}  # when it was last written down what is damaged

    def step(self, database: Database) -> int:
        """One pass over all cameras; how many rows were added, changed or deleted."""
        return sum(self._camera(database, camera) for camera in self._state.cameras())

    def _camera(self, database: Database, camera: str) -> int:
        now = self._trusted.latest()
        before, since = self._days.get(camera), self._done.get(camera)
        days = self._list(camera, before or {}, now)
        if before is None or since is None:
            since = datetime.fromtimestamp(epoch_of(now + LEAD - self._config.retention.footage), UTC)
            unsettled = self._against_rows(database, camera, _paths(days))
        else:
            # A file may still grow for as long as a group of pictures can.
            unsettled = _differing(before, days) | _since(days, since - SPILL)
        changed, harm = self._settle(database, camera, unsettled, days), _changed_at(self._state.damaged(camera))
        if self._harm.get(camera, harm) != harm:  # somebody found damage, or that it is healed: anywhere
            since = now - self._config.retention.footage
        self._harm[camera] = harm
        for start, end in _windows(unsettled, since - SPILL, now):
            with database.write() as session:
                changed += self._gaps(session, camera, start, end)
        self._history.footprints.forget_before(now - SPILL)
        self._days[camera], self._done[camera] = days, now
        return changed

    def _list(self, camera: str, before: dict[Path, _Day], now: datetime) -> dict[Path, _Day]:
        """The files that may have rows, day by day: what the reaper may take now gets none again."""
        # A minute's deadline counts from its start.
        oldest = now + LEAD - min(self._config.retention.footage, FOOTAGE_CEILING)
        first, tick, found = oldest.timestamp(), self._clock.monotonic(), dict[Path, _Day]()
        for folder in sorted((self._state.footage / camera).glob("*-*-*")):
            changed_at, known = _changed_at(folder), before.get(folder)
            unchanged = known is not None and known.changed_at == changed_at
            if known is not None and unchanged and known.sure and folder.name > oldest.date().isoformat():
                found[folder] = known
                continue
            names = frozenset(name for name in names_in(folder) if epoch_in(name) > first)
            first_seen = known.first_seen if known is not None and unchanged else tick
            found[folder] = _Day(changed_at, first_seen, tick, names)
        return found

    def _against_rows(self, database: Database, camera: str, paths: Iterable[Path]) -> set[int]:
        """The minutes whose rows and files do not match by number and size; of the others, rows spare opening files."""
        with database.read() as session:
            rows = list(session.scalars(select(Segment).where(Segment.camera == camera)))
        known = {(row.epoch, row.bytes): row for row in rows if row.closed}
        unsettled = {row.epoch for row in rows if not row.closed}
        for path in paths:
            row = known.pop((epoch_in(path.name), _size(path)), None)
            if row is None:
                unsettled.add(epoch_in(path.name))
            else:
                self._history.footprints.learn(_footprint_of(row, path))
        return unsettled | {epoch for epoch, _ in known}

    def _settle(self, database: Database, camera: str, epochs: set[int], days: dict[Path, _Day]) -> int:
        """Give these minutes the rows that their files call for, and no others."""
        changed, by_epoch = 0, dict[int, list[Path]]()
        folders = {self._state.segments(camera, epoch) for epoch in epochs} & days.keys()
        for folder in folders:
            for name in days[folder].names:
                if (epoch := epoch_in(name)) in epochs:
                    by_epoch.setdefault(epoch, []).append(folder / name)
        minutes = sorted(epochs)
        for some in (minutes[first : first + _BATCH] for first in range(0, len(minutes), _BATCH)):
            looked = [self._history.footprints.look(path) for epoch in some for path in by_epoch.get(epoch, ())]
            with database.write() as session:
                changed += self._segments(session, camera, some, {one.file_id: one for one in looked if one})
        return changed

    def _segments(self, session: Session, camera: str, epochs: list[int], found: dict[str, Footprint]) -> int:
        of_these = or_((Segment.camera == camera) & Segment.epoch.in_(epochs), Segment.file_id.in_(list(found)))
        rows = {row.file_id: row for row in session.scalars(select(Segment).where(of_these))}
        gone = [file_id for file_id in rows if file_id not in found]
        session.execute(delete(Segment).where(Segment.file_id.in_(gone)))
        changed = len(gone)
        for file_id, one in found.items():
            row = rows.get(file_id)
            if row is not None and (row.camera, row.bytes) == (camera, one.bytes):
                continue
            changed += 1
            if row is None:
                row = Segment(file_id=file_id, epoch=one.epoch)
                row.expires_at = footage_deadline(one.epoch, self._config.retention)
                session.add(row)
            row.camera, row.started_at, row.ended_at = camera, one.start, one.end
            row.parts, row.bytes, row.closed = one.chunks, one.bytes, one.closed
        return changed

    def _gaps(self, session: Session, camera: str, start: datetime, end: datetime) -> int:
        """The gaps that touch a span become those of the timeline."""
        touching = select(Gap).where(Gap.camera == camera, Gap.ended_at >= start, Gap.started_at <= end)
        before = {(row.started_at, row.ended_at, row.cause): row for row in session.scalars(touching)}
        start = min([start, *(begin for begin, _, _ in before)])
        end = max([end, *(finish for _, finish, _ in before)])
        start = max(start, self._history.first_start(camera) or end)
        intervals = self._history.timeline(camera, start, end)
        after = {(one.start, one.end, one.cause) for one in intervals if one.cause and one.cause != Cause.EXPIRED}
        for key in before.keys() - after:
            session.delete(before[key])
        session.flush()
        for begin, finish, cause in after - before.keys():
            expires = finish + self._config.retention.footage
            session.add(Gap(camera=camera, started_at=begin, ended_at=finish, cause=cause, expires_at=expires))
        return len(before.keys() ^ after)


def _changed_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except OSError:
        return -1


def _paths(days: dict[Path, _Day]) -> Iterator[Path]:
    return (folder / name for folder, day in days.items() for name in day.names)


def _differing(before: dict[Path, _Day], after: dict[Path, _Day]) -> set[int]:
    """The minutes of files that came or went."""
    none = _Day(0, 0.0, 0.0, frozenset())
    pairs = ((before.get(folder, none), after.get(folder, none)) for folder in before.keys() | after.keys())
    return {epoch_in(name) for old, new in pairs if old is not new for name in old.names ^ new.names}


def _since(days: dict[Path, _Day], moment: datetime) -> set[int]:
    """The minutes of files from a moment on."""
    young = (day.names for folder, day in days.items() if folder.name >= moment.date().isoformat())
    return {epoch for names in young for name in names if (epoch := epoch_in(name)) >= moment.timestamp()}


def _windows(epochs: set[int], newest: datetime, now: datetime) -> list[Span]:
    """The spans in which gaps may have changed: around minutes whose files did, and what is new since `newest`."""
    around = timedelta(seconds=MINUTE) + SPILL
    moments = (datetime.fromtimestamp(epoch, UTC) for epoch in epochs)
    return list(merged([*((at - SPILL, min(at + around, now)) for at in moments), (min(newest, now), now)]))


def _footprint_of(row: Segment, path: Path) -> Footprint:
    return Footprint(
        path, row.epoch, row.file_id, row.started_at, row.ended_at, row.parts, row.bytes, closed=row.closed
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
