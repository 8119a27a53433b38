"""`portier visit expect|invitation|confirm|refuse|group`: who is expected, who waits, who comes together."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from kiosk.commands import QUESTIONS, opened_reception, opened_register, visit
from kiosk.errors import NameRefused
from kiosk.invitation import Invitation
from kiosk.visits import Details, clean_host, clean_name, details
from retention.base.audit import system_actor
from retention.base.command import Office, asked, emit, json_option, pass_office, read_object
from retention.base.errors import UsageRefused
from retention.base.output import put, refuse_inside

MOST = 60
_FILE = click.Path(path_type=Path, dir_okay=False)


@visit.command()
@click.option("--day", help="The day, as 2027-03-02; today when left out.")
@click.option("--invitation", "file", type=_FILE, help="Where to write the invitation: a file ending in .pdf or .png.")
@json_option
@pass_office
def expect(office: Office, day: str | None, file: Path | None, as_json: bool) -> None:
    """Announce a visitor. Standard input: {"name", "host"?, "day"?}."""
    invites = office.config.visits.invitations
    if file is not None and not invites:
        raise UsageRefused("this site gives no invitations: set invitations = true under [visits]")
    _check(office, file)
    given = asked({**QUESTIONS, "day": "Day as 2027-03-02 (empty for today)"}, optional=["host", "day"])
    wanted = given.pop("day", None) or day
    told = details(given, help_asked=False)
    with opened_reception(office) as reception:
        when = _day(wanted) or reception.today()
        invitation = Invitation.new(when) if invites else None
        made = reception.expect(told, when, by=system_actor(), invitation=invitation)
    if file is not None and invitation is not None:
        put(_card(office, invitation, file), file)
    emit({"visit": made}, as_json)


@visit.command()
@click.option("--visit", "visit_id", required=True, help="The id of an expected visit.")
@click.option("--output", "file", type=_FILE, required=True, help="A file ending in .pdf or .png.")
@pass_office
def invitation(office: Office, visit_id: str, file: Path) -> None:
    """Write the invitation of an expected visit once more; it holds no name."""
    _check(office, file)
    with opened_register(office) as register:
        found = Invitation.read(register.visit(visit_id).code or "")
    if found is None:
        raise UsageRefused("this visit was announced without an invitation: announce it anew")
    put(_card(office, found, file), file)


@visit.command()
@click.option("--visit", "visit_id", required=True, help="The visit's id.")
@pass_office
def confirm(office: Office, visit_id: str) -> None:
    """Let in somebody who signed in at the screen and waits."""
    with opened_reception(office) as reception:
        reception.confirm(visit_id, by=system_actor())


@visit.command()
@click.option("--visit", "visit_id", required=True, help="The visit's id.")
@pass_office
def refuse(office: Office, visit_id: str) -> None:
    """Send away somebody who waits: signed out, and the list says how."""
    with opened_reception(office) as reception:
        reception.refuse(visit_id, by=system_actor())


@visit.command()
@json_option
@pass_office
def group(office: Office, as_json: bool) -> None:
    """Sign in a group. Standard input: {"names": [...], "host"?}. Every name is looked at first: all, or nobody."""
    given = read_object()
    names, host = given.get("names"), given.get("host")
    if set(given) - {"names", "host"} or not isinstance(names, list) or not isinstance(host, str | None):
        raise UsageRefused('give one object, as {"names": ["...", "..."], "host": "..."}')
    if not 1 <= len(names) <= MOST:
        raise UsageRefused(f"a group has 1 to {MOST} names")
    unit, whom = uuid4().hex, clean_host(host)
    told = [Details(_name(number, name), whom, together=unit) for number, name in enumerate(names, 1)]
    with opened_reception(office) as reception:
        signed_in = [reception.sign_in(one, by=system_actor()) for one in told]
    emit([{"visit": one.visit, "pass": str(one.pass_), "together": unit} for one in signed_in], as_json)


def _name(number: int, name: Any) -> str:
    try:
        return clean_name(name if isinstance(name, str) else "")
    except NameRefused as error:
        raise UsageRefused(f"name {number} of the group is none: {error.sentence}") from error


def _day(text: Any) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise UsageRefused("write the day as 2027-03-02") from error


def _check(office: Office, file: Path | None) -> None:
    refuse_inside(office.state, file)
    if file is not None and file.suffix not in (".pdf", ".png"):
        raise UsageRefused("an invitation is written to a file that ends in .pdf or .png")


def _card(office: Office, made: Invitation, file: Path) -> bytes:
    from kiosk.handouts import card  # noqa: PLC0415 - Typst loads where it is needed

    if file.suffix == ".png":
        return card.png(made, office.config)
    return card.pdf(made, office.config, office.clock.now())
