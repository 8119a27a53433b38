"""The site day: visits of one day share one key, and die together at its end (04:00 local unless configured).

A site day is named by the date on which it begins. Across summer time it lasts 23 or 25 hours; an end that the
clock skips or shows twice is taken at its first possible moment, so that no name lives longer for it.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def day_end(day: date, zone: ZoneInfo, day_ends: time) -> datetime:
    """The moment, in UTC, at which the site day `day` is over: `day_ends` on the next calendar day."""
    local = datetime.combine(day + timedelta(days=1), day_ends, tzinfo=zone)
    # fold=0 is the earlier of two; in the skipped hour it maps past the gap, fold=1 before it.
    return min(local.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def site_day(now: datetime, zone: ZoneInfo, day_ends: time) -> date:
    """The site day in which the moment `now` falls."""
    calendar = now.astimezone(zone).date()
    return next(
        day
        for day in (calendar - timedelta(days=1), calendar, calendar + timedelta(days=1))
        if now < day_end(day, zone, day_ends)
    )


def day_number(day: date) -> int:
    """How a day stands in a slot: 20261122."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of_number(number: int) -> date:
    """The day that `day_number` was made of."""
    return date(number // 10_000, number // 100 % 100, number % 100)
