"""The reading side of visits, for whoever holds the reader key: who is in, corrections, and rows the roll is ahead of.

Where roll and row disagree, the higher version is right, and at equal versions the roll.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.books import SignedIn
from kiosk.calamity.record import Entry, Whereabouts
from kiosk.calamity.roll import RollReader
from kiosk.catching_up import follow, is_level, show
from kiosk.changes import NAMELESS, PRESENT, REFUSED
from kiosk.codes.code import Code
from kiosk.day import Days, Opened, open_details, seal_details
from kiosk.errors import VisitUnknown
from kiosk.passboard import Board, PassBoard
from kiosk.passes import is_pass
from kiosk.reception import Reception
from kiosk.rows import AWAY, Rows, Stands, of_day, standing
from kiosk.tables import Visit
from kiosk.visits import Details, clean_host, clean_name
from retention.base.command import Office
from retention.base.database import Database
from retention.base.errors import DiskRefused, EpochErased, SealBroken, UsageRefused
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import CALAMITIES, VISITS

log = logging.getLogger("portier.visits")


@dataclass(frozen=True)
class SeenVisit:
    """One visit as staff see it. `name` is None where what held it cannot be read; or was `deleted` on request."""

    visit: str
    pass_id: str | None
    state: Whereabouts
    name: str | None
    host: str | None
    help: tuple[str, ...]
    arrived: datetime | None
    left: datetime | None
    day: date
    deleted: bool = False
    statement: str | None = None
    together: str | None = None
    waits: bool = False
    refused: bool = False
    code: str | None = field(default=None, repr=False)

    @property
    def unit(self) -> str:
        """What is the same for all who came together: that of who came alone is their own."""
        return self.together or self.visit

    def as_json(self) -> dict[str, Any]:
        """The shape `portier visit list --json` promises."""
        return {
            "visit": self.visit,
            "pass": self.pass_id,
            "state": str(self.state),
            "name": self.name,
            "host": self.host,
            "help": list(self.help),
            "arrived": self.arrived.isoformat() if self.arrived else None,
            "left": self.left.isoformat() if self.left else None,
            **({"deleted": True} if self.deleted else {}),
            **({"statement": self.statement} if self.statement else {}),
            **({"together": self.together} if self.together else {}),
            **({"waits": True} if self.waits and self.state in PRESENT else {}),
            **({"refused": True} if self.refused else {}),
        }


@dataclass(frozen=True)
class Deleted:
    """What became of a wish to be deleted. Copies made earlier today become unreadable at `copies_until`."""

    inside: bool
    frozen: bool
    waits: bool
    copies_until: datetime


class Register:
    """Today's visits, readable; one for each process, safe to use from several threads."""

    def __init__(
        self, office: Office, database: Database | None, reader: X25519PrivateKey, reception: Reception | None = None
    ) -> None:
        self._office, self._database, self._reader = office, database, reader
        self._days, self._passes = Days(office), PassBoard(office.state)
        self._reception = reception or Reception(office, database, kiosk="staff")
        self._roll_seen: dict[Path, int] = {}
        self._to_scrub = False
        self._level = True  # unless the rows could not follow the roll: a database may be read and yet take no writes
        self._rolls: dict[date, RollReader] = {}

    def visits(self) -> list[SeenVisit]:
        """Everybody of today by arrival, expected visits last; from the roll alone while the database is away."""
        now, level = self._days.now(), self._catch_up()
        try:
            found = self._from_rows(now) if level else None
        except AWAY as error:
            log.warning("the list comes from the roll alone: %s", error)
            found = None
        if found is None:
            found = self._from_roll(now)

        def place(seen: SeenVisit) -> tuple[object, ...]:
            return seen.arrived is None, seen.arrived or now, seen.unit, seen.visit != seen.unit, seen.visit

        return sorted(found, key=place)

    def visit(self, visit: str) -> SeenVisit:
        """One visit of today, or one that is announced for a day to come; VisitUnknown."""
        ahead = (day for day in self._days.live(self._days.now()) if day > self._days.today(self._days.now()))
        for seen in chain(self.visits(), *map(self.expected, ahead)):
            if seen.visit == visit:
                return seen
        raise VisitUnknown("there is no such visit today: see `portier visit list`")

    def with_code(self, code: Code) -> SeenVisit:
        """The one visit whose tear-off carries this code, also once it has left; VisitUnknown."""
        now = self._days.now()
        hashed = {code.hashed(self._days.slot(day).public) for day in self._days.live(now)}
        for day in self._days.live(now):
            for entry in self._entries(day, now):
                if hashed & set(entry.codes):
                    return self.visit(entry.visit)
        raise VisitUnknown("no visit of today has this code")

    def expected(self, day: date) -> list[SeenVisit]:
        """Who is expected on a day to come; from its roll alone while the database is away."""
        now, level = self._days.now(), self._catch_up()
        if self._database is not None and level:
            try:
                with self._database.read() as session:
                    rows = [row for row in of_day(session, day, now) if row.state == Whereabouts.EXPECTED]
                    return self._seen(rows, now)
            except AWAY as error:
                log.warning("who is expected comes from the roll alone: %s", error)
        told = [entry for entry in self._entries(day, now) if entry.state is Whereabouts.EXPECTED]
        return [_told(entry, day) for entry in told if not entry.forgotten]

    def stay(self, visit: str, *, by: str) -> None:
        """Carry somebody over the end of the site day: sealed anew under the next day."""
        seen = self.visit(visit)
        self._reception.stay(visit, _details(seen), seen.arrived or self._days.now(), by=by, waits=seen.waits)

    def arrive(self, visit: str, *, by: str, code: Code | None = None) -> SignedIn:
        """Sign in somebody who was expected."""
        return self._reception.sign_in(_details(self.visit(visit)), by=by, expected=visit, code=code)

    def join(self, expected: str, visit: str, *, by: str) -> None:
        """Say that who was expected is who signed in by a name: the host that was announced goes over to that visit."""
        awaited, inside = self.visit(expected), self.visit(visit)
        details = _details(inside)
        self._reception.join(expected, visit, replace(details, host=details.host or awaited.host), by=by)

    def correct(self, visit: str, changes: Mapping[str, Any], *, by: str) -> None:
        """Put right a name or a host; help wanted can be withdrawn by staff, never added."""
        if not changes or set(changes) - {"name", "host", "help"}:
            raise UsageRefused('give what is to be put right: "name", "host", or a shorter "help"')
        seen = self.visit(visit)
        before = _details(seen)
        wanted = changes.get("help", sorted(before.help))
        if not isinstance(wanted, list) or not set(wanted) <= set(before.help):
            raise UsageRefused("help wanted is told by visitors themselves; staff can only take it away")
        name, host = changes.get("name", before.name), changes.get("host", before.host)
        if not isinstance(name, str) or not isinstance(host, str | None):
            raise UsageRefused('"name" and "host" are text')
        kept = frozenset(wish for wish in before.help if wish in wanted)
        details = replace(before, name=clean_name(name), host=clean_host(host), help=kept)
        self._reception.rewrite(visit, details, by=by)

    def delete(self, visit: str, *, by: str) -> Deleted:
        """Delete one visit at once, because its visitor asks for that: from the roll and from the rows.

        Who is inside keeps a line without a name. The frozen list of a calamity keeps it until its own term.
        A second call changes nothing. DiskRefused when a roll cannot be overwritten: that is tried again.
        """
        now = self._days.now()
        self.add_missing_rows()
        days = self._days.live(now)
        on_roll = [(entry, day) for day in days for entry in self._entries(day, now)]
        found = [(entry, day) for entry, day in on_roll if entry.visit == visit]
        if any(entry.forgotten for entry, _ in found):
            state, day = Whereabouts.LEFT, self._days.today(now)
        else:
            told = found[-1] if found else None
            state, day = self._reception.delete(visit, told, lambda: self._places_of(visit, days, now), by=by)
        # What was announced of the same person, and joined with this visit, says their name too.
        for entry, its_day in [(entry, day) for entry, day in on_roll if entry.into == visit and not entry.deleted]:
            places = partial(self._places_of, entry.visit, days, now)
            self._reception.delete(entry.visit, (entry, its_day), places, by=by)
        for live in days:
            self._entries(live, now)  # now they know what is to be overwritten
        self._to_scrub = True
        self._wipe(now)
        self._catch_up()
        frozen = any(now < slot.deadline for slot in SlotFile(self._office.state, CALAMITIES).live())
        return Deleted(state in PRESENT, frozen, not self._level or self._to_scrub, self._days.deadline(day))

    def _places_of(self, visit: str, days: list[date], now: datetime) -> dict[date, list[str]]:
        """What stands of a visit on the rolls of these days, where anything does."""
        found = {day: roll.places_of(visit) for day in days if (roll := self._roll(day, now))}
        return {day: places for day, places in found.items() if places}

    def _wipe(self, now: datetime) -> None:
        """Overwrite what the rolls, as they were last read, say is deleted. DiskRefused."""
        for day in self._days.live(now):
            if roll := self._roll(day, now):
                roll.wipe()

    def _scrub(self) -> None:
        """Leave nothing of deleted rows in the database's files; again later while somebody reads there."""
        if self._to_scrub and self._database is not None:
            try:
                self._to_scrub = not self._database.scrub()
            except AWAY as error:
                log.warning("deleted rows are not scrubbed yet: %s", error)

    def add_missing_rows(self) -> int:
        """Bring rows and board to where the roll is; how many visits were behind. Nothing while the database is away.

        Cheap when the roll has not changed since the last call.
        """
        now = self._days.now()
        files = self._roll_files(now)
        if self._database is None or (files == self._roll_seen and self._passes.seen().whole):
            self._scrub()
            return 0
        for day in self._days.live(now):
            self._entries(day, now)  # opening what is new takes longest: beforehand, while others sign in and out
        with self._passes.held() as board, Rows(self._database) as rows:
            there = rows.do(standing) or {}
            # The later day first: who is carried over to it stands on both rolls.
            behind = sum(self._add_day(day, board, rows, now, there) for day in reversed(self._days.live(now)))
            if not rows.away:
                board.whole = True
                board.save(now)
        self._level = not rows.lost
        try:
            self._wipe(now)
        except DiskRefused as error:
            log.warning("%s", error)
            return behind
        if self._level:
            self._roll_seen = files
        self._scrub()
        return behind

    def _catch_up(self) -> bool:
        """Bring the rows to where the roll is, for whoever looks; False where they may tell less than the roll."""
        try:
            self.add_missing_rows()
        except AWAY as error:  # the disk takes nothing, or whoever holds the board hangs
            log.warning("rows do not follow the roll yet: %s", error)
            self._level, self._roll_seen = False, {}
        return self._level

    def _add_day(self, day: date, board: Board, rows: Rows, now: datetime, there: Mapping[str, Stands]) -> int:
        if not (entries := self._entries(day, now)):
            return 0
        # Somebody may have died between row and journal: on a day with a deletion both are scrubbed once more.
        self._to_scrub = self._to_scrub or any(entry.deleted for entry in entries)
        public, expires = self._days.slot(day).public, self._days.deadline(day)

        def sealed(entry: Entry) -> bytes:
            if entry.deleted:
                return NAMELESS
            opened = Opened(entry.name, entry.host, entry.help, entry.statement, entry.together, entry.code)
            return seal_details(public, entry.visit, day, opened)

        behind = 0
        for entry in entries:
            if is_level(there.get(entry.visit), entry, day):
                pass
            elif rows.do(partial(follow, entry=entry, day=day, sealed=sealed, expires=expires)):
                behind += 1
            if not rows.away and is_pass(entry.pass_id):  # whoever wrote the roll may have written anything
                show(board, entry, day, expires)
        return behind

    def _entries(self, day: date, now: datetime) -> tuple[Entry, ...]:
        roll = self._roll(day, now)
        return roll.roll().entries if roll else ()

    def _roll(self, day: date, now: datetime) -> RollReader | None:
        private = self._private(day, now)
        if private is None:
            return None
        if day not in self._rolls:
            self._rolls[day] = RollReader(self._office.state, VISITS, day_number(day), private)
        return self._rolls[day]

    def _roll_files(self, now: datetime) -> dict[Path, int]:
        state, found = self._office.state, dict[Path, int]()
        days = self._days.live(now)
        self._rolls = {day: reader for day, reader in self._rolls.items() if day in days}
        for day in days:
            for path in state.data_of(VISITS, day_number(day)):
                try:
                    found[path] = path.stat().st_mtime_ns
                except FileNotFoundError:
                    continue  # the reaper was here a moment ago
        return found

    def _from_rows(self, now: datetime) -> list[SeenVisit] | None:
        if self._database is None:
            return None
        with self._database.read() as session:
            rows = of_day(session, self._days.today(now), now)
            return self._seen(rows, now)

    def _from_roll(self, now: datetime) -> list[SeenVisit]:
        """Today's roll, and who is carried over to tomorrow's already."""
        today = self._days.today(now)
        found = {
            entry.visit: (entry, day)
            for day in (today, today + timedelta(days=1))
            for entry in self._entries(day, now)
            if day == today or entry.state is not Whereabouts.EXPECTED
        }
        return [_told(entry, day) for entry, day in found.values() if not entry.forgotten]

    def _seen(self, rows: list[Visit], now: datetime) -> list[SeenVisit]:
        """The rows opened; one whose day is over is not told any more. Of one that does not open the roll tells."""
        privates = {day: self._private(day, now) for day in {row.day for row in rows}}
        seen = [_read(row, private) for row in rows if (private := privates[row.day]) is not None]
        lost = {one.visit: one.day for one in seen if one.name is None and not one.deleted}
        days = {day: self._entries(day, now) for day in set(lost.values())}
        known = {entry.visit: _told(entry, day) for day in days for entry in days[day] if lost.get(entry.visit) == day}
        return [known.get(one.visit, one) for one in seen]

    def _private(self, day: date, now: datetime) -> X25519PrivateKey | None:
        try:
            return self._days.private(day, self._reader, now)
        except EpochErased:  # its term ended a moment ago
            return None


