"""Expected visits: announcing them, the invitation to give or mail, and saying who somebody turned out to be."""

from datetime import date, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from desk.pages import page, see
from desk.parts import Inside, parts
from desk.views.inside import Text, problem_of, seen_visit
from kiosk.announcing import AHEAD
from kiosk.errors import NameRefused, VisitElsewhere, VisitUnknown
from kiosk.invitation import Invitation
from kiosk.register import SeenVisit
from kiosk.visits import Details, clean_host, clean_name
from retention.base.errors import DiskRefused, UsageRefused
from retention.base.translations import N_

router = APIRouter()

OTHER_DAY = N_("Choose a day from today to two weeks ahead.")
KINDS = {"pdf": "application/pdf", "png": "image/png"}


@router.get("/expected")
def show(request: Request, staff: Inside, done: str | None = None) -> Response:
    return _page(request, done=done)


@router.post("/expected")
def announce(
    request: Request, *, staff: Inside, name: Text = "", host: Text = "", day: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    desk = parts(request)
    try:
        wanted = date.fromisoformat(day)
        invitation = Invitation.new(wanted) if desk.office.config.visits.invitations else None
        details = Details(clean_name(name), clean_host(host))
        visit = desk.reception.expect(details, wanted, by=staff.actor, invitation=invitation)
    except (ValueError, UsageRefused):
        return _page(request, 422, name=name, host=host, day=day, problem=OTHER_DAY)
    except (NameRefused, DiskRefused) as error:
        return _page(request, 422, name=name, host=host, day=day, problem=problem_of(error))
    return see(f"/expected?done={visit}")


@router.get("/visits/{visit}/invitation.{kind}")
def invitation(request: Request, staff: Inside, visit: str, kind: Literal["pdf", "png"]) -> Response:
    """The card for who is expected, to print or to mail; no name stands on it."""
    from kiosk.handouts import card  # noqa: PLC0415 - Typst loads where it is needed

    office = parts(request).office
    found = Invitation.read(seen_visit(request, visit).code or "")
    if found is None:
        raise HTTPException(404)
    made = card.pdf(found, office.config, office.clock.now()) if kind == "pdf" else card.png(found, office.config)
    name = f'inline; filename="uitnodiging-{found.day}.{kind}"'
    return Response(made, media_type=KINDS[kind], headers={"Content-Disposition": name})


@router.post("/visits/{expected}/is/{visit}")
def join(request: Request, staff: Inside, expected: str, visit: str) -> Response:
    """Who was expected is who signed in by a name like theirs: somebody looked, and says so."""
    try:
        parts(request).register.join(expected, visit, by=staff.actor)
    except (VisitUnknown, VisitElsewhere, DiskRefused) as error:
        return page(request, "sorry.html", 409, message=problem_of(error))
    return see(f"/?done={visit}")


def _page(
    request: Request,
    status: int = 200,
    *,
    name: str = "",
    host: str = "",
    day: str = "",
    problem: str | None = None,
    done: str | None = None,
) -> Response:
    desk = parts(request)
    today = desk.reception.today()
    days = [today + timedelta(days=ahead) for ahead in range(AHEAD.days + 1)]
    expected = {one: found for one in days if (found := desk.register.expected(one))}
    made: SeenVisit | None = next((seen for found in expected.values() for seen in found if seen.visit == done), None)
    return page(
        request,
        "expected.html",
        status,
        belongs_to="/",
        days=days,
        expected=expected,
        made=made,
        name=name,
        host=host,
        day=day or today.isoformat(),
        problem=problem,
        names=True,
    )
