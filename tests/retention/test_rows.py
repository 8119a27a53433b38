"""Expired rows on both databases: all that are due go, batch by batch, and no other."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kiosk.tables import Visit
from recorder.tables import Gap
from retention import rows
from retention.base.command import Office
from retention.base.config import Config
from retention.base.database import Database, open_database
from retention.check import check
from retention.chores import Chores
from tests.support.clock import ManualClock
from tests.support.databases import database_url  # noqa: F401 - every test here on both


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = open_database(config)
    yield database
    database.close()


def visit(number: int, clock: ManualClock, hours: float) -> Visit:
    expires = clock.now() + timedelta(hours=hours)
    return Visit(id=f"{number:032x}", day=date(2027, 3, 2), version=1, state="left", sealed=b"", expires_at=expires)


def test_what_is_due_goes_batch_by_batch(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "BATCH", 4)
    with database.write() as session:
        session.add_all(visit(number, clock, -1 if number < 10 else 1) for number in range(15))
    assert [rows.delete_expired(database, clock.now()) for _ in range(3)] == [(4, True), (4, True), (2, False)]
    with database.read() as session:
        assert sorted(session.scalars(select(Visit.id))) == [f"{number:032x}" for number in range(10, 15)]


def test_a_row_goes_without_those_that_share_a_part_of_its_key(database: Database, clock: ManualClock) -> None:
    now = clock.now()
    with database.write() as session:
        for hours in (-1, 1):
            begin = now + timedelta(hours=hours)
            session.add(Gap(camera="entree", started_at=begin, ended_at=begin, cause="stopped", expires_at=begin))
    rows.delete_expired(database, now)
    with database.read() as session:
        assert session.scalars(select(Gap.started_at)).all() == [now + timedelta(hours=1)]


def test_the_check_counts_what_outlived_its_term(database: Database, office: Office, clock: ManualClock) -> None:
    with database.write() as session:
        session.add_all(visit(number, clock, -1) for number in range(3))
    (found,) = [finding for finding in check(office, clock.now()) if finding.what == "rows"]
    assert (found.holds, "3 in visit" in found.said) == (False, True)
    rows.delete_expired(database, clock.now())
    (found,) = [finding for finding in check(office, clock.now()) if finding.what == "rows"]
    assert found.holds


def test_the_service_for_rows_deletes_what_is_due(database: Database, office: Office, clock: ManualClock) -> None:
    with database.write() as session:
        session.add(visit(1, clock, -1))
    chores = Chores(office)
    chores.wakes.run_all()
    chores.close()
    assert chores.wakes.failed == {}
    with database.read() as session:
        assert session.scalars(select(Visit.id)).all() == []
