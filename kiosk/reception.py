"""The writing side of visits: signing in and out. It holds no private key, and cannot read back what it wrote.

The order of a sign-in, so that whoever saw a pass is on the list and no pass is given twice:
1. hold the board; find a free pass, stage the row in an open transaction;
2. put the pass on the board, synced;
3. append to the roll, synced;
4. commit; 5. answer.
With the database away the roll alone takes it; `kiosk.register` adds the rows later.
"""

import logging
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from kiosk.calamity.record import Act, Entry, RollRecord, Whereabouts
from kiosk.calamity.roll import RollWriter
from kiosk.changes import NAMELESS, PRESENT, Change, announce, arrive, codes_of, forget, move, reseal
from kiosk.codes.code import Code
from kiosk.day import Opened, seal_details
from kiosk.departures import Departures, holder_of
from kiosk.errors import NoFreePass, VisitElsewhere, VisitUnknown
from kiosk.passboard import Board, Holder
from kiosk.passes import DIGITS, Pass, all_passes
from kiosk.rows import Rows, keeping_passes, passes_taken, visit_of
from kiosk.visits import Details
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.database import Database, open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, PortierError, UsageRefused
from retention.base.siteday import day_number
from retention.base.state import VISITS

log = logging.getLogger("portier.visits")

AHEAD: Final = timedelta(days=14)
"""How far ahead a visit may be expected."""
MOST_FRAMES: Final = 500
"""So many frames one record can name."""
Places = Callable[[], Mapping[date, list[str]]]
REOPEN: Final = 30.0
"""Seconds between two attempts to open a database that was away when the process began."""


@dataclass(frozen=True)
class SignedIn:
    """What the visitor is given."""

    visit: str
    pass_: Pass