def _read(row: Visit, private: X25519PrivateKey) -> SeenVisit:
    state, times = Whereabouts(row.state), (row.arrived_at, row.left_at, row.day)
    told: dict[str, Any] = {"waits": row.waits, "refused": row.left_how == REFUSED}
    if row.sealed == NAMELESS:
        return SeenVisit(row.id, row.pass_id, state, None, None, (), *times, deleted=True, **told)
    try:
        opened = open_details(private, row.id, row.day, row.sealed)
    except SealBroken as error:
        log.warning("a visit cannot be read: %s", error)
        opened = Opened(None, None, ())
    told |= {"statement": opened.statement, "together": opened.together, "code": opened.code}
    return SeenVisit(row.id, row.pass_id, state, opened.name, opened.host, opened.help, *times, **told)


def _details(seen: SeenVisit) -> Details:
    return Opened(seen.name, seen.host, seen.help, seen.statement, seen.together, seen.code).details()


def _told(entry: Entry, day: date) -> SeenVisit:
    came = None if entry.state is Whereabouts.EXPECTED else entry.arrived
    told = {key: getattr(entry, key) for key in ("deleted", "statement", "together", "waits", "refused", "code")}
    identifying, times = (entry.name, entry.host, entry.help), (came, entry.left, day)
    return SeenVisit(entry.visit, entry.pass_id or None, entry.state, *identifying, *times, **told)
