"""How the tables of this version look, so that opening a database needs no Alembic: a quarter of a small command.

Both sides are in the fingerprint: the database's own words for its tables, with its revision, and what the rooms
declare. A test holds those written here against a database that was migrated and compared. Whatever has another, be it
new, older, newer, changed or told by a server in other words, is looked at closely by `retention.base.migrate`; so a
fingerprint that is out of date costs time only.
"""

from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, MetaData
from sqlalchemy.schema import CreateIndex, CreateTable

OF_THIS_VERSION: Final = {
    "sqlite": "007f083ec33b21bd492a317ffeffb085ca3108a0ac041cc93971a3f5dcd1e817",
    "postgresql": "e06bc1de86e3491ee917b2572a0ea1d63a396968bc32a4995548863280f9bf92",
}
# Each row: kind, table, name, and all that is said of it.
_LIVE: Final = {
    "sqlite": "SELECT type, tbl_name, name, sql FROM sqlite_schema",
    "postgresql": """
        SELECT 'column', c.relname::text, a.attname::text, concat_ws(' ', c.relkind, a.attnum,
            format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid))
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'f')
        UNION ALL SELECT 'index', tablename::text, indexname::text, indexdef
        FROM pg_indexes WHERE schemaname = current_schema()
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname::text, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype IN ('p', 'u', 'f', 'c')
    """,
}


def is_of_this_version(connection: Connection, declared: MetaData) -> bool:
    """Whether nothing is to be done or compared."""
    return fingerprint(connection, declared) == OF_THIS_VERSION[connection.dialect.name]


def fingerprint(connection: Connection, declared: MetaData) -> str:
    """What tells the live tables, beside those declared, from any others."""
    live = sorted(repr(tuple(row)) for row in connection.exec_driver_sql(_LIVE[connection.dialect.name]))
    at: list[str] = []
    if any("'alembic_version'" in row for row in live):
        at = [str(row[0]) for row in connection.exec_driver_sql("SELECT version_num FROM alembic_version")]
    return sha256(repr((at, live, _told(declared))).encode()).hexdigest()


def _told(declared: MetaData) -> list[str]:
    """The declaration as statements that would make it."""
    tables = sorted(declared.tables.values(), key=lambda table: table.name)
    indexes = sorted((one for table in tables for one in table.indexes), key=lambda index: str(index.name))
    return [str(made) for made in (*map(CreateTable, tables), *map(CreateIndex, indexes))]
