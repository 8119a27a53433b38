"""The desk's words: Dutch first, English beside it, and how times, states, causes and reasons read.

The English sentence is the msgid; the Dutch stands in locale/nl/LC_MESSAGES/desk.po. A test holds both together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal

from kiosk.calamity.sheet import HELP
from retention.base.health import Problem, span_in
from retention.base.localtime import comes_twice
from retention.base.translations import N_, translator

LANGUAGES = ("nl", "en")
__all__ = ["BLIND", "CAUSES", "HELP", "LANGUAGES", "REASONS", "STATES", "Words", "language_of"]


STATES = {
    "expected": N_("expected"),
    "on_site": N_("on site"),
    "probably_left": N_("probably left"),
    "left": N_("left"),
}
REASONS = {
    "incident": N_("Something happened (incident)"),
    "damage_or_theft": N_("Damage or theft"),
    "unauthorised_entry": N_("Somebody came in without permission"),
    "person_asked": N_("Somebody asks for footage of themselves"),
    "technical_check": N_("Checking whether the camera works"),
}
CAUSES = {
    "unreachable": N_("the camera could not be reached"),
    "unauthorised": N_("the camera refused the password"),
    "stalled": N_("the camera sent nothing any more"),
    "unsupported": N_("the camera sent what cannot be kept"),
    "disk_full": N_("the disk was full"),
    "disk_slow": N_("the disk was too slow"),
    "stopped": N_("recording was stopped"),
    "restarted": N_("recording was restarted"),
    "power_lost": N_("the power failed"),
    "clock_stepped": N_("the clock was changed"),
    "disabled": N_("the camera was switched off"),
    "evicted": N_("there was no room left"),
    "expired": N_("older than its term, destroyed"),
    "damaged": N_("the file is damaged"),
    "lost": N_("the file is gone"),
}

BLIND = {
    "covered": N_("covered"),
    "black": N_("black"),
    "overexposed": N_("too bright"),
    "out_of_focus": N_("out of focus"),
    "frozen": N_("stands still"),
    "turned_away": N_("turned away"),
}


@dataclass(frozen=True)
class Words:
    """One language at one site."""

    language: str
    zone: ZoneInfo

    @property
    def gettext(self) -> Callable[[str], str]:
        return translator(self.language, "desk")

    def say(self, text: str, **values: object) -> str:
        """The sentence in this language, with its values filled in."""
        sentence = self.gettext(text)
        return sentence % values if values else sentence

    def named(self, table: Mapping[str, str], key: str | None) -> str:
        """The word for a stored id; an id nobody put into words is shown as it is."""
        return self.gettext(table[key]) if key and key in table else (key or "")

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def minute(self, moment: datetime | None) -> str:
        return f"{self.local(moment):%H:%M}" if moment else ""

    def second(self, moment: datetime | None) -> str:
        """As 14:05:12; with the season in the hour that comes twice."""
        if moment is None:
            return ""
        twice = f" ({self.season(moment)})" if comes_twice(moment, self.zone) else ""
        return f"{self.local(moment):%H:%M:%S}{twice}"

    def exact(self, moment: datetime) -> str:
        """As a form takes it: 14:05:12, or 02:05:12+02:00 in the hour that comes twice."""
        local = self.local(moment).replace(microsecond=0)
        return local.isoformat()[11:] if comes_twice(moment, self.zone) else f"{local:%H:%M:%S}"

    def typed(self, moment: datetime) -> str:
        """As people type it into a form: 14:05 where no second and no season is needed."""
        return self.exact(moment) if moment.second or comes_twice(moment, self.zone) else self.minute(moment)

    def season(self, moment: datetime) -> str:
        return self.say(N_("summer time") if self.local(moment).dst() else N_("winter time"))

    def day(self, day: date) -> str:
        """As "maandag 23 november"."""
        return str(format_date(day, "EEEE d MMMM", locale=self.language))

    def moment(self, moment: datetime) -> str:
        """As "maandag 23 november 14:05"."""
        return f"{self.day(self.local(moment).date())} {self.minute(moment)}"

    def stretch(self, start: datetime, end: datetime) -> str:
        """As "maandag 23 november 14:05:12-14:07:00"; with both days where there are two."""
        first, last = self.local(start).date(), self.local(end).date()
        until = "" if first == last else f"{self.day(last)} "
        return f"{self.day(first)} {self.second(start)}–{until}{self.second(end)}"

    def left(self, span: timedelta) -> str:
        """How much time is left, in whole days or hours: "in 12 days"."""
        if span >= timedelta(days=2):
            return self.say(N_("in %(days)s days"), days=span.days)
        return self.say(N_("in %(length)s"), length=self.lasts(span))

    def problem(self, problem: Problem) -> str:
        """What is wrong and what to do."""
        return self.say(problem.sentence, **{name: self.value(value) for name, value in problem.values.items()})

    def value(self, value: str) -> str:
        """A value in a sentence: a moment by the site's clock, a span, a sentence in this language, else as it is."""
        if (span := span_in(value)) is not None:
            return self.span(span)
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return self.gettext(value) if value else value
        if moment.tzinfo is None and len(value) == 10:
            return self.day(moment.date())
        return f"{self.day(self.local(moment).date())} {self.second(moment)}" if moment.tzinfo else value

    def number(self, value: float, digits: int) -> str:
        """As 1.234,5 in Dutch."""
        return str(format_decimal(round(value, digits), locale=self.language))

    def bytes(self, size: int) -> str:
        """As "1,4 MB"; what is smaller in whole kB, never as nothing."""
        return f"{self.number(size / 1e6, 1)} MB" if size >= 1_000_000 else f"{max(1, round(size / 1_000))} kB"

    def span(self, span: timedelta) -> str:
        """A length that may be days: "5 d 3 h"; below a day as `lasts` says it."""
        days, rest = divmod(round(span.total_seconds()), 86_400)
        if not days:
            return self.lasts(span)
        hours = self.say(N_("%(hours)s h"), hours=rest // 3_600) if rest >= 3_600 else ""
        return f"{self.say(N_('%(days)s d'), days=days)} {hours}".rstrip()

    def waits(self, span: timedelta) -> str:
        """How long somebody has waited, in whole minutes."""
        if span < timedelta(minutes=1):
            return self.say(N_("just arrived"))
        return self.say(N_("waits %(length)s"), length=self.lasts(timedelta(minutes=span // timedelta(minutes=1))))

    def lasts(self, span: timedelta) -> str:
        """A length in at most two units: "2 min 10 s"."""
        seconds = max(1, round(span.total_seconds()))
        hours, minutes = divmod(seconds // 60, 60)
        if hours and not minutes:
            return self.say(N_("%(hours)s h"), hours=hours)
        if hours:
            return self.say(N_("%(hours)s h %(minutes)s min"), hours=hours, minutes=minutes)
        if minutes and seconds % 60 == 0:
            return self.say(N_("%(minutes)s min"), minutes=minutes)
        if minutes:
            return self.say(N_("%(minutes)s min %(seconds)s s"), minutes=minutes, seconds=seconds % 60)
        return self.say(N_("%(seconds)s s"), seconds=seconds)


def language_of(cookie: str | None) -> str:
    """The language chosen before; Dutch otherwise."""
    return cookie if cookie in LANGUAGES else LANGUAGES[0]
