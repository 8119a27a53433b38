"""Rows for tests of the database."""

from datetime import UTC, date, datetime

from kiosk.tables import Visit
from retention.base.config import Config
from retention.base.database import Database

NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


def a_visit(**changes: object) -> Visit:
    """A row that can be stored, but for what the test changes."""
    row = {
        "id": "a" * 32,
        "day": date(2027, 3, 2),
        "version": 1,
        "state": "on_site",
        "sealed": b"x",
        "expires_at": NOON,
    }
    return Visit(**{**row, **changes})


def raw(config: Config, *statements: str) -> None:
    """Change the database as somebody with a database browser would."""
    database = Database(config.database_url())
    with database.write() as session:
        for statement in statements:
            session.connection().exec_driver_sql(statement)
    database.close()
