"""Who is inside: the list that keeps itself up to date, and signing in, correcting and signing out for somebody."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from desk.daysnames import DaysNames
from desk.pages import page, see, words_of
from desk.parts import Inside, parts
from desk.views.wellbeing import concerns
from desk.wellbeing import IN_DANGER
from kiosk.closing import Closing, closing
from kiosk.errors import NameRefused, NoFreePass, VisitElsewhere, VisitUnknown
from kiosk.register import SeenVisit
from kiosk.visits import Details, clean_host, clean_name
from retention.base.errors import DiskRefused
from retention.base.translations import N_
from retention.base.trusted import TrustedTime

router = APIRouter()
Text = Annotated[str, Form(max_length=20_000)]

NO_PASS = N_("All passes are out. Sign out first who has left.")
NO_ROLL = N_("The list cannot be written: the disk refuses. Write the name on paper, and call facilities.")
ELSEWHERE = N_("This was changed meanwhile. Look at the list.")


@dataclass(frozen=True)
class Board:
    """The list in its parts, each in the order in which it is read."""

    on_site: list[SeenVisit]
    probably_left: list[SeenVisit]
    expected: list[SeenVisit]
    left: list[SeenVisit]

    def everybody(self) -> list[SeenVisit]:
        return [*self.on_site, *self.probably_left, *self.expected, *self.left]

    def closing(self, request: Request) -> Closing:
        """Who is not signed out while reception closes."""
        office = parts(request).office
        return closing(office, self.everybody(), TrustedTime(office.state, office.clock).latest())


@router.get("/")
def show(request: Request, staff: Inside, done: str | None = None) -> Response:
    board = _board(request)
    closes = board.closing(request)
    changed = next((one for one in board.everybody() if one.visit == done), None)
    return page(
        request,
        "inside.html",
        board=board,
        done=changed,
        doubted=_doubted(request),
        closing=closes,
        days_names=DaysNames.of(parts(request).office, closes.day_before),
        names=True,
        concerns=concerns(request),
        in_danger=IN_DANGER,
    )


@router.get("/inside")
def show_list(request: Request, staff: Inside) -> Response:
    """The part of the page that is kept up to date; 204 when it is as the browser has it."""
    board, doubted = _board(request), _doubted(request)
    closes = board.closing(request)
    days_names = DaysNames.of(parts(request).office, closes.day_before)
    seen = hashlib.sha256(repr((board, doubted, closes, days_names, words_of(request).language)).encode()).hexdigest()
    if request.headers.get("x-seen") == seen:
        return Response(status_code=204)
    answer = page(request, "board.html", board=board, doubted=doubted, closing=closes, days_names=days_names)
    answer.headers["X-Seen"] = seen
    return answer


@router.get("/visits/new")
def show_new(request: Request, staff: Inside) -> Response:
    return _form(request)


@router.post("/visits/new")
def sign_in(request: Request, *, staff: Inside, name: Text = "", host: Text = "") -> Response:
    try:
        details = Details(clean_name(name), clean_host(host))
        signed_in = parts(request).reception.sign_in(details, by=staff.actor)
    except (NameRefused, NoFreePass, DiskRefused) as error:
        return _form(request, 422, name=name, host=host, problem=_problem(error))
    return see(f"/?done={signed_in.visit}")


@router.get("/visits/{visit}")
def show_visit(request: Request, staff: Inside, visit: str) -> Response:
    seen = _seen(request, visit)
    return _form(request, seen=seen, name=seen.name or "", host=seen.host or "")


@router.post("/visits/{visit}")
def correct(
    request: Request,
    *,
    staff: Inside,
    visit: str,
    name: Text = "",
    host: Text = "",
    help: Annotated[list[str] | None, Form()] = None,
) -> Response:
    seen = _seen(request, visit)
    changes: dict[str, Any] = {"name": name, "host": host or None}
    if seen.help:
        changes["help"] = [word for word in seen.help if word in (help or [])]
    try:
        parts(request).register.correct(visit, changes, by=staff.actor)
    except (NameRefused, DiskRefused) as error:
        return _form(request, 422, seen=seen, name=name, host=host, problem=_problem(error))
    return see(f"/?done={visit}")


@router.post("/visits/{visit}/{act}")
def act_on(request: Request, *, staff: Inside, visit: str, act: str) -> Response:
    """Sign out, take that back, let stay after hours, or let in who was expected."""
    desk = parts(request)
    try:
        if act == "out":
            desk.reception.sign_out_visit(visit, by=staff.actor)
        elif act == "back":
            desk.reception.undo_sign_out(visit, by=staff.actor)
        elif act == "stay":
            desk.register.stay(visit, by=staff.actor)
        elif act == "arrive":
            visit = desk.register.arrive(visit, by=staff.actor).visit
        else:
            raise HTTPException(404)
    except (VisitUnknown, VisitElsewhere, NoFreePass, DiskRefused) as error:
        return page(request, "sorry.html", 409, message=_problem(error))
    return see(f"/?done={visit}")


def _board(request: Request) -> Board:
    visits = parts(request).register.visits()
    return Board(*([seen for seen in visits if seen.state == state] for state in Board.__annotations__))


def _doubted(request: Request) -> datetime | None:
    """Until when sign-outs at the door are doubted, because somebody seems to guess passes there."""
    return max(parts(request).reception.doubted().values(), default=None)


def _seen(request: Request, visit: str) -> SeenVisit:
    try:
        return parts(request).register.visit(visit)
    except VisitUnknown as error:
        raise HTTPException(404) from error


def _problem(error: Exception) -> str:
    """The sentence for staff; every one of them is in a catalogue."""
    if isinstance(error, NameRefused):
        return error.sentence
    if isinstance(error, NoFreePass):
        return NO_PASS
    return NO_ROLL if isinstance(error, DiskRefused) else ELSEWHERE


def _form(
    request: Request,
    status: int = 200,
    *,
    seen: SeenVisit | None = None,
    name: str = "",
    host: str = "",
    problem: str | None = None,
) -> Response:
    return page(request, "visit.html", status, seen=seen, name=name, host=host, problem=problem, names=True)
