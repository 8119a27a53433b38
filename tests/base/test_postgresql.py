"""What is PostgreSQL's own: hosts that share it, and a server that goes, hangs, fills up or comes back."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text, update

from kiosk.tables import Visit
from retention.base import postgresql as ours
from retention.base.config import Config
from retention.base.database import Base, Database, open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, SchemaDiffers, TryAgain
from tests.base.rows import NOON, a_visit, raw
from tests.support.lobby import until
from tests.support.postgres import LOCKED, PASSWORD, PostgreSQL
from tests.support.state import make_config


@pytest.fixture
def database_url(postgresql: str) -> str:
    return postgresql


def name_in(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def count(database: Database) -> int:
    with database.read() as session:
        return len(session.scalars(select(Visit.id)).all())


# Tables.


def test_hosts_that_open_an_empty_database_at_once_make_one_schema(model_server: PostgreSQL, tmp_path: Path) -> None:
    url = model_server.create("empty")

    def start(number: int) -> Database:
        config = make_config(tmp_path / f"host-{number}", database={"url": url})
        try:
            return open_database(config)
        except TryAgain:  # a slow machine: as a service does, once more
            return open_database(config)

    with ThreadPoolExecutor(4) as hosts:
        for opened in hosts.map(start, range(4)):
            assert count(opened) == 0
            opened.close()
    model_server.drop("empty")


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("ALTER TABLE visit ALTER version DROP NOT NULL", "column visit.version has another nullable"),
        ("ALTER TABLE visit ALTER state TYPE bytea USING ''::bytea", "column visit.state has another type"),
        ("ALTER TABLE visit DROP CONSTRAINT pk_visit", "table visit has another primary key"),
    ],
)
def test_a_column_of_another_shape_is_refused(config: Config, tampering: str, said: str) -> None:
    raw(config, tampering)
    with pytest.raises(SchemaDiffers, match=said):
        open_database(config)


def test_every_name_is_short_enough_for_the_server() -> None:
    names = [thing.name for table in Base.metadata.tables.values() for thing in (table, *table.indexes)]
    names += [thing.name for table in Base.metadata.tables.values() for thing in table.constraints]
    assert [name for name in names if len(str(name)) > 63] == []


def test_tables_that_another_version_changed_meanwhile_are_said_to_be_that(config: Config, database: Database) -> None:
    assert count(database) == 0
    raw(config, "ALTER TABLE visit RENAME COLUMN sealed TO closed")
    with pytest.raises(SchemaDiffers, match="one version"), database.write() as session:
        session.add(a_visit())


# Two at once.


def test_writers_take_turns_so_that_what_one_has_seen_holds(database: Database) -> None:
    with database.write() as session:
        session.add(a_visit(version=0))

    def add_one(_: int) -> None:
        with database.write() as session:
            seen = session.scalars(select(Visit.version)).one()
            session.execute(text("SELECT pg_sleep(0.01)"))
            session.execute(update(Visit).values(version=seen + 1))

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(add_one, range(32)))
    with database.read() as session:
        assert session.scalars(select(Visit.version)).one() == 32


def test_a_server_with_stricter_habits_changes_nothing(
    model_server: PostgreSQL, postgresql: str, database: Database
) -> None:
    name = name_in(postgresql)
    for habit in ("default_transaction_isolation = 'serializable'", "timezone = 'Asia/Kathmandu'"):
        model_server.run("postgres", f"ALTER DATABASE {name} SET {habit}")
    strict = Database(postgresql)
    test_writers_take_turns_so_that_what_one_has_seen_holds(strict)
    with strict.write() as session:
        session.execute(update(Visit).values(arrived_at=NOON))
    with strict.read() as session:
        assert session.scalars(select(Visit)).one().arrived_at == NOON
        assert session.execute(text("SELECT arrived_at::text FROM visit")).scalar() == "2027-03-02 12:00:00+00"
    strict.close()


def test_a_view_stays_as_it_was_when_it_was_opened(database: Database) -> None:
    with database.read() as session:
        before = session.scalars(select(Visit.id)).all()
        with database.write() as writing:
            writing.add(a_visit())
        assert session.scalars(select(Visit.id)).all() == before


def test_a_turn_that_is_not_given_up_in_time_is_busy(
    database: Database, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "_SESSION", "SET lock_timeout = '0.1s'")
    second = Database(postgresql)
    with database.write() as session:
        session.execute(select(Visit))
        with pytest.raises(TryAgain), second.write() as other:
            other.execute(select(Visit))
    second.close()


def test_who_falls_silent_in_its_turn_loses_it(
    database: Database, postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours, "_SESSION", "SET idle_in_transaction_session_timeout = '0.1s'")
    silent = Database(postgresql)

    def dawdle() -> None:
        with silent.write() as session:
            session.add(a_visit())
            session.flush()
            with database.write() as other:
                other.add(a_visit(id="b" * 32))

    with pytest.raises(DatabaseUnavailable):
        dawdle()
    with database.read() as session:
        assert session.scalars(select(Visit.id)).all() == ["b" * 32]
    silent.close()


# What a server refuses, and what of it is told.


@pytest.mark.parametrize("slow", ["SELECT pg_sleep(9)", "SELECT FROM visit FOR UPDATE"])
def test_what_takes_too_long_is_busy(
    database: Database, postgresql: str, slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.write() as session:
        session.add(a_visit())
    monkeypatch.setattr(ours, "_SESSION", "SET statement_timeout = '0.1s'")
    second = Database(postgresql)
    with psycopg.connect(postgresql) as somebody:
        somebody.execute("SELECT FROM visit FOR UPDATE")
        with pytest.raises(TryAgain), second.write() as session:
            session.execute(text(slow))
    second.close()


def test_a_server_that_takes_no_writes_is_said_to_be_that(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match="primary"), database.write() as session:
        session.execute(text("SET TRANSACTION READ ONLY; DELETE FROM visit"))


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [("53100", DiskRefused), ("53300", TryAgain), ("57P03", DatabaseUnavailable), ("40P01", TryAgain)],
)
def test_what_else_a_server_may_say_has_its_meaning(database: Database, sqlstate: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), database.read() as session:
        session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'hunter2' USING ERRCODE = '{sqlstate}'; END $$"))


def test_a_user_that_may_do_too_little_is_told_what_to_put_right(config: Config, model_server: PostgreSQL) -> None:
    url = str(config.database.url).replace("portier@", f"{LOCKED}:{PASSWORD.replace(' ', '%20')}@")
    database = Database(url)
    with pytest.raises(DatabaseUnavailable, match="owner"):
        count(database)
    database.close()


@pytest.mark.parametrize("secret", ["hunter2", "", "hun%3Ater2"])
def test_a_wrong_password_is_not_told(config: Config, model_server: PostgreSQL, secret: str) -> None:
    database = Database(str(config.database.url).replace("portier@", f"{LOCKED}:{secret}@"))
    with pytest.raises(DatabaseUnavailable) as refused:
        count(database)
    assert not any(word in str(refused.value) for word in ("hunter2", "hun:ter2", LOCKED, str(model_server.folder)))
    database.close()


# A server that goes and comes back.


def test_a_lost_connection_is_made_again(database: Database, model_server: PostgreSQL, postgresql: str) -> None:
    assert count(database) == 0
    model_server.disconnect(name_in(postgresql))
    assert count(database) == 0


def test_a_connection_lost_in_the_middle_takes_back_all(
    database: Database, model_server: PostgreSQL, postgresql: str
) -> None:
    def lose_it() -> None:
        with database.write() as session:
            session.add(a_visit())
            session.flush()
            model_server.disconnect(name_in(postgresql))

    with pytest.raises(DatabaseUnavailable):
        lose_it()
    assert count(database) == 0


def test_a_server_that_is_killed_keeps_what_was_committed_and_is_used_again(
    own_server: PostgreSQL, tmp_path: Path
) -> None:
    database = open_database(make_config(tmp_path, database={"url": own_server.create("mine")}))
    with database.write() as session:
        session.add(a_visit())

    def die_in_it() -> None:
        with database.write() as session:
            session.add(a_visit(id="b" * 32))
            session.flush()
            own_server.kill()

    with pytest.raises(DatabaseUnavailable):
        die_in_it()
    with pytest.raises(DatabaseUnavailable):
        count(database)
    own_server.start()
    assert count(database) == 1
    database.close()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for seconds waits a moment."""
    monkeypatch.setattr(ours, "WAITS", {"write": 0.3, "read": 0.3, "migrate": None})
    monkeypatch.setattr(ours, "CONNECTING", 0.3)
    monkeypatch.setattr(ours, "LOOK_EVERY", 0.05)


