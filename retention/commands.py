"""`portier retention ...`."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from retention.base.audit import Trail, system_actor
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.database import open_database
from retention.base.errors import DiskRefused, PortierError, TryAgain
from retention.base.service import serve
from retention.base.slots import Slot, SlotFile, streams
from retention.base.translations import N_, translator
from retention.base.trusted import TrustedTime
from retention.due import due as what_is_due
from retention.evidence.keeper import Keeper
from retention.reaper import Reaper
from retention.rows import delete_expired
from retention.rules import bounds, explain
from retention.rules import rules as table
from retention.sign_commands import sign
from retention.timekeeping.timekeeper import Timekeeper


@click.group()
def retention() -> None:
    """What is destroyed, when, and whether it is."""


retention.add_command(sign)


@retention.command()
@click.option(
    "--without-rows", is_flag=True, help="Another service, `portier retention rows`, looks after the database."
)
@pass_office
def run(office: Office, without_rows: bool) -> int:
    """The retention service."""
    from retention.service import Retention  # noqa: PLC0415 - `schedule` is for the service alone

    return serve(Retention(office, rows=not without_rows))


@retention.command()
@pass_office
def rows(office: Office) -> int:
    """What is to be done in a database on another machine, as a service; the reaper has no network."""
    from retention.chores import Chores  # noqa: PLC0415 - `schedule` is for the service alone

    return serve(Chores(office))


@retention.command()
@click.option("--trust-clock", is_flag=True, help="You have checked the system clock: it is right.")
@json_option
@pass_office
def step(office: Office, trust_clock: bool, as_json: bool) -> int:
    """One pass of the reaper, of what was left behind, and of the rows."""
    trusted = TrustedTime(office.state, office.clock)
    failures = _advance(office, trusted, confirmed=trust_clock)
    now = trusted.for_destroying()
    reaper = Reaper(office.state)
    swept, left, strange = reaper.step(now), reaper.sweep_leftovers(), reaper.sweep_quarantine(now)
    failures += swept.failures + left.failures + strange.failures
    keeper = Keeper(office.state, office.clock)
    keeper.turn(now, trusted.latest(), trusted.doubt())
    failures += [problem.message for problem in keeper.problems]
    rows = 0
    try:
        rows = _delete_rows(office, trusted)
    except PortierError as error:
        failures.append(f"rows follow later: {error}")
    emit(
        {
            "trusted_time": now.isoformat(timespec="seconds"),
            "erased": len(swept.erased),
            "files": swept.unlinked + left.unlinked + strange.unlinked,
            "rows": rows,
            "failures": failures,
            "hidden_until_the_clock_is_trusted": str(trusted.doubt()),
        },
        as_json,
        _step_lines,
    )
    return 69 if failures else 0


def _advance(office: Office, trusted: TrustedTime, *, confirmed: bool) -> list[str]:
    """Bring trusted time on. A disk that is full keeps nothing from being destroyed by the time there is."""
    try:
        office.state.prepare()
        if confirmed:
            Trail(office.state, office.clock).note("clock.trusted", actor=system_actor(), category="person")
            trusted.confirm()
        Timekeeper(office, trusted).wake()
    except DiskRefused as error:
        return [str(error)]
    return []


def _step_lines(done: dict[str, Any]) -> Iterable[str]:
    yield f"trusted time {done['trusted_time']}"
    yield f"destroyed: {done['erased']} keys, {done['files']} files, {done['rows']} rows"
    if done["hidden_until_the_clock_is_trusted"] != str(timedelta(0)):
        yield (
            f"the system clock is {done['hidden_until_the_clock_is_trusted']} ahead of trusted time: what that makes "
            "old is hidden, not destroyed; look at the clock, then use --trust-clock"
        )
    yield from (f"not done: {failure}" for failure in done["failures"])


def _delete_rows(office: Office, trusted: TrustedTime) -> int:
    database = open_database(office.config)
    try:
        total, more = 0, True
        while more:
            deleted, more = delete_expired(database, trusted.for_destroying())
            total += deleted
        database.scrub()
    finally:
        database.close()
    return total


@retention.command()
@json_option
@pass_office
def due(office: Office, as_json: bool) -> None:
    """What is due now and why, and what comes next in each stream."""
    trusted = TrustedTime(office.state, office.clock).for_destroying()
    rows = [
        _stream_row(stream, SlotFile(office.state, stream, waits=False).slots(), trusted)
        for stream in streams(office.state)
    ]
    emit(rows, as_json)


def _stream_row(stream: str, slots: list[Slot], trusted: Any) -> dict[str, Any]:
    now = what_is_due(slots, trusted)
    live = sorted(slot.deadline for slot in slots if slot.kind == "live")
    return {
        "stream": stream,
        "live": len(live),
        "due": len(now),
        "why": sorted({item.why for item in now}),
        "next_deadline": live[0].isoformat(timespec="seconds") if live else None,
        "last_deadline": live[-1].isoformat(timespec="seconds") if live else None,
    }


@retention.command()
@json_option
@pass_office
def check(office: Office, as_json: bool) -> int:
    """Judge from disk, slots and rows that nothing outlived its term; 0 only if all holds."""
    from retention.check import check as judge  # noqa: PLC0415 - it reads the database; `step` must not need that

    now, progress = TrustedTime(office.state, office.clock).latest(), _progress(as_json)
    try:
        findings = list(judge(office, now, progress=progress))
    except KeyboardInterrupt:
        raise TryAgain("the check was interrupted; it changes nothing, so start it again at any time") from None
    emit(
        [{"what": finding.what, "holds": finding.holds, "said": finding.said} for finding in findings],
        as_json,
        lambda rows: (f"{'ok  ' if row['holds'] else 'NOT '} {row['what']:<24} {row['said']}" for row in rows),
    )
    return 0 if all(finding.holds for finding in findings) else 70


def _progress(as_json: bool) -> Callable[[float], None] | None:
    """A line that fills up, for somebody at a terminal."""
    if as_json or not sys.stderr.isatty():
        return None
    return lambda done: click.echo("\r     \r" if done >= 1 else f"\r{done:4.0%}", nl=False, err=True)


@retention.command()
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True)
@json_option
@pass_office
def rules(office: Office, language: str, as_json: bool) -> None:
    """What is kept, from when, how long, and on what ground."""
    _ = translator(language, "retention")
    rows = [
        {
            "kind": rule.kind,
            "what": _(rule.what),
            "from": _(rule.starts),
            "period": explain(rule, _),
            "floor": _hours(rule.floor),
            "ceiling": _hours(rule.ceiling),
            "bounds": bounds(rule, _),
            "ground": _(rule.ground),
            "note": _(rule.note) if rule.note else "",
        }
        for rule in table(office.config)
    ]
    emit(rows, as_json, lambda rows: (line for row in rows for line in _rule_lines(row, _)))


def _rule_lines(row: dict[str, Any], _: Callable[[str], str]) -> Iterable[str]:
    yield row["what"]
    yield f"    {_(N_('from'))}: {row['from']}"
    yield f"    {_(N_('kept'))}: {row['period']}" + (f" ({_(N_('may be'))}: {row['bounds']})" if row["bounds"] else "")
    yield f"    {_(N_('because'))}: {row['ground']}"
    if row["note"]:
        yield f"    {_(N_('but'))}: {row['note']}"


def _hours(period: timedelta | None) -> float | None:
    return period.total_seconds() / 3600 if period else None


@retention.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day (UTC), as 2027-03-02.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
@pass_office
def certificate(office: Office, day: datetime, output: Path | None) -> None:
    """The erasure certificate of a day, as a PDF: what was overwritten here, without any name."""
    from retention.evidence.certificate import certificate as make  # noqa: PLC0415 - a typesetter takes a second

    content = make(office, day.date())
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise DiskRefused(f"{output} cannot be written ({error.strerror}): name another file") from error
    click.echo(f"written to {output}", err=True)
