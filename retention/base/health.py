"""How each service says that it is not well: one small file each, which the desk and `doctor` show.

A problem names the promise in danger (P1 to P7 of the design). Reports carry no names and no free text of people.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime

from retention.base.errors import DiskRefused
from retention.base.state import State


@dataclass(frozen=True)
class Problem:
    """What is wrong and what to do, and which promise it endangers (`"P5"`)."""

    promise: str
    message: str


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
        "problems": [[problem.promise, problem.message] for problem in report.problems],
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
        problems = tuple(Problem(promise, message) for promise, message in raw["problems"])
        return Report(service, datetime.fromisoformat(raw["at"]), problems, dict(raw["figures"]))
    except (OSError, ValueError, KeyError, TypeError):
        unreadable = Problem("P7", f"the health report of {service} cannot be read: restart the service")
        return Report(service, datetime.fromisoformat("1970-01-01T00:00:00+00:00"), (unreadable,))
