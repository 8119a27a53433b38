"""Whatever happens to a database server, visitors go in and out, staff see them, and the rows follow."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from sqlalchemy import select

from kiosk.tables import Visit
from retention.base import postgresql as ours
from retention.base.database import open_database
from retention.base.errors import PortierError
from retention.base.state import State
from tests.kiosk.lobby import ANN, ZOE, Lobby, make_lobby
from tests.support.clock import ManualClock
from tests.support.lobby import until
from tests.support.postgres import PostgreSQL
from tests.support.state import make_config

Trouble = Callable[[PostgreSQL, str], AbstractContextManager[None]]


@contextmanager
def connections_lost_and_refused(server: PostgreSQL, name: str) -> Iterator[None]:
    server.run("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    server.disconnect(name)
    yield
    server.run("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


@contextmanager
def table_locked(server: PostgreSQL, name: str) -> Iterator[None]:
    with psycopg.connect(server.url(name)) as somebody:
        somebody.execute("LOCK TABLE visit IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def read_only(server: PostgreSQL, name: str) -> Iterator[None]:
    server.run("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    server.disconnect(name)
    yield
    server.run("postgres", f"ALTER DATABASE {name} RESET default_transaction_read_only")
    server.disconnect(name)


FULL = "RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'"
AT_ONCE = "TRIGGER trouble BEFORE INSERT OR UPDATE ON visit"
AT_COMMIT = "CONSTRAINT TRIGGER trouble AFTER INSERT OR UPDATE ON visit DEFERRABLE INITIALLY DEFERRED"


def said_to_every_row(statement: str, when: str = AT_ONCE) -> Trouble:
    """The server answers each row that is written with this."""

    @contextmanager
    def trouble(server: PostgreSQL, name: str) -> Iterator[None]:
        body = f"CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {statement}; END $$"
        server.run(name, body, f"CREATE {when} FOR EACH ROW EXECUTE FUNCTION trouble()")
        yield
        server.run(name, "DROP TRIGGER trouble ON visit", "DROP FUNCTION trouble")

    return trouble


@contextmanager
def another_versions_tables(server: PostgreSQL, name: str) -> Iterator[None]:
    server.run(name, "ALTER TABLE visit RENAME COLUMN sealed TO closed")
    yield
    server.run(name, "ALTER TABLE visit RENAME COLUMN closed TO sealed")


@contextmanager
def a_column_this_version_does_not_fill(server: PostgreSQL, name: str) -> Iterator[None]:
    server.run(name, "ALTER TABLE visit ADD COLUMN floor int NOT NULL DEFAULT 0")
    server.run(name, "ALTER TABLE visit ALTER floor DROP DEFAULT")
    yield
    server.run(name, "ALTER TABLE visit DROP COLUMN floor")


@contextmanager
def killed(server: PostgreSQL, _: str) -> Iterator[None]:
    server.kill()
    yield
    server.start()


@contextmanager
def frozen(server: PostgreSQL, _: str) -> Iterator[None]:
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


SHARED: list[Trouble] = [
    connections_lost_and_refused,
    table_locked,
    read_only,
    another_versions_tables,
    a_column_this_version_does_not_fill,
    said_to_every_row(FULL),
    said_to_every_row(FULL, AT_COMMIT),
    said_to_every_row("PERFORM pg_sleep(9)"),
    said_to_every_row("PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(9)"),
]
NAMES = [
    "refused",
    "locked",
    "read only",
    "other tables",
    "other columns",
    "full",
    "full at the commit",
    "slow",
    "lost in the middle",
]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for seconds waits a moment."""
    monkeypatch.setattr(ours, "_SESSION", "SET lock_timeout = '0.2s'; SET statement_timeout = '0.3s'")
    monkeypatch.setattr(ours, "LOOK_EVERY", 0.05)


@pytest.fixture
def database_url(postgresql: str) -> str:
    return postgresql


def agree(lobby: Lobby) -> bool:
    """Whether the table says of everybody what the roll says."""
    lobby.register.add_missing_rows()
    entries = lobby.roll().entries
    assert lobby.database is not None
    try:
        with lobby.database.read() as session:
            rows = {row.id: (row.state, row.pass_id) for row in session.scalars(select(Visit))}
    except PortierError:
        return False
    return bool(entries) and rows == {one.visit: (str(one.state), one.pass_id) for one in entries}


def go_in_and_out(lobby: Lobby, server: PostgreSQL, trouble: Trouble) -> None:
    """The day of two visitors, through the trouble and after it."""
    ann = lobby.reception.sign_in(ANN)
    assert lobby.database is not None
    name = str(lobby.database.engine.url.database)
    with trouble(server, name):
        zoe = lobby.reception.sign_in(ZOE)
        lobby.reception.sign_out(ann.pass_)
        assert zoe.pass_ != ann.pass_
        assert [entry.name for entry in lobby.roll().on_site] == ["Zoë Öztürk"]
        assert {seen.name for seen in lobby.register.visits()} == {"Ann de Vries", "Zoë Öztürk"}
    until(lambda: agree(lobby), "the rows follow")
    lobby.reception.sign_out(zoe.pass_)
    assert {str(seen.state) for seen in lobby.register.visits()} == {"left"}
    assert agree(lobby)


@pytest.mark.parametrize("trouble", SHARED, ids=NAMES)
def test_visitors_go_in_and_out_through_it_and_the_rows_follow(
    hasty: None, lobby: Lobby, model_server: PostgreSQL, trouble: Trouble
) -> None:
    go_in_and_out(lobby, model_server, trouble)


@pytest.fixture
def own_lobby(hasty: None, own_server: PostgreSQL, state: State, clock: ManualClock) -> Iterator[Lobby]:
    config = make_config(state.directory, database={"url": own_server.create("lobby")})
    open_database(config).close()
    with make_lobby(config, clock) as lobby:
        yield lobby


def test_a_server_that_dies_and_one_that_hangs_stop_nobody(
    own_lobby: Lobby, own_server: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_in_and_out(own_lobby, own_server, killed)
    monkeypatch.setattr(ours, "WAITS", {"write": 0.5, "read": 0.5, "migrate": None})
    zoe = own_lobby.reception.sign_in(ZOE)
    with frozen(own_server, ""):
        own_lobby.reception.sign_in(ANN)
        own_lobby.reception.sign_out(zoe.pass_)
        assert [entry.name for entry in own_lobby.roll().on_site] == ["Ann de Vries"]
    until(lambda: agree(own_lobby), "the rows follow")


def test_a_present_visit_without_arrival_gives_way_to_one_with(lobby: Lobby) -> None:
    """Both databases agree on where nothing stands in a row of moments."""
    given = lobby.reception.sign_in(ANN)
    assert lobby.database is not None
    with lobby.database.write() as session:
        row = session.get_one(Visit, given.visit)
        odd = Visit(id="f" * 32, day=row.day, version=1, state=row.state, pass_id=row.pass_id)
        odd.sealed, odd.expires_at = row.sealed, row.expires_at
        session.add(odd)
    lobby.office.state.passes.unlink()
    lobby.clock.advance(minutes=1)
    lobby.reception.sign_out(given.pass_)
    with lobby.database.read() as session:
        assert session.get_one(Visit, given.visit).state == "left"
