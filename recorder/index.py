"""Rows that follow the files: segments and gaps into the database, whenever it answers.

The first pass looks at every file, later ones at what is new; so a lost database is filled again by a restart, and
footage that somebody put back, or that was written while the database was away, gets its rows like any other.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from recorder import journal
from recorder.causes import Cause
from recorder.footprints import SPILL, Footprint, Footprints
from recorder.tables import Gap, Segment
from recorder.timeline import Interval, Present, tile
from retention.base.clock import Clock
from retention.base.config import Config
from retention.base.database import Database
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.rules import LEAD, footage_deadline

_BATCH = 500  # rows in one unit of work, so that nobody else waits long


def cameras_on_disk(state: State) -> list[str]:
    """Every camera that has footage or a journal, also those no longer configured."""
    return sorted(path.name for path in state.footage.glob("*") if path.is_dir())


class Index:
    """Keeps the rows of all cameras up with the files."""

    def __init__(self, config: Config, state: State, clock: Clock) -> None:
        self._config, self._state, self._clock = config, state, clock
        self._trusted = TrustedTime(state, clock)
        self._footprints = Footprints(state)
        self._done: dict[str, datetime] = {}

    def step(self, database: Database) -> int:
        """One pass over all cameras; how many rows were added or changed."""
        return sum(self._camera(database, camera) for camera in cameras_on_disk(self._state))

    def _camera(self, database: Database, camera: str) -> int:
        now = self._trusted.latest()
        # What the reaper may take now gets no row again.
        oldest = now + LEAD - self._config.retention.footage
        start = max(oldest, self._done.get(camera, oldest) - SPILL)
        self._footprints.forget_before(start)
        found = [
            one
            for one in self._footprints.between(camera, start, now + timedelta(days=1))
            if footage_deadline(one.epoch, self._config.retention) > now + LEAD
        ]
        changed = 0
        for first in range(0, len(found), _BATCH):
            with database.write() as session:
                changed += self._segments(session, camera, found[first : first + _BATCH])
        entries = journal.read(self._state.gaps(camera))
        if entries:
            start = max(start, entries[0].at)
            present = Present(now, self._clock.boot_id(), self._config.retention.footage)
            gaps = [one for one in tile(start, now, found, entries, present) if one.state == "gap"]
            gaps = [one for one in gaps if one.cause != Cause.EXPIRED]
            with database.write() as session:
                changed += self._gaps(session, camera, start, gaps)
        self._done[camera] = now
        return changed

    def _segments(self, session: Session, camera: str, found: list[Footprint]) -> int:
        wanted = [one.file_id for one in found]
        rows = {row.file_id: row for row in session.scalars(select(Segment).where(Segment.file_id.in_(wanted)))}
        changed = 0
        for one in found:
            row = rows.get(one.file_id)
            if row is not None and row.bytes == one.bytes:
                continue
            changed += 1
            if row is None:
                row = Segment(file_id=one.file_id, camera=camera, epoch=one.epoch, started_at=one.start)
                row.expires_at = footage_deadline(one.epoch, self._config.retention)
                session.add(row)
            row.ended_at, row.parts, row.bytes, row.closed = one.end, one.chunks, one.bytes, one.closed
        return changed

    def _gaps(self, session: Session, camera: str, start: datetime, gaps: list[Interval]) -> int:
        """The gaps from `start` on become those computed; the one that reaches over `start` keeps its beginning."""
        old = list(session.scalars(select(Gap).where(Gap.camera == camera, Gap.ended_at >= start)))
        before = {row.started_at: (row.ended_at, row.cause) for row in old}
        reaching = min((row.started_at for row in old if row.started_at < start), default=None)
        after: dict[datetime, tuple[datetime, str]] = {}
        for gap in gaps:
            begin = gap.start
            if begin == start and reaching is not None and before[reaching][1] == gap.cause:
                begin = reaching
            after[begin] = (gap.end, gap.cause or "")
        if reaching is not None and reaching not in after:
            after[reaching] = (min(before[reaching][0], start), before[reaching][1])
        if after == before:
            return 0
        session.execute(delete(Gap).where(Gap.camera == camera, Gap.ended_at >= start))
        for begin, (end, cause) in after.items():
            expires = end + self._config.retention.footage
            session.add(Gap(camera=camera, started_at=begin, ended_at=end, cause=cause, expires_at=expires))
        return len(set(after.items()) ^ set(before.items()))
