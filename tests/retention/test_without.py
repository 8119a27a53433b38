"""Whatever else has failed: everything is destroyed at or before its deadline, and at most 75 s before it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from retention.base.command import Office
from retention.base.database import open_database
from retention.service import REAP_EVERY, Retention
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.state import make_config

EARLIEST = timedelta(seconds=75)
CAMERA = {"name": "entree", "url": "test"}


def nothing(office: Office) -> Office:
    return office


def with_cameras(*cameras: dict[str, object]) -> Callable[[Office], Office]:
    def change(office: Office) -> Office:
        return replace(office, config=make_config(office.state.directory, camera=list(cameras)))

    return change


def database(what: str) -> Callable[[Office], Office]:
    def change(office: Office) -> Office:
        file = office.state.database_file
        if what == "deleted":
            file.unlink()
        elif what == "corrupt":
            file.write_bytes(b"no database at all" * 1_000)
        else:
            with closing(sqlite3.connect(file)) as connection, connection:
                connection.execute("CREATE TABLE of_a_later_version (id)")
                connection.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
        return office

    return change


def full_disk(office: Office) -> Office:
    """No new file fits, neither beside the clock nor for a report."""
    office.state.clock.unlink()
    office.state.clock.mkdir()
    for path in office.state.run.iterdir():
        path.unlink()
    office.state.run.rmdir()
    office.state.run.write_text("no report fits here")
    return office


def nobody_runs(office: Office) -> Office:
    """Recorder, kiosk and desk are gone with all that they leave for each other."""
    for path in office.state.run.iterdir():
        path.unlink()
    for path in office.state.footage.rglob("*"):
        if path.is_file() and path.suffix not in (".seg", ".eyes"):
            path.unlink()
    return office


WITHOUT: dict[str, Callable[[Office], Office]] = {
    "anything amiss": nothing,
    "a camera that answers": with_cameras(CAMERA | {"url": "rtsp://192.0.2.1/dead"}),
    "the camera enabled": with_cameras(CAMERA | {"enabled": False}),
    "the camera's old name": with_cameras(CAMERA | {"name": "voordeur"}),
    "the camera configured": with_cameras(),
    "a sound database": database("corrupt"),
    "a database": database("deleted"),
    "a database of this version": database("of another version"),
    "room on the disk": full_disk,
    "recorder, kiosk and desk": nobody_runs,
}


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Store:
    """An office with one camera and an embedded database."""
    config = make_config(tmp_path / "state", camera=[CAMERA])
    office = Office(config, config.where(), clock)
    office.state.prepare()
    open_database(config).close()
    return Store(office)


def went_at(service: Retention, clock: ManualClock, path: Path, deadline: datetime) -> datetime:
    """The wake at which a file and its key went; none is missed, and none comes at a round second."""
    clock.advance(deadline - timedelta(minutes=3, seconds=8) - clock.now())
    while path.exists():
        assert clock.now() < deadline + timedelta(minutes=2)
        clock.advance(seconds=REAP_EVERY)
        service.wakes.run("time", "reap")
    return clock.now()


def assert_in_time(store: Store, clock: ManualClock, without: Callable[[Office], Office]) -> None:
    """The fault comes once there is something to forget, and the service is started anew in the midst of it."""
    Retention(store.office).wakes.run_all()
    roll, footage, began = store.day(clock.now()), store.minute(clock.now()), clock.now()
    service = Retention(without(store.office))
    service.wakes.run_all()
    day_over = began.replace(hour=3) + timedelta(days=1)  # 04:00 in Amsterdam in winter
    for path, deadline in ((roll, day_over), (footage, began + timedelta(hours=96))):
        gone = went_at(service, clock, path, deadline)
        assert timedelta(0) <= deadline - gone <= EARLIEST
    assert store.live("visits") == store.live("camera-entree") == []


@pytest.mark.parametrize("what", WITHOUT)
def test_everything_goes_in_time_without(store: Store, clock: ManualClock, what: str) -> None:
    assert_in_time(store, clock, WITHOUT[what])


@pytest.fixture
def locked(store: Store) -> Iterator[None]:
    """Somebody holds the database, and does not let go."""
    with closing(sqlite3.connect(store.state.database_file, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


@pytest.mark.usefixtures("locked")
def test_everything_goes_in_time_without_a_database_that_lets_anybody_in(store: Store, clock: ManualClock) -> None:
    assert_in_time(store, clock, nothing)


def test_everything_goes_in_time_though_the_service_is_killed_and_started_every_few_seconds(
    store: Store, clock: ManualClock
) -> None:
    Retention(store.office).wakes.run_all()
    path, deadline = store.minute(clock.now()), clock.now() + timedelta(hours=96)
    clock.advance(timedelta(hours=96, minutes=-2))
    while path.exists():
        clock.advance(seconds=7)
        Retention(store.office).wakes.run_all()
    assert timedelta(0) <= deadline - clock.now() <= EARLIEST
