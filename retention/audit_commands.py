"""`portier audit ...`: who looked at what, and whether the trail is whole."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import click

from retention.base.audit import Entry, Trail
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.errors import UsageRefused
from retention.review_commands import review


def _moment(_: click.Context, __: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise UsageRefused("write a moment in ISO 8601, as 2027-03-02T14:05:00+01:00") from error
    return moment if moment.tzinfo else moment.astimezone()


@click.group()
def audit() -> None:
    """The audit trail: who looked at what, when and why."""


audit.add_command(review)


@audit.command("list")
@click.option("--from", "since", callback=_moment, help="From this moment on (ISO 8601).")
@click.option("--to", "until", callback=_moment, help="Up to this moment (ISO 8601).")
@json_option
@pass_office
def list_entries(office: Office, since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Every line of the trail, oldest first."""
    rows = [_row(entry) for entry in Trail(office.state, office.clock).entries(since, until)]
    emit(rows, as_json)


@audit.command()
@json_option
@pass_office
def verify(office: Office, as_json: bool) -> int:
    """Walk the whole chain; 0 only if nothing was changed or taken out. A head kept elsewhere proves the end too."""
    verdict = Trail(office.state, office.clock).examine()
    done = {"entries": verdict.entries, "head": verdict.head, "problems": verdict.problems, "remarks": verdict.remarks}
    emit(done, as_json, _verdict_lines)
    return 70 if verdict.problems else 0


def _verdict_lines(done: dict[str, Any]) -> Iterator[str]:
    yield from (f"NOT  {problem}" for problem in done["problems"])
    yield from (f"note {remark}" for remark in done["remarks"])
    yield f"{'broken' if done['problems'] else 'ok'}: {done['entries']} entries, head {done['head']}"


def _row(entry: Entry) -> dict[str, Any]:
    span = [moment.isoformat(timespec="seconds") for moment in entry.span] if entry.span else None
    return {
        "number": entry.number,
        "at": entry.at.isoformat(timespec="seconds"),
        "act": entry.act,
        "actor": entry.actor,
        "about": entry.about,
        "category": entry.category,
        "span": span,
    }
