"""Files that are not where or what they should be: ours come back to their place, others wait for their deadline."""

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from recorder.check import Check
from recorder.footprints import every_file
from recorder.room.quarantine import EVERY, Quarantine, quarantine_problems, strangers
from retention.base.files import changed_at
from retention.check import check
from retention.reaper import Reaper
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of

HOURS = 3600


@pytest.fixture
def quarantine(stage: Stage) -> Quarantine:
    return Quarantine(stage.state, stage.clock)


@pytest.fixture
def begin(stage: Stage, small_film: Path) -> datetime:
    """When the second of three minutes began, in each of which two seconds were taken."""
    begin = stage.clock.now()
    for minute in range(3):
        stage.clock.advance(begin + timedelta(minutes=minute) - stage.clock.now())
        stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), 2)))
    stage.clock.advance(hours=1)
    return begin + timedelta(minutes=1)


def told(stage: Stage, begin: datetime) -> list[tuple[str, float]]:
    return stage.timeline(begin, begin + timedelta(seconds=2))


def put(stage: Stage, *parts: str, hours_ago: float = 1) -> Path:
    """A picture that somebody left under footage/."""
    path = stage.state.footage.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a picture of the door")
    age(stage, path, hours_ago)
    return path


def age(stage: Stage, path: Path, hours: float = 1) -> None:
    changed = stage.clock.now().timestamp() - hours * HOURS
    os.utime(path, (changed, changed))


def in_quarantine(stage: Stage) -> list[Path]:
    return sorted(stage.state.quarantine.glob("*"))


@pytest.mark.parametrize(
    "place",
    ["other/2027-03-02/{name}", "entree/2027-03-01/{name}", "{name}", "entree/a/b/{name}", "entree/2027-03-02/1{name}"],
)
def test_a_segment_that_was_moved_comes_back_to_its_place(
    stage: Stage, quarantine: Quarantine, begin: datetime, place: str
) -> None:
    path = every_file(stage.state, CAMERA)[1]
    moved = stage.state.footage / place.format(name=path.name)
    moved.parent.mkdir(parents=True, exist_ok=True)
    path.rename(moved)
    age(stage, moved)
    assert told(stage, begin) == [("lost", 2)]
    Reaper(stage.state).sweep_leftovers()

    tidied = quarantine.step()

    assert tidied is not None
    assert (tidied.adopted, tidied.put_away) == (1, 0)
    assert told(stage, begin) == [("recorded", 2)]


def test_a_segment_that_was_renamed_gets_a_name_that_is_found(
    stage: Stage, quarantine: Quarantine, begin: datetime
) -> None:
    path = every_file(stage.state, CAMERA)[1]
    renamed = path.rename(path.with_name("the one with the thief.bak"))
    age(stage, renamed)

    quarantine.step()

    assert len(every_file(stage.state, CAMERA)) == 3
    assert told(stage, begin) == [("recorded", 2)]


def test_what_is_none_of_ours_dies_four_days_after_it_was_changed(
    stage: Stage, quarantine: Quarantine, begin: datetime
) -> None:
    for place in (("picture.jpg",), (CAMERA, "2027-03-02", "2027-03-02-lobby.jpg"), ("lost", "1.seg"), (CAMERA, "x")):
        put(stage, *place, hours_ago=2)

    quarantine.step()

    assert len(in_quarantine(stage)) == 4
    assert list(strangers(stage.state)) == []
    deadline = stage.clock.now() + timedelta(hours=94)
    reaper = Reaper(stage.state)
    assert reaper.sweep_quarantine(deadline - timedelta(minutes=1)).unlinked == 0
    assert not all(finding.holds for finding in check(stage.office, deadline + timedelta(minutes=1)))
    assert reaper.sweep_quarantine(deadline).unlinked == 4
    assert in_quarantine(stage) == []


