"""Which months of the trail are reviewed, and which wait for the privacy officer's signature.

The signature is a line of the trail: `review.signed`, about the month, its category the digest of what was reviewed.
So a line of that month that is changed or taken away afterwards shows.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from retention.base.audit import Entry, Trail
from retention.base.clock import Clock
from retention.base.config import Config
from retention.base.errors import PortierError
from retention.base.health import Problem
from retention.base.state import State
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.review.findings import Hours, Review, review
from retention.review.month import Month

SIGNED: Final = "review.signed"
DUE_DAY: Final = 10  # of the next month: until then the officer has time
LATE: Final = N_(
    "the review of %(month)s is not signed off: the privacy officer does that at the desk, under Terms and privacy"
)
NOTHING: Final = N_("Nothing of this month is kept. There is nothing to sign off.")
NOT_OVER: Final = N_("This month is not over yet. It can be signed off when it is.")
NO_TRAIL: Final = N_(
    "There is no trail of this month: Portier was not there yet, or its lines have reached their term."
)
YET_TO_COME: Final = N_("This month has yet to come.")
CHANGED: Final = N_("Something was added to this month meanwhile. Look at it again before you sign.")

Standing = Literal["running", "open", "late", "signed"]


class ReviewRefused(PortierError):
    """The month cannot be signed off as it was seen."""

    exit_code = 75


class NoTrail(PortierError):
    """Nothing is kept of the month, so nothing can be said of it."""

    exit_code = 69


@dataclass(frozen=True)
class Reviewed:
    """One month, and how it stands."""

    month: Month
    standing: Standing
    signature: Entry | None


class Reviews:
    """The reviews of one site."""

    def __init__(self, state: State, config: Config, clock: Clock) -> None:
        self._trail = Trail(state, clock)
        self._clock, self._trusted = clock, TrustedTime(state, clock)
        self._zone = config.site.zone
        work = config.organisation
        self._hours = Hours(*work.working_hours, work.working_days, self._zone)

    def months(self) -> list[Reviewed]:
        """Every month of which something is kept, the latest first."""
        first = next(self._trail.entries(), None)
        if first is None:
            return []
        signed = {entry.about: entry for entry in self._trail.entries(act=SIGNED)}
        now, latest = self._surely(), Month.of(self._trusted.latest(), self._zone)
        # A month that was signed is told also where none of its lines is left.
        month = min(
            Month.of(first.at, self._zone), *(Month.parse(about) for about in signed), Month.of(now, self._zone)
        )
        found = list[Reviewed]()
        while month <= latest:
            signature = signed.get(str(month))
            found.append(Reviewed(month, self._standing(month, signature, now), signature))
            month = month.following
        return found[::-1]

    def last_over(self) -> Month:
        """The last month that is surely over."""
        return Month.of(self._surely(), self._zone).former

    def must_reach(self, month: Month) -> None:
        """Raises NoTrail for a month of which nothing is kept: nothing can be said of it, nor that all is well."""
        known = [one.month for one in self.months()]
        if month not in known and not self.of(month).problems:  # a trail that was taken away is told as broken
            raise NoTrail(YET_TO_COME if known and month > known[0] else NO_TRAIL)

    def of(self, month: Month) -> Review:
        """The review of a month, with what breaks the chain of the trail in it."""
        start, end = month.start(self._zone), month.end(self._zone)
        verdict = self._trail.examine_days(start.date(), end.date())
        return replace(review(self._trail.entries(start, end), month, self._hours), problems=verdict.problems)

    def is_as_signed(self, seen: Review, signature: Entry) -> bool | None:
        """Whether the month is what was signed; None once part of it has reached its term, so that nobody can tell."""
        since = self._trail.kept_since()
        if since and since > seen.month.start(self._zone).date():
            return None
        return seen.digest == signature.category

    def sign(self, month: Month, digest: str, *, actor: str, text: str = "") -> None:
        """Sign a month off. Raises ReviewRefused where it is not over, or is no longer what the digest stands for."""
        if self._surely() < month.end(self._zone):
            raise ReviewRefused(NOT_OVER)
        if all(one.month != month for one in self.months()):  # each month from a signed one on waits to be signed
            raise ReviewRefused(NOTHING)
        if self.of(month).digest != digest:
            raise ReviewRefused(CHANGED)
        self._trail.note(SIGNED, actor=actor, about=str(month), category=digest, text=text)

    def problems(self) -> list[Problem]:
        """What health says: each month that waits too long."""
        late = [one.month for one in self.months() if one.standing == "late"]
        return [Problem("P6", LATE, {"month": str(month)}) for month in late]

    def _surely(self) -> datetime:
        """The earlier of trusted time and system clock.

        A system clock that runs ahead ends no month; and while it is late, lines still come into the month it shows.
        """
        return min(self._trusted.for_destroying(), self._clock.now())

    def _standing(self, month: Month, signature: Entry | None, now: datetime) -> Standing:
        if now < month.end(self._zone):
            return "running"
        if signature is not None:
            return "signed"
        today = now.astimezone(self._zone).date()
        return "late" if today > month.following.first.replace(day=DUE_DAY) else "open"
