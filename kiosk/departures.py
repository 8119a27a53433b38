"""Signing out at the door, by a pass or by the code on a tear-off, and taking that back for a minute.

Whoever stands there learns nothing about anybody: the answer is the same whether or not the pass or the code is in
use, and so is what is written for it. One record on the roll, the board, one commit: of nobody where nobody has it.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kiosk.books import Books, holder_of
from kiosk.calamity.record import Act, RollRecord, Whereabouts
from kiosk.changes import Change, move, touch
from kiosk.codes.code import Code
from kiosk.errors import VisitUnknown
from kiosk.passboard import Board, Holder, with_digit
from kiosk.passes import Pass
from kiosk.rows import Rows, holding, holding_code
from kiosk.steps import UNDO_SECONDS
from kiosk.tables import Visit
from retention.base.errors import DiskRefused, TryAgain

log = logging.getLogger("portier.visits")

_SLACK: Final = 30.0  # the screen counts from its own clock, and the work may have waited


@dataclass(frozen=True)
class Handed:
    """What somebody hands in to leave: a pass, or the code of a tear-off as it is kept."""

    pass_id: str = ""
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Left:
    """A sign-out that can be taken back: of this visit; or of nobody's, or of whoever only the roll knows."""

    until: float
    visit: str = ""
    handed: Handed | None = None
    at: datetime | None = None


