"""One row, and the board, brought to where the roll is. The caller owns the transaction and holds the board."""

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from kiosk.calamity.record import Entry, Whereabouts
from kiosk.changes import NAMELESS, PRESENT, REFUSED, keep_codes
from kiosk.passboard import Board, Holder
from kiosk.rows import Stands
from kiosk.tables import Visit


def is_level(stands: Stands | None, entry: Entry, day: date) -> bool:
    """Whether a row, or none, says what the roll says, or more."""
    if entry.forgotten or stands is None:
        return entry.forgotten and stands is None
    if entry.deleted and not stands.nameless:
        return False
    same = stands.day > day or (stands.day, stands.state) == (day, entry.state)
    return stands.version > entry.version or (stands.version == entry.version and same)


def follow(session: Session, entry: Entry, day: date, sealed: Callable[[Entry], bytes], expires: datetime) -> bool:
    """Bring one row to its entry; whether it was behind."""
    row = session.get(Visit, entry.visit)
    stands = Stands(row.day, row.version, row.state, row.sealed == NAMELESS) if row else None
    if is_level(stands, entry, day):
        return False
    if entry.forgotten:
        session.delete(row)
        return True
    if row is None:
        row = Visit(id=entry.visit)
        session.add(row)
    row.day, row.version, row.state, row.pass_id = day, entry.version, entry.state, entry.pass_id or None
    row.arrived_at = None if entry.state is Whereabouts.EXPECTED else entry.arrived
    row.left_at, row.left_by = entry.left, entry.by if entry.left else None
    row.left_how, row.waits = REFUSED if entry.refused else None, entry.waits
    row.sealed, row.expires_at = sealed(entry), expires
    keep_codes(row, entry.codes)
    return True


def show(board: Board, entry: Entry, day: date, expires: datetime) -> None:
    """The board follows, unless the pass is another's by now."""
    holder = board.holders.get(entry.pass_id)
    if holder is not None and (holder.visit != entry.visit or holder.version > entry.version or holder.day > day):
        return
    if holder is not None or entry.state in PRESENT:
        left = entry.left if entry.state is Whereabouts.LEFT else None
        board.holders[entry.pass_id] = Holder(entry.visit, entry.version, day, expires, left, entry.codes)
