"""Brings a database to this version's tables, and refuses one that is not what was declared.

Run by `open_database` wherever it does not find the tables known (`retention.base.schema`). What has to be done is done
under a lock, so that two starting at once, be it on two hosts, do the work once. The revisions stand in
`retention/base/migrations/versions`, one chain for all rooms.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect

from retention.base.errors import DiskRefused, SchemaDiffers, StateRefused
from retention.base.schema import is_of_this_version

if TYPE_CHECKING:
    from retention.base.database import Database

_HERE = Path(__file__).parent / "migrations"


def revisions() -> ScriptDirectory:
    """The chain of revisions this version knows."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def bring_to_head(database: "Database", declared: MetaData, lock: Path) -> None:
    """Migrate to the newest revision, then hold the live tables against the declared ones.

    A second call changes nothing, and waits for nobody. Raises StateRefused for a newer version's database,
    SchemaDiffers.
    """
    script = revisions()
    while not _is_ready(database, script, declared):
        # A server's own lock holds between hosts; SQLite's gives up after some seconds.
        with _locked(lock) if database.embedded else nullcontext(), database.migrate() as session:
            if not _at_head(session.connection(), script):
                _upgrade(session.connection(), script, declared)
                _compare(session.connection(), declared)
                return


def _is_ready(database: "Database", script: ScriptDirectory, declared: MetaData) -> bool:
    with database.read() as session:
        if ready := _at_head(session.connection(), script):
            _compare(session.connection(), declared)
    return ready


def _at_head(connection: Connection, script: ScriptDirectory) -> bool:
    current = MigrationContext.configure(connection).get_current_heads()
    known = {revision.revision for revision in script.walk_revisions()}
    if unknown := [revision for revision in current if revision not in known]:
        raise StateRefused(
            f"a newer version of Portier made this database (schema {', '.join(unknown)}): "
            "install that version again; nothing was changed"
        )
    return set(current) == set(script.get_heads())


def _compare(connection: Connection, declared: MetaData) -> None:
    if is_of_this_version(connection, declared):
        return
    if problems := differences(connection, declared):
        raise SchemaDiffers(
            "the database is not as this version of Portier declares it: " + "; ".join(problems) + ". "
            "Put back the database of this version, or take away what was added by hand"
        )


def _upgrade(connection: Connection, script: ScriptDirectory, declared: MetaData) -> None:
    def steps(revision: Any, _: MigrationContext) -> Any:
        return script._upgrade_revs("heads", revision)

    with EnvironmentContext(AlembicConfig(), script, fn=steps) as environment:
        # Both databases can undo table changes; SQLite's stock settings in Alembic do not believe it.
        environment.configure(connection=connection, target_metadata=declared, transactional_ddl=True)
        environment.run_migrations()


def differences(connection: Connection, declared: MetaData) -> list[str]:
    """What the live tables have, lack, or have otherwise: columns, types, nullability, keys, indexes."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": declared})
    found = [_sentence(step) for change in compare_metadata(context, declared) for step in _flat(change)]
    return sorted(found + _primary_keys(connection, declared))


def _flat(change: Any) -> Iterator[tuple[Any, ...]]:
    if isinstance(change, list):
        for part in change:
            yield from _flat(part)
    else:
        yield change


def _sentence(step: tuple[Any, ...]) -> str:
    """One change Alembic would make, told as what is the matter now."""
    verb, what = step[0], step[1:]
    kind = verb.partition("_")[2].replace("_", " ")
    if verb in ("add_column", "remove_column"):
        return f"column {what[1]}.{what[2].name} {_state_of(verb)}"
    if verb.startswith("modify_"):
        return f"column {what[1]}.{what[2]} has another {kind}"
    return f"{kind} {getattr(what[0], 'name', what[0])} {_state_of(verb)}"


def _state_of(verb: str) -> str:
    return "is missing" if verb.startswith("add_") else "is not declared by any room"


def _primary_keys(connection: Connection, declared: MetaData) -> list[str]:
    live, found = inspect(connection), []
    for table in declared.tables.values():
        if live.has_table(table.name):
            key = live.get_pk_constraint(table.name)["constrained_columns"]
            if set(key) != {column.name for column in table.primary_key}:
                found.append(f"table {table.name} has another primary key")
    return found


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    try:
        lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = lock.open("a")
    except OSError as error:
        raise DiskRefused(
            f"{lock} cannot be written ({error.strerror}): give this user the right to write there"
        ) from error
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
