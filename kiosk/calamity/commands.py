"""`portier calamity ...`: the list by command. Needs the roll, the reader key and a printer, and nothing else.

`print`, `start` and `end` go through the service where it answers, and do the same themselves where it does not.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from kiosk.calamity.errors import ServiceAway
from kiosk.calamity.post import CalamityPost, make_pdf
from kiosk.calamity.service import CalamityService
from kiosk.calamity.telling import Telling
from kiosk.calamity.text import text
from kiosk.calamity.thelist import CalamityList, as_data
from kiosk.calamity.triggers import ask, start_and_print, told
from retention.base.audit import system_actor
from retention.base.command import Office, emit, json_option, pass_office
from retention.base.errors import PortierError, TryAgain, Unavailable, UsageRefused
from retention.base.forgetful import begin_forgetful, keep_to_itself
from retention.base.output import FORMS, form_for, put, refuse_inside
from retention.base.service import serve

STANDS_UNPRINTED: Final = 10
"""What `start` ends with where the alarm stands and no printer took the list: neither well nor to be done again."""


@click.group()
def calamity() -> None:
    """The list for responders: show, print, alarm."""


@calamity.command()
@pass_office
def run(office: Office) -> int:
    """Keep the list current, watch printers, answer triggers."""
    begin_forgetful()
    keep_to_itself()
    return serve(CalamityService(office))


@calamity.command("list")
@click.option("--format", "form", type=click.Choice(FORMS), help="Else as the file's name ends; else text.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file instead of standard output.")
@click.option("--frozen", is_flag=True, help="The list of the last real calamity, until it is destroyed.")
@pass_office
def show(office: Office, form: str | None, output: Path | None, frozen: bool) -> None:
    """Who is inside, from the roll alone."""
    refuse_inside(office.state, output)
    post = CalamityPost(office)
    the_list = post.frozen_list() if frozen else post.the_list()
    if the_list is None:
        raise Unavailable("there is no frozen list: no real calamity, or its list is destroyed")
    form = form_for(form, output)
    put(_formed(the_list, form), output)
    if output is not None:
        _tell_its_end(office, post.written(output))
    post.looked(system_actor(), "frozen" if frozen else form)
    _warn_of_notes(post)


@calamity.command("print")
@json_option
@pass_office
def print_(office: Office, as_json: bool) -> None:
    """Print the list now."""
    answer = _through_service(office, {"do": "print"})
    if answer is None:
        post = CalamityPost(office)
        answer = {"printed": asdict(post.print(system_actor()))}
        _warn_of_notes(post)
    emit(answer["printed"], as_json, Telling(office.config.site.zone).printed)


@calamity.command()
@click.option("--drill", is_flag=True, help="Practice: nothing is kept beyond the day.")
@json_option
@pass_office
def start(office: Office, drill: bool, as_json: bool) -> int:
    """Raise the alarm: freeze the list and print it."""
    answer = _through_service(office, {"do": "start", "drill": drill})
    if answer is None:
        post = CalamityPost(office)
        answer = start_and_print(post, drill=drill, by=system_actor())
        _warn_of_problems(post)
    telling = Telling(office.config.site.zone)
    emit({key: value for key, value in answer.items() if key != "ok"}, as_json, telling.started)
    return 0 if answer["printed"] else STANDS_UNPRINTED


@calamity.command()
@click.option("--cancel", is_flag=True, help="The alarm was a mistake: its list is destroyed at once.")
@json_option
@pass_office
def end(office: Office, cancel: bool, as_json: bool) -> None:
    """End the calamity; its list is destroyed 24 hours later."""
    answer = _through_service(office, {"do": "cancel" if cancel else "end"})
    if answer is None:
        post = CalamityPost(office)
        answer = {"calamity": told(post.end(by=system_actor(), cancelled=cancel))}
        _warn_of_problems(post)
    if answer["calamity"] is None:
        raise Unavailable("no calamity is open")
    telling = Telling(office.config.site.zone)
    emit(answer["calamity"], as_json, telling.cancelled if cancel else telling.ended)


def _through_service(office: Office, question: dict[str, Any]) -> dict[str, Any] | None:
    """The service's answer; None where it does not answer. What it refuses is raised here."""
    try:
        answer = ask(office.state, question | {"by": system_actor()})
    except ServiceAway:
        return None
    if not answer.get("ok"):
        raise _refusal(answer)
    return answer


def _refusal(answer: dict[str, Any]) -> PortierError:
    kinds: dict[int, type[PortierError]] = {64: UsageRefused, 75: TryAgain}
    kind: type[PortierError] = kinds.get(int(answer.get("exit_code", 69)), Unavailable)
    return kind(str(answer.get("error")))


def _formed(the_list: CalamityList, form: str) -> bytes:
    if form == "json":
        return json.dumps(as_data(the_list), ensure_ascii=False, indent=2).encode() + b"\n"
    if form == "pdf":
        return make_pdf(the_list)
    return text(the_list).replace("\f", "\n").encode()


def _tell_its_end(office: Office, ends: datetime) -> None:
    when = Telling(office.config.site.zone).moment(ends)
    click.echo(f"portier: the file holds names: it is destroyed {when}", err=True)


def _warn_of_notes(post: CalamityPost) -> None:
    if post.catch_up():
        click.echo("portier: the audit trail did not take this; note it by hand and make room on its disk", err=True)


def _warn_of_problems(post: CalamityPost) -> None:
    _warn_of_notes(post)
    for problem in post.problems():
        click.echo(f"portier: {problem.message}", err=True)
