"""The alarm: raised in two taps, with or without log-in; the list on the screen and as PDF for who is logged in."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request
from starlette.responses import Response

from desk.accounts import Staff
from desk.pages import page, see
from desk.parts import InAHurry, Inside, parts

router = APIRouter()
NOBODY = "desk:not-logged-in"


@router.get("/alarm")
def show(request: Request, staff: InAHurry) -> Response:
    return _page(request, staff, "alarm.html", by=actor(staff) if staff else None)


@router.get("/alarm/state")
def show_state(request: Request, staff: InAHurry) -> Response:
    """The part of the page that is kept up to date."""
    return _page(request, staff, "alarm_state.html", by=None)


@router.get("/alarm/banner")
def show_banner(request: Request, staff: InAHurry) -> Response:
    """What every page shows while an alarm is on, or something wants looking at at once."""
    return page(request, "banner.html")


@router.post("/alarm/start")
def start(request: Request, staff: InAHurry, drill: Annotated[bool, Form()] = False) -> Response:
    parts(request).alarm.start(drill=drill, by=actor(staff))
    return see("/alarm")


@router.post("/alarm/print")
def print_list(request: Request, staff: InAHurry) -> Response:
    """Paper comes out on the staff's side only, so nobody has to log in for it."""
    parts(request).alarm.print(actor(staff))
    return see("/alarm")


@router.post("/alarm/end")
def end(request: Request, staff: Inside, mistake: Annotated[bool, Form()] = False) -> Response:
    parts(request).alarm.end(staff.actor, cancelled=mistake)
    return see("/alarm")


@router.get("/calamity-list.pdf")
def document(request: Request, staff: Inside, frozen: bool = False) -> Response:
    made = parts(request).alarm.document(staff.actor, frozen=frozen)
    if made is None:
        raise HTTPException(404)
    return Response(
        made.content,
        media_type=made.media_type,
        headers={"Content-Disposition": 'inline; filename="calamiteitenlijst.pdf"'},
    )


def _page(request: Request, staff: Staff | None, template: str, *, by: str | None) -> Response:
    alarm = parts(request).alarm
    listed = alarm.sheet(by) if staff else None
    frozen = bool(staff) and alarm.has_frozen()
    named: dict[str, Any] = {"names": True} if listed else {}
    return page(request, template, said=alarm.said(), listed=listed, frozen=frozen, **named)


def actor(staff: Staff | None) -> str:
    return staff.actor if staff else NOBODY
