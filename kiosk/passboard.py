"""Which passes are out, on one small file that every process of this machine shares: no names, no keys.

The database is the authority while it answers; the board lets passes stay unique while it does not, and holds a
pass from before a visitor can see it. It also counts passes handed in that nobody had, which is how guessing shows.
A board that is lost or damaged is begun anew.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any, Final

from kiosk.calamity.record import moment
from kiosk.passes import Pass
from retention.base.errors import DiskRefused, TryAgain, UsageRefused
from retention.base.files import locked, replace_file
from retention.base.state import State

log = logging.getLogger("portier.visits")

RESTS = timedelta(minutes=30)
"""How long a pass handed in is not given to anybody else."""
WINDOW, TRIES, DOUBT = timedelta(minutes=2), 5, timedelta(minutes=10)
"""More wrong passes than this within the window, and the kiosk's sign-outs are doubted for a while."""

PATIENCE: Final = 8.0
"""Seconds: longer than anybody works on the board, shorter than a visitor waits."""

_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, UsageRefused)


@dataclass(frozen=True)
class Holder:
    """The visit that has a pass, or had it until `left`."""

    visit: str
    version: int
    day: date
    expires: datetime
    left: datetime | None = None
    codes: tuple[str, ...] = ()

    def is_out(self, now: datetime) -> bool:
        """Whether the visitor may still have the pass."""
        return self.left is None and now < self.expires

    def keeps(self, now: datetime) -> bool:
        """Whether the pass may not be given to another yet."""
        return self.is_out(now) or (self.left is not None and now < self.left + RESTS)

    def as_json(self) -> dict[str, Any]:
        left = self.left.isoformat() if self.left else None
        day, expires = self.day.isoformat(), self.expires.isoformat()
        whole = {"visit": self.visit, "version": self.version, "day": day, "expires": expires, "left": left}
        return whole | ({"codes": list(self.codes)} if self.codes else {})


class Board:
    """The board as it stood when the lock was taken; `save` before anybody is told."""

    def __init__(self, path: "PassBoard", raw: dict[str, Any]) -> None:
        self._path = path
        self.whole = raw.get("whole") is True
        """Whether every pass that is out is on it; not after the board was lost, until the database filled it."""
        self.holders = {str(Pass.parse(one)): _holder(entry) for one, entry in raw.get("passes", {}).items()}
        self.tries = {kiosk: [moment(at) for at in times] for kiosk, times in raw.get("tries", {}).items() if times}
        self.doubted = {kiosk: moment(until) for kiosk, until in raw.get("doubted", {}).items()}
        self.untold = {kiosk: moment(since) for kiosk, since in raw.get("untold", {}).items()}
        """By kiosk since when passes are guessed there, as long as the trail does not know it."""

    def taken(self, now: datetime) -> set[str]:
        return {pass_id for pass_id, holder in self.holders.items() if holder.keeps(now)}

    def of_visit(self, visit: str) -> tuple[str, Holder] | None:
        found = ((pass_id, holder) for pass_id, holder in self.holders.items() if holder.visit == visit)
        return next(found, None)

    def with_code(self, hashed: str) -> tuple[str, Holder] | None:
        """Who has the tear-off with this code, or had it."""
        found = ((pass_id, holder) for pass_id, holder in self.holders.items() if hashed in holder.codes)
        return next(found, None)

    def is_doubted(self, kiosk: str, now: datetime) -> bool:
        return now < self.doubted.get(kiosk, now)

    def wrong_try(self, kiosk: str, now: datetime) -> None:
        """Count a pass nobody has; with one too many its sign-outs are doubted, which the trail is told later."""
        recent = [at for at in self.tries.get(kiosk, []) if now - WINDOW < at <= now] + [now]
        self.tries[kiosk] = recent
        if len(recent) > TRIES:
            if not self.is_doubted(kiosk, now):
                self.untold.setdefault(kiosk, now)
            self.doubted[kiosk] = now + DOUBT

    def save(self, now: datetime) -> None:
        """Put the board on disk, without what no longer matters."""
        self.holders = {pass_id: holder for pass_id, holder in self.holders.items() if holder.keeps(now)}
        self.tries = {kiosk: times for kiosk, times in self.tries.items() if times[-1] > now - WINDOW}
        self.doubted = {kiosk: until for kiosk, until in self.doubted.items() if until > now}
        self._path.store(self)


class PassBoard:
    """The board of one state directory."""

    def __init__(self, state: State) -> None:
        self._path = state.passes
        self._threads = RLock()
        # On a full disk the roll still has room kept for it; then at least this process remembers.
        self._unsaved: dict[str, Any] | None = None

    @contextmanager
    def held(self) -> Iterator[Board]:
        """The board, while nobody else can change it, in this process or another.

        TryAgain where whoever holds it hangs: a visitor is sent to reception while they still stand there, and no work
        is left that would sign them in once they are gone.
        """
        if not self._threads.acquire(timeout=PATIENCE):
            raise TryAgain("the board of passes is busy: try again")
        try:
            with locked(self._path.with_suffix(".lock"), patience=PATIENCE):
                yield self.seen()
        finally:
            self._threads.release()

    def seen(self) -> Board:
        """The board as it is at this moment, for looking only."""
        if self._unsaved is not None:
            return Board(self, self._unsaved)
        try:
            return Board(self, json.loads(self._path.read_bytes()))
        except (OSError, *_DAMAGED):
            return Board(self, {})

    def store(self, board: Board) -> None:
        raw = {
            "whole": board.whole,
            "passes": {pass_id: holder.as_json() for pass_id, holder in board.holders.items()},
            "tries": {kiosk: [at.isoformat() for at in times] for kiosk, times in board.tries.items()},
            "doubted": {kiosk: until.isoformat() for kiosk, until in board.doubted.items()},
            "untold": {kiosk: since.isoformat() for kiosk, since in board.untold.items()},
        }
        content = json.dumps(raw)
        try:
            replace_file(self._path, content.encode(), 0o660)
            self._unsaved = None
        except DiskRefused as error:
            log.warning("the board of passes is kept in memory only: %s", error)
            self._unsaved = json.loads(content)


def with_digit(pass_id: str) -> bool:
    """Whether a pass has a digit behind it."""
    return Pass.parse(pass_id).digit is not None


def _holder(raw: dict[str, Any]) -> Holder:
    left = moment(raw["left"]) if raw["left"] else None
    day, codes = date.fromisoformat(raw["day"]), tuple(map(str, raw.get("codes", ())))
    return Holder(str(raw["visit"]), int(raw["version"]), day, moment(raw["expires"]), left, codes)
