"""`portier clock ...`: what trusted time is, what keeps the system clock from being believed, and how to help it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import click

from retention.base.audit import Trail, system_actor
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.trusted import TrustedTime
from retention.timekeeping.standing import Standing
from retention.timekeeping.timekeeper import whole

WHAT_IS_MISSING = {
    "agrees": "nothing: both clocks agree",
    "behind": "the system clock is late: set it right; if it is right, `portier clock repair`",
    "unknown": "there is no floor that can be read: start the retention service, or `portier clock repair`",
    "ahead": "two people confirm it at the desk, at Clock; or `portier clock repair`",
}


@click.group()
def clock() -> None:
    """Trusted time, which alone may destroy."""


@clock.command()
@json_option
@pass_office
def status(office: Office, as_json: bool) -> None:
    """Trusted time beside the other clocks of this machine, and what is missing for trust."""
    emit(_row(Standing.of(office)), as_json, _lines)


@clock.command()
@click.confirmation_option(prompt="Is the system clock right? What it makes old is destroyed for ever")
@pass_office
def repair(office: Office) -> None:
    """Take the system clock as right, forward or back, and write the floor of trusted time anew."""
    office.state.prepare()
    Trail(office.state, office.clock).note("clock.repaired", actor=system_actor(), category="person")
    TrustedTime(office.state, office.clock).repair()
    click.echo("trusted time now stands at the system clock")


def _row(standing: Standing) -> dict[str, Any]:
    return {
        "trusted_time": _moment(standing.trusted),
        "system_clock": _moment(standing.system),
        "state": standing.state,
        "ahead_seconds": round(standing.ahead.total_seconds()),
        "in_doubt_seconds": round(standing.doubt.total_seconds()),
        "since": _moment(standing.since),
        "counts_in_seconds": round(standing.counts_in.total_seconds()) if standing.counts_in is not None else None,
        "missing": _missing(standing),
        "hardware_clock": _moment(standing.hardware),
        "hardware_clock_vouches": standing.vouched,
        "synchronised": standing.synchronised,
    }


def _missing(standing: Standing) -> str:
    how = [WHAT_IS_MISSING[standing.state]]
    if standing.state == "ahead" and standing.counts_in is not None:
        how.insert(0, f"counts in {span(standing.counts_in)} if nobody sets it meanwhile")
    if standing.state == "ahead" and standing.vouched:
        how.insert(0, "the time the machine was off counts as soon as the clock is synchronised (NTP)")
    return "; or ".join(how)


def _lines(row: dict[str, Any]) -> Iterable[str]:
    apart = whole(timedelta(seconds=abs(row["ahead_seconds"])))
    words = {"agrees": "agrees", "ahead": f"{apart} ahead", "behind": f"{apart} behind"}
    yield f"trusted time     {row['trusted_time']}"
    yield f"system clock     {row['system_clock']}  {words.get(row['state'], '')}".rstrip()
    if row["since"]:
        yield f"  left alone     since {row['since']} by trusted time"
    yield f"  missing        {row['missing']}"
    yield f"hardware clock   {row['hardware_clock'] or 'there is none'}"
    yield f"synchronised     {'yes' if row['synchronised'] else 'no: is an NTP service running?'}"


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def span(left: timedelta) -> str:
    """`21 h 10 min`, rounded up."""
    minutes = -(-int(left.total_seconds()) // 60)
    return f"{minutes // 60} h {minutes % 60:02} min"
