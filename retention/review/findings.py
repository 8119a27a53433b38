"""The monthly review of the trail (P6): who looked at what, how often, at what hours, and what stands out and why.

Pure: lines of the trail go in one by one, figures and findings come out. Names of staff stand in it, a visitor's never.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from retention.base.audit import Entry
from retention.review.month import Month

SEEN: Final = "footage.seen"
# Footage of a case is looked at as well: its acts are about "number/camera".
ALL_SEEN: Final = frozenset({SEEN, "case.seen"})
BEGAN: Final = frozenset({"footage.look", "case.look"})
EXPORTS: Final = frozenset({"footage.export", "footage.blur", "case.export", "case.blur"})
NEEDS_REASON: Final = EXPORTS | ALL_SEEN | BEGAN | {"footage.motion", "footage.hold"}
LISTS: Final = frozenset({"visit.list", "calamity.list", "calamity.print"})
# The list for responders is made at any hour: an alarm keeps no office hours.
HAS_HOURS: Final = NEEDS_REASON | {"footage.timeline", "visit.list"}
LOOKS: Final = HAS_HOURS | LISTS
AGAIN: Final = 3  # the same minute, opened anew this often by the same person
MUCH: Final = 120  # minutes of footage seen by one person in one day
TECHNICAL: Final = 15  # minutes in one day: whether a camera works is seen sooner
# What a line of the trail stands out for by itself: the beginning of its act, and the kind of finding.
_BY_ACT: Final = (
    *((act, "export") for act in sorted(EXPORTS)),
    ("footage.hold", "kept"),
    ("footage.release", "kept"),
    ("case", "kept"),
    ("request", "request"),
    ("visit.delete", "deleted"),
    ("account", "account"),
    ("login", "login"),
    ("clock", "clock"),
    ("passes", "door"),
)
KINDS: Final = (
    "no_reason",
    "off_hours",
    "again",
    "much",
    "technical",
    *dict.fromkeys(kind for _, kind in _BY_ACT),
)
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SEVERAL: Final = "*"  # the category of lines that stand together and do not have the same
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Hours:
    """When somebody works at the site, by its own clock."""

    start: time
    end: time
    days: tuple[str, ...]
    zone: ZoneInfo

    def within(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        if self.start == self.end:
            return self._is_working(local.date())
        if self.start < self.end:
            return self._is_working(local.date()) and self.start <= local.time() < self.end
        # Past midnight it is still the shift of the day before.
        if local.time() >= self.start:
            return self._is_working(local.date())
        return local.time() < self.end and self._is_working(local.date() - timedelta(days=1))

    def _is_working(self, day: date) -> bool:
        return _DAYS[day.weekday()] in self.days


@dataclass(frozen=True)
class Finding:
    """Something that stands out; `kind` tells why (`retention.review.words.WHY`). `count` is of lines or minutes."""

    kind: str
    actor: str
    act: str
    about: str
    category: str
    first: datetime
    last: datetime
    count: int
    span: Span | None = None


@dataclass(frozen=True)
class Person:
    """What one actor did in the month."""

    actor: str
    looks: int
    minutes: int
    exports: int
    lists: int
    other: int
    outside: int
    days: int
    reasons: dict[str, int]

    @property
    def looked(self) -> bool:
        return bool(self.looks or self.minutes or self.exports or self.lists)


@dataclass(frozen=True)
class Review:
    """One month of the trail. `digest` is made of its lines alone: it changes when one of them does."""

    month: Month
    entries: int
    people: tuple[Person, ...]
    hours: tuple[int, ...]
    findings: tuple[Finding, ...]
    digest: str
    problems: tuple[str, ...] = ()

    def of(self, kind: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.kind == kind]


def review(entries: Iterable[Entry], month: Month, hours: Hours) -> Review:
    """The review of these lines, which are those of the month."""
    reader = _Reader(hours)
    for entry in entries:
        reader.take(entry)
    return reader.end(month)


@dataclass
class _Tally:
    """What is counted of one actor."""

    acts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    days: set[date] = field(default_factory=set)
    outside: int = 0

    def person(self, actor: str) -> Person:
        lists = sum(self.acts[act] for act in LISTS)
        looks = sum(self.acts[act] for act in (*BEGAN, "footage.timeline", "footage.motion"))
        minutes = sum(self.acts[act] for act in ALL_SEEN)
        exports = sum(self.acts[act] for act in EXPORTS)
        counted = lists + looks + minutes + exports
        return Person(
            actor,
            looks,
            minutes,
            exports,
            lists,
            self.acts.total() - counted,
            self.outside,
            len(self.days),
            dict(sorted(self.reasons.items())),
        )


class _Reader:
    """Takes line after line; holds counts, and each minute of footage that somebody saw."""

    def __init__(self, hours: Hours) -> None:
        self._hours = hours
        self._people: dict[str, _Tally] = defaultdict(_Tally)
        self._by_hour = [0] * 24
        self._found: dict[tuple[object, ...], Finding] = {}
        self._minutes: dict[tuple[str, str], Counter[datetime]] = defaultdict(Counter)
        self._seen: dict[tuple[object, ...], Finding] = {}
        self._technical: dict[tuple[object, ...], Finding] = {}
        self._hash = hashlib.sha256()
        self._entries = 0

    def take(self, entry: Entry) -> None:
        self._entries += 1
        self._hash.update(entry.hash.encode() + b"\n")
        day = entry.at.astimezone(self._hours.zone).date()
        tally = self._people[entry.actor]
        tally.acts[entry.act] += 1
        tally.days.add(day)
        if entry.act in LOOKS:
            self._look(entry, day, tally)
        kind = next((kind for begin, kind in _BY_ACT if entry.act.startswith(begin)), None)
        if kind and entry.act not in ALL_SEEN | BEGAN:
            self._add(kind, entry, (day, entry.act, entry.about, entry.category, entry.span))

    def _look(self, entry: Entry, day: date, tally: _Tally) -> None:
        self._by_hour[entry.at.astimezone(self._hours.zone).hour] += 1
        if entry.act in NEEDS_REASON:
            tally.reasons[entry.category] += entry.act not in BEGAN
            if not entry.category:
                self._add("no_reason", entry, (day, entry.about))
        if entry.act in HAS_HOURS and not self._hours.within(entry.at):
            tally.outside += 1
            self._add("off_hours", entry, (day,))
        if entry.act in ALL_SEEN and entry.span:
            # The same minute of a camera is the same, whether it is kept for a case or not.
            self._minutes[entry.actor, entry.about.rpartition("/")[2]][entry.span[0]] += 1
            _more(self._seen, (entry.actor, day), entry, "much")
            if entry.category == "technical_check":
                _more(self._technical, (entry.actor, day), entry, "technical")

    def _add(self, kind: str, entry: Entry, key: tuple[object, ...]) -> None:
        _more(self._found, (kind, entry.actor, *key), entry, kind)

    def end(self, month: Month) -> Review:
        found = [*self._found.values(), *self._again()]
        found += [one for one in self._seen.values() if one.count > MUCH]
        found += [one for one in self._technical.values() if one.count > TECHNICAL]
        found.sort(key=lambda one: (KINDS.index(one.kind), one.first, one.actor, one.about))
        people = sorted(
            (tally.person(actor) for actor, tally in self._people.items()),
            key=lambda person: (-person.minutes, -person.looks, person.actor),
        )
        digest = hashlib.sha256(f"portier review 1 {month}\n".encode() + self._hash.digest()).hexdigest()
        return Review(month, self._entries, tuple(people), tuple(self._by_hour), tuple(found), digest)

    def _again(self) -> Iterable[Finding]:
        """The same stretch, opened again and again: minutes next to each other are told as one."""
        for (actor, camera), minutes in self._minutes.items():
            often = sorted(minute for minute, times in minutes.items() if times >= AGAIN)
            stretch: list[datetime] = []
            for minute in [*often, None]:
                if stretch and (minute is None or minute - stretch[-1] > timedelta(minutes=1)):
                    span = (stretch[0], stretch[-1] + timedelta(minutes=1))
                    times = max(minutes[one] for one in stretch)
                    yield Finding("again", actor, SEEN, camera, "", span[0], span[1], times, span)
                    stretch = []
                if minute is not None:
                    stretch.append(minute)


def _more(found: dict[tuple[object, ...], Finding], key: tuple[object, ...], entry: Entry, kind: str) -> None:
    """One line more of what stands out together; what differs between the lines is left open."""
    before = found.get(key)
    if before is None:
        about, act, why, span = entry.about, entry.act, entry.category, entry.span
        found[key] = Finding(kind, entry.actor, act, about, why, entry.at, entry.at, 1, span)
        return
    found[key] = replace(
        before,
        first=min(before.first, entry.at),
        last=max(before.last, entry.at),
        count=before.count + 1,
        act=before.act if before.act == entry.act else "",
        about=before.about if before.about == entry.about else "",
        category=before.category if before.category == entry.category else SEVERAL,
        span=before.span if before.span == entry.span else None,
    )