def test_a_server_that_hangs_keeps_one_waiting_and_nobody_after_until_it_answers(
    own_server: PostgreSQL, tmp_path: Path, hasty: None
) -> None:
    ours.WAITS["read"] = 30.0
    database = open_database(make_config(tmp_path, database={"url": own_server.create("mine")}))
    ours.WAITS["read"] = 0.3
    own_server.freeze()
    with pytest.raises(DatabaseUnavailable, match="see that it runs"):
        count(database)
    with pytest.raises(DatabaseUnavailable, match="is not back"):
        count(database)
    own_server.thaw()

    def answers() -> bool:
        try:
            return count(database) == 0
        except DatabaseUnavailable:
            return False

    until(answers, "the database is used again")
    database.close()


@pytest.fixture
def silence() -> Iterator[int]:
    """The port of somebody who takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_that_says_nothing_is_given_up(silence: int, hasty: None) -> None:
    database = Database(f"postgresql://portier@127.0.0.1:{silence}/portier")
    with pytest.raises(DatabaseUnavailable):
        count(database)
    database.close()


def test_a_name_that_is_long_in_looking_up_is_given_up(hasty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = threading.Event(), socket.getaddrinfo

    def slow(*words: object, **named: object) -> object:
        found.wait(30)
        return asked("127.0.0.1", 1)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    database = Database("postgresql://portier@database.example/portier")
    with pytest.raises(DatabaseUnavailable):
        count(database)
    database.close()
    found.set()
