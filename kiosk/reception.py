"""The writing side of visits: signing in and out. It holds no private key, and cannot read back what it wrote.

The order of a sign-in, so that whoever saw a pass is on the list and no pass is given twice:
1. hold the board; find a free pass, stage the row in an open transaction;
2. put the pass on the board, synced;
3. append to the roll, synced;
4. commit; 5. answer.
With the database away the roll alone takes it; `kiosk.register` adds the rows later.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any, Final
from uuid import uuid4

from kiosk.announcing import Announcing
from kiosk.books import SignedIn, free_pass, next_change, unknown_version
from kiosk.calamity.record import Act, Entry, RollRecord, Whereabouts
from kiosk.calamity.roll import Written
from kiosk.changes import PRESENT, Change, arrive, arrive_as_announced, forget, move, reseal
from kiosk.codes.code import Code
from kiosk.confirming import Confirming
from kiosk.departures import Departures
from kiosk.errors import VisitElsewhere, VisitUnknown
from kiosk.invitation import Invited
from kiosk.passboard import Board
from kiosk.passes import Pass
from kiosk.rows import Rows, visit_of
from kiosk.visits import Details, Help
from retention.base.errors import PortierError

log = logging.getLogger("portier.visits")

MOST_FRAMES: Final = 500
"""So many frames one record can name."""
Places = Callable[[], Mapping[date, list[str]]]


class Reception(Announcing, Confirming, Departures):
    """Signs visitors in and out; one for each process, safe to use from several threads."""

    def sign_in(
        self, details: Details, *, by: str = "visitor", expected: str | None = None, code: Code | None = None
    ) -> SignedIn:
        """Sign somebody in, synced to the roll before this returns. `expected` is the visit that was announced.

        `code` is what their tear-off will carry, where they get one.

        Raises DiskRefused when the roll cannot be written, NoFreePass when all are out.
        """
        with self._desk() as (board, rows, now):
            return self._let_in(board, rows, self._arrival(rows, now, by, expected), details, code=code)

    def come(
        self, comers: Sequence[Details | Invited], *, by: str = "visitor", codes: Sequence[Code | None] = ()
    ) -> list[SignedIn]:
        """Sign in one, or those who came together in one go: each gets a pass, and the list keeps them together.

        `codes` are what their tear-offs will carry, one for each who gets one. The first may have come with somebody
        who is signed in already (`together`). Each has a record of their own on the roll: see docs/formats-roll.md.

        Raises InvitationUnknown too; then nobody is signed in.
        """
        given: list[SignedIn] = []
        with self._desk() as (board, rows, now):
            for comer, code in zip_longest(comers, codes[: len(comers)]):
                if isinstance(comer, Invited):
                    change = self._invited_change(board, rows, comer, now, by)
                    given.append(self._let_in(board, rows, change, None, comer.help, code=code))
                else:
                    change = self._arrival(rows, now, by, None)
                    together = given[0].visit if given else comer.together
                    given.append(self._let_in(board, rows, change, replace(comer, together=together), code=code))
        return given

    def _arrival(self, rows: Rows, now: datetime, by: str, expected: str | None) -> Change:
        row = rows.do(lambda session: visit_of(session, expected, now)) if expected else None
        before = row.version if row is not None else unknown_version(now) if expected else 0
        return Change(expected or uuid4().hex, before + 1, self._days.today(now), "", now, by)

    def _let_in(
        self,
        board: Board,
        rows: Rows,
        change: Change,
        details: Details | None,
        wanted: Collection[Help] = (),
        *,
        code: Code | None = None,
    ) -> SignedIn:
        """A pass, the row, the board and the roll, in this order; without `details` those of the announcement stay."""
        pass_ = free_pass(self._taken(board, rows, change.at), certain=board.whole or not rows.away)
        codes = self._days.kept_of(code, change.day) if code is not None else ()
        change = replace(change, pass_id=str(pass_), codes=codes)
        waits = self._office.config.visits.confirm and change.by == "visitor"
        expires = self._days.deadline(change.day)
        if details is None:
            rows.do(lambda session: arrive_as_announced(session, change, waits=waits))
        else:
            sealed = self._sealed(change, details)
            rows.do(lambda session: arrive(session, change, sealed, expires, waits=waits))
        self._hold(board, change)
        try:
            more: dict[str, Any] = {} if details else {"help": tuple(sorted(wanted))}
            self._append(change, Act.SIGN_IN, details, waits=waits or None, **more)
        except PortierError:
            del board.holders[change.pass_id]
            board.save(change.at)
            raise
        return SignedIn(change.visit, pass_)

    def sign_out_visit(self, visit: str, *, by: str) -> None:
        """Sign a visitor out for staff, who see whom they mean; a second call changes nothing."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state is Whereabouts.EXPECTED:
                raise VisitElsewhere("this visitor has not arrived: there is nobody to sign out")
            if state is not Whereabouts.LEFT:
                self._leave(board, rows, next_change(found, now, by))

    def undo_sign_out(self, visit: str, *, by: str) -> Pass:
        """Put somebody signed out by mistake back among those inside, with the old pass where it is still free."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state not in (Whereabouts.LEFT, Whereabouts.PROBABLY_LEFT):
                raise VisitElsewhere("this visitor is not signed out: there is nothing to undo")
            mine = board.holders.get(found.pass_id)
            taken = self._taken(board, rows, now)
            change = next_change(found, now, by)
            if found.pass_id in taken and not (mine and mine.visit == visit):
                change = replace(change, pass_id=str(free_pass(taken, certain=True)))
            self._hold(board, change)
            self._append(change, Act.UNDO)
            rows.do(lambda session: move(session, change, Whereabouts.ON_SITE))
            self._note("visit.undo_sign_out", change)
        return Pass.parse(change.pass_id)

    def rewrite(self, visit: str, details: Details, *, by: str) -> None:
        """Put corrected details in the place of the old ones."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            change = next_change(found, now, by)
            self._rewrite(board, rows, change, details, expected=state is Whereabouts.EXPECTED)
            self._note("visit.correct", change)

    def stay(self, visit: str, details: Details, arrived: datetime, *, by: str, waits: bool = False) -> None:
        """Carry somebody who stays over the end of the site day into the next; a second call changes nothing."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state not in PRESENT:
                raise VisitElsewhere("this visitor is not inside: only who is inside can stay")
            self._refuse_nameless(rows, visit, now)
            if found.day > self._days.today(now):
                return
            change = replace(next_change(found, now, by), day=found.day + timedelta(days=1))
            sealed, expires = self._sealed(change, details), self._days.deadline(change.day)
            self._append(change, Act.STAY, details, since=arrived, waits=waits or None)
            self._remember(board, change)
            rows.do(lambda session: reseal(session, change, sealed, expires))
            self._note("visit.stay", change)

    def delete(
        self, visit: str, told: tuple[Entry, date] | None, places: Places, *, by: str
    ) -> tuple[Whereabouts, date]:
        """Take a visit out of roll and rows because its visitor asks for that; where the visitor was, and its day.

        `told` is what the roll tells, which alone knows of some visits while the database is away. Who is inside
        keeps a line without a name, and the pass. `places` tells what of the visit stands on the rolls: those records
        are overwritten by whoever can read the roll, as the record written here says.
        """
        with self._desk() as (board, rows, now):
            try:
                found, state = self._visit(board, rows, visit, now)
            except VisitUnknown:
                if told is None:
                    raise
                entry, its_day = told
                found, state = Change(visit, entry.version, its_day, entry.pass_id, now, ""), entry.state
            change = replace(next_change(found, now, by), codes=())
            last = self._as_it_stands(rows, visit, now, told[0] if told else None)
            for day, frames in places().items():
                self._bid_farewell(day, change, state, last, frames)
            if state in PRESENT:
                self._remember(board, change)
            rows.do(lambda session: forget(session, change))
            self._note("visit.delete", change)
        return state, change.day

    def written(self, visit: str) -> dict[date, tuple[Written, ...]]:
        """Where the records of a visit stand that this process wrote lately; see `kiosk.takeback`."""
        return {day: found for day, writer in self._writers.items() if (found := writer.written(visit))}

    def _as_it_stands(self, rows: Rows, visit: str, now: datetime, told: Entry | None) -> dict[str, Any]:
        """What a line on the list keeps without a name: since when, with whom, and whether nobody confirmed it yet."""
        row = rows.do(lambda session: visit_of(session, visit, now))
        waits = row.waits if row is not None else told is not None and told.waits
        kept = {"since": told.arrived, "together": told.together} if told else {}
        return {**kept, "waits": waits or None}

    def _bid_farewell(
        self, day: date, change: Change, state: Whereabouts, last: dict[str, Any], frames: list[str]
    ) -> None:
        """On the roll of a day: this visit is deleted, and what of it is to be overwritten."""
        for first in range(0, max(len(frames), 1), MOST_FRAMES):
            record = RollRecord(
                visit=change.visit,
                version=change.version,
                act=Act.DELETE,
                pass_id=change.pass_id if state in PRESENT else "",
                at=change.at,
                by=change.by,
                state=state.value,
                wipes=tuple(frames[first : first + MOST_FRAMES]),
                **(last if state in PRESENT else {}),
            )
            self._writer(day).append(record)
