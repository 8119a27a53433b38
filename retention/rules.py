"""The rules table: what is kept, from when, how long, and on what ground (DIN 66398; DESIGN.md section 3).

Every deadline in the product is made by a function of this module; screens and `portier retention rules` print
the same table. A configuration may shorten a period, never lengthen it past its ceiling.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from retention.base import limits
from retention.base.config import Config, RetentionSection, SiteSection, VisitsSection
from retention.base.siteday import day_end, site_day
from retention.base.translations import N_

FOOTAGE_CEILING: Final = limits.FOOTAGE.ceiling
CALAMITY: Final = timedelta(hours=72)
CALAMITY_AFTER_END: Final = timedelta(hours=24)
TRAIL: Final = timedelta(days=365)
STAFF: Final = timedelta(days=365)
RENEWALS: Final = 2  # how often a case may be renewed, each time for its own period and a reason
ANSWER_WITHIN: Final = timedelta(weeks=4)  # AVG art. 12(3) allows a month; the privacy statement says four weeks
AFTER_ANSWER: Final = timedelta(weeks=6)
TEXT: Final = timedelta(days=28)
RECEIPT: Final = timedelta(days=31)
DIGEST: Final = timedelta(days=365)
EXPORT: Final = timedelta(days=28)
LEAD: Final = timedelta(seconds=45)  # destroyed this much before the deadline, so that no wake is too late


@dataclass(frozen=True)
class Rule:
    """One line of the table, in English; screens translate. No period means "until the end of the day".

    `note` says where Portier's own assurance ends.
    """

    kind: str
    what: str
    starts: str
    period: timedelta | None
    floor: timedelta | None
    ceiling: timedelta | None
    ground: str
    note: str = ""


def rules(config: Config) -> tuple[Rule, ...]:
    """The table as this configuration makes it."""
    return (*_of_visitors(), *_of_footage(config.retention), *_of_requests(), *_of_control())


def _of_visitors() -> tuple[Rule, ...]:
    day, safe = timedelta(days=1), N_("Know who is inside in an emergency, and that nobody is inside unasked")
    account = N_("Account for everybody after an emergency; 24 hours after its end at the latest")
    return (
        _day("visit", N_("Your visit: name, whom you visit, help you want, times"), N_("your arrival"), safe),
        _day("expected", N_("An expected visit"), N_("the day of the visit"), safe),
        Rule(
            "screen",
            N_("Copies of the list on screens and phones of staff"),
            N_("your arrival"),
            None,
            None,
            day,
            safe,
            N_("They refuse themselves after the day; a device that is switched off does so when it is used again"),
        ),
        Rule("calamity", N_("The list of a real emergency"), N_("the alarm"), CALAMITY, None, CALAMITY, account),
        _day("drill", N_("The list of a drill"), N_("the alarm"), N_("Practise an emergency")),
    )


def _of_footage(config: RetentionSection) -> tuple[Rule, ...]:
    return (
        Rule(
            "footage",
            N_("Camera images and their thumbnails"),
            N_("the start of their minute"),
            config.footage,
            limits.FOOTAGE.floor,
            FOOTAGE_CEILING,
            N_("Check what happened at the entrance"),
        ),
        Rule(
            "case",
            N_("Camera images of an incident"),
            N_("the decision to keep them"),
            config.case,
            limits.CASE.floor,
            limits.CASE.ceiling,
            N_("Find out what happened; two people decide, and the privacy officer may renew it twice with a reason"),
        ),
        Rule(
            "case_asked",
            N_("Camera images that somebody asked for"),
            N_("the answer"),
            AFTER_ANSWER,
            None,
            AFTER_ANSWER,
            N_("Answer who asks for images of themselves"),
        ),
        Rule(
            "export",
            N_("Copies of camera images that staff took out"),
            N_("making the copy"),
            EXPORT,
            None,
            EXPORT,
            N_("Hand images to who may have them"),
            N_("Portier cannot destroy a copy outside itself: the copy tells by when whoever took it must"),
        ),
    )


def _of_requests() -> tuple[Rule, ...]:
    return (
        Rule(
            "request",
            N_("Your request about your own data, and the answer"),
            N_("the answer"),
            AFTER_ANSWER,
            None,
            AFTER_ANSWER,
            N_("Answer within four weeks, and be able to explain the answer"),
        ),
        Rule(
            "text",
            N_("Free text that staff write, as a reason or a note"),
            N_("writing it"),
            TEXT,
            None,
            TEXT,
            N_("Know why something was done"),
        ),
    )


def _of_control() -> tuple[Rule, ...]:
    return (
        Rule(
            "trail",
            N_("Which member of staff looked at what, and when"),
            N_("the look"),
            TRAIL,
            TRAIL,
            TRAIL,
            N_("Check every month that nobody looked without a reason"),
        ),
        Rule("staff", N_("Accounts of staff"), N_("the last log-in"), STAFF, None, STAFF, N_("Let only staff look")),
        Rule(
            "receipt",
            N_("Proof of each erasure, without names"),
            N_("the erasure"),
            RECEIPT,
            None,
            RECEIPT,
            N_("Show that what had to go is gone"),
        ),
        Rule(
            "digest",
            N_("Proof of each day's erasures, without names"),
            N_("the end of the day"),
            DIGEST,
            DIGEST,
            DIGEST,
            N_("Show that what had to go is gone"),
            N_("Of each day a number and a hash stay, so that what follows can be verified from the first key on"),
        ),
    )


def _day(kind: str, what: str, starts: str, ground: str) -> Rule:
    return Rule(kind, what, starts, None, None, timedelta(days=1), ground)


def footage_deadline(epoch: int, config: RetentionSection) -> datetime:
    """When the minute that begins at `epoch` (unix seconds) must be gone: no frame in it is older than the period."""
    return datetime.fromtimestamp(epoch, UTC) + min(config.footage, FOOTAGE_CEILING)


def visits_deadline(day: date, site: SiteSection, visits: VisitsSection) -> datetime:
    """When the visits of a site day must be gone: at its end."""
    return day_end(day, site.zone, visits.day_ends)


def visits_day(now: datetime, site: SiteSection, visits: VisitsSection) -> date:
    """The site day that takes what happens now: the next one as soon as the reaper may take the last one's key."""
    return site_day(now + LEAD, site.zone, visits.day_ends)


