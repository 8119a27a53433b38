"""How an embedded database of this version looks, so that opening one needs no Alembic: a quarter of a small command.

Both sides are in the fingerprint: the file's own words for its tables, with its revision, and what the rooms declare.
A test holds the one written here against a file that was migrated and compared. Whatever has another, be it a new, an
older, a newer or a changed one, is looked at closely by `retention.base.migrate`; so a wrong one here costs time only.
"""

from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, MetaData
from sqlalchemy.schema import CreateIndex, CreateTable

OF_THIS_VERSION: Final = "5c996cecdf66d087120081fb5721e900acd24d756993c8d6f75edfa94738aa2b"


def is_of_this_version(connection: Connection, declared: MetaData) -> bool:
    """Whether nothing is to be done or compared; a server's tables are never known this way."""
    return connection.dialect.name == "sqlite" and fingerprint(connection, declared) == OF_THIS_VERSION


def fingerprint(connection: Connection, declared: MetaData) -> str:
    """What tells the live tables of an SQLite file, beside those declared, from any others."""
    live = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
    tables = [tuple(row) for row in live]
    at = []
    if any(name == "alembic_version" for _, name, _, _ in tables):
        at = [tuple(row) for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")]
    return sha256(repr((at, tables, _told(declared))).encode()).hexdigest()


def _told(declared: MetaData) -> list[str]:
    """The declaration as statements that would make it."""
    tables = sorted(declared.tables.values(), key=lambda table: table.name)
    indexes = sorted((one for table in tables for one in table.indexes), key=lambda index: str(index.name))
    return [str(made) for made in (*map(CreateTable, tables), *map(CreateIndex, indexes))]
