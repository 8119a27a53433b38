"""Rows follow the files: added, kept up, filled again after a loss, and taken away with what is gone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from recorder.footprints import every_file
from recorder.index import Index
from recorder.tables import Gap, Segment
from retention.base.config import DatabaseSection
from retention.base.database import Database, open_database
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.databases import database_url  # noqa: F401 - what asks for a database runs on both


@pytest.fixture
def database(stage: Stage, database_url: str | None) -> Iterator[Database]:  # noqa: F811
    there = DatabaseSection(url=database_url)
    database = open_database(stage.office.config.model_copy(update={"database": there}))
    yield database
    database.close()


@pytest.fixture
def index(stage: Stage) -> Index:
    return Index(stage.office.config, stage.state, stage.clock)


def segments(database: Database) -> list[tuple[int, int, bool]]:
    with database.read() as session:
        rows = session.scalars(select(Segment).order_by(Segment.started_at))
        return [(row.epoch, row.parts, row.closed) for row in rows]


def gaps(database: Database) -> list[tuple[str, float]]:
    with database.read() as session:
        rows = session.scalars(select(Gap).order_by(Gap.started_at))
        return [(row.cause, round((row.ended_at - row.started_at).total_seconds(), 1)) for row in rows]


def film_for(stage: Stage, film: Path, seconds: float, ends: Exception | None = None) -> None:
    stage.capture(FakeCamera(stage.clock, looped(packets_of(film), seconds), ends=ends))


def test_every_file_gets_its_row_with_its_deadline(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 90)

    assert index.step(database) >= 2
    assert [(parts, closed) for _, parts, closed in segments(database)] == [(60, True), (30, True)]
    with database.read() as session:
        for row in session.scalars(select(Segment)):
            assert row.expires_at.timestamp() == row.epoch + 96 * 3600


def test_a_second_pass_changes_nothing(stage: Stage, small_film: Path, database: Database, index: Index) -> None:
    film_for(stage, small_film, 30)
    stage.clock.advance(seconds=30)
    index.step(database)

    assert index.step(database) == 0


def test_gaps_get_rows_and_an_open_one_grows(stage: Stage, small_film: Path, database: Database, index: Index) -> None:
    film_for(stage, small_film, 30)
    stage.clock.advance(seconds=30)
    index.step(database)
    assert gaps(database) == [("stopped", 30.0)]

    stage.clock.advance(seconds=600)
    index.step(database)
    assert gaps(database) == [("stopped", 630.0)]

    film_for(stage, small_film, 30)
    index.step(database)
    assert gaps(database) == [("stopped", 630.0)]


def test_a_lost_database_is_filled_again_from_the_files(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 130)
    stage.clock.advance(seconds=30)
    index.step(database)
    before = segments(database), gaps(database)
    with database.write() as session:
        session.execute(delete(Segment))
        session.execute(delete(Gap))

    Index(stage.office.config, stage.state, stage.clock).step(database)

    assert (segments(database), gaps(database)) == before
    assert len(before[0]) == 3


def test_a_file_cut_short_by_a_power_cut_keeps_its_row_up_to_the_cut(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    with pytest.raises(RuntimeError):
        film_for(stage, small_film, 30, RuntimeError("power"))
    (path,) = every_file(stage.state, CAMERA)
    place = SealedFile(path).chunks[20]
    path.write_bytes(path.read_bytes()[: place.offset + 10])
    stage.clock.reboot(timedelta(minutes=1))

    index.step(database)

    ((_, parts, closed),) = segments(database)
    assert (parts, closed) == (19, False)
    assert gaps(database)[-1][0] == "power_lost"


def test_a_minute_that_is_evicted_loses_its_row_and_becomes_a_gap(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 300)
    stage.clock.advance(hours=30)
    index.step(database)
    path = every_file(stage.state, CAMERA)[2]
    SlotFile(stage.state, camera_stream(CAMERA)).erase(SealedFile(path).epoch, stage.clock.now())
    path.unlink()

    index.step(database)

    assert len(segments(database)) == 4
    assert gaps(database) == [("evicted", 60.0), ("stopped", 30 * 3600.0)]


def test_a_start_opens_no_file_whose_row_is_there(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 130)
    index.step(database)
    stage.clock.advance(hours=1)
    for path in every_file(stage.state, CAMERA):
        path.write_bytes(bytes(path.stat().st_size))  # whoever opened it would find no footage in it

    assert Index(stage.office.config, stage.state, stage.clock).step(database) == 1  # the open gap grew
    assert len(segments(database)) == 3


def test_what_is_past_its_term_gets_no_row(stage: Stage, small_film: Path, database: Database, index: Index) -> None:
    film_for(stage, small_film, 30)
    stage.clock.advance(hours=97)

    index.step(database)

    assert segments(database) == []
