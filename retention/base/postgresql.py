"""What is PostgreSQL's own: how long anybody waits for it, whose turn it is to write, and what its refusals mean.

Somebody stands at the door: a unit of work spends a few seconds at most on waiting for the server, connecting
included. Whoever waited in vain tells the others, who then do not wait at all until the server answers again.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg.errors import _WaitTimeout
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolEmpty

from retention.base.clock import SystemClock
from retention.base.errors import (
    ConfigurationRefused,
    DatabaseUnavailable,
    DiskRefused,
    PortierError,
    SchemaDiffers,
    TryAgain,
)

WAITS: Final = {"write": 3.0, "read": 10.0, "migrate": None}
"""Seconds that a unit of work behind each door waits for the server, all its steps together."""
CONNECTING: Final = 3.0
LOOK_EVERY: Final = 2.0
"""Seconds between two looks at a server that did not answer in time."""

# Writers take turns, as they do in SQLite: what one decides on (is this pass free?) cannot change under it.
_TURN = 0x506F7274
_BEGIN = {
    "read": "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    "write": f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({_TURN})",
    "migrate": "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0; "
    f"SELECT pg_advisory_xact_lock({_TURN})",
}
# A kiosk whose power goes in the middle of its turn keeps the others from theirs no longer than this.
_SESSION = (
    "SET timezone = 'UTC'; SET lock_timeout = '2s'; SET statement_timeout = '10s'; "
    "SET idle_in_transaction_session_timeout = '10s'"
)
_WIRE = {"connect_timeout": 3, "tcp_user_timeout": 10_000, "keepalives_idle": 30, "keepalives_interval": 10}
_CLOCK = SystemClock()


class _Patience(threading.local):
    """How long this thread still waits for a server; None: as long as it takes."""

    left: float | None = None


_patience = _Patience()


@contextmanager
def patience(seconds: float | None) -> Iterator[None]:
    """What is done within waits so long for the server, all in all."""
    before, _patience.left = _patience.left, seconds
    try:
        yield
    finally:
        _patience.left = before


@contextmanager
def _waiting() -> Iterator[None]:
    began = _CLOCK.monotonic()
    try:
        yield
    finally:
        if _patience.left is not None:
            _patience.left = max(0.0, _patience.left - (_CLOCK.monotonic() - began))


class _Impatient(psycopg.Connection[Any]):
    """A connection that is given up once its thread has no patience left; the server's network may be dead."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        with _waiting():
            try:
                return super().wait(gen, interval, _patience.left if timeout is None else timeout)
            except _WaitTimeout as error:
                self.pgconn.finish()
                raise psycopg.OperationalError("no answer in time") from error


class Server:
    """One database on a server, as one process sees it."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_timeout=CONNECTING, connect_args=_WIRE
        )
        event.listen(self.engine, "do_connect", _connect)
        event.listen(self.engine, "begin", _begin)
        self._closed, self._away = threading.Event(), threading.Event()

    @contextmanager
    def unit(self, door: str) -> Iterator[None]:
        """A unit of work, with its patience. Raises DatabaseUnavailable at once while nobody gets an answer."""
        if self._away.is_set():
            raise DatabaseUnavailable("the database did not answer in time, and is not back: see that its server runs")
        with patience(WAITS[door]):
            try:
                yield
            finally:
                if _patience.left == 0.0 and not self._away.is_set():
                    self._away.set()
                    threading.Thread(target=self._look_out, name="database", daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self.engine.dispose()

    def _look_out(self) -> None:
        while not self._closed.wait(LOOK_EVERY):
            try:
                with patience(CONNECTING), self.engine.connect():
                    break
            except (DBAPIError, PoolEmpty):
                continue
        self._away.clear()
        if self._closed.is_set():
            self.engine.dispose()


def _connect(_: Any, __: Any, arguments: list[Any], options: dict[str, Any]) -> _Impatient:
    """Connect in a thread of its own: looking up the server's name alone may take longer than anybody should wait."""
    answer: Future[_Impatient] = Future()
    threading.Thread(target=_answer, args=(answer, arguments, options), name="connecting", daemon=True).start()
    with _waiting():
        try:
            return answer.result(CONNECTING if _patience.left is None else min(CONNECTING, _patience.left))
        except TimeoutError:
            answer.add_done_callback(_hang_up)
            raise psycopg.OperationalError("no connection in time") from None


def _answer(answer: Future[_Impatient], arguments: list[Any], options: dict[str, Any]) -> None:
    try:
        connection = _Impatient.connect(*arguments, autocommit=True, **options)
        connection.execute(_SESSION)
        connection.autocommit = False
    except (psycopg.Error, OSError, ValueError) as error:
        answer.set_exception(error)
    else:
        answer.set_result(connection)


def _hang_up(late: Future[_Impatient]) -> None:
    if late.exception() is None:
        late.result().close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(_BEGIN[connection.get_execution_options().get("door", "write")])


# What a refusal means, by its SQLSTATE or the class of it. The server's own words stay out of the sentence: they may
# name hosts, users and values, and are in the language its operator chose.
_SILENT = "the database does not answer: see that it runs, and that [database] url names it, its user and password"
_MEANS: dict[str, tuple[type[PortierError], str]] = {
    "25": (DatabaseUnavailable, "the database gave up this unit of work: it took too long in between"),
    "25006": (DatabaseUnavailable, "the database takes no writes: name the primary server in [database] url"),
    "40": (TryAgain, "the database is busy: try again"),
    "42": (SchemaDiffers, "the tables are not those of this version of Portier: run one version on all hosts"),
    "42501": (DatabaseUnavailable, "the database allows this user too little: make it owner of database and tables"),
    "53": (TryAgain, "the database server is out of connections or memory: try again"),
    "53100": (DiskRefused, "the database server's disk is full: make room"),
    "55": (TryAgain, "the database is busy: try again"),
    "57014": (TryAgain, "the database took too long: try again"),
    "58": (DiskRefused, "the database server cannot read or write its files: see to its disk"),
    "XX": (DatabaseUnavailable, "the database's files are damaged: put a backup back"),
}


def refusal(error: DBAPIError) -> PortierError | None:
    """The error of ours that the driver's means; None where the fault is ours."""
    orig = error.orig
    assert isinstance(orig, psycopg.Error)
    code = orig.sqlstate or ""
    if means := _MEANS.get(code) or _MEANS.get(code[:2]):
        kind, sentence = means
        return kind(sentence)
    if isinstance(orig, psycopg.OperationalError | psycopg.InterfaceError):
        return DatabaseUnavailable(_SILENT)
    if isinstance(orig, psycopg.ProgrammingError) and error.statement is None:
        return ConfigurationRefused("[database] url", ["PostgreSQL does not know one of the options behind its ?"])
    return None
