"""The database's two doors, its migrations, and what it refuses."""

import multiprocessing
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from kiosk.tables import Visit
from retention.base.config import Config
from retention.base.database import Base, Database, PersonalRecord, open_database, personal_records
from retention.base.errors import (
    ConfigurationRefused,
    DatabaseUnavailable,
    DiskRefused,
    PortierError,
    SchemaDiffers,
    StateRefused,
)
from retention.base.migrate import revisions
from tests.support.state import make_config

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def database(config: Config) -> Iterator[Database]:
    database = open_database(config)
    yield database
    database.close()


def a_visit(**changes: object) -> Visit:
    row = {
        "id": "a" * 32,
        "day": date(2027, 3, 2),
        "version": 1,
        "state": "on_site",
        "sealed": b"x",
        "expires_at": NOON,
    }
    return Visit(**{**row, **changes})


def _add_and_fail(session: Session) -> None:
    with session.begin_nested():
        session.add(a_visit())
    raise RuntimeError


def raw(config: Config, statement: str) -> None:
    """Change the file as somebody with a database browser would."""
    connection = sqlite3.connect(config.where().directory / "portier.db")
    connection.execute(statement)
    connection.commit()
    connection.close()


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


def test_a_deleted_row_is_in_no_file_after_scrubbing(database: Database, config: Config) -> None:
    with database.write() as session:
        session.add(a_visit(sealed=b"to be forgotten" * 300))
    with database.write() as session:
        session.delete(session.scalars(select(Visit)).one())
    database.scrub()
    files = config.where().directory.glob("portier.db*")
    assert not any(b"to be forgotten" in file.read_bytes() for file in files)


def test_there_is_one_chain_of_revisions() -> None:
    assert len(revisions().get_heads()) == 1
    assert len(revisions().get_bases()) == 1


def test_opening_twice_changes_nothing(config: Config) -> None:
    open_database(config).close()
    before = (config.where().directory / "portier.db").read_bytes()
    open_database(config).close()
    assert (config.where().directory / "portier.db").read_bytes() == before


def _open(config: Config) -> None:
    open_database(config).close()


def test_six_processes_opening_at_once_make_one_schema(config: Config) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=_open, args=(config,)) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * 6


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


@pytest.mark.parametrize(
    ("column", "instead", "said"),
    [
        ("version INTEGER NOT NULL", "version INTEGER", "column visit.version has another nullable"),
        ("state VARCHAR(16)", "state BLOB", "column visit.state has another type"),
        (", \n\tCONSTRAINT pk_visit PRIMARY KEY (id)", "", "table visit has another primary key"),
    ],
)
def test_a_column_of_another_shape_is_refused(config: Config, column: str, instead: str, said: str) -> None:
    open_database(config).close()
    path = config.where().directory / "portier.db"
    connection = sqlite3.connect(path)
    (made,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'visit'").fetchone()
    assert column in made
    indexes = [
        row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE type='index' AND sql NOT NULL")
    ]
    for statement in ("DROP TABLE visit", made.replace(column, instead), *indexes):
        if "ON visit" in statement or "TABLE visit" in statement:
            connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(SchemaDiffers, match=said):
        open_database(config)


def test_a_newer_versions_database_is_refused_in_one_sentence_and_left_alone(config: Config) -> None:
    open_database(config).close()
    raw(config, "UPDATE alembic_version SET version_num = '9999'")
    before = (config.where().directory / "portier.db").read_bytes()
    with pytest.raises(StateRefused, match="newer version") as refused:
        open_database(config)
    assert "\n" not in str(refused.value)
    assert (config.where().directory / "portier.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_in_one_sentence(config: Config) -> None:
    config.where().prepare()
    (config.where().directory / "portier.db").write_bytes(b"these are my holiday pictures" * 100)
    with pytest.raises((DatabaseUnavailable, StateRefused)) as refused:
        open_database(config)
    assert "\n" not in str(refused.value)


def test_a_password_in_the_url_is_never_told(tmp_path: Path) -> None:
    for url in ("postgresql://portier:hunter2@127.0.0.1:1/portier", "nonsense://portier:hunter2@host", "hunter2"):
        config = make_config(tmp_path, database={"url": url})
        with pytest.raises((DatabaseUnavailable, ConfigurationRefused)) as refused:
            open_database(config)
        assert "hunter2" not in str(refused.value)


def test_a_full_disk_is_said_as_that(database: Database) -> None:
    with database.read() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")  # holds for this connection, used again below
    with pytest.raises(DiskRefused), database.write() as session:
        session.add(a_visit(sealed=b"x" * 1_000_000))


def test_a_mistake_of_ours_is_not_called_unavailable(database: Database) -> None:
    with database.write() as session:
        session.add(a_visit())
    with pytest.raises(DBAPIError), database.write() as session:
        session.add(a_visit())


def test_every_table_is_about_a_person_or_declared_otherwise() -> None:
    personal = {record.__tablename__ for record in personal_records()}
    assert "visit" in personal
    assert personal <= set(Base.metadata.tables)
