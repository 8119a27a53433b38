"""Who came together: a group signed in by reception from a list of names, its passes on paper, and all out at once."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from desk.accounts import Staff
from desk.pages import page, see, words_of
from desk.parts import Inside, parts
from desk.views.inside import Text, guests, problem_of
from kiosk.changes import PRESENT
from kiosk.errors import NameRefused, NoFreePass
from kiosk.passes import Pass
from kiosk.register import SeenVisit
from kiosk.visits import Details, clean_host, clean_name
from retention.base.errors import DiskRefused
from retention.base.files import locked
from retention.base.translations import N_

router = APIRouter()
Unit = Annotated[str, Form(pattern=r"[0-9a-f]{32}")]

MOST = 60
TOO_MANY = N_("These are more than 60 names. Make two groups of them.")
NOBODY = N_("Type the names, one on each line.")
SAME = N_("Somebody by this name is inside with this group already. Is this another person? Add an initial.")
_UNIT = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Refused:
    """A line that was not taken, and why."""

    line: str
    problem: str


@router.get("/groups/new")
def show_new(request: Request, staff: Inside, to: str = "") -> Response:
    return _form(request, to if _UNIT.fullmatch(to) else uuid4().hex)


@router.post("/groups/new")
def sign_in(request: Request, *, staff: Inside, to: Unit, lines: Text = "", host: Text = "") -> Response:
    """Each line by itself is signed in whole or told what is wrong with it; sent twice, nobody comes twice."""
    asked = [line.strip() for line in lines.splitlines() if line.strip()]
    if not asked or len(asked) > MOST:
        return _form(request, to, 422, lines=lines, host=host, problem=TOO_MANY if asked else NOBODY)
    try:
        whom = clean_host(host)
    except NameRefused as error:
        return _form(request, to, 422, lines=lines, host=host, problem=problem_of(error))
    try:
        # Of a list sent twice at once, also through two desks, the second finds the first inside.
        with locked(parts(request).office.state.run / "groups.lock"):
            refused = _sign_in(request, staff, to, asked, whom)
    except DiskRefused as error:
        refused = [Refused(line, problem_of(error)) for line in asked]
    if refused:
        left = "\n".join(one.line for one in refused)
        return _form(request, to, 422, lines=left, host=host, refused=refused)
    return see(f"/groups/{to}")


@router.get("/groups/{unit}")
def show(request: Request, staff: Inside, unit: str) -> Response:
    members = _members(request, unit)
    inside = [one for one in members if one.state in PRESENT]
    return page(request, "group.html", belongs_to="/", unit=unit, members=members, inside=inside, names=True)


@router.get("/groups/{unit}/passes.pdf")
def passes(request: Request, staff: Inside, unit: str) -> Response:
    """The passes to cut out, and who gets which."""
    from kiosk.handouts.passes import Handed, pdf  # noqa: PLC0415 - Typst loads where it is needed

    office, language = parts(request).office, words_of(request).language
    inside = [one for one in _members(request, unit) if one.state in PRESENT and one.pass_id]
    if not inside:
        raise HTTPException(404)
    handed = [Handed(one.name or "?", Pass.parse(one.pass_id or "")) for one in inside]
    made = pdf(handed, office.config, office.clock.now(), language)
    named = {"Content-Disposition": 'inline; filename="pasjes.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)


@router.post("/groups/{unit}/out")
def sign_out(request: Request, staff: Inside, unit: str) -> Response:
    """Everybody who came together and is still inside."""
    try:
        for one in _members(request, unit):
            if one.state in PRESENT:
                parts(request).reception.sign_out_visit(one.visit, by=staff.actor)
    except DiskRefused as error:
        return page(request, "sorry.html", 409, message=problem_of(error))
    return see(f"/groups/{unit}")


def _sign_in(request: Request, staff: Staff, unit: str, asked: list[str], host: str | None) -> list[Refused]:
    there = Counter(one.name for one in guests(request).of_unit(unit) if one.state in PRESENT)
    refused: list[Refused] = []
    for number, line in enumerate(asked):
        try:
            name = clean_name(line)
            if there[name]:
                there[name] -= 1  # sent a second time, or another by the same name: only the desk knows
                refused.append(Refused(line, SAME))
                continue
            _let_in(request, Details(name, host, together=unit), staff.actor)
        except NameRefused as error:
            refused.append(Refused(line, problem_of(error)))
        except (NoFreePass, DiskRefused) as error:
            return [*refused, *(Refused(rest, problem_of(error)) for rest in asked[number:])]
    return refused


def _let_in(request: Request, details: Details, by: str) -> None:
    desk = parts(request)
    desk.labels.with_sticker(lambda code: desk.reception.sign_in(details, by=by, code=code))


def _members(request: Request, unit: str) -> tuple[SeenVisit, ...]:
    found = guests(request).of_unit(unit)
    if not found:
        raise HTTPException(404)
    return found


def _form(
    request: Request,
    to: str,
    status: int = 200,
    *,
    lines: str = "",
    host: str = "",
    problem: str | None = None,
    refused: list[Refused] | None = None,
) -> Response:
    there = sum(one.state in PRESENT for one in guests(request).of_unit(to))
    told = {"lines": lines, "host": host, "problem": problem, "refused": refused or []}
    return page(request, "group_new.html", status, belongs_to="/", to=to, there=there, most=MOST, names=True, **told)
