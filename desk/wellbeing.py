"""How Portier is, from what each service last said of itself: silence is a problem too. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from retention.base.health import Problem, Report
from retention.base.translations import N_

# The promise that is in danger when the service says nothing.
EXPECTED = {
    "calamity": "P1",
    "retention": "P2",
    "kiosk": "P4",
    "recorder": "P5",
    "desk": "P7",
}
# A site may do without a kiosk, or have it on another machine; what reported here once is not among those.
ELSEWHERE = frozenset({"kiosk"})
STALE = timedelta(seconds=90)
# What a colleague at the desk is told is in danger; what to do about it stands in the service's own words.
IN_DANGER = {
    "P1": N_("The list for an emergency"),
    "P2": N_("Destroying on time"),
    "P3": N_("What the screen at the door keeps to itself"),
    "P4": N_("Signing in at the door"),
    "P5": N_("The footage"),
    "P6": N_("The audit trail"),
    "P7": N_("The watch over Portier itself"),
}


@dataclass(frozen=True)
class Condition:
    """One service: well, or not and why. `age` is None when it never spoke."""

    service: str
    age: timedelta | None
    problems: tuple[Problem, ...]
    figures: dict[str, float]

    @property
    def well(self) -> bool:
        return not self.problems

    @property
    def here(self) -> bool:
        """Whether it ever reported on this machine."""
        return self.age is not None


def conditions(reports: Iterable[Report], now: datetime, expected: Iterable[str] = EXPECTED) -> list[Condition]:
    """Every service that should speak, and every other that does, by name.

    What may stand elsewhere, or nowhere, is expected from its first word on: then its silence is a problem.
    """
    spoken = {report.service: report for report in reports}
    return [_condition(name, spoken.get(name), now) for name in sorted({*expected, *spoken})]


def urgent(reports: Iterable[Report], now: datetime) -> list[Problem]:
    """What whoever is at the desk is told on every page: once each, the gravest promise first."""
    found = [problem for one in conditions(reports, now) for problem in one.problems if problem.everywhere]
    return sorted(dict.fromkeys(found), key=lambda problem: problem.promise)


def _condition(service: str, report: Report | None, now: datetime) -> Condition:
    promise = EXPECTED.get(service, "P7")
    if report is None and service in ELSEWHERE:
        return Condition(service, None, (), {})
    if report is None:
        silent = Problem(promise, N_("%(service)s has not reported: start it, or see its log"), {"service": service})
        return Condition(service, None, (silent,), {})
    age = now - report.at
    problems = report.problems
    # A report from the future is no better than an old one: one of the two clocks is wrong.
    if not -STALE <= age <= STALE:
        said = N_("%(service)s last reported at %(at)s: restart it, or see its log")
        problems += (Problem(promise, said, {"service": service, "at": report.at.isoformat(timespec="seconds")}),)
    return Condition(service, age, problems, report.figures)
