"""What every act on visits stands on: the board, the rows and the roll, held together by one caller at a time.

It holds no private key, and cannot read back what it wrote. With the database away the roll alone takes a change.
"""

import logging
import secrets
from collections.abc import Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from kiosk.calamity.record import Act, RollRecord, Whereabouts
from kiosk.calamity.roll import RollWriter
from kiosk.changes import NAMELESS, REFUSED, Change, codes_of, move, reseal
from kiosk.day import Days, Opened, seal_details
from kiosk.errors import NoFreePass, VisitElsewhere, VisitUnknown
from kiosk.passboard import Board, Holder, PassBoard
from kiosk.passes import DIGITS, Pass, all_passes, is_pass
from kiosk.rows import Rows, keeping_passes, passes_taken, visit_of
from kiosk.tables import Visit
from kiosk.visits import Details
from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.database import Database, open_database
from retention.base.errors import DiskRefused, PortierError
from retention.base.siteday import day_number
from retention.base.state import VISITS

log = logging.getLogger("portier.visits")

REOPEN: Final = 30.0
"""Seconds between two attempts to open a database that was away when the process began."""


@dataclass(frozen=True)
class SignedIn:
    """What the visitor is given."""

    visit: str
    pass_: Pass


class Books:
    """Board, rows and roll of one office; one for each process, safe to use from several threads."""

    def __init__(
        self, office: Office, database: Database | None, *, kiosk: str = "kiosk", statement: str | None = None
    ) -> None:
        """`kiosk` names the panel, so that guessing at one casts no doubt on another; `statement` what it shows."""
        self._office, self._kiosk, self._statement = office, kiosk, statement
        self._database, self._tried = database, office.clock.monotonic()
        self._own = ExitStack()  # what was opened here and not handed over
        self._days = Days(office)
        self._passes = PassBoard(office.state)
        self._trail = Trail(office.state, office.clock)
        self._writers: dict[date, RollWriter] = {}

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
        if held is not None and now >= held[1].expires:
            held = None  # its day is over, and what is written of it now would stand under the next
        if row is None and held is None:
            raise VisitUnknown("there is no such visit today: see `portier visit list`")
        if held is not None and (row is None or row.version < held[1].version):
            pass_id, holder = held
            state = Whereabouts.ON_SITE if holder.is_out(now) else Whereabouts.LEFT
            return Change(visit, holder.version, holder.day, pass_id, now, "", holder.codes), state
        assert row is not None
        return Change(visit, row.version, row.day, row.pass_id or "", now, "", codes_of(row)), Whereabouts(row.state)

    def _leave(self, board: Board, rows: Rows, change: Change, act: Act = Act.SIGN_OUT) -> None:
        """Signing out takes nobody off the list: the roll keeps who it was, and how."""
        doubted = act is Act.PROBABLY_LEFT
        self._append(change, act)
        self._remember(board, change, left=None if doubted else change.at)
        state = Whereabouts.PROBABLY_LEFT if doubted else Whereabouts.LEFT
        how = REFUSED if act is Act.REFUSE else None
        rows.do(lambda session: move(session, change, state, how))
        self._note("visit.refuse" if how else "visit.sign_out", change)

    def _rewrite(self, board: Board, rows: Rows, change: Change, details: Details, *, expected: bool = False) -> None:
        """Other details from now on; of who is only expected, on the roll of the day to come."""
        self._refuse_nameless(rows, change.visit, change.at)
        sealed, expires = self._sealed(change, details), self._days.deadline(change.day)
        self._append(change, Act.CORRECT, details, days={change.day} if expected else None)
        if not expected:
            self._remember(board, change)
        rows.do(lambda session: reseal(session, change, sealed, expires))

    def _refuse_nameless(self, rows: Rows, visit: str, now: datetime) -> None:
        row = rows.do(lambda session: visit_of(session, visit, now))
        if row is not None and row.sealed == NAMELESS:
            raise VisitElsewhere("this visitor asked to be deleted: nothing can be kept of them any more")

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
        shown, wanted = details.statement or self._statement, tuple(sorted(details.help))
        opened = Opened(details.name, details.host, wanted, shown, details.together, details.code)
        return seal_details(self._days.slot(change.day).public, change.visit, change.day, opened)

    def _append(
        self,
        change: Change,
        act: Act,
        details: Details | None = None,
        since: datetime | None = None,
        *,
        days: Collection[date] | None = None,
        **more: Any,
    ) -> None:
        """To the roll of the visit's day; and of today, where somebody is carried over to tomorrow. Never to that of
        a day after the visit's own."""
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
            **more,
        )
        for day in sorted(days or {change.day, min(change.day, self._days.today(change.at))}, reverse=True):
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
            "statement": details.statement or self._statement,
            "together": details.together,
            "code": details.code,
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
    """A pass nobody has, by chance; with a digit once all are out, or where nobody knows which are.

    A picture comes again only when all are out, for colours are told apart less well than pictures.
    """
    pictures = {Pass.parse(pass_id).picture for pass_id in taken if is_pass(pass_id)}
    for digit in [None, *DIGITS] if certain else [DIGITS[-1], *reversed(DIGITS)]:
        free = [pass_ for pass_ in (replace(plain, digit=digit) for plain in all_passes()) if str(pass_) not in taken]
        if free:
            return secrets.choice([pass_ for pass_ in free if pass_.picture not in pictures] or free)
    raise NoFreePass("every pass is out, with every digit: sign out who has left")


def next_change(found: Change, now: datetime, by: str) -> Change:
    return replace(found, version=found.version + 1, at=now, by=by)


def unknown_version(now: datetime) -> int:
    """In the place of a version that nobody knows, one that is higher: no visit has a change for each minute."""
    return int(now.timestamp()) // 60


def holder_of(row: Visit) -> Holder:
    left = row.left_at if row.state == Whereabouts.LEFT else None
    return Holder(row.id, row.version, row.day, row.expires_at, left, codes_of(row))
