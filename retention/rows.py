"""Expired rows: they follow the keys whenever the database answers, in bounded batches, every table alike.

A row holds no key and no readable name, so that it may wait for its database; its deadline is in itself.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, inspect, select, tuple_
from sqlalchemy.orm import Session

from retention.base.database import Database, PersonalRecord, personal_records
from retention.rules import LEAD

BATCH: Final = 500


def delete_expired(database: Database, trusted: datetime) -> tuple[int, bool]:
    """Delete one batch of expired rows from every table: how many, and whether more remain.

    The caller scrubs the database's files afterwards. Raises DatabaseUnavailable, TryAgain.
    """
    deleted, more = 0, False
    for record in personal_records():
        with database.write() as session:
            gone = _delete_batch(session, record, trusted)
        deleted, more = deleted + gone, more or gone == BATCH
    return deleted, more


def count_expired(database: Database, now: datetime) -> dict[str, int]:
    """How many rows past their deadline each table still holds."""
    with database.read() as session:
        counts = {
            str(record.__tablename__): session.scalar(select(func.count()).where(record.expires_at <= now)) or 0
            for record in personal_records()
        }
    return {table: count for table, count in counts.items() if count}


def _delete_batch(session: Session, record: type[PersonalRecord], trusted: datetime) -> int:
    key = inspect(record).primary_key
    expired = select(*key).where(record.expires_at <= trusted + LEAD).order_by(record.expires_at).limit(BATCH)
    rows = [tuple(row) for row in session.execute(expired)]
    if rows:
        # The whole key: the first part of it alone may be shared with rows whose time has not come.
        session.execute(delete(record).where(tuple_(*key).in_(rows)))
    return len(rows)
