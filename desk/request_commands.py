"""`portier request ...`: the same as the pages of the desk. Names and free text come as JSON on standard input only."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from desk.accounts import Staff
from desk.asking import Asking, Choices
from desk.request_given import given_choices, given_request
from desk.second import OFFICER, answers, officer_in
from kiosk.reception import Reception
from kiosk.register import Register
from recorder.casefootage import cases_of
from recorder.footage import Footage
from retention.asked import words
from retention.asked.errors import RequestUnknown, SameName
from retention.asked.paper import pdf, text
from retention.asked.register import Requests
from retention.asked.reminders import countdown, reminders
from retention.asked.request import WAYS, Answer, Head, Request, Way
from retention.base.audit import Trail, system_actor
from retention.base.command import Office, emit, json_option, pass_office, plain, read_object
from retention.base.database import open_database
from retention.base.errors import DiskRefused, UsageRefused
from retention.base.readerkey import private_half, public_half
from retention.base.translations import translator
from retention.base.trusted import TrustedTime

language_option = click.option("--language", type=click.Choice(["nl", "en"]), default="en", show_default=True)


@click.group()
def request() -> None:
    """What people ask about their own data, and the answer within four weeks."""


@request.command()
@json_option
@pass_office
def new(office: Office, as_json: bool) -> None:
    """Note a request. Standard input: {"kind", "name", "reach"?, "words"?, "received"?, "footage"?}.

    "footage" is {"cameras": [...], "from": ISO 8601, "to": ISO 8601}: it is kept apart at once.
    """
    given, zone = read_object(), office.config.site.zone
    kind, content, received = given_request(given, _today(office), zone)
    if content.span is None:  # the public half is enough
        public_half(office.state)
        head = _requests(office).register(kind, content, by=system_actor(), received=received)
    else:
        with _asking(office) as asking:
            head = asking.ask(kind, content, by=system_actor(), received=received)
    emit({"number": head.number, "answer_by": head.answer_by.isoformat(), "state": head.state}, as_json)


@request.command("list")
@json_option
@pass_office
def list_requests(office: Office, as_json: bool) -> None:
    """All requests with their clock, the most urgent first; without any name, and without a key."""
    requests, today = _requests(office), _today(office)
    heads = requests.heads()
    for sentence in requests.unreadable():
        click.echo(f"portier: {sentence}", err=True)
    if not heads and not as_json:
        click.echo("nobody has asked anything now")
        return
    clocks = {head.number: countdown(head, today, "en") for head in heads}
    rows = [_row(head, today) for head in heads]
    emit(rows, as_json, lambda rows: plain([_line(row) | {"clock": clocks[row["number"]]} for row in rows]))


@request.command()
@language_option
@json_option
@pass_office
def remind(office: Office, language: str, as_json: bool) -> None:
    """What must be answered within a week, or is late; nothing where there is nothing. To be mailed by a timer."""
    heads, today = _requests(office).heads(), _today(office)
    found, say = reminders(heads, today), translator(language, "requests")
    rows = [_row(one.head, today) | {"urgency": one.urgency} for one in found]
    lines = [
        f"{one.head.number}  {say(words.KINDS[one.head.kind])}  {countdown(one.head, today, language)}" for one in found
    ]
    emit(rows, as_json, lambda _: lines)


@request.command()
@click.argument("number")
@json_option
@pass_office
def show(office: Office, number: str, as_json: bool) -> None:
    """One request, with name and steps: for those who hold the reader key. Each look is in the trail."""
    with _asking(office) as asking:
        found = asking.read(number, by=system_actor())
    emit(_told(found), as_json)


@request.command()
@click.argument("number")
@click.option("--way", type=click.Choice(WAYS), required=True, help="How it is known who asks.")
@pass_office
def identify(office: Office, number: str, way: Way) -> None:
    """Note how it is known who asks; what was shown is kept nowhere."""
    with _asking(office) as asking:
        asking.identify(number, _version(asking, number), way=way, by=system_actor())
    click.echo("noted")


@request.command()
@click.argument("number")
@pass_office
def freeze(office: Office, number: str) -> None:
    """Keep the footage apart that a request asks about, where that was cut short."""
    with _asking(office) as asking:
        done = asking.freeze(number, _version(asking, number), by=system_actor())
    click.echo("kept apart" if done.content.last("frozen") else "there is no footage of it any more")


@request.command()
@click.argument("number")
@click.option("--look", is_flag=True, help="Only print the letter as it would be.")
@json_option
@pass_office
def answer(office: Office, number: str, look: bool, as_json: bool) -> None:
    """Answer, as the privacy officer: "account" and "password" on standard input prove it.

    Beside them: {"decision", "language"?, "visits"?, "not_theirs"?, "withheld"?, "copy"?, "colleague"?, "remark"?}.
    """
    given = read_object()
    officer = officer_in(office, given)
    choices = given_choices(given)
    with _asking(office) as asking:
        found = asking.read(number, by=officer.actor)
        drafted = _draft(asking, found, choices, officer)
        if look:
            click.echo(text(asking.letter(found, drafted)), nl=False)
            return
        _note_command(office, number, "answer")
        done = asking.answer(number, found.head.version, drafted)
    emit({"number": number, "destroyed": done.deadline.isoformat(timespec="seconds")}, as_json)


@request.command()
@click.argument("number")
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="Where to: a name that ends in .pdf or .txt."
)
@pass_office
def letter(office: Office, number: str, output: Path) -> None:
    """The letter of an answered request. You are answerable for the file."""
    with _asking(office) as asking:
        found = asking.read(number, by=system_actor())
        if found.content.answer is None:
            raise RequestUnknown("this request is not answered yet: portier request answer")
        said = asking.letter(found, found.content.answer)
    made = text(said).encode() if output.suffix == ".txt" else pdf(said, found.content.answer.at)
    try:
        output.write_bytes(made)
    except OSError as error:
        raise DiskRefused(f"{output} cannot be written ({error.strerror}): choose another place") from error


@request.command()
@click.argument("number")
@click.option("--why", type=click.Choice(list(words.CLOSINGS)), required=True)
@pass_office
def close(office: Office, number: str, why: str) -> None:
    """End a request now, as the privacy officer: it is destroyed, with the footage kept for it.

    Reads {"account": ..., "password": ...}.
    """
    officer = officer_in(office, dict(answers(OFFICER)))
    with _asking(office) as asking:
        version = _version(asking, number)
        _note_command(office, number, "close")
        asking.close(number, version, by=officer.actor, why=why)
    click.echo("closed; the reaper destroys it")


def _draft(asking: Asking, found: Request, choices: Choices, officer: Staff) -> Answer:
    try:
        return asking.draft(found, choices, by=officer.actor)
    except SameName as error:
        ids = ", ".join(error.visits)
        raise UsageRefused(
            f'visits of the same name: {ids}. Give each of them in "visits" (the letter tells of it) or "not_theirs"'
        ) from error


def _note_command(office: Office, number: str, act: str) -> None:
    """Through whose hands the privacy officer acts here: the operating-system user, on record before the act."""
    Trail(office.state, office.clock).note("request.command", actor=system_actor(), about=number, category=act)


@contextmanager
def _asking(office: Office) -> Iterator[Asking]:
    office.state.prepare()
    reader, database = private_half(office.state), open_database(office.config)
    reception = Reception(office, database, kiosk="staff")
    try:
        register, footage = Register(office, database, reader, reception), Footage(office, reader)
        yield Asking(office, database, reader, register=register, footage=footage, cases=cases_of(office, reader))
    finally:
        reception.close()
        database.close()


def _requests(office: Office) -> Requests:
    office.state.prepare()
    return Requests(office.state, office.clock, office.config.site.zone)


def _version(asking: Asking, number: str) -> int:
    found = next((head.version for head in asking.requests.heads() if head.number == number), None)
    if found is None:
        raise RequestUnknown("there is no such request: see `portier request list`")
    return found


def _today(office: Office) -> date:
    return TrustedTime(office.state, office.clock).latest().astimezone(office.config.site.zone).date()


def _row(head: Head, today: date) -> dict[str, Any]:
    return {
        "number": head.number,
        "kind": head.kind,
        "state": head.state,
        "answer_by": head.answer_by.isoformat(),
        "days_left": head.days_left(today) if head.state != "answered" else None,
    }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """What stands on a line of the list; the clock says the rest."""
    return {key: row[key] for key in ("number", "kind", "state")}


def _told(found: Request) -> dict[str, Any]:
    head, content = found.head, found.content
    return {
        "number": head.number,
        "kind": head.kind,
        "state": head.state,
        "answer_by": head.answer_by.isoformat(),
        "destroyed": found.deadline.isoformat(timespec="seconds"),
        "name": content.name,
        "reach": content.reach,
        "words": content.words,
        "steps": [
            f"{step.at.isoformat(timespec='seconds')} {step.act} {step.told} {step.by}" for step in content.steps
        ],
    }
