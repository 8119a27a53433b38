"""A calendar month at the site: what the review of the trail is about."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from retention.base.errors import UsageRefused

_WRITTEN = re.compile(r"(20\d\d|2[1-9]\d\d)-(0[1-9]|1[0-2])")


@dataclass(frozen=True, order=True)
class Month:
    """One month; `str()` of it is as people write it for a machine: 2027-03."""

    first: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises UsageRefused for anything but a year and a month."""
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise UsageRefused("write a month as 2027-03")
        return cls(date(int(match[1]), int(match[2]), 1))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """The month in which a moment lies by the site's clock."""
        return cls(moment.astimezone(zone).date().replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def following(self) -> "Month":
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def former(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def start(self, zone: ZoneInfo) -> datetime:
        """Its first moment: midnight by the site's clock, whatever season that is in."""
        return datetime(self.first.year, self.first.month, 1, tzinfo=zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        return self.following.start(zone)