class Departures(Books):
    """The part of the reception that lets people out."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._left: dict[str, _Left] = {}

    def sign_out(self, pass_: Pass, *, by: str = "visitor") -> str:
        """Sign out whoever has this pass; a token by which that is taken back. The same whether or not anybody has."""
        pass_id = str(pass_)
        with self._desk() as (board, rows, now):
            row = rows.do(lambda session: holding(session, pass_id, now))
            found = _held_by(board.holders.get(pass_id), row, now)
            resting = board.holders.get(pass_id) if pass_id in board.taken(now) else None
            handed = Handed(pass_id)
            return self._hand_in(board, rows, handed, (pass_id, found) if found else None, resting, now=now, by=by)

    def sign_out_by_code(self, code: Code, *, by: str = "visitor") -> str:
        """Sign out whoever has the tear-off with this code; otherwise as `sign_out`."""
        with self._desk() as (board, rows, now):
            hashed = code.hashed(self._days.slot(self._days.today(now)).public)
            row = rows.do(lambda session: holding_code(session, hashed, now))
            pass_id, known = board.with_code(hashed) or (row.pass_id or "" if row else "", None)
            found = _held_by(known, row, now)
            handed = Handed(codes=(hashed,))
            return self._hand_in(board, rows, handed, (pass_id, found) if found else None, known, now=now, by=by)

    def put_back(self, token: str) -> None:
        """Undo the sign-out that gave this token, within a minute. Whatever came of it, the answer is the same."""
        with self._desk() as (board, rows, now):
            left = self._left.pop(token, None)
            if left is not None and self._office.clock.monotonic() > left.until:
                left = None
            # Looked for also where nobody was signed out: that takes as long.
            change = self._returning(board, rows, left.visit if left else "", now)
            if change is not None:
                self._append(change, Act.UNDO)
                self._hold(board, change)
                rows.do(lambda session: move(session, change, Whereabouts.ON_SITE))
            elif left is not None and left.handed is not None:
                self._of_nobody(board, rows, _later(left.handed, Act.UNDO, now, since=left.at))
            else:
                self._of_nobody(board, rows, _nobody(now))

    def digits_in_use(self) -> bool:
        """Whether any pass with a digit may be out, so that signing out must ask for one."""
        board = self._passes.seen()
        if board.whole:
            return any(map(with_digit, board.taken(self._days.now())))
        with self._desk() as (board, rows, now):
            return rows.away or any(map(with_digit, board.taken(now)))

    def doubted(self) -> dict[str, datetime]:
        """The kiosks where somebody seems to guess passes, and until when their sign-outs count as probably left."""
        now = self._days.now()
        return {kiosk: until for kiosk, until in self._passes.seen().doubted.items() if now < until}

    def turn_the_day(self) -> None:
        super().turn_the_day()
        self.tell_guessing()

    def close(self) -> None:
        self.tell_guessing()
        super().close()

    def tell_guessing(self) -> None:
        """Write into the trail that passes were guessed: later, for the answer to a guess must not wait for it.

        Until then the board keeps it, through a crash and a trail that cannot be written.
        """
        if self._kiosk not in self._passes.seen().untold:
            return
        log.warning("somebody seems to guess passes at %s: its sign-outs count as probably left", self._kiosk)
        try:
            self._trail.note("passes.guessed", actor=f"kiosk:{self._kiosk}", about=self._kiosk)
            with self._passes.held() as board:
                board.untold.pop(self._kiosk, None)
                board.save(self._days.now())
        except (DiskRefused, TryAgain) as error:
            log.warning("%s", error)

    def _hand_in(
        self,
        board: Board,
        rows: Rows,
        handed: Handed,
        found: tuple[str, Holder] | None,
        resting: Holder | None,
        *,
        now: datetime,
        by: str,
    ) -> str:
        doubted, until = board.is_doubted(self._kiosk, now), self._office.clock.monotonic() + UNDO_SECONDS + _SLACK
        if found is not None:
            pass_id, holder = found
            change = Change(holder.visit, holder.version + 1, holder.day, pass_id, now, by, holder.codes)
            self._leave(board, rows, change, Act.PROBABLY_LEFT if doubted else Act.SIGN_OUT)
            return self._token(_Left(until, holder.visit))
        if resting is not None:
            # Handed in twice: what the first time did can still be taken back.
            self._of_nobody(board, rows, _nobody(now))
            self._forget_old()
            again = any(left.visit == resting.visit for left in self._left.values())
            return self._token(_Left(until, resting.visit if again else ""))
        board.wrong_try(self._kiosk, now)
        if board.whole:
            self._of_nobody(board, rows, _nobody(now))
            left = _Left(until)
        else:
            # Somebody may have it whom only the roll knows of: its replay will find out.
            self._of_nobody(board, rows, _later(handed, Act.PROBABLY_LEFT if doubted else Act.SIGN_OUT, now, by=by))
            left = _Left(until, handed=handed, at=now)
        return self._token(left)

    def _returning(self, board: Board, rows: Rows, visit: str, now: datetime) -> Change | None:
        """The change that puts somebody back among those inside; None where there is nobody to put back."""
        try:
            found, state = self._visit(board, rows, visit, now)
        except VisitUnknown:
            return None
        if state is Whereabouts.EXPECTED:
            return None
        return Change(found.visit, found.version + 1, found.day, found.pass_id, now, "visitor", found.codes)

    def _of_nobody(self, board: Board, rows: Rows, record: RollRecord) -> None:
        """What a sign-out writes, about nobody: as long, as synced, and as refused by a disk that is full."""
        self._put_down(record)
        board.save(record.at)
        rows.do(touch)

    def _token(self, left: _Left) -> str:
        """What takes this back."""
        self._forget_old()
        token = secrets.token_hex(16)
        self._left[token] = left
        return token

    def _forget_old(self) -> None:
        """What cannot be taken back any more."""
        now = self._office.clock.monotonic()
        self._left = {token: known for token, known in self._left.items() if now <= known.until}


def _nobody(now: datetime) -> RollRecord:
    return RollRecord(visit="", version=0, act=Act.NOBODY, pass_id="", at=now)


def _later(
    handed: Handed, act: Act, now: datetime, *, by: str = "visitor", since: datetime | None = None
) -> RollRecord:
    """A record about whoever has what was handed in."""
    return RollRecord(
        visit="", version=0, act=act, pass_id=handed.pass_id, at=now, by=by, since=since, codes=handed.codes
    )


def _held_by(holder: Holder | None, row: Visit | None, now: datetime) -> Holder | None:
    """Who has what was handed in, as row and board together know it."""
    if holder is not None and holder.is_out(now):
        return holder if row is None or row.id != holder.visit or row.version < holder.version else holder_of(row)
    return holder_of(row) if row is not None else None
