"""Cases: which there are, and confirming, renewing, releasing one. Two people decide; each step is on record."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from desk.accounts import Staff
from desk.drafts import LONGEST as LONGEST_COPY
from desk.errors import NotYours
from desk.exports import LONGEST as LONGEST_EXPORT
from desk.pages import page, see
from desk.parts import Inside, Officer, parts
from desk.views.cameras import SCRIPT_WORDS
from retention.base.translations import N_
from retention.cases.case import Standing
from retention.cases.errors import NoSuchCase
from retention.cases.securing import GONE
from retention.rules import RENEWALS
from retention.texts import LONGEST

router = APIRouter(prefix="/cases")
Note = Annotated[str, Form(max_length=LONGEST)]
STATES = {
    "proposed": N_("waits for a second person"),
    "kept": N_("is kept"),
    "asked": N_("kept for a request"),
}
END = N_("This is the end of what the case holds.")
ONLY_THEY = N_("Only who placed or confirmed this case, or the privacy officer, may release it.")


@router.get("")
def show_all(request: Request, staff: Inside) -> Response:
    room = parts(request).caseroom
    found = [one for one in room.cases.standing() if one.deadline]
    return page(
        request, "cases.html", cases=found, calling=room.calling(found), states=STATES, room=room, renewals=RENEWALS
    )


@router.get("/{number}")
def show(request: Request, staff: Inside, number: str, look: str | None = None, camera: str = "") -> Response:
    desk, standing = parts(request), found(request, number)
    case, room = standing.case, desk.caseroom
    shown = camera if camera in case.cameras else case.cameras[0]
    opened = desk.looks.find(staff, f"{number}/{shown}", look) if look else None
    return page(
        request,
        "case.html",
        case=case,
        standing=standing,
        state=STATES[standing.state],
        until=room.cases.until(standing),
        ends=room.cases.ends(standing),
        share=room.shares.get(number),
        failure=room.failures.get(number),
        reasons=[(step, room.text(step.text)) for step in (case.placed, *case.renewals)],
        mine=case.placed.by == staff.actor,
        may_release=_may_release(staff, standing),
        left=RENEWALS - len(case.renewals),
        shown=shown,
        look=opened,
        begin=room.footage(case).begin(shown) if opened else None,
        short=case.end - case.start <= LONGEST_EXPORT,
        copy_ends=min(case.end, case.start + LONGEST_COPY),
        script_words=SCRIPT_WORDS | {"edge": END},
    )


@router.post("/{number}/confirm")
def confirm(request: Request, staff: Inside, number: str) -> Response:
    room = parts(request).caseroom
    room.cases.confirm(number, by=staff.actor)
    room.tidy()
    return see(f"/cases/{number}")


@router.post("/{number}/renew")
def renew(request: Request, staff: Officer, number: str, note: Note = "") -> Response:
    parts(request).caseroom.cases.renew(number, reason=note, by=staff.actor)
    return see(f"/cases/{number}")


@router.post("/{number}/release")
def release(request: Request, staff: Inside, number: str, note: Note = "") -> Response:
    if not _may_release(staff, found(request, number)):
        raise NotYours(ONLY_THEY)
    room = parts(request).caseroom
    room.cases.release(number, reason=note, by=staff.actor)
    room.tidy()
    return see("/cases")


def found(request: Request, number: str) -> Standing:
    """The case of a number, while it stands."""
    standing = parts(request).caseroom.cases.find(number)
    if standing is None or standing.deadline is None:
        raise NoSuchCase(GONE)
    return standing


def _may_release(staff: Staff, standing: Standing) -> bool:
    """Anybody refuses what is only proposed; footage that somebody asked for is the privacy officer's."""
    case = standing.case
    decided_by = {case.placed.by, case.confirmed.by if case.confirmed else ""}
    return standing.state == "proposed" or staff.is_officer or (not case.request and staff.actor in decided_by)
