"""Who is inside: the list that keeps itself up to date, and signing in, correcting and signing out for somebody."""

import hashlib
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from desk.daysnames import DaysNames
from desk.pages import page, see, words_of
from desk.parts import Inside, parts
from desk.views.wellbeing import concerns
from desk.wellbeing import IN_DANGER
from kiosk.changes import PRESENT
from kiosk.closing import closing
from kiosk.errors import NameRefused, NoFreePass, VisitElsewhere, VisitUnknown
from kiosk.flood import flood
from kiosk.guests import Guests
from kiosk.register import SeenVisit
from kiosk.visits import TOO_SHORT, Details, clean_host, clean_name
from retention.base.errors import DiskRefused
from retention.base.translations import N_
from retention.base.trusted import TrustedTime

router = APIRouter()
Text = Annotated[str, Form(max_length=20_000)]

NO_NAME = N_("Type a name.")
NO_PASS = N_("All passes are out. Sign out first who has left.")
NO_ROLL = N_("The list cannot be written: the disk refuses. Write the name on paper, and call facilities.")
ELSEWHERE = N_("This was changed meanwhile. Look at the list.")


@router.get("/")
def show(request: Request, staff: Inside, done: str | None = None) -> Response:
    told = _told(request)
    board: Guests = told["board"]
    changed = next((one for one in board.everybody() if one.visit == done), None)
    mates = (
        [one for one in board.of_unit(changed.unit) if one is not changed and one.state in PRESENT] if changed else []
    )
    return page(
        request,
        "inside.html",
        **told,
        done=changed,
        mates=mates,
        names=True,
        concerns=concerns(request),
        in_danger=IN_DANGER,
    )


@router.get("/inside")
def show_list(request: Request, staff: Inside) -> Response:
    """The part of the page that is kept up to date; 204 when it is as the browser has it."""
    told = _told(request)
    # How long somebody waits is said in minutes: the part changes with each of them.
    minute = parts(request).office.clock.now().replace(second=0, microsecond=0) if told["board"].waiting else None
    seen = hashlib.sha256(repr((told, minute, words_of(request).language)).encode()).hexdigest()
    if request.headers.get("x-seen") == seen:
        return Response(status_code=204)
    answer = page(request, "board.html", **told)
    answer.headers["X-Seen"] = seen
    return answer


@router.get("/visits/new")
def show_new(request: Request, staff: Inside) -> Response:
    return _form(request)


@router.post("/visits/new")
def sign_in(request: Request, *, staff: Inside, name: Text = "", host: Text = "") -> Response:
    try:
        details = Details(clean_name(name), clean_host(host))
        desk = parts(request)
        signed_in = desk.labels.with_sticker(lambda code: desk.reception.sign_in(details, by=staff.actor, code=code))
    except (NameRefused, NoFreePass, DiskRefused) as error:
        return _form(request, 422, name=name, host=host, problem=problem_of(error))
    return see(f"/?done={signed_in.visit}")


@router.get("/visits/{visit}")
def show_visit(request: Request, staff: Inside, visit: str) -> Response:
    seen = seen_visit(request, visit)
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
    seen = seen_visit(request, visit)
    changes: dict[str, Any] = {"name": name, "host": host or None}
    if seen.help:
        changes["help"] = [word for word in seen.help if word in (help or [])]
    try:
        parts(request).register.correct(visit, changes, by=staff.actor)
    except (NameRefused, DiskRefused) as error:
        return _form(request, 422, seen=seen, name=name, host=host, problem=problem_of(error))
    return see(f"/?done={visit}")


@router.post("/visits/{visit}/{act}")
def act_on(request: Request, *, staff: Inside, visit: str, act: str) -> Response:
    """Sign out, take that back, let stay, or let in who waits or was expected."""
    desk = parts(request)
    try:
        if act == "out":
            desk.reception.sign_out_visit(visit, by=staff.actor)
        elif act == "back":
            desk.reception.undo_sign_out(visit, by=staff.actor)
        elif act == "stay":
            desk.register.stay(visit, by=staff.actor)
        elif act == "confirm":
            desk.reception.confirm(visit, by=staff.actor)
        elif act == "arrive":
            arrived = desk.labels.with_sticker(lambda code: desk.register.arrive(visit, by=staff.actor, code=code))
            visit = arrived.visit
        else:
            raise HTTPException(404)
    except (VisitUnknown, VisitElsewhere, NoFreePass, DiskRefused) as error:
        return page(request, "sorry.html", 409, message=problem_of(error))
    return see(f"/?done={visit}")


def _told(request: Request) -> dict[str, Any]:
    """Everything the list is made of."""
    office = parts(request).office
    board = guests(request)
    now = TrustedTime(office.state, office.clock).latest()
    closes = closing(office, board.everybody(), now)
    perhaps = board.perhaps()
    return {
        "board": board,
        "perhaps": perhaps,
        "meant": {likely.visit: awaited for awaited in board.expected if (likely := perhaps.get(awaited.visit))},
        "together": board.together(),
        "flood": flood((one.arrived for one in board.waiting if one.arrived), now),
        "doubted": _doubted(request),
        "closing": closes,
        "days_names": DaysNames.of(office, closes.day_before),
    }


def _doubted(request: Request) -> datetime | None:
    """Until when sign-outs at the door are doubted, because somebody seems to guess passes there."""
    return max(parts(request).reception.doubted().values(), default=None)


def guests(request: Request) -> Guests:
    """Everybody of today."""
    return Guests.of(parts(request).register.visits())


def seen_visit(request: Request, visit: str) -> SeenVisit:
    try:
        return parts(request).register.visit(visit)
    except VisitUnknown as error:
        raise HTTPException(404) from error


def problem_of(error: Exception) -> str:
    """The sentence for staff; every one of them is in a catalogue."""
    if isinstance(error, NameRefused):
        # The kiosk asks the visitor for their own name, the desk a colleague for somebody's.
        return NO_NAME if error.sentence == TOO_SHORT else error.sentence
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
    told = {"seen": seen, "name": name, "host": host, "problem": problem}
    return page(request, "visit.html", status, belongs_to="/", names=True, **told)
