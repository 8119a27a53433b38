"""`portier visit ...`. Names come on standard input only, or are asked for on a terminal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from kiosk.books import SignedIn
from kiosk.closing import Closing, closing
from kiosk.errors import VisitUnknown
from kiosk.passes import Pass
from kiosk.reception import Reception
from kiosk.register import Deleted, Register, SeenVisit
from kiosk.visits import details
from retention.base.audit import Trail, system_actor
from retention.base.command import Office, asked, emit, json_option, pass_office, plain, read_object
from retention.base.database import Database, open_database
from retention.base.errors import DatabaseUnavailable, DiskRefused, TryAgain, UsageRefused
from retention.base.readerkey import private_half
from retention.base.trusted import TrustedTime

log = logging.getLogger("portier.visits")

QUESTIONS = {"name": "Name", "host": "Visiting (empty for nobody)"}


@click.group()
def visit() -> None:
    """Visitors: sign in and out, who is inside."""


@visit.command("sign-in")
@click.option("--visit", "expected", help="The id of an expected visit; then nothing is asked.")
@json_option
@pass_office
def sign_in(office: Office, expected: str | None, as_json: bool) -> None:
    """Sign a visitor in. Standard input: {"name", "host"?, "help"?}."""
    if expected is not None:
        with opened_register(office) as register:
            _given(register.arrive(expected, by=system_actor()), as_json)
        return
    given = details(asked(QUESTIONS, optional=["host"]), help_asked=office.config.visits.ask_help)
    with opened_reception(office) as reception:
        _given(reception.sign_in(given, by=system_actor()), as_json)


@visit.command("sign-out")
@click.option("--pass", "pass_id", help="The pass, as blue-owl or blue-owl-3.")
@click.option("--visit", "visit_id", help="The visit's id, instead of the pass.")
@pass_office
def sign_out(office: Office, pass_id: str | None, visit_id: str | None) -> None:
    """Sign a visitor out. By pass the answer is the same whether or not anybody has it."""
    if (pass_id is None) == (visit_id is None):
        raise UsageRefused("name the visitor by --pass or by --visit")
    with opened_reception(office) as reception:
        if pass_id is not None:
            reception.sign_out(Pass.parse(pass_id), by=system_actor())
        elif visit_id is not None:
            reception.sign_out_visit(visit_id, by=system_actor())


@visit.command("list")
@json_option
@pass_office
def list_visits(office: Office, as_json: bool) -> None:
    """Everybody of today, with names: for those who hold the reader key. Each look is in the trail."""
    with opened_register(office) as register:
        seen = register.visits()
    _note_look(office)
    day = closing(office, seen, TrustedTime(office.state, office.clock).latest())
    emit([one.as_json() for one in seen], as_json, lambda _: [*_lines(office, seen), *_of_the_day(day)])


@visit.command()
@click.option("--visit", "visit_id", help="The visit's id.")
@click.option("--pass", "pass_id", help="The pass, instead of the id.")
@pass_office
def stay(office: Office, visit_id: str | None, pass_id: str | None) -> None:
    """Carry somebody who stays over the end of the site day into the next."""
    if (pass_id is None) == (visit_id is None):
        raise UsageRefused("name the visitor by --visit or by --pass")
    with opened_register(office) as register:
        register.stay(visit_id or _with_pass(register, Pass.parse(pass_id or "")), by=system_actor())


@visit.command()
@click.option("--visit", "visit_id", required=True, help="The visit's id.")
@pass_office
def correct(office: Office, visit_id: str) -> None:
    """Put a name or host right. Standard input: {"name"?, "host"?, "help"?}; help can only be taken away."""
    changes = read_object()
    with opened_register(office) as register:
        register.correct(visit_id, changes, by=system_actor())


@visit.command()
@click.option("--visit", "visit_id", required=True, help="The visit's id.")
@json_option
@pass_office
def delete(office: Office, visit_id: str, as_json: bool) -> None:
    """Delete a visit at once, because its visitor asks for that."""
    with opened_register(office) as register:
        done = register.delete(visit_id, by=system_actor())
    until = done.copies_until.astimezone(office.config.site.zone)
    answer = {"deleted": visit_id, "inside": done.inside, "frozen": done.frozen, "waits": done.waits}
    emit(answer | {"copies_until": until.isoformat()}, as_json, lambda _: _what_was_done(done, until))


@contextmanager
def opened_reception(office: Office) -> Iterator[Reception]:
    office.state.prepare()
    database = database_if_there(office)
    reception = Reception(office, database, kiosk="command")
    try:
        yield reception
    finally:
        reception.close()
        if database is not None:
            database.close()


@contextmanager
def opened_register(office: Office) -> Iterator[Register]:
    office.state.prepare()
    reader = private_half(office.state)
    database = database_if_there(office)
    reception = Reception(office, database, kiosk="staff")
    try:
        yield Register(office, database, reader, reception)
    finally:
        reception.close()
        if database is not None:
            database.close()


def database_if_there(office: Office) -> Database | None:
    """The database, or None while it is away: visits go on without. A schema that differs is an error all the same."""
    try:
        return open_database(office.config)
    except (DatabaseUnavailable, DiskRefused, TryAgain) as error:
        log.warning("%s", error)
        return None


def _what_was_done(done: Deleted, until: datetime) -> list[str]:
    lines = [f"deleted; copies made earlier, as in a backup, become unreadable on {until:%Y-%m-%d} at {until:%H:%M}"]
    if done.inside:
        lines.append("the visitor is inside: a line with the pass and without a name stays until they sign out")
    if done.frozen:
        lines.append("the list of the last alarm keeps the name until its own term: people are looked for by it")
    if done.waits:
        lines.append("the database does not take this yet: its row holds no readable name, and follows later")
    return lines


def _with_pass(register: Register, pass_: Pass) -> str:
    for seen in register.visits():
        if seen.pass_id == str(pass_) and seen.left is None:
            return seen.visit
    raise VisitUnknown("nobody inside has this pass: see `portier visit list`")


def _given(signed_in: SignedIn, as_json: bool) -> None:
    emit({"visit": signed_in.visit, "pass": str(signed_in.pass_)}, as_json)


def _lines(office: Office, seen: list[SeenVisit]) -> list[str]:
    """The table for people: local times, what is asked only."""
    zone = office.config.site.zone

    def row(one: SeenVisit) -> dict[str, Any]:
        moments = {"arrived": one.arrived, "left": one.left}
        times = {key: at.astimezone(zone).strftime("%H:%M") if at else None for key, at in moments.items()}
        state = "waits" if one.waits and one.state == "on_site" else "sent away" if one.refused else one.state
        facts = {"visit": one.visit, "pass": one.pass_id, "state": state.replace("_", " "), "name": one.name}
        return facts | {"host": one.host, "help": list(one.help)} | times

    return plain([row(one) for one in seen]) if seen else ["nobody today"]


def _of_the_day(day: Closing) -> list[str]:
    """Who is still to sign out or to stay, and how many were neither the day before."""
    lines = [f"{day.open} not signed out, and reception closes: sign out or `portier visit stay`"] if day.asked else []
    if day.left_over:
        lines.append(f"{day.left_over} of {day.day_before} were not signed out, their names are destroyed")
    return lines


def _note_look(office: Office) -> None:
    """A list in an emergency never waits for the trail."""
    try:
        Trail(office.state, office.clock).note("visit.list", actor=system_actor())
    except DiskRefused as error:
        log.warning("%s", error)
