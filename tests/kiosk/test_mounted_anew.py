"""A disk that the kernel write-protects under the kiosk, and that somebody repairs: no process is started anew."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.reception import Reception
from kiosk.register import Register
from kiosk.tables import Visit
from kiosk.takeback import take_back
from kiosk.visits import Details
from retention.base.command import Office
from retention.base.database import Database, open_database
from retention.base.errors import DiskRefused
from retention.base.readerkey import private_half
from retention.base.state import State
from tests.support.clock import ManualClock
from tests.support.loopfs import disk, repair, write_protect
from tests.support.state import make_config, make_state

__all__ = ["disk"]


@pytest.fixture
def state(disk: Path) -> State:
    return make_state(disk / "state")


@pytest.fixture
def office(state: State, clock: ManualClock) -> Office:
    return Office(make_config(state.directory), state, clock)


@pytest.fixture
def database(office: Office) -> Iterator[Database]:
    with closing(open_database(office.config)) as database:
        yield database


def rows(office: Office) -> int:
    """How many visits another process finds in the database."""
    with closing(open_database(office.config)) as database, database.read() as session:
        return len(session.scalars(select(Visit)).all())


def test_who_comes_after_the_repair_stands_in_the_database_again(
    office: Office, disk: Path, database: Database
) -> None:
    with closing(Reception(office, database)) as reception:
        reception.sign_in(Details("Noor"))
        write_protect(disk)
        with pytest.raises(DiskRefused):
            reception.sign_in(Details("Daan"))
        repair(disk.parent / "image", disk)
        reception.sign_in(Details("Zo\u00eb"))  # the roll alone takes it, and the file is let go of
        reception.sign_in(Details("Bo"))
        assert rows(office) == 2


def test_a_name_is_taken_back_after_the_repair_as_ever(office: Office, disk: Path, database: Database) -> None:
    with closing(Reception(office, database)) as reception:
        noor = reception.sign_in(Details("Noor"))
        write_protect(disk)
        repair(disk.parent / "image", disk)
        take_back(office.state, reception, database, noor.visit, noor.pass_)
        (entry,) = Register(office, None, private_half(office.state), reception).visits()
        assert entry.name is None
