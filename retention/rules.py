"""The rules table: what is kept, from when, how long, and on what ground (DIN 66398; DESIGN.md section 3).

Every deadline in the product is made by a function of this module; screens and `portier retention rules` print
the same table. A configuration may shorten a period, never lengthen it past its ceiling.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from retention.base.config import Config, RetentionSection, SiteSection, VisitsSection
from retention.base.siteday import day_end, site_day
from retention.base.translations import N_

FOOTAGE_CEILING: Final = timedelta(hours=96)
CALAMITY: Final = timedelta(hours=72)
CALAMITY_AFTER_END: Final = timedelta(hours=24)
TRAIL: Final = timedelta(days=365)
STAFF: Final = timedelta(days=365)
LEAD: Final = timedelta(seconds=45)  # destroyed this much before the deadline, so that no wake is too late


@dataclass(frozen=True)
class Rule:
    """One line of the table, in English; screens translate. No period means "until the end of the day"."""

    kind: str
    what: str
    starts: str
    period: timedelta | None
    floor: timedelta | None
    ceiling: timedelta | None
    ground: str


def rules(config: Config) -> tuple[Rule, ...]:
    """The table as this configuration makes it."""
    hour, day = timedelta(hours=1), timedelta(days=1)
    safe = N_("Know who is inside in an emergency, and that nobody is inside unasked")
    return (
        Rule(
            "footage",
            N_("Camera images and their thumbnails"),
            N_("the start of their minute"),
            config.retention.footage,
            hour,
            FOOTAGE_CEILING,
            N_("Check what happened at the entrance"),
        ),
        Rule(
            "visit",
            N_("Your visit: name, whom you visit, help you want, times"),
            N_("your arrival"),
            None,
            None,
            day,
            safe,
        ),
        Rule("expected", N_("An expected visit"), N_("the day of the visit"), None, None, day, safe),
        Rule(
            "calamity",
            N_("The list of a real emergency"),
            N_("the alarm"),
            CALAMITY,
            None,
            CALAMITY,
            N_("Account for everybody after an emergency; 24 hours after its end at the latest"),
        ),
        Rule("drill", N_("The list of a drill"), N_("the alarm"), None, None, day, N_("Practise an emergency")),
        Rule(
            "trail",
            N_("Which member of staff looked at what, and when"),
            N_("the look"),
            TRAIL,
            TRAIL,
            TRAIL,
            N_("Check every month that nobody looked without a reason"),
        ),
        Rule("staff", N_("Accounts of staff"), N_("the last log-in"), STAFF, day, STAFF, N_("Let only staff look")),
    )


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


def trail_deadline(day: date) -> datetime:
    """When the trail written on the UTC day `day` must be gone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + TRAIL


def explain(rule: Rule, translate: Callable[[str], str]) -> str:
    """The period in words, for screens and paper."""
    if rule.period is None:
        return translate(N_("until the end of the day"))
    hours = int(rule.period.total_seconds() // 3600)
    if rule.period == timedelta(days=365):
        return translate(N_("1 year"))
    if hours % 24 == 0:
        return translate(N_("{days} days")).format(days=hours // 24)
    return translate(N_("{hours} hours")).format(hours=hours)
