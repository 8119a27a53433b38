"""`portier case ...`: footage of an incident that is kept longer, decided by two people.

Reasons, names and passwords come as JSON on standard input, or are asked for on a terminal. The second person is an
account of the desk; an operating-system user may place, release and take out, and is on record by name.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from desk.second import OFFICER, answers, officer_in, proven
from recorder.blur.commands import plan_in
from recorder.casefootage import CaseFootage, cases_of
from recorder.footage import REASONS
from recorder.terminal import MOMENT_HELP, Moment, end_tidily, progress, told
from recorder.terminal import local as as_told
from retention.base.audit import system_actor
from retention.base.command import Office, emit, json_option, pass_office, plain
from retention.base.errors import UsageRefused
from retention.base.readerkey import private_half
from retention.cases.case import Standing
from retention.cases.cases import CATEGORIES, SOON_ENDS, Cases
from retention.cases.errors import NoSuchCase
from retention.cases.securing import GONE
from retention.rules import RENEWALS

_NOTE = "Why, in a few words (no names of visitors)"
_FIRST = {"account": "Your log-in name at the desk", "password": "Password"}
_SECOND = {"account": "Log-in name of the second person", "password": "Password"}
_number = click.option("--case", "number", required=True, help="Its number, as `portier case list` tells it.")


@click.group()
def case() -> None:
    """Footage of an incident, kept longer: two people decide."""


@case.command()
@click.option("--camera", "cameras", required=True, multiple=True, help="A camera's name; may be given several times.")
@click.option("--from", "start", type=Moment(), required=True, help=f"From when, {MOMENT_HELP}.")
@click.option("--to", "end", type=Moment(), required=True, help=f"Until when, {MOMENT_HELP}.")
@click.option("--reason", required=True, type=click.Choice(CATEGORIES), help="Why.")
@json_option
@pass_office
def place(  # noqa: PLR0917 - click passes them by name
    office: Office, cameras: tuple[str, ...], start: datetime, end: datetime, reason: str, as_json: bool
) -> None:
    """Secure footage of an incident until a second person decides.

    Reads `{"account": ..., "password": ..., "note": ...}`: who places it, with their password of the desk, so that
    nobody is both persons; and why, without a visitor's name.
    """
    cases, given = _cases(office), answers(_FIRST | {"note": _NOTE})
    by, through = proven(office, given["account"], given["password"]).actor, system_actor()
    placed = cases.propose(cameras, start, end, category=reason, reason=given["note"], by=by, through=through)
    cases.secure(placed.number, progress(as_json))
    _tell(office, cases, placed.number, as_json)


@case.command()
@_number
@json_option
@pass_office
def confirm(office: Office, number: str, as_json: bool) -> None:
    """The second person's word.

    Reads `{"account": ..., "password": ...}` of the desk.
    """
    cases, given = _cases(office), answers(_SECOND)
    second = proven(office, given["account"], given["password"])
    cases.secure(number, progress(as_json))
    cases.confirm(number, by=second.actor, through=system_actor())
    _tell(office, cases, number, as_json)


@case.command()
@_number
@json_option
@pass_office
def renew(office: Office, number: str, as_json: bool) -> None:
    """A later end, twice at most, by the privacy officer.

    Reads `{"account": ..., "password": ..., "note": ...}`.
    """
    cases, given = _cases(office), answers(OFFICER | {"note": _NOTE})
    officer = officer_in(office, given)
    cases.renew(number, reason=given["note"], by=officer.actor, through=system_actor())
    _tell(office, cases, number, as_json)


@case.command()
@_number
@pass_office
def release(office: Office, number: str) -> int:
    """Destroy a case now, or refuse one that is proposed.

    Reads `{"note": ...}`: why.
    """
    failures = _cases(office).release(number, reason=answers({"note": _NOTE})["note"], by=system_actor())
    click.echo(f"case {number} is released: its key is destroyed")
    for failure in failures:
        click.echo(f"not done: {failure}", err=True)
    return 69 if failures else 0


@case.command(name="list")
@json_option
@pass_office
def list_cases(office: Office, as_json: bool) -> None:
    """Every case, who decided it, and when it ends."""
    cases = _cases(office)
    rows = [_words(office, cases, one) for one in cases.standing() if one.deadline is not None]
    soon = [one.case.number for one in cases.standing() if one.deadline and one.ends_within(SOON_ENDS, cases.now())]
    emit(rows, as_json, lambda rows: [*_table(rows), *(_reminder(row) for row in rows if row["case"] in soon)])


@case.command()
@_number
@click.option("--camera", help="Which of its cameras; needed where there are several.")
@click.option("--from", "start", type=Moment(), help=f"From when, {MOMENT_HELP}; its beginning if left out.")
@click.option("--to", "end", type=Moment(), help=f"Until when, {MOMENT_HELP}; its end if left out.")
@click.option("--reason", required=True, type=click.Choice(REASONS), help="Why.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The MP4 to make; not overwritten.")
@click.option("--as", "form", type=click.Choice(["h264"]), help="Convert H.265, for who cannot play it.")
@click.option("--plan", help="Make everybody unrecognisable but who is meant: a file with the plan as JSON, or -.")
@json_option
@pass_office
def export(  # noqa: PLR0917 - click passes them by name
    office: Office,
    number: str,
    camera: str | None,
    start: datetime | None,
    end: datetime | None,
    reason: str,
    output: Path,
    form: str | None,
    plan: str | None,
    as_json: bool,
) -> None:
    """Take footage of a case out as an MP4 and a manifest; with a plan, so that nobody else can be recognised in it."""
    end_tidily()
    if plan and form:
        raise UsageRefused("a copy made by a plan is H.264 already: leave out --as")
    wanted = plan_in(plan) if plan else None
    found = _find(_cases(office), number).case
    if camera not in found.cameras and (camera or len(found.cameras) > 1):
        raise UsageRefused(f"case {number} holds footage of: {', '.join(found.cameras)}; choose one with --camera")
    footage = CaseFootage(office, private_half(office.state), found)
    span, who, shown = (start or found.start, end or found.end), system_actor(), progress(as_json)
    place = (camera or found.cameras[0], *span, output)
    if wanted:
        from recorder.blur.copy import blur_footage  # noqa: PLC0415 - OpenCV loads where a copy is made

        manifest = blur_footage(footage, *place, plan=wanted, reason=reason, actor=who, progress=shown)
    else:
        h264 = form == "h264"
        manifest = footage.export(*place, reason=reason, actor=who, as_h264=h264, progress=shown)
    emit(manifest.words(), as_json, lambda _: told(office, manifest, output))


def _cases(office: Office) -> Cases:
    """The cases, with what a crash left half done finished."""
    office.state.prepare()
    cases = cases_of(office, private_half(office.state))
    cases.tidy()
    return cases


def _find(cases: Cases, number: str) -> Standing:
    found = cases.find(number)
    if found is None or found.deadline is None:
        raise NoSuchCase(GONE)
    return found


def _tell(office: Office, cases: Cases, number: str, as_json: bool) -> None:
    emit(_words(office, cases, _find(cases, number)), as_json, _lines)


def _words(office: Office, cases: Cases, standing: Standing) -> dict[str, Any]:
    """A case as JSON has it; times as people at the site say them."""
    one, until = standing.case, cases.until(standing)

    def local(moment: datetime | None) -> str | None:
        return as_told(office, moment) if moment else None

    proposed = standing.state == "proposed"
    return {
        "case": one.number,
        "state": standing.state,
        "cameras": list(one.cameras),
        "start": local(one.start),
        "end": local(one.end),
        "reason": one.category,
        "placed_by": one.placed.by,
        "placed": local(one.placed.at),
        "confirmed_by": one.confirmed.by if one.confirmed else None,
        "request": one.request or None,
        "confirm_before": local(until) if proposed else None,
        "ends": local(cases.ends(standing)),
        "renewals_left": 0 if one.request else RENEWALS - len(one.renewals),
        "secured": one.secured,
        "missing": [
            {"camera": gap.camera, "start": local(gap.start), "end": local(gap.end), "cause": gap.cause}
            for gap in one.missing
        ],
    }


def _lines(row: dict[str, Any]) -> Iterable[str]:
    yield f"case {row['case']}: {', '.join(row['cameras'])}, {row['start']} to {row['end']}"
    if row["state"] == "proposed":
        yield f"secured, and destroyed again unless somebody else confirms it before {row['confirm_before']}:"
        yield f"  portier case confirm --case {row['case']}"
    else:
        yield f"kept until {row['ends']}, decided by {row['placed_by']} and {row['confirmed_by'] or 'the law'}"
    yield from (f"missing: {gap['camera']}, {gap['start']} to {gap['end']}, {gap['cause']}" for gap in row["missing"])


def _table(rows: list[dict[str, Any]]) -> list[str]:
    return plain([_short(row) for row in rows]) if rows else ["there is no case"]


def _reminder(row: dict[str, Any]) -> str:
    if row["state"] == "proposed":
        return (
            f"case {row['case']} waits for a second person until {row['confirm_before']}, and is destroyed without one"
        )
    return f"case {row['case']} ends soon, on {row['ends']}: take out what is needed, or have it renewed"


def _short(row: dict[str, Any]) -> dict[str, Any]:
    """What fits on a line."""
    kept = ("case", "state", "cameras", "start", "end", "placed_by", "confirmed_by", "ends", "renewals_left")
    return {key: row[key] for key in kept}
