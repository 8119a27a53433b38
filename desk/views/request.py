"""One request as a checklist: who asks, what there is, what is done about it. Every look is on record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import Response

from desk.namesakes import alike
from desk.pages import page, see, words_of
from desk.parts import Inside, parts
from desk.views.requests import Text, no_attachments, today_of
from kiosk.errors import NameRefused, VisitElsewhere, VisitUnknown
from retention.asked import words
from retention.asked.reminders import countdown, urgency
from retention.asked.request import WAYS
from retention.base.errors import DiskRefused
from retention.base.translations import N_

router = APIRouter(prefix="/requests", dependencies=[Depends(no_attachments)])
Version = Annotated[int, Form(ge=1, le=1_000_000)]
NO_WAY = N_("Choose how you know who asks.")
NO_VISIT = N_("This visit is not there any more. Look at the request again.")
NOT_WIPED = N_("The visit cannot be deleted now: the disk refuses. Press Delete once more, or call facilities.")


@router.get("/{number}")
def show(request: Request, staff: Inside, number: str) -> Response:
    asking, language = parts(request).asking, words_of(request).language
    if head := asking.closed_to(staff, number):
        return page(request, "request_answered.html", head=head, asked=words)
    found = asking.read(number, by=staff.actor)
    first, others = alike(found.content.name, asking.visits()) if found.head.state != "answered" else ([], [])
    return page(
        request,
        "request.html",
        names=True,
        found=found,
        countdown=countdown(found.head, today_of(request), language),
        urgency=urgency(found.head, today_of(request)),
        first=first,
        others=others,
        asked=words,
        kept=asking.kept(found),
        deleted=found.content.told("deleted"),
    )


@router.post("/{number}/identity")
def identify(
    request: Request,
    *,
    staff: Inside,
    number: str,
    version: Version,
    way: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    chosen = next((one for one in WAYS if one == way), None)
    if chosen is None:
        return page(request, "sorry.html", 422, message=NO_WAY, back=f"/requests/{number}")
    parts(request).asking.identify(number, version, way=chosen, by=staff.actor)
    return see(f"/requests/{number}")


@router.post("/{number}/freeze")
def freeze(request: Request, *, staff: Inside, number: str, version: Version) -> Response:
    parts(request).asking.freeze(number, version, by=staff.actor)
    return see(f"/requests/{number}")


@router.post("/{number}/visits/{visit}/{act}")
def act_on(
    request: Request,
    *,
    staff: Inside,
    number: str,
    visit: str,
    act: str,
    version: Version,
    name: Text = "",
    host: Text = "",
) -> Response:
    """Delete a visit, or put it right, for the person whose it is."""
    asking, back = parts(request).asking, f"/requests/{number}"
    try:
        if act == "delete":
            asking.delete(number, version, visit, by=staff.actor)
        elif act == "correct":
            asking.correct(number, version, visit, {"name": name, "host": host or None}, by=staff.actor)
        else:
            raise HTTPException(404)
    except NameRefused as error:
        return page(request, "sorry.html", 422, message=error.sentence, back=back)
    except (VisitUnknown, VisitElsewhere):
        return page(request, "sorry.html", 409, message=NO_VISIT, back=back)
    except DiskRefused:
        return page(request, "sorry.html", 503, message=NOT_WIPED, back=back)
    return see(back)
