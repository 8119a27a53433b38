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


def conditions(reports: Iterable[Report], now: datetime, expected: Iterable[str] = EXPECTED) -> list[Condition]:
    """Every service that should speak, and every other that does, by name."""
    spoken = {report.service: report for report in reports}
    return [_condition(name, spoken.get(name), now) for name in sorted({*expected, *spoken})]


def _condition(service: str, report: Report | None, now: datetime) -> Condition:
    promise = EXPECTED.get(service, "P7")
    if report is None:
        silent = Problem(promise, f"{service} has not reported: start it, or see its log")
        return Condition(service, None, (silent,), {})
    age = now - report.at
    problems = report.problems
    # A report from the future is no better than an old one: one of the two clocks is wrong.
    if not -STALE <= age <= STALE:
        said = f"{service} last reported at {report.at:%Y-%m-%dT%H:%M:%SZ}: restart it, or see its log"
        problems += (Problem(promise, said),)
    return Condition(service, age, problems, report.figures)
