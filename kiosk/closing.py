"""The end of the day as reception sees it: who is not signed out yet, and how many were not the day before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kiosk.calamity.unsigned import Unsigned
from kiosk.changes import PRESENT
from kiosk.register import SeenVisit
from retention.base.command import Office
from retention.base.config import SiteSection, VisitsSection
from retention.rules import visits_day, visits_deadline


@dataclass(frozen=True)
class Closing:
    """`asked`: reception closes, so each of the `open` visits wants an answer before `ends`: signed out, or staying."""

    today: date
    asked: bool
    open: int
    ends: datetime
    day_before: date
    left_over: int


def closing(office: Office, visits: Iterable[SeenVisit], now: datetime) -> Closing:
    """How the day stands at `now`. Who is carried over to the next day is answered for."""
    config = office.config
    today = visits_day(now, config.site, config.visits)
    waiting = sum(one.state in PRESENT and one.day <= today for one in visits)
    before, left_over = Unsigned(office.state).before(today)
    asked = waiting > 0 and now >= last_call(today, config.site, config.visits)
    return Closing(today, asked, waiting, visits_deadline(today, config.site, config.visits), before, left_over)


def last_call(day: date, site: SiteSection, visits: VisitsSection) -> datetime:
    """When reception closes on a site day: the night until its end belongs to it."""
    calendar = day if visits.reception_closes >= visits.day_ends else day + timedelta(days=1)
    return datetime.combine(calendar, visits.reception_closes, tzinfo=site.zone)
