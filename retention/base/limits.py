"""How short and how long an organisation may keep what it may choose a period for, and why not longer.

The configuration is held against these, and the rules table prints them: there is one place to look.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final


@dataclass(frozen=True)
class Limit:
    """The shortest and the longest period; `why` is the sentence a refusal ends with."""

    floor: timedelta
    ceiling: timedelta
    why: str

    def hold(self, period: timedelta) -> timedelta:
        """The period; ValueError with the reason when it lies outside."""
        if self.floor <= period <= self.ceiling:
            return period
        raise ValueError(f"at least {_words(self.floor)} and at most {_words(self.ceiling)}: {self.why}")


FOOTAGE: Final = Limit(
    timedelta(hours=1), timedelta(hours=96), "the privacy statement says that images are deleted after four days"
)
CASE: Final = Limit(
    timedelta(days=1),
    timedelta(days=28),
    "images of an incident are kept four weeks at most; who needs them longer renews the case, with a reason",
)


def _words(period: timedelta) -> str:
    hours = int(period.total_seconds() // 3_600)
    number, unit = (hours // 24, "day") if hours % 24 == 0 else (hours, "hour")
    return f"{number} {unit}{'' if number == 1 else 's'}"