def test_a_sealed_file_that_nothing_opens_dies_with_the_minute_in_its_name(
    stage: Stage, quarantine: Quarantine, begin: datetime
) -> None:
    path = every_file(stage.state, CAMERA)[1]
    moved = stage.state.footage / path.name
    moved.write_bytes(b"?" + path.read_bytes()[1:])
    age(stage, moved, 0.5)

    quarantine.step()

    (kept,) = in_quarantine(stage)
    assert kept.name.startswith(str(int(path.name.partition("-")[0]) + 96 * HOURS))


def test_a_file_with_a_false_date_does_not_live_longer(stage: Stage, quarantine: Quarantine, begin: datetime) -> None:
    put(stage, "picture.jpg", hours_ago=-9_000)

    quarantine.step()

    assert int(in_quarantine(stage)[0].name.partition("-")[0]) <= stage.clock.now().timestamp() + 96 * HOURS


def test_what_somebody_is_still_copying_is_left_alone_until_the_next_pass(
    stage: Stage, quarantine: Quarantine, begin: datetime
) -> None:
    path = put(stage, CAMERA, "2027-03-02", ".1804-ab.seg.Xy12", hours_ago=0.1)
    quarantine.step()
    assert path.exists()
    assert quarantine.step() is None

    stage.clock.advance(seconds=EVERY)
    quarantine.step()

    assert not path.exists()


def test_portiers_own_files_stay_where_they_are(stage: Stage, quarantine: Quarantine, begin: datetime) -> None:
    for name in ("holds.json", "damaged.log", ".lock", ".gaps.log.12.new"):
        put(stage, CAMERA, name)
    before = sorted(stage.state.footage.rglob("*"))

    assert quarantine.step() is not None

    assert sorted(stage.state.footage.rglob("*")) == before


def test_a_link_is_put_away_and_what_it_points_at_is_not_touched(
    stage: Stage, quarantine: Quarantine, begin: datetime, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "diary.txt").write_text("mine")
    (stage.state.footage / CAMERA / "link").symlink_to(outside)
    stage.clock.at += timedelta(days=4_000)  # the link was made by the machine's clock

    quarantine.step()

    assert [path.is_symlink() for path in in_quarantine(stage)] == [True]
    assert (outside / "diary.txt").read_text() == "mine"


def test_a_pipe_among_the_footage_holds_nobody_up(stage: Stage, quarantine: Quarantine, begin: datetime) -> None:
    pipe = stage.state.footage / CAMERA / "pipe.seg"
    os.mkfifo(pipe)
    age(stage, pipe)

    quarantine.step()

    assert len(in_quarantine(stage)) == 1


def test_health_and_check_say_so_while_anything_waits(stage: Stage, quarantine: Quarantine, begin: datetime) -> None:
    put(stage, "picture.jpg")
    assert [one.what for one in Check(stage.office, None, None).differences()] == ["stranger"]

    tidied = quarantine.step()

    assert tidied is not None
    (problem,) = quarantine_problems(stage.state, tidied)
    assert (problem.promise, "picture" in problem.message) == ("P2", False)
    assert [one.what for one in Check(stage.office, None, None).differences()] == ["quarantine"]


def test_a_folder_that_somebody_put_into_quarantine_is_emptied_too(stage: Stage) -> None:
    inside = stage.state.quarantine / "copied" / "film.mp4"
    inside.parent.mkdir(parents=True)
    inside.write_bytes(b"film")
    age(stage, inside, 1)

    swept = Reaper(stage.state).sweep_quarantine(stage.clock.now() + timedelta(hours=96))

    assert (swept.unlinked, swept.failures, inside.exists()) == (1, [], False)


def test_a_file_dated_beyond_the_calendar_is_dated_all_the_same() -> None:
    # In memory, for a disk's file system holds no such date.
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        os.utime(file.name, ns=(10**21, 10**21))
        assert changed_at(Path(file.name)).year == 2100
        os.utime(file.name, ns=(-(10**18), -(10**18)))
        assert changed_at(Path(file.name)).year == 1970
