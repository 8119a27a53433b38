"""How each service says that it is not well: one small file each, which the desk and `doctor` show.

A problem names the promise in danger (P1 to P7 of the design). Reports carry no names and no free text of people.
"""

import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from retention.base.errors import DiskRefused
from retention.base.state import State
from retention.base.translations import N_

_SPAN = re.compile(r"PT(\d{1,11})S")


def lasting(span: timedelta) -> str:
    """A span as a value of a problem, so that each reader says it in their own language: PT18000S."""
    return f"PT{max(0, round(span.total_seconds()))}S"


def span_in(value: str) -> timedelta | None:
    """The span that such a value means; None for any other value."""
    match = _SPAN.fullmatch(value)
    return timedelta(seconds=int(match[1])) if match else None


@dataclass(frozen=True)
class Problem:
    """What is wrong and what to do, and which promise it endangers (`"P5"`).

    The sentence is a message id with the names of `values` in it, so that the desk can say it in its own language; a
    value may itself be a sentence, or a moment or a span (`lasting`) in ISO 8601. `everywhere`: on all pages.
    """

    promise: str
    sentence: str
    values: dict[str, str] = field(default_factory=dict, hash=False)
    everywhere: bool = False

    @property
    def message(self) -> str:
        """In English."""
        spans = {name: str(span) for name, value in self.values.items() if (span := span_in(value)) is not None}
        values = self.values | spans
        return self.sentence % values if values else self.sentence


@dataclass(frozen=True)
class Report:
    """What a service says of itself at one moment."""

    service: str
    at: datetime
    problems: tuple[Problem, ...] = ()
    figures: dict[str, float] = field(default_factory=dict)


def publish(state: State, report: Report) -> None:
    """Put the report in the place of the service's former one, whole or not at all."""
    path = state.run / f"health-{report.service}.json"
    content = {
        "at": report.at.isoformat(),
        "problems": [[one.promise, one.sentence, one.values, one.everywhere] for one in report.problems],
        "figures": report.figures,
    }
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_text(json.dumps(content))
        draft.replace(path)
    except OSError as error:
        raise DiskRefused(f"{path} cannot be written ({error.strerror}): make room there") from error


def reports(state: State) -> list[Report]:
    """What every service last said, by name. An unreadable report is itself a problem, never silence."""
    return [_read(state, name) for name in _services(state)]


def _services(state: State) -> list[str]:
    return sorted(path.stem.removeprefix("health-") for path in state.run.glob("health-*.json"))


def _read(state: State, service: str) -> Report:
    path = state.run / f"health-{service}.json"
    try:
        raw = json.loads(path.read_text())
        problems = tuple(Problem(*fields) for fields in raw["problems"])
        for problem in problems:
            str(problem.message)  # raises where a value is missing
        return Report(service, datetime.fromisoformat(raw["at"]), problems, dict(raw["figures"]))
    except (OSError, ValueError, KeyError, TypeError):
        unreadable = Problem(
            "P7", N_("the health report of %(service)s cannot be read: restart the service"), {"service": service}
        )
        return Report(service, datetime.fromisoformat("1970-01-01T00:00:00+00:00"), (unreadable,))
