"""What is SQLite's own: its file on the disk."""

import multiprocessing
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from sqlalchemy import select

from kiosk.tables import Visit
from retention.base.config import Config
from retention.base.database import Database, open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, SchemaDiffers, StateRefused
from tests.base.rows import a_visit


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


def test_a_deleted_row_is_in_no_file_after_scrubbing(database: Database, config: Config) -> None:
    with database.write() as session:
        session.add(a_visit(sealed=b"to be forgotten" * 300))
    with database.write() as session:
        session.delete(session.scalars(select(Visit)).one())
    database.scrub()
    files = config.where().directory.glob("portier.db*")
    assert not any(b"to be forgotten" in file.read_bytes() for file in files)


def test_opening_twice_changes_nothing(config: Config) -> None:
    open_database(config).close()
    before = (config.where().directory / "portier.db").read_bytes()
    open_database(config).close()
    assert (config.where().directory / "portier.db").read_bytes() == before


def test_a_known_file_is_opened_without_loading_alembic(config: Config) -> None:
    open_database(config).close()
    opening = "import sys; from retention.base import config, database; "
    opening += "database.open_database(config.load(None)); sys.exit('alembic' in sys.modules)"
    surroundings = os.environ | {"PORTIER_STATE": str(config.where().directory)}
    assert subprocess.run([sys.executable, "-c", opening], env=surroundings, check=False).returncode == 0


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


def test_a_newer_versions_file_is_left_alone_to_the_byte(config: Config) -> None:
    open_database(config).close()
    with closing(sqlite3.connect(config.where().database_file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (config.where().directory / "portier.db").read_bytes()
    with pytest.raises(StateRefused, match="newer version"):
        open_database(config)
    assert (config.where().directory / "portier.db").read_bytes() == before


def test_a_file_that_is_no_database_is_refused_in_one_sentence(config: Config) -> None:
    config.where().prepare()
    (config.where().directory / "portier.db").write_bytes(b"these are my holiday pictures" * 100)
    with pytest.raises((DatabaseUnavailable, StateRefused)) as refused:
        open_database(config)
    assert "\n" not in str(refused.value)


def test_a_full_disk_is_said_as_that(database: Database) -> None:
    with database.read() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count = 1")  # holds for this connection, used again below
    with pytest.raises(DiskRefused), database.write() as session:
        session.add(a_visit(sealed=b"x" * 1_000_000))