def calamity_deadline(triggered: datetime, ended: datetime | None = None) -> datetime:
    """When the frozen list of a real calamity must be gone."""
    latest = triggered + CALAMITY
    return min(latest, ended + CALAMITY_AFTER_END) if ended else latest


def case_deadline(placed: datetime, config: RetentionSection) -> datetime:
    """When the footage of a case must be gone, counted from its placing or its renewal."""
    return placed + min(config.case, limits.CASE.ceiling)


def request_deadline(asked: datetime, answered: datetime | None = None) -> datetime:
    """When a request, and footage frozen for it, must be gone; before the answer, as if it came on the last day."""
    return (answered or asked + ANSWER_WITHIN) + AFTER_ANSWER


def text_deadline(day: date) -> datetime:
    """When free text written on the UTC day `day` must be gone: none is ever older than the period."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + TEXT


def export_deadline(made: datetime) -> datetime:
    """A copy that staff took out tells that it must be destroyed by then."""
    return made.astimezone(UTC) + EXPORT


def trail_deadline(day: date) -> datetime:
    """When the trail written on the UTC day `day` must be gone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + TRAIL


def explain(rule: Rule, translate: Callable[[str], str]) -> str:
    """The period in words, for screens and paper."""
    return translate(N_("until the end of the day")) if rule.period is None else _lasts(rule.period, translate)


def bounds(rule: Rule, translate: Callable[[str], str]) -> str:
    """Between which limits an organisation may choose that period, in words; empty where there is none."""
    if rule.ceiling is None:
        return ""
    most = _lasts(rule.ceiling, translate)
    if rule.floor is None:
        return translate(N_("at most {most}")).format(most=most)
    if rule.floor == rule.ceiling:
        return translate(N_("no less and no more"))
    return translate(N_("{least} to {most}")).format(least=_lasts(rule.floor, translate), most=most)


def _lasts(period: timedelta, translate: Callable[[str], str]) -> str:
    hours = int(period.total_seconds() // 3600)
    if period == timedelta(days=365):
        return translate(N_("1 year"))
    if hours in (1, 24):
        return translate(N_("1 hour") if hours == 1 else N_("1 day"))
    if period >= AFTER_ANSWER and hours % 168 == 0:
        return translate(N_("{weeks} weeks")).format(weeks=hours // 168)
    if hours % 24 == 0:
        return translate(N_("{days} days")).format(days=hours // 24)
    return translate(N_("{hours} hours")).format(hours=hours)
