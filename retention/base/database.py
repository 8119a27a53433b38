"""The one place that opens the database, and with `postgresql` the only one that knows which kind it is.

Two doors: `write` is one unit of work, committed whole or not at all; `read` is a view through which the
database itself refuses to write. A row about a person is a `PersonalRecord` or it cannot be declared.
"""

import logging
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolEmpty
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from retention.base.config import Config
from retention.base.errors import ConfigurationRefused, DatabaseUnavailable, DiskRefused, PortierError, TryAgain
from retention.base.schema import is_of_this_version

if TYPE_CHECKING:
    from retention.base.postgresql import Server

log = logging.getLogger("portier.database")

_DISK = re.compile(r"disk is full|disk I/O|readonly database|read-only|No space left", re.IGNORECASE)
_BUSY = re.compile(r"database is locked|database table is locked", re.IGNORECASE)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, always aware and always UTC; a naive one is refused at the door."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of Portier. Constraints carry predictable names, so that both databases can drop them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime}


class PersonalRecord(Base):
    """A row about a person: it names its kind and cannot exist without an expiry."""

    __abstract__ = True
    kind: ClassVar[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if not cls.__dict__.get("__abstract__") and "kind" not in cls.__dict__:
            raise TypeError(f"{cls.__name__} must set 'kind' to name its retention rule")
        super().__init_subclass__(**kwargs)


class Database:
    """An engine with two doors, one that may write and one that may not; and one for whoever changes the tables."""

    def __init__(self, url: str) -> None:
        self.engine, self._server = _opened(url)

    @property
    def embedded(self) -> bool:
        """A file of this machine, and no server."""
        return self._server is None

    def write(self) -> AbstractContextManager[Session]:
        """One unit of work: commits at the end, rolls back on any exception; writers wait for each other."""
        return self._door("write")

    def read(self) -> AbstractContextManager[Session]:
        """A consistent view; the database refuses writes through it."""
        return self._door("read")

    def migrate(self) -> AbstractContextManager[Session]:
        """A unit of work on the tables themselves, which may take its time."""
        return self._door("migrate")

    def scrub(self) -> bool:
        """Leave nothing of deleted rows in the files of an embedded database; call after every disposal.

        False while somebody still reads what was there before: call again. A server's files are its own, and may
        hold sealed bytes of deleted rows until it uses their place again.
        """
        if not self.embedded:
            return True
        with self._afresh_after_a_fault(), translated(), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            try:
                busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.Error as error:
                raise _meaning(str(error)) from error
        return not busy

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self.engine.dispose()

    @contextmanager
    def _door(self, door: str) -> Iterator[Session]:
        patience = self._server.unit(door) if self._server is not None else nullcontext()
        bound = self.engine.execution_options(door=door)
        fresh = self._afresh_after_a_fault()
        with fresh, patience, translated(), Session(bound, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _afresh_after_a_fault(self) -> Iterator[None]:
        """What is open on a disk that failed stays lost once that is mounted anew: the next call opens it again."""
        try:
            yield
        except (DiskRefused, DatabaseUnavailable):
            if self.embedded:
                self.engine.dispose()
            raise


def open_database(config: Config) -> Database:
    """Open the configured database, brought to this version's schema.

    Raises SchemaDiffers when live and declared tables disagree, StateRefused when a newer version made it,
    DatabaseUnavailable, DiskRefused or TryAgain when it cannot be used now.
    """
    declared_tables()
    state = config.where()
    if config.database.embedded:
        state.prepare()
        _make_shared(state.database_file)
    database = Database(config.database_url())
    try:
        if not _needs_nothing(database):
            # Alembic is slow to import, and knows this module.
            from retention.base.migrate import bring_to_head  # noqa: PLC0415

            bring_to_head(database, Base.metadata, state.run / "database.lock")
    except BaseException:
        database.close()
        raise
    return database


def _needs_nothing(database: Database) -> bool:
    with database.read() as session:
        return is_of_this_version(session.connection(), Base.metadata)


@cache
def declared_tables() -> MetaData:
    """Every room's tables, found through the entry points `portier.tables`."""
    for entry in entry_points(group="portier.tables"):
        try:
            import_module(entry.value)
        except ModuleNotFoundError as error:
            # A room left out of this installation has no tables here; anything else missing is a fault.
            if error.name not in (entry.value, entry.value.partition(".")[0]):
                raise
    return Base.metadata


def personal_records() -> list[type[PersonalRecord]]:
    """Every declared kind of row about a person: what a disposal of expired rows must visit."""
    declared_tables()
    found = [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, PersonalRecord)]
    return sorted(found, key=lambda record: str(record.__tablename__))


@contextmanager
def translated() -> Iterator[None]:
    """Turn what the driver raises into an error of ours, told without values or a password."""
    try:
        yield
    except DBAPIError as error:
        if (refused := _refusal(error)) is None:
            raise
        raise refused from error
    except PoolEmpty as error:
        raise TryAgain("too much is asked of the database at once: try again") from error


def _refusal(error: DBAPIError) -> PortierError | None:
    """The error of ours that the driver's means; None where the fault is ours."""
    if hasattr(error.orig, "sqlstate"):
        from retention.base import postgresql  # noqa: PLC0415 - its driver is slow to import

        return postgresql.refusal(error)
    # SQLite's plain DatabaseError is a file that is damaged or no database; all other kinds are faults of ours.
    if not (isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError):
        return None
    said = str(error.orig).strip().splitlines()
    return _meaning(said[0] if said else type(error).__name__)


def _meaning(reason: str) -> PortierError:
    """The error of ours for what SQLite says."""
    if _DISK.search(reason):
        return DiskRefused(f"the database cannot be written ({reason}): make room or give this user the right to write")
    if _BUSY.search(reason):
        return TryAgain(f"the database is busy ({reason}): try again")
    return DatabaseUnavailable(f"the database does not answer ({reason}): see that it runs and [database] url is right")


def _opened(url: str) -> "tuple[Engine, Server | None]":
    scheme, _, rest = url.partition("://")
    try:
        if scheme in ("postgres", "postgresql"):
            from retention.base.postgresql import Server  # noqa: PLC0415 - its driver is slow to import

            server = Server(f"postgresql+psycopg://{rest}")
            return server.engine, server
        engine = create_engine(url, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        # The URL stays out of the sentence, and what was said of it too: it may hold a password.
        problems = ['write it as "sqlite:////path/file.db" or "postgresql://host/name", its password percent-encoded']
        raise ConfigurationRefused("[database] url", problems) from None
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine, None


def _make_shared(file: Path) -> None:
    """Let the services' group write as far as the umask allows; SQLite by itself lets the owner alone."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660))
    except OSError as error:
        raise DiskRefused(
            f"{file} cannot be written ({error.strerror}): give this user the right to write there"
        ) from error


_PRAGMAS: Final = (
    "busy_timeout=5000",
    "foreign_keys=ON",
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "cache_size=-256",  # kilobytes: a process by the door that remembers the day's rows grows all day
)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN lets a savepoint escape a rollback
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    read_only = connection.get_execution_options().get("door") == "read"
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
