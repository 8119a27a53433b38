"""Expected visits on the writing side: announcing one, an invitation shown at the door, and joining the two by hand.

What is announced stands on the roll of its own day at once, so that whoever signs in by an invitation has a name on
the list also while the database is away. The kiosk compares the hash of a code and reads nothing.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import uuid4

from kiosk.books import Books, next_change, unknown_version
from kiosk.calamity.record import Act, Whereabouts
from kiosk.changes import PRESENT, Change, announce, withdraw
from kiosk.errors import InvitationUnknown, VisitElsewhere
from kiosk.invitation import Invitation, Invited
from kiosk.passboard import Board
from kiosk.rows import Rows, visit_of
from kiosk.visits import Details
from retention.base.errors import UsageRefused

AHEAD: Final = timedelta(days=14)
"""How far ahead a visit may be expected."""


class Announcing(Books):
    """The part of the reception that knows of visits before they begin."""

    def expect(self, details: Details, day: date, *, by: str, invitation: Invitation | None = None) -> str:
        """Announce a visit of today or the next fourteen days, sealed under its own day; the visit's id."""
        if details.help:
            raise UsageRefused("help wanted is told by visitors themselves, at the door")
        with self._desk() as (_, rows, now):
            today = self._days.today(now)
            if not today <= day <= today + AHEAD:
                raise UsageRefused(f"a visit can be expected from {today} to {today + AHEAD}")
            visit = invitation.visit(self._days.slot(day).public) if invitation else uuid4().hex
            told = replace(details, code=invitation.text if invitation else None)
            change = Change(visit, 0, day, "", now, by)
            sealed, expires = self._sealed(change, told), self._days.deadline(day)
            rows.do(lambda session: announce(session, change, sealed, expires))
            self._append(change, Act.EXPECT, told, days={day})
            self._note("visit.expect", change)
        return visit

    def is_invited(self, invitation: Invitation) -> bool:
        """Whether this invitation lets somebody in now; one that is unknown, used or of another day does not."""
        with self._desk() as (board, rows, now):
            return self._invited(board, rows, invitation, now) is not None

    def _invited(self, board: Board, rows: Rows, invitation: Invitation, now: datetime) -> Change | None:
        """The announced visit as it stands; None where the invitation lets nobody in now."""
        today = self._days.today(now)
        if invitation.day != today:
            return None
        visit = invitation.visit(self._days.slot(today).public)
        row = rows.do(lambda session: visit_of(session, visit, now))
        # With the database away nobody knows here: on the list it has the name that was announced, or none but a pass.
        known = rows.away or (row is not None and row.day == today and row.state == Whereabouts.EXPECTED)
        if not known or board.of_visit(visit) is not None:
            return None
        return Change(visit, row.version if row else unknown_version(now), today, "", now, "")

    def _invited_change(self, board: Board, rows: Rows, invited: Invited, now: datetime, by: str) -> Change:
        """The arrival of who was invited, without a pass yet; InvitationUnknown."""
        found = self._invited(board, rows, invited.invitation, now)
        if found is None:
            raise InvitationUnknown("this invitation lets nobody in now: ask for the name")
        return next_change(found, now, by)

    def join(self, expected: str, visit: str, details: Details, *, by: str) -> None:
        """Say that an expected visit is the one that signed in by a name: from now on there is only that one.

        `details` are those of the visit inside, with what only the announcement told.
        """
        with self._desk() as (board, rows, now):
            awaited, state = self._visit(board, rows, expected, now)
            if state is not Whereabouts.EXPECTED:
                raise VisitElsewhere("this visitor is not expected any more: look at the list")
            inside, where = self._visit(board, rows, visit, now)
            if where not in PRESENT:
                raise VisitElsewhere("only somebody who is inside can be the one who was expected")
            self._rewrite(board, rows, next_change(inside, now, by), details)
            change = next_change(awaited, now, by)
            self._append(change, Act.JOIN, days={change.day}, into=visit)
            rows.do(lambda session: withdraw(session, change))
            self._note("visit.join", change)
