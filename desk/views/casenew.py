"""Placing a case: which cameras, from when to when, why. A second person confirms it; until then little is promised."""

from datetime import date, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from desk.pages import page, see
from desk.parts import Inside, parts
from desk.timeline import LATEST
from desk.views.cameras import KEPT, chosen
from desk.views.cases import Note
from desk.words import REASONS
from retention.base.clock import from_microseconds
from retention.cases.cases import CATEGORIES

router = APIRouter(prefix="/cases")


@router.get("/new")
def new(
    request: Request, staff: Inside, camera: str = "", at: Annotated[int | None, Query(ge=0, le=LATEST)] = None
) -> Response:
    now = parts(request).office.clock.now()
    zone = parts(request).office.config.site.zone
    today = now.astimezone(zone).date()
    return page(
        request,
        "case_new.html",
        camera=camera,
        at=(from_microseconds(at) if at else now - timedelta(minutes=10)).replace(second=0, microsecond=0),
        length=timedelta(minutes=5),
        days=[today - timedelta(days=back) for back in range(KEPT.days, -1, -1)],
        categories={id: REASONS[id] for id in CATEGORIES},
    )


@router.post("/new")
def place(
    request: Request,
    *,
    staff: Inside,
    camera: Annotated[list[str], Form()],
    day: Annotated[date, Form()],
    start: Annotated[time, Form()],
    until: Annotated[date, Form()],
    end: Annotated[time, Form()],
    reason: Annotated[str, Form(max_length=40)] = "",
    note: Note = "",
) -> Response:
    span = chosen(request, None, day, start, "start"), chosen(request, None, until, end, "end")
    room = parts(request).caseroom
    case = room.cases.propose(camera, *span, category=reason, reason=note, by=staff.actor)
    room.secure(case)
    room.tidy()  # the number beside the link counts it at once
    return see(f"/cases/{case.number}")
