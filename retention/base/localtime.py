"""From what a clock on the wall says to the instant it means: in one night of the year there are two, in one none.

Nobody guesses: who asks for such a time is told so with both choices. Pure.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 2100


def instants_of(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants at which the wall clock shows this: one; two where the clock was set back; none where set on."""
    return [instant for instant in readings_of(local, zone) if instant.astimezone(zone).replace(tzinfo=None) == local]


def readings_of(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The same, but where the clock jumped over this time: the instants an hour before and after it."""
    return sorted({local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})


def comes_twice(instant: datetime, zone: ZoneInfo) -> bool:
    """Whether the wall clock shows the time of this instant at another one too."""
    return len(instants_of(instant.astimezone(zone).replace(tzinfo=None, fold=0), zone)) > 1


def within_reason(moment: datetime) -> bool:
    """Whether a year is one in which there can be footage; beyond it arithmetic with time ends."""
    return FIRST_YEAR <= moment.year < LAST_YEAR
