"""Sending somebody away who waits: what will happen first, then the deed. It is easily touched beside "Confirm"."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from desk.pages import page, see
from desk.parts import Inside, parts
from desk.views.inside import ELSEWHERE, problem_of, seen_visit
from kiosk.changes import PRESENT
from kiosk.errors import VisitElsewhere, VisitUnknown
from retention.base.errors import DiskRefused

router = APIRouter()


@router.get("/visits/{visit}/refuse")
def ask(request: Request, staff: Inside, visit: str) -> Response:
    seen = seen_visit(request, visit)
    if not seen.waits or seen.state not in PRESENT:
        return page(request, "sorry.html", 409, message=ELSEWHERE)
    return page(request, "sendaway.html", belongs_to="/", seen=seen, names=True)


@router.post("/visits/{visit}/refuse")
def refuse(request: Request, staff: Inside, visit: str) -> Response:
    try:
        parts(request).reception.refuse(visit, by=staff.actor)
    except (VisitUnknown, VisitElsewhere, DiskRefused) as error:
        return page(request, "sorry.html", 409, message=problem_of(error))
    return see(f"/?done={visit}")
