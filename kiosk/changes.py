"""One change of one visit, and what it does to its row. The caller owns the transaction."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from kiosk.calamity.record import Whereabouts
from kiosk.errors import VisitElsewhere
from kiosk.tables import Visit

PRESENT = (Whereabouts.ON_SITE, Whereabouts.PROBABLY_LEFT)
NAMELESS: Final = b""
"""Sealed details of nobody: the visitor asked to be deleted."""
REFUSED: Final = "refused"
_CODE: Final = 32


@dataclass(frozen=True)
class Change:
    """A change on its way to roll, row and board; `version` is the one the visit has afterwards."""

    visit: str
    version: int
    day: date
    pass_id: str
    at: datetime
    by: str
    codes: tuple[str, ...] = ()


def arrive(session: Session, change: Change, sealed: bytes, expires: datetime, *, waits: bool = False) -> None:
    """A row for who signs in; that of an expected visit goes on. Raises VisitElsewhere when that one is inside."""
    row = session.get(Visit, change.visit)
    if row is None:
        row = Visit(id=change.visit)
        session.add(row)
    elif row.state != Whereabouts.EXPECTED:
        raise VisitElsewhere("this visitor is inside already, or has been")
    row.day, row.version, row.state, row.pass_id = change.day, change.version, Whereabouts.ON_SITE, change.pass_id
    row.arrived_at, row.left_at, row.left_by, row.left_how = change.at, None, None, None
    row.sealed, row.expires_at, row.waits = sealed, expires, waits
    keep_codes(row, change.codes)


def arrive_as_announced(session: Session, change: Change, *, waits: bool) -> None:
    """An expected visit goes on, by somebody who cannot read its details.

    The row stays one version behind: whoever reads the roll seals it anew, with what the visitor told at the door.
    """
    if row := session.get(Visit, change.visit):
        row.state, row.pass_id, row.arrived_at, row.waits = Whereabouts.ON_SITE, change.pass_id, change.at, waits
        keep_codes(row, change.codes)


def announce(session: Session, change: Change, sealed: bytes, expires: datetime) -> None:
    """A row for who is expected."""
    row = Visit(id=change.visit, day=change.day, version=change.version, state=Whereabouts.EXPECTED)
    row.sealed, row.expires_at = sealed, expires
    session.add(row)


def move(session: Session, change: Change, state: Whereabouts, how: str | None = None) -> None:
    """In or out, and how."""
    if row := _older(session, change):
        if row.sealed == NAMELESS and state is Whereabouts.LEFT:
            session.delete(row)  # its visitor asked to be deleted, and is not inside any more
            return
        gone = state in (Whereabouts.LEFT, Whereabouts.PROBABLY_LEFT)
        row.state, row.version, row.pass_id = state, change.version, change.pass_id
        row.left_at, row.left_by = (change.at, change.by) if gone else (None, None)
        row.left_how = how


def reseal(session: Session, change: Change, sealed: bytes, expires: datetime) -> None:
    """Other details, or the same under another day."""
    if row := _older(session, change):
        row.sealed, row.day, row.expires_at, row.version = sealed, change.day, expires, change.version


def withdraw(session: Session, change: Change) -> None:
    """The row of an expected visit that goes on as another."""
    if row := _older(session, change):
        session.delete(row)


def settle(session: Session, change: Change) -> None:
    """Somebody confirmed the visitor."""
    if row := _older(session, change):
        row.waits, row.version = False, change.version


def forget(session: Session, change: Change) -> None:
    """Delete the row of a visit; while its visitor is inside, it stays without anything that identifies them."""
    if (row := session.get(Visit, change.visit)) is None:
        return
    if row.state in PRESENT:
        row.sealed, row.version = NAMELESS, change.version
        keep_codes(row, ())
    else:
        session.delete(row)


def touch(session: Session) -> None:
    """Write some row as it is, column by column: a commit about nobody is as much work as one about somebody."""
    row = session.scalars(select(Visit).order_by(Visit.id).limit(1)).first()
    if row is not None:
        for column in ("state", "version", "pass_id", "left_at", "left_by"):
            flag_modified(row, column)


def keep_codes(row: Visit, codes: tuple[str, ...]) -> None:
    """What is kept of a tear-off's code, for the day of the sign-in and for the next; of none, nothing."""
    told = [code for code in codes if len(code) == _CODE]  # a roll that was tampered with takes no row away
    row.code, row.code_next = (*told, None, None)[:2]


def codes_of(row: Visit) -> tuple[str, ...]:
    """The same, read back."""
    return tuple(code for code in (row.code, row.code_next) if code is not None)


def _older(session: Session, change: Change) -> Visit | None:
    """The row, unless it is not there yet or newer: then the roll has told it, or will."""
    row = session.get(Visit, change.visit)
    return row if row is not None and row.version < change.version else None
