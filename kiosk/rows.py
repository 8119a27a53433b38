"""The visits table as sign-ins use it: one transaction, or none while the database is away; and its questions.

Whoever is in the building stands on the roll first. So that a database that is away, busy or full stops nobody,
`Rows` goes on without it from the step at which it failed, even where the fault is ours; the rows are added later
from the roll.
"""

import logging
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date, datetime
from types import TracebackType
from typing import NamedTuple, Self, TypeVar

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.calamity.record import Whereabouts
from kiosk.changes import NAMELESS, PRESENT
from kiosk.passboard import RESTS
from kiosk.tables import Visit
from retention.base.database import Database, translated
from retention.base.errors import DatabaseUnavailable, DiskRefused, SchemaDiffers, TryAgain

log = logging.getLogger("portier.visits")
T = TypeVar("T")

AWAY = (DatabaseUnavailable, DiskRefused, TryAgain, SchemaDiffers)


class Rows:
    """One transaction. `do` answers None when the database is away; leaving by an error takes everything back."""

    def __init__(self, database: Database | None) -> None:
        self._database = database
        self._open: ExitStack | None = None
        self._session: Session | None = None
        self.lost = database is None
        """Whether something was done without it, as is known once this is left."""

    @property
    def away(self) -> bool:
        return self._session is None

    def __enter__(self) -> Self:
        if self._database is not None:
            self._open = ExitStack()
            try:
                self._session = self._open.enter_context(self._database.write())
            except AWAY as error:
                self._lose(error)
        return self

    def do(self, step: Callable[[Session], T]) -> T | None:
        """One step in the transaction, sent to the database at once."""
        if self._session is None:
            return None
        try:
            with translated():
                answer = step(self._session)
                self._session.flush()
        except (*AWAY, DBAPIError) as error:
            self._lose(error)
            return None
        return answer

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            self._close(error)
        except (*AWAY, DBAPIError) as failed:
            self._lose(failed)

    def _lose(self, error: Exception) -> None:
        self.lost = True
        if isinstance(error, DBAPIError):
            log.error("the roll alone takes this: the database refuses a row (%s)", type(error.orig).__name__)
        else:
            log.warning("the roll alone takes this: %s", error)
        with suppress(*AWAY, DBAPIError):
            self._close(error)

    def _close(self, error: BaseException | None) -> None:
        """Commit, or take back where there is an error."""
        stack, self._open, self._session = self._open, None, None
        if stack is not None:
            stack.__exit__(type(error) if error else None, error, None)


def holding(session: Session, pass_id: str, now: datetime) -> Visit | None:
    """The visit that has this pass."""
    asked = select(Visit).where(Visit.pass_id == pass_id, Visit.state.in_(PRESENT), Visit.expires_at > now)
    return session.scalars(asked.order_by(Visit.arrived_at.desc().nulls_last()).limit(1)).first()


def holding_code(session: Session, hashed: str, now: datetime) -> Visit | None:
    """The visit whose tear-off carries this code."""
    asked = select(Visit).where(or_(Visit.code == hashed, Visit.code_next == hashed))
    return session.scalars(asked.where(Visit.state.in_(PRESENT), Visit.expires_at > now).limit(1)).first()


def keeping_passes(session: Session, now: datetime) -> list[Visit]:
    """The visits whose passes nobody else may be given."""
    return list(session.scalars(select(Visit).where(*_keeping(now))))


def passes_taken(session: Session, now: datetime) -> set[str]:
    """Their passes alone."""
    return set(session.scalars(select(Visit.pass_id).where(*_keeping(now)))) - {None}  # type: ignore[return-value]


def _keeping(now: datetime) -> tuple[ColumnElement[bool], ...]:
    kept = or_(Visit.state.in_(PRESENT), Visit.left_at > now - RESTS)
    return Visit.pass_id.is_not(None), Visit.expires_at > now, kept


class Stands(NamedTuple):
    """Where a row stands, as far as the roll may be ahead of it."""

    day: date
    version: int
    state: str
    nameless: bool


def standing(session: Session) -> dict[str, Stands]:
    """Every row of the table, by its visit, in one question: a day's roll is held against all of them at once."""
    asked = select(Visit.id, Visit.day, Visit.version, Visit.state, Visit.sealed == NAMELESS)
    return {visit: Stands(day, version, state, gone) for visit, day, version, state, gone in session.execute(asked)}


def visit_of(session: Session, visit: str, now: datetime) -> Visit | None:
    """The row of a visit whose day is not over."""
    return session.scalars(select(Visit).where(Visit.id == visit, Visit.expires_at > now)).first()


def of_day(session: Session, day: date, now: datetime) -> list[Visit]:
    """Who is expected today, and everybody who came and whose day is not over (so also who stays the night)."""
    mine = or_(Visit.day == day, (Visit.day > day) & (Visit.state != Whereabouts.EXPECTED))
    return list(session.scalars(select(Visit).where(mine, Visit.expires_at > now).order_by(Visit.arrived_at, Visit.id)))
