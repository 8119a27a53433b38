"""The four-week clock: which requests are near their last day or past it, told without any name and without a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from babel.dates import format_date

from retention.asked.register import Requests
from retention.asked.request import Head
from retention.base.command import Office
from retention.base.errors import PortierError
from retention.base.health import Problem
from retention.base.translations import N_, translator
from retention.base.trusted import TrustedTime
from retention.cases.case import Case
from retention.cases.shelf import Shelf

SOON: Final = 7
URGENT: Final = 2
MOST_TOLD: Final = 5  # by health; the list has them all
CHECK_WITHIN: Final = timedelta(days=3)  # who asks, where footage is kept for it: a made-up request keeps it too
Urgency = Literal["calm", "soon", "urgent", "late"]

_UNFROZEN: Final = N_("the footage that request %(number)s asks about is not kept yet: open it at Requests")
_UNCHECKED: Final = N_(
    "footage is kept for request %(number)s, and for three days nobody has noted who asks: see who it is, or close it"
)
_SAID: Final = {
    "soon": N_("request %(number)s must be answered by %(day)s"),
    "urgent": N_("request %(number)s must be answered by %(day)s: answer it now"),
    "late": N_("request %(number)s had to be answered by %(day)s: answer it today"),
}


@dataclass(frozen=True)
class Reminder:
    """A request that needs somebody; `left` is the number of days until its last."""

    head: Head
    left: int
    urgency: Urgency

    @property
    def problem(self) -> Problem:
        """As health tells it: on the first page of the desk a week before, on every page from two days on."""
        values = {"number": self.head.number, "day": self.head.answer_by.isoformat()}
        return Problem("P2", _SAID[self.urgency], values, everywhere=self.urgency != "soon")


def urgency(head: Head, today: date) -> Urgency:
    """How much of a hurry there is; none once it is answered."""
    left = head.days_left(today)
    if head.state == "answered" or left > SOON:
        return "calm"
    return "late" if left < 0 else "urgent" if left <= URGENT else "soon"


def reminders(heads: Iterable[Head], today: date) -> list[Reminder]:
    """Those that need somebody, the most urgent first."""
    found = [Reminder(head, head.days_left(today), urgency(head, today)) for head in heads]
    return sorted((one for one in found if one.urgency != "calm"), key=lambda one: (one.left, one.head.number))


def unchecked(heads: Iterable[Head], cases: Iterable[Case], now: datetime) -> list[Head]:
    """Those that keep footage and whose asker nobody has checked in time."""
    keeping = {case.request for case in cases}
    open_ = (head for head in heads if head.state != "answered" and not head.identified)
    return [head for head in open_ if head.number in keeping and now - head.registered >= CHECK_WITHIN]


def countdown(head: Head, today: date, language: str) -> str:
    """How long there is, as "nog 12 dagen, uiterlijk maandag 23 november"."""
    say, left = translator(language, "requests"), head.days_left(today)
    day = format_date(head.answer_by, "EEEE d MMMM", locale=language)
    if head.state == "answered":
        return say(N_("answered"))
    if left < 0:
        said = N_("1 day late, it had to be done by {day}") if left == -1 else N_("{late} days late, since {day}")
    elif left == 0:
        said = N_("today is the last day")
    else:
        said = N_("1 day left, by {day} at the latest") if left == 1 else N_("{left} days left, by {day} at the latest")
    return say(said).format(left=left, late=-left, day=day)


class Reminding:
    """What the retention service does about requests: it keeps their terms, and tells what is near its last day."""

    def __init__(self, office: Office) -> None:
        self._zone, self._shelf = office.config.site.zone, Shelf(office.state)
        self._requests = Requests(office.state, office.clock, self._zone)
        self._time = TrustedTime(office.state, office.clock)
        self.problems: tuple[Problem, ...] = ()

    def look(self) -> None:
        """Look at every request once. A register that cannot be read is itself a problem."""
        try:
            self._requests.settle()
            heads, unreadable, cases = self._requests.heads(), self._requests.unreadable(), self._shelf.all()
        except (PortierError, OSError) as error:
            self.problems = (Problem("P2", N_("the requests cannot be read (%(error)s)"), {"error": str(error)}),)
            return
        now = self._time.latest()
        today = now.astimezone(self._zone).date()
        told = [Problem("P2", sentence) for sentence in unreadable[:3]]
        unfrozen = [head for head in heads if head.state == "to_freeze"]
        told += [Problem("P2", _UNFROZEN, {"number": head.number}, everywhere=True) for head in unfrozen]
        told += [
            Problem("P2", _UNCHECKED, {"number": head.number}) for head in unchecked(heads, cases, now)[:MOST_TOLD]
        ]
        self.problems = (*told, *(one.problem for one in reminders(heads, today)[:MOST_TOLD]))
