"""The database's two doors, its migrations, and what it refuses."""

from contextlib import closing
from datetime import UTC, date, timedelta, timezone
from pathlib import Path
from traceback import format_exception

import pytest
from sqlalchemy import MetaData, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from kiosk.tables import Visit
from retention.base.config import Config
from retention.base.database import Base, Database, PersonalRecord, open_database, personal_records
from retention.base.errors import (
    ConfigurationRefused,
    DatabaseUnavailable,
    PortierError,
    SchemaDiffers,
    StateRefused,
)
from retention.base.migrate import differences, revisions
from retention.base.schema import OF_THIS_VERSION, fingerprint, is_of_this_version
from tests.base.rows import NOON, a_visit, raw
from tests.support.databases import database_url  # noqa: F401 - every test here on both
from tests.support.state import make_config


def _add_and_fail(session: Session) -> None:
    with session.begin_nested():
        session.add(a_visit())
    raise RuntimeError


def test_the_tables_known_at_a_glance_are_those_that_were_migrated_and_compared(config: Config) -> None:
    with closing(open_database(config)) as database, database.read() as session:
        assert differences(session.connection(), Base.metadata) == []
        made = {session.connection().dialect.name: fingerprint(session.connection(), Base.metadata)}
    assert made.items() <= OF_THIS_VERSION.items(), "what is declared changed: write this in retention/base/schema.py"


def test_what_is_declared_stands_in_the_fingerprint_too(database: Database) -> None:
    less = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(less)
    less.tables["visit"].indexes.clear()
    with database.read() as session:
        assert is_of_this_version(session.connection(), Base.metadata)
        assert not is_of_this_version(session.connection(), less)


def test_what_is_written_can_be_read(database: Database) -> None:
    with database.write() as session:
        session.add(a_visit(arrived_at=NOON))
    with database.read() as session:
        assert session.scalars(select(Visit)).one().arrived_at == NOON


def test_an_error_takes_back_all_of_a_unit_of_work_even_a_released_savepoint(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as session:
        _add_and_fail(session)
    with database.read() as session:
        assert session.scalars(select(Visit)).all() == []


def test_the_read_door_refuses_writes(database: Database) -> None:
    with pytest.raises(PortierError), database.read() as session:
        session.execute(insert(Visit).values(id="b", day=date(2027, 3, 2), version=1, state="left", sealed=b""))
    with database.write() as session:
        session.add(a_visit())  # and the connection can write again behind the other door


def test_a_row_about_a_person_cannot_do_without_an_expiry(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(a_visit(expires_at=None))


def test_a_table_about_a_person_must_name_its_rule() -> None:
    with pytest.raises(TypeError, match="kind"):
        type("Nameless", (PersonalRecord,), {"__tablename__": "nameless"})


def test_every_kind_of_row_about_a_person_is_found() -> None:
    assert Visit in personal_records()


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), database.write() as session:
        session.add(a_visit(arrived_at=NOON.replace(tzinfo=None)))


def test_an_instant_of_another_zone_comes_back_as_the_same_instant_in_utc(database: Database) -> None:
    with database.write() as session:
        session.add(a_visit(arrived_at=NOON.astimezone(timezone(timedelta(hours=2)))))
    with database.read() as session:
        found = session.scalars(select(Visit)).one().arrived_at
    assert found == NOON
    assert found is not None
    assert found.tzinfo is UTC


def test_there_is_one_chain_of_revisions() -> None:
    assert len(revisions().get_heads()) == 1
    assert len(revisions().get_bases()) == 1


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("CREATE TABLE guests (name TEXT)", "table guests is not declared"),
        ("ALTER TABLE visit ADD COLUMN nickname TEXT", "column visit.nickname is not declared"),
        ("ALTER TABLE visit DROP COLUMN left_by", "column visit.left_by is missing"),
        ("DROP INDEX ix_visit_pass_id", "index ix_visit_pass_id is missing"),
        ("CREATE INDEX quick ON visit (state)", "index quick is not declared"),
        ("DROP TABLE visit", "table visit is missing"),
    ],
)
def test_a_database_changed_by_hand_is_refused(config: Config, tampering: str, said: str) -> None:
    open_database(config).close()
    raw(config, tampering)
    with pytest.raises(SchemaDiffers, match=said):
        open_database(config)


def test_a_newer_versions_database_is_refused_in_one_sentence_and_left_alone(config: Config) -> None:
    open_database(config).close()
    raw(config, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StateRefused, match="newer version") as refused:
        open_database(config)
    assert "\n" not in str(refused.value)
    with closing(Database(config.database_url())) as database, database.read() as session:
        assert session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").all() == [("9999",)]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://portier:hunter2@127.0.0.1:1/portier",
        "postgresql://portier:hunter2@no.such.host.invalid/portier",
        "postgresql://portier:not@encoded:hunter2/@127.0.0.1:1/portier",
        "postgresql://portier:hunter2@127.0.0.1:1/portier?no_such_option=hunter2",
        "nonsense://portier:hunter2@host",
        "hunter2",
    ],
)
def test_a_password_in_the_url_is_never_told_not_even_in_a_traceback(tmp_path: Path, url: str) -> None:
    config = make_config(tmp_path, database={"url": url})
    with pytest.raises((DatabaseUnavailable, ConfigurationRefused)) as refused:
        open_database(config)
    told = "".join(format_exception(refused.value))
    assert "hunter2" not in told


def test_a_mistake_of_ours_is_not_called_unavailable(database: Database) -> None:
    with database.write() as session:
        session.add(a_visit())
    with pytest.raises(DBAPIError), database.write() as session:
        session.add(a_visit())


def test_every_table_is_about_a_person_or_declared_otherwise() -> None:
    personal = {record.__tablename__ for record in personal_records()}
    assert "visit" in personal
    assert personal <= set(Base.metadata.tables)
