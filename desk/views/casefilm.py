"""The footage of a case: a reason first, every minute in the trail before it is shown, and taking a piece out."""

from datetime import date, time, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import Response

from desk.accounts import Staff
from desk.drafts import LONGEST as LONGEST_COPY
from desk.errors import LookRefused
from desk.exports import LONGEST
from desk.looks import NO_REASON
from desk.pages import page, see
from desk.parts import Inside, NeedsOfficer, parts
from desk.timeline import LATEST
from desk.views.blur import TOO_LONG as TOO_LONG_A_COPY
from desk.views.cameras import chosen, fragment_of
from desk.views.cases import found
from desk.views.exports import BACKWARDS, TOO_LONG
from desk.words import REASONS
from retention.base.translations import N_
from retention.cases.case import Case

router = APIRouter(prefix="/cases")
NOT_HELD = N_("The case holds nothing of that time. Go back and choose a time within it.")
Reason = Annotated[str, Form(max_length=40)]


@router.post("/{number}/look")
def look(
    request: Request, *, staff: Inside, number: str, camera: Annotated[str, Form()], reason: Reason = ""
) -> Response:
    case = _holds(request, staff, number, camera)
    opened = parts(request).looks.begin(staff, f"{case.number}/{camera}", reason, "case")
    return see(f"/cases/{number}?camera={camera}&look={opened.id}")


@router.get("/{number}/{camera}/fragment")
def fragment(
    request: Request,
    *,
    staff: Inside,
    number: str,
    camera: str,
    look: str,
    at: Annotated[int, Query(ge=0, le=LATEST)],
    form: Annotated[Literal["h264"] | None, Query(alias="as")] = None,
) -> Response:
    """As /cameras/.../fragment, from a case."""
    case = _holds(request, staff, number, camera)
    opened = parts(request).looks.find(staff, f"{number}/{camera}", look)
    return fragment_of(request, parts(request).caseroom.footage(case), opened, camera, at, form)


@router.post("/{number}/export")
def export(
    request: Request,
    *,
    staff: Inside,
    number: str,
    camera: Annotated[str, Form()],
    day: Annotated[date | None, Form()] = None,
    start: Annotated[time | None, Form()] = None,
    end: Annotated[time | None, Form()] = None,
    reason: Reason = "",
    form: Annotated[Literal["h264", ""], Form(alias="as")] = "",
) -> Response:
    """A piece of a case, or all of it where no times are given."""
    case = _holds(request, staff, number, camera)
    if reason not in REASONS:
        raise LookRefused(NO_REASON)
    begins = chosen(request, None, day, start, "start") if day and start else case.start
    ends = chosen(request, None, day, end, "end") if day and end else case.end
    if ends <= begins or ends - begins > LONGEST:
        return page(request, "sorry.html", 422, message=BACKWARDS if ends <= begins else TOO_LONG)
    desk = parts(request)
    made = desk.exports.ask(
        staff,
        camera,
        begins,
        ends,
        reason=reason,
        as_h264=form == "h264",
        case=desk.caseroom.footage(case),
    )
    return see(f"/exports/{made.id}")


@router.post("/{number}/blur")
def blur(
    request: Request,
    *,
    staff: Inside,
    number: str,
    camera: Annotated[str, Form()],
    day: Annotated[date, Form()],
    start: Annotated[time, Form()],
    end: Annotated[time, Form()],
    reason: Reason = "",
) -> Response:
    """Begin a copy with everybody else made unrecognisable, from what the case holds of that time."""
    case, desk = _holds(request, staff, number, camera), parts(request)
    last = case.end.astimezone(desk.office.config.site.zone).date()
    until = day + timedelta(days=1) if end < start and day < last else day  # over midnight
    begins = max(case.start, chosen(request, None, day, start, "start"))
    ends = min(case.end, chosen(request, None, until, end, "end"))
    if ends <= begins or ends - begins > LONGEST_COPY:
        return page(request, "sorry.html", 422, message=NOT_HELD if ends <= begins else TOO_LONG_A_COPY)
    opened = desk.looks.begin(staff, f"{number}/{camera}", reason, "case")
    draft = desk.drafts.begin(opened, camera, begins, ends, case=number)
    return see(f"/cameras/{camera}/blur/{draft.id}?picture=0")


def _holds(request: Request, staff: Staff, number: str, camera: str) -> Case:
    """A case that holds footage of that camera; one that a person asked for is the privacy officer's to look into.

    No second person decided on it, so a made-up request would open ten weeks of the door to whoever made it up.
    """
    case = found(request, number).case
    if case.request and not staff.is_officer:
        raise NeedsOfficer
    if camera not in case.cameras:
        raise HTTPException(404)
    return case
