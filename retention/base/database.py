"""The one place that opens the database, and the only one that knows which kind it is.

Two doors: `write` is one unit of work, committed whole or not at all; `read` is a view through which the
database itself refuses to write. A row about a person is a `PersonalRecord` or it cannot be declared.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event, text
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from retention.base.config import Config
from retention.base.errors import ConfigurationRefused, DatabaseUnavailable, DiskRefused, PortierError, TryAgain

log = logging.getLogger("portier.database")

_DISK = re.compile(r"disk is full|disk I/O|readonly database|read-only|No space left", re.IGNORECASE)
_BUSY = re.compile(r"database is locked|database table is locked|deadlock|lock timeout|serialize access", re.IGNORECASE)


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
    """An engine with two doors: one that may write, one that may not."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        readers = self.engine.execution_options(read_only=True)
        self._write = sessionmaker(self.engine, expire_on_commit=False)
        self._read = sessionmaker(readers, expire_on_commit=False)

    def write(self) -> AbstractContextManager[Session]:
        """One unit of work: commits at the end, rolls back on any exception; writers wait for each other."""
        return _door(self._write)

    def read(self) -> AbstractContextManager[Session]:
        """A consistent view; the database refuses writes through it."""
        return _door(self._read)

    def scrub(self) -> None:
        """Leave nothing of deleted rows in the files of an embedded database; call after every disposal."""
        if self.engine.dialect.name == "sqlite":
            with translated(), self.engine.connect() as connection:
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]

    def close(self) -> None:
        self.engine.dispose()


def open_database(config: Config) -> Database:
    """Open the configured database, brought to this version's schema.

    Raises SchemaDiffers when live and declared tables disagree, StateRefused when a newer version made it,
    DatabaseUnavailable, DiskRefused or TryAgain when it cannot be used now.
    """
    from retention.base.migrate import bring_to_head  # noqa: PLC0415 - Alembic is slow to import and knows this module

    declared_tables()
    state = config.where()
    if config.database.url is None:
        state.prepare()
        _make_shared(state.database_file)
    database = Database(config.database_url())
    try:
        with translated():
            bring_to_head(database.engine, Base.metadata, state.run / "database.lock")
    except BaseException:
        database.close()
        raise
    return database


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
        # SQLite's plain DatabaseError is a file that is damaged or no database; all other kinds are faults of ours.
        if isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError:
            raise _refusal(error) from error
        raise


@contextmanager
def _door(maker: sessionmaker[Session]) -> Iterator[Session]:
    with translated(), maker.begin() as session:
        yield session


def _refusal(error: DBAPIError) -> PortierError:
    said = str(error.orig).strip().splitlines()
    reason = said[0] if said else type(error).__name__
    if _DISK.search(reason):
        return DiskRefused(f"the database cannot be written ({reason}): make room or give this user the right to write")
    if _BUSY.search(reason):
        return TryAgain(f"the database is busy ({reason}): try again")
    return DatabaseUnavailable(f"the database does not answer ({reason}): see that it runs and [database] url is right")


def _engine(url: str) -> Engine:
    try:
        engine = _patient_engine(_with_driver(url))
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        # The URL stays out of the sentence: it may hold a password.
        raise ConfigurationRefused(
            "[database] url", ['write it as "sqlite:////path/file.db" or "postgresql://host/name"']
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _patient_engine(url: str) -> Engine:
    """An engine that waits for a server for seconds, never for minutes: somebody stands at the door."""
    if url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True)
    waits = {"connect_timeout": 3, "tcp_user_timeout": 10_000, "options": "-c lock_timeout=5000"}
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, connect_args=waits)


def _make_shared(file: Path) -> None:
    """Let the services' group write as far as the umask allows; SQLite by itself lets the owner alone."""
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660))
    except OSError as error:
        raise DiskRefused(
            f"{file} cannot be written ({error.strerror}): give this user the right to write there"
        ) from error


def _with_driver(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN lets a savepoint escape a rollback
    for pragma in ("busy_timeout=5000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if read_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


# Writers take turns, as they do in SQLite: what one decides on (is this pass free?) cannot change under it.
_TURN = 0x506F7274


def _begin_postgresql(connection: Any) -> None:
    if connection.get_execution_options().get("read_only", False):
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    else:
        connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": _TURN})
