"""Confirming visitors, where the site wants that: a colleague lets in who signed in by themselves, or turns them away.

Nobody is kept from signing in, and whoever waits stands on the calamity list. Many at once are told, never stopped.
"""

from kiosk.books import Books, next_change
from kiosk.calamity.record import Act
from kiosk.changes import PRESENT, settle
from kiosk.errors import VisitElsewhere
from kiosk.rows import visit_of


class Confirming(Books):
    """The part of the reception that knows who waits."""

    def confirm(self, visit: str, *, by: str) -> None:
        """Let in somebody who waits; a second call changes nothing."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state not in PRESENT:
                raise VisitElsewhere("this visitor is not inside: there is nobody to confirm")
            row = rows.do(lambda session: visit_of(session, visit, now))
            if row is not None and not row.waits:
                return
            change = next_change(found, now, by)
            self._append(change, Act.CONFIRM)
            self._remember(board, change)
            rows.do(lambda session: settle(session, change))
            self._note("visit.confirm", change)

    def refuse(self, visit: str, *, by: str) -> None:
        """Turn somebody away who waits: signed out, and the list says how. A second call changes nothing."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state not in PRESENT:
                return
            row = rows.do(lambda session: visit_of(session, visit, now))
            if row is not None and not row.waits:
                raise VisitElsewhere("somebody let this visitor in meanwhile: look at the list")
            self._leave(board, rows, next_change(found, now, by), Act.REFUSE)
