"""The check: what differs between files, rows, seals, slots and logs; what timelines know of it; interrupted."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from recorder.causes import Cause
from recorder.check import Check
from recorder.errors import CaptureFailed
from recorder.footprints import every_file
from recorder.index import Index
from recorder.tables import Gap, Segment
from retention.base.database import Database, open_database
from retention.base.sealed import CHUNK, SealedFile
from retention.base.slots import SlotFile
from retention.base.state import camera_stream
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of


@pytest.fixture
def database(stage: Stage) -> Iterator[Database]:
    database = open_database(stage.office.config)
    yield database
    database.close()


@pytest.fixture
def index(stage: Stage) -> Index:
    return Index(stage.office.config, stage.state, stage.clock)


def film_for(stage: Stage, film: Path, seconds: float, ends: Exception | None = None) -> datetime:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, looped(packets_of(film), seconds), ends=ends))
    return begin


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 4
    path.write_bytes(content)


def differences(stage: Stage, database: Database | None = None) -> list[str]:
    return [one.what for one in Check(stage.office, stage.reader, database).differences()]


def test_check_finds_nothing_where_all_is_well(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 130, CaptureFailed(Cause.STALLED, "nothing comes"))
    index.step(database)

    assert differences(stage, database) == []


def test_check_finds_a_flipped_bit(stage: Stage, small_film: Path) -> None:
    film_for(stage, small_film, 30)
    (path,) = every_file(stage.state, CAMERA)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)

    assert differences(stage) == ["seal"]


def test_check_finds_a_row_without_its_file_and_a_file_without_its_row(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 130)
    index.step(database)
    first, second, _ = every_file(stage.state, CAMERA)
    epochs = [SealedFile(path).epoch for path in (first, second)]
    first.unlink()
    with database.write() as session:
        session.execute(delete(Segment).where(Segment.epoch == epochs[1]))
    stage.clock.advance(minutes=5)

    assert differences(stage, database) == ["row", "row", "lost"]


def test_check_finds_a_file_that_nothing_opens(stage: Stage, small_film: Path) -> None:
    film_for(stage, small_film, 30)
    (path,) = every_file(stage.state, CAMERA)
    SlotFile(stage.state, camera_stream(CAMERA)).erase(SealedFile(path).epoch, stage.clock.now())

    assert differences(stage) == ["slot"]


def test_check_finds_a_file_in_the_wrong_place(stage: Stage, small_film: Path) -> None:
    film_for(stage, small_film, 30)
    (path,) = every_file(stage.state, CAMERA)
    moved = path.parent.with_name("2027-03-03") / path.name
    moved.parent.mkdir()
    path.rename(moved)

    assert differences(stage) == ["lost", "stranger"]


def test_what_a_check_found_damaged_is_a_gap_from_then_on_for_readers_without_a_key(
    stage: Stage, small_film: Path
) -> None:
    begin = film_for(stage, small_film, 30)
    stage.clock.advance(minutes=5)
    (path,) = every_file(stage.state, CAMERA)
    flip(path, SealedFile(path).chunks[11].offset + 99)
    assert stage.timeline(begin, begin + timedelta(seconds=30)) == [("recorded", 30)]

    assert differences(stage) == ["seal"]

    assert stage.timeline(begin, begin + timedelta(seconds=30)) == [("recorded", 10), ("damaged", 1), ("recorded", 19)]


def test_what_a_check_found_damaged_gets_its_row(
    stage: Stage, small_film: Path, database: Database, index: Index
) -> None:
    film_for(stage, small_film, 30)
    stage.clock.advance(hours=2)
    index.step(database)
    (path,) = every_file(stage.state, CAMERA)
    flip(path, SealedFile(path).chunks[11].offset + 99)
    differences(stage)

    index.step(database)

    with database.read() as session:
        causes = session.scalars(select(Gap.cause).order_by(Gap.started_at)).all()
    assert causes == ["damaged", "stopped"]


def test_with_a_damaged_key_frame_the_whole_group_is_a_gap(stage: Stage, slow_film: Path) -> None:
    begin = film_for(stage, slow_film, 12)
    (path,) = every_file(stage.state, CAMERA)
    stage.clock.advance(minutes=5)
    flip(path, SealedFile(path).chunks[5].offset + 99)  # four parts a group: the second group's first

    differences(stage)

    assert stage.timeline(begin, begin + timedelta(seconds=12)) == [("recorded", 4), ("damaged", 4), ("recorded", 4)]


def test_a_damaged_chunk_head_is_a_gap_before_anybody_looked(stage: Stage, small_film: Path) -> None:
    begin = film_for(stage, small_film, 30)
    stage.clock.advance(minutes=5)
    (path,) = every_file(stage.state, CAMERA)
    flip(path, SealedFile(path).chunks[11].offset - CHUNK.size + 4)

    assert stage.timeline(begin, begin + timedelta(seconds=30)) == [("recorded", 10), ("damaged", 1), ("recorded", 19)]


@pytest.mark.parametrize("byte", [0, 70, 80, 100])
def test_a_file_whose_head_is_damaged_is_a_gap_once_looked_at(stage: Stage, small_film: Path, byte: int) -> None:
    begin = film_for(stage, small_film, 130)
    stage.clock.advance(minutes=5)
    flip(every_file(stage.state, CAMERA)[1], byte)

    assert set(differences(stage)) <= {"seal", "place", "lost"}

    told = stage.timeline(begin, begin + timedelta(seconds=130))
    assert told[0] == ("recorded", 60)
    assert told[1][0] in {"damaged", "lost"}
    assert told[2] == ("recorded", 10)


def test_what_was_healed_plays_again(stage: Stage, small_film: Path) -> None:
    begin = film_for(stage, small_film, 30)
    stage.clock.advance(minutes=5)
    (path,) = every_file(stage.state, CAMERA)
    place = SealedFile(path).chunks[11].offset + 99
    flip(path, place)
    differences(stage)
    flip(path, place)

    assert differences(stage) == []

    assert stage.timeline(begin, begin + timedelta(seconds=30)) == [("recorded", 30)]
    assert not stage.state.damaged(CAMERA).exists()


def test_check_finds_footage_that_was_taken_away(stage: Stage, small_film: Path) -> None:
    film_for(stage, small_film, 180)
    stage.clock.advance(minutes=5)
    every_file(stage.state, CAMERA)[1].unlink()

    assert differences(stage) == ["lost"]


def test_check_finds_slots_that_stand_in_one_copy(stage: Stage, small_film: Path) -> None:
    film_for(stage, small_film, 30)
    slots = SlotFile(stage.state, camera_stream(CAMERA))
    flip(slots.paths[1], slots.live()[0].index * 4096 + 4096 + 30)

    assert differences(stage) == ["slot"]


def test_check_finds_a_damaged_line_of_the_journal(stage: Stage, small_film: Path) -> None:
    film_for(stage, small_film, 30)
    stage.clock.advance(minutes=5)
    flip(stage.state.gaps(CAMERA), 12)

    assert differences(stage)[0] == "log"


def test_a_check_that_was_interrupted_goes_on_where_it_was_and_forgets_nothing(stage: Stage, small_film: Path) -> None:
    for _ in range(10):
        film_for(stage, small_film, 2)
        stage.clock.advance(minutes=1)
    paths = every_file(stage.state, CAMERA)
    for path in (paths[1], paths[7]):
        flip(path, SealedFile(path).chunks[2].offset)

    class Interrupted(Exception):
        """The operator pressed ctrl-C."""

    def interrupt(done: float) -> None:
        if done >= 0.5:
            raise Interrupted

    first = Check(stage.office, stage.reader, None)
    with pytest.raises(Interrupted):
        list(first.differences(interrupt))
    second = Check(stage.office, stage.reader, None)

    assert [one.what for one in second.differences()] == ["seal", "seal"]
    assert 0 < first.chunks < second.chunks + first.chunks == sum(len(SealedFile(path).chunks) for path in paths) - 2
    third = Check(stage.office, stage.reader, None)
    assert len(list(third.differences())) == 2
    assert third.chunks == first.chunks + second.chunks
