"""Rows that follow the files: segments and gaps into the database, whenever it answers.

A pass lists the folders and looks at what changed since the one before: files that came, grew or went. The first pass
holds the list against the rows there are, so that a start does not open four days of files, a lost database is filled
again, and footage that was destroyed early or taken away meanwhile loses its rows and becomes a gap.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from recorder.causes import Cause
from recorder.footprints import Footprint, epoch_in, every_file
from recorder.history import History
from recorder.segments import MINUTE, epoch_of
from recorder.tables import Gap, Segment
from recorder.timeline import SPILL, Span, merged
from retention.base.clock import Clock
from retention.base.config import Config
from retention.base.database import Database
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.rules import LEAD, footage_deadline

_BATCH = 200  # minutes in one unit of work, so that nobody else waits long


class Index:
    """Keeps the rows of all cameras up with the files."""

    def __init__(self, config: Config, state: State, clock: Clock) -> None:
        self._config, self._state = config, state
        self._trusted = TrustedTime(state, clock)
        self._history = History(state, clock, config.retention.footage)
        self._seen: dict[str, set[str]] = {}  # the files of each camera that have their rows
        self._done: dict[str, datetime] = {}

    def step(self, database: Database) -> int:
        """One pass over all cameras; how many rows were added, changed or deleted."""
        return sum(self._camera(database, camera) for camera in self._state.cameras())

    def _camera(self, database: Database, camera: str) -> int:
        now = self._trusted.latest()
        listed = {path.name: path for path in self._living(camera, now)}
        seen, since = self._seen.get(camera), self._done.get(camera)
        if seen is None or since is None:
            since = datetime.fromtimestamp(epoch_of(now + LEAD - self._config.retention.footage), UTC)
            unsettled = self._against_rows(database, camera, listed.values())
        else:
            # A file may still grow for as long as a group of pictures can.
            young = {name for name in listed if epoch_in(name) >= since.timestamp() - SPILL.total_seconds()}
            unsettled = {epoch_in(name) for name in (seen ^ listed.keys()) | young}
        changed = self._settle(database, camera, unsettled, listed.values())
        for start, end in _windows(unsettled, since - SPILL, now):
            with database.write() as session:
                changed += self._gaps(session, camera, start, end)
        self._history.footprints.forget_before(now - SPILL)
        self._seen[camera], self._done[camera] = set(listed), now
        return changed

    def _living(self, camera: str, now: datetime) -> list[Path]:
        """The files that may have rows: what the reaper may take now gets none again."""
        retention = self._config.retention
        first = epoch_of(now + LEAD - retention.footage)
        return [
            path
            for path in every_file(self._state, camera)
            if (epoch := epoch_in(path.name)) >= first and footage_deadline(epoch, retention) > now + LEAD
        ]

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

    def _settle(self, database: Database, camera: str, epochs: set[int], paths: Iterable[Path]) -> int:
        """Give these minutes the rows that their files call for, and no others."""
        changed, by_epoch = 0, dict[int, list[Path]]()
        for path in paths:
            if (epoch := epoch_in(path.name)) in epochs:
                by_epoch.setdefault(epoch, []).append(path)
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
