"""Footage and the reaper: what it destroys is expired in the timeline, to the minute, and its neighbours play."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from recorder.footprints import every_file
from recorder.index import Index
from recorder.tables import Gap, Segment
from retention.base.database import open_database
from retention.reaper import Reaper
from retention.rows import delete_expired
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of


def test_what_the_reaper_took_is_expired_and_the_rest_plays(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 180)))
    stage.clock.at = begin + timedelta(hours=96, seconds=-40)  # the reaper comes somewhat before the deadline

    Reaper(stage.state).step(stage.clock.now())

    assert len(every_file(stage.state, CAMERA)) == 2
    assert stage.timeline(begin, begin + timedelta(seconds=180)) == [("expired", 60), ("recorded", 120)]
    fragment = stage.footage.fragment(CAMERA, begin)
    assert fragment is not None
    assert fragment.start == begin + timedelta(seconds=60)


def test_rows_that_were_deleted_do_not_come_back(stage: Stage, small_film: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 180)))
    database = open_database(stage.office.config)
    Index(stage.office.config, stage.state, stage.clock).step(database)
    stage.clock.at = begin + timedelta(hours=96, seconds=100)

    Reaper(stage.state).step(stage.clock.now())
    delete_expired(database, stage.clock.now())
    Index(stage.office.config, stage.state, stage.clock).step(database)

    with database.read() as session:
        assert [row.started_at for row in session.scalars(select(Segment))] == []
        assert [row.cause for row in session.scalars(select(Gap))] == ["stopped"]
    database.close()


def test_a_reader_that_is_overtaken_by_the_reaper_loses_the_rest_and_nothing_worse(
    stage: Stage, small_film: Path, tmp_path: Path
) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 180)))

    def overtake(done: float) -> None:
        if done > 0.5:
            Reaper(stage.state).step(begin + timedelta(hours=97))

    manifest = stage.footage.export(
        CAMERA,
        begin,
        begin + timedelta(seconds=180),
        tmp_path / "a.mp4",
        reason="incident",
        actor="os:test",
        progress=overtake,
    )

    assert 90 * 25 <= manifest.frames < 180 * 25
    assert every_file(stage.state, CAMERA) == []