class Reception(Departures):
    """Signs visitors in and out; one for each process, safe to use from several threads."""

    def __init__(self, office: Office, database: Database | None, *, kiosk: str = "kiosk") -> None:
        """`kiosk` names the panel, so that guessing at one does not cast doubt on another."""
        super().__init__(office, kiosk)
        self._database, self._tried = database, office.clock.monotonic()
        self._own = ExitStack()  # what was opened here and not handed over
        self._trail = Trail(office.state, office.clock)
        self._writers: dict[date, RollWriter] = {}

    def sign_in(
        self, details: Details, *, by: str = "visitor", expected: str | None = None, code: Code | None = None
    ) -> SignedIn:
        """Sign somebody in, synced to the roll before this returns. `expected` is the visit that was announced.

        `code` is what their tear-off will carry, where they get one.

        Raises DiskRefused when the roll cannot be written, NoFreePass when all are out.
        """
        with self._desk() as (board, rows, now):
            day = self._days.today(now)
            taken = self._taken(board, rows, now)
            pass_ = free_pass(taken, certain=board.whole or not rows.away)
            codes = self._days.kept_of(code, day) if code is not None else ()
            change = Change(expected or uuid4().hex, 1, day, str(pass_), now, by, codes)
            sealed, expires = self._sealed(change, details), self._days.deadline(day)
            rows.do(lambda session: arrive(session, change, sealed, expires))
            self._hold(board, change)
            try:
                self._append(change, Act.SIGN_IN, details)
            except PortierError:
                del board.holders[change.pass_id]
                board.save(now)
                raise
        return SignedIn(change.visit, pass_)

    def sign_out_visit(self, visit: str, *, by: str) -> None:
        """Sign a visitor out for staff, who see whom they mean; a second call changes nothing."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state is Whereabouts.EXPECTED:
                raise VisitElsewhere("this visitor has not arrived: there is nobody to sign out")
            if state is not Whereabouts.LEFT:
                self._leave(board, rows, _next(found, now, by), doubted=False)

    def undo_sign_out(self, visit: str, *, by: str) -> Pass:
        """Put somebody signed out by mistake back among those inside, with the old pass where it is still free."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state not in (Whereabouts.LEFT, Whereabouts.PROBABLY_LEFT):
                raise VisitElsewhere("this visitor is not signed out: there is nothing to undo")
            mine = board.holders.get(found.pass_id)
            taken = self._taken(board, rows, now)
            change = _next(found, now, by)
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
            self._refuse_nameless(rows, visit, now)
            change = _next(found, now, by)
            sealed, expires = self._sealed(change, details), self._days.deadline(change.day)
            if state is not Whereabouts.EXPECTED:
                self._append(change, Act.CORRECT, details)
                self._remember(board, change)
            rows.do(lambda session: reseal(session, change, sealed, expires))
            self._note("visit.correct", change)

    def stay(self, visit: str, details: Details, arrived: datetime, *, by: str) -> None:
        """Carry somebody who stays over the end of the site day into the next; a second call changes nothing."""
        with self._desk() as (board, rows, now):
            found, state = self._visit(board, rows, visit, now)
            if state not in PRESENT:
                raise VisitElsewhere("this visitor is not inside: only who is inside can stay")
            self._refuse_nameless(rows, visit, now)
            if found.day > self._days.today(now):
                return
            change = replace(_next(found, now, by), day=found.day + timedelta(days=1))
            sealed, expires = self._sealed(change, details), self._days.deadline(change.day)
            self._append(change, Act.STAY, details, since=arrived)
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
            change = replace(_next(found, now, by), codes=())
            for day, frames in places().items():
                self._bid_farewell(day, change, state, told[0].arrived if told else None, frames)
            if state in PRESENT:
                self._remember(board, change)
            rows.do(lambda session: forget(session, change))
            self._note("visit.delete", change)
        return state, change.day

    def expect(self, details: Details, day: date, *, by: str) -> str:
        """Announce a visit of today or the next fourteen days, sealed under its own day; the visit's id."""
        if details.help:
            raise UsageRefused("help wanted is told by visitors themselves, at the door")
        with self._desk() as (_, rows, now):
            today = self._days.today(now)
            if not today <= day <= today + AHEAD:
                raise UsageRefused(f"a visit can be expected from {today} to {today + AHEAD}")
            change = Change(uuid4().hex, 0, day, "", now, by)
            sealed, expires = self._sealed(change, details), self._days.deadline(day)
            rows.do(lambda session: announce(session, change, sealed, expires))
            if rows.away:
                raise DatabaseUnavailable("the database is away: enter expected visits once it is back")
            self._note("visit.expect", change)
        return change.visit

    def today(self) -> date:
        """The site day it is."""
        return self._days.today(self._days.now())

    def turn_the_day(self) -> None:
        """Let go of the files of days that are over: an unlinked file keeps its blocks as long as it is open."""
        if any(day < self.today() for day in list(self._writers)):
            with self._passes.held() as board:  # nobody writes meanwhile
                self._let_go_before(self.today())
                board.save(self._days.now())  # without those whose day is over

    def _let_go_before(self, today: date) -> None:
        for old in [known for known in self._writers if known < today]:
            self._writers.pop(old).close()

    def close(self) -> None:
        """Let go of the roll's files; a later sign-in opens new ones."""
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        self._own.close()

    @contextmanager
    def _desk(self) -> Iterator[tuple[Board, Rows, datetime]]:
        """The board and a transaction, held by one caller at a time."""
        with self._passes.held() as board, Rows(self._opened()) as rows:
            now = self._days.now()
            if not board.whole and (present := rows.do(lambda session: keeping_passes(session, now))) is not None:
                for row in present:
                    board.holders.setdefault(str(row.pass_id), holder_of(row))
                # With nobody on today's roll the table knows all; else `kiosk.register` must look there first.
                board.whole = not self._office.state.data_of(VISITS, day_number(self._days.today(now)))
            yield board, rows, now

    def _opened(self) -> Database | None:
        """The database; one that was away when this process began is tried again every half minute."""
        clock = self._office.clock.monotonic()
        if self._database is None and clock - self._tried >= REOPEN:
            self._tried = clock
            try:
                self._database = self._own.enter_context(closing(open_database(self._office.config)))
            except PortierError as error:
                log.warning("the database is still away: %s", error)
        return self._database

    def _taken(self, board: Board, rows: Rows, now: datetime) -> set[str]:
        return board.taken(now) | (rows.do(lambda session: passes_taken(session, now)) or set())

    def _visit(self, board: Board, rows: Rows, visit: str, now: datetime) -> tuple[Change, Whereabouts]:
        """A visit as row and board together know it; VisitUnknown when neither does."""
        row = rows.do(lambda session: visit_of(session, visit, now))
        held = board.of_visit(visit)
        if row is None and held is None:
            raise VisitUnknown("there is no such visit today: see `portier visit list`")
        if held is not None and (row is None or row.version < held[1].version):
            pass_id, holder = held
            state = Whereabouts.ON_SITE if holder.is_out(now) else Whereabouts.LEFT
            return Change(visit, holder.version, holder.day, pass_id, now, "", holder.codes), state
        assert row is not None
        return Change(visit, row.version, row.day, row.pass_id or "", now, "", codes_of(row)), Whereabouts(row.state)

    def _hold(self, board: Board, change: Change, left: datetime | None = None) -> None:
        expires = self._days.deadline(change.day)
        board.holders[change.pass_id] = Holder(change.visit, change.version, change.day, expires, left, change.codes)
        board.save(change.at)

    def _remember(self, board: Board, change: Change, left: datetime | None = None) -> None:
        """Keep the board at the visit's version, if the pass is still that visit's."""
        holder = board.holders.get(change.pass_id)
        if holder is None or holder.visit == change.visit:
            self._hold(board, change, left or (holder.left if holder else None))

    def _sealed(self, change: Change, details: Details) -> bytes:
        opened = Opened(details.name, details.host, tuple(sorted(details.help)))
        return seal_details(self._days.slot(change.day).public, change.visit, change.day, opened)

    def _bid_farewell(
        self, day: date, change: Change, state: Whereabouts, arrived: datetime | None, frames: list[str]
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
                since=arrived if state in PRESENT else None,
                state=state.value,
                wipes=tuple(frames[first : first + MOST_FRAMES]),
            )
            self._writer(day).append(record)

    def _refuse_nameless(self, rows: Rows, visit: str, now: datetime) -> None:
        row = rows.do(lambda session: visit_of(session, visit, now))
        if row is not None and row.sealed == NAMELESS:
            raise VisitElsewhere("this visitor asked to be deleted: nothing can be kept of them any more")

    def _append(self, change: Change, act: Act, details: Details | None = None, since: datetime | None = None) -> None:
        """To the roll of the visit's day; and of today, where somebody is carried over to tomorrow."""
        record = RollRecord(
            visit=change.visit,
            version=change.version,
            act=act,
            pass_id=change.pass_id,
            at=change.at,
            by=change.by,
            since=since,
            codes=change.codes,
            **(self._identifying(details) if details else {}),
        )
        for day in sorted({change.day, self._days.today(change.at)}, reverse=True):
            self._writer(day).append(record)

    def _put_down(self, record: RollRecord) -> None:
        """To today's roll, about nobody that is known here."""
        self._writer(self._days.today(record.at)).append(record)

    def _identifying(self, details: Details) -> dict[str, Any]:
        hosts = self._office.config.visits.hosts
        telephone = next((host.telephone for host in hosts if host.name == details.host), None)
        return {
            "name": details.name,
            "host": details.host,
            "host_telephone": telephone or None,
            "help": tuple(sorted(details.help)),
        }

    def _writer(self, day: date) -> RollWriter:
        if day not in self._writers:
            self._let_go_before(self.today())
            self._writers[day] = RollWriter(self._office.state, self._days.slot(day), day)
        return self._writers[day]

    def _note(self, act: str, change: Change) -> None:
        """What staff did goes into the trail; a trail that cannot be written stops nobody from going in or out."""
        if change.by == "visitor":
            return
        try:
            self._trail.note(act, actor=change.by, about=change.visit)
        except DiskRefused as error:
            log.warning("%s", error)


def free_pass(taken: Collection[str], *, certain: bool) -> Pass:
    """A pass nobody has, by chance; with a digit once all are out, or where nobody knows which are."""
    for digit in [None, *DIGITS] if certain else [DIGITS[-1], *reversed(DIGITS)]:
        free = [pass_ for pass_ in (replace(plain, digit=digit) for plain in all_passes()) if str(pass_) not in taken]
        if free:
            return secrets.choice(free)
    raise NoFreePass("every pass is out, with every digit: sign out who has left")


def _next(found: Change, now: datetime, by: str) -> Change:
    return replace(found, version=found.version + 1, at=now, by=by)
