"""A copy with everybody else made unrecognisable: choose the person on pictures two seconds apart, see it, make it.

Every picture is a look and goes on record as one.
"""

from datetime import date, datetime, time
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from desk.drafts import LONGEST, STEP, Draft
from desk.errors import LookRefused
from desk.looks import ENDED
from desk.pages import page, see
from desk.parts import Inside, parts
from desk.views.cameras import span_asked
from desk.views.cases import found
from desk.views.exports import BACKWARDS, DISK_FULL
from recorder.casefootage import CaseFootage
from recorder.footage import Footage
from recorder.room.space import refuse_export
from retention.base.errors import DiskRefused
from retention.base.translations import N_

router = APIRouter(prefix="/cameras")
TOO_LONG = N_("This is too long for one copy: take at most ten minutes.")
NOBODY = N_("Nobody can be seen in this copy yet. First draw a frame around the person on a picture.")
STRIP = 15  # pictures of half a minute
Number = Annotated[int, Query(ge=0, alias="picture")]
Share = Annotated[float, Form(ge=0, le=100)]


@router.post("/{name}/blur")
def begin(
    request: Request,
    *,
    staff: Inside,
    name: str,
    look: Annotated[str, Form()],
    day: Annotated[date, Form()],
    start: Annotated[time, Form()],
    end: Annotated[time, Form()],
) -> Response:
    camera, begins, ends = span_asked(request, staff, name, (day, start), (day, end))
    opened = parts(request).looks.find(staff, camera.name, look)
    if ends <= begins or ends - begins > LONGEST:
        return page(request, "sorry.html", 422, message=BACKWARDS if ends <= begins else TOO_LONG)
    draft = parts(request).drafts.begin(opened, camera.name, begins, ends)
    return see(f"/cameras/{camera.name}/blur/{draft.id}?picture=0")


@router.get("/{name}/blur/{id}")
def show(request: Request, *, staff: Inside, name: str, id: str, number: Number = 0) -> Response:
    draft = mine(request, staff, name, id)
    return _page(request, draft, min(number, draft.pictures - 1))


@router.post("/{name}/blur/{id}")
def mark(
    request: Request,
    *,
    staff: Inside,
    name: str,
    id: str,
    number: Annotated[int, Form(ge=0, alias="picture")],
    act: Annotated[Literal["draw", "absent", "forget"], Form()],
    left: Share = 0,
    top: Share = 0,
    width: Share = 0,
    height: Share = 0,
) -> Response:
    draft = mine(request, staff, name, id)
    number = min(number, draft.pictures - 1)
    if act == "forget":
        draft.forget(number)
        return see(f"/cameras/{name}/blur/{id}?picture={number}")
    box = (left / 100, top / 100, min(width, 100 - left) / 100, min(height, 100 - top) / 100)
    if act == "draw" and min(box[2:]) < 0.005:
        return see(f"/cameras/{name}/blur/{id}?picture={number}")
    draft.mark(number, box if act == "draw" else None)
    return see(f"/cameras/{name}/blur/{id}?picture={min(number + 1, draft.pictures - 1)}")


@router.post("/{name}/blur/{id}/make")
def make(
    request: Request, *, staff: Inside, name: str, id: str, fill: Annotated[Literal["blocks", "solid"], Form()]
) -> Response:
    draft, office = mine(request, staff, name, id), parts(request).office
    if not draft.regions():
        return _page(request, draft, 0, 422, problem=NOBODY)
    try:
        refuse_export(office.state, office.config.recorder)
    except DiskRefused:
        return page(request, "sorry.html", 503, message=DISK_FULL, camera=name)
    footage, plan = footage_of(request, draft), draft.plan(solid=fill == "solid")
    case = footage if isinstance(footage, CaseFootage) else None
    exports = parts(request).exports
    export = exports.ask(staff, name, draft.start, draft.end, reason=draft.look.reason, plan=plan, case=case)
    return see(f"/exports/{export.id}")


def mine(request: Request, staff: Inside, name: str, id: str) -> Draft:
    """The draft that this person prepares, while its look is open."""
    draft = parts(request).drafts.find(id)
    if draft is None or draft.camera != name:
        raise LookRefused(ENDED)
    parts(request).looks.find(staff, draft.look.camera, draft.look.id)
    return draft


def footage_of(request: Request, draft: Draft) -> Footage:
    """Where the pictures come from: the case, while it stands, or the site's own footage."""
    desk = parts(request)
    return desk.caseroom.footage(found(request, draft.case).case) if draft.case else desk.footage


def _page(request: Request, draft: Draft, number: int, status: int = 200, problem: str = "") -> Response:
    first = number // STRIP * STRIP
    strip = range(first, min(first + STRIP, draft.pictures))
    intervals = footage_of(request, draft).timeline(draft.camera, draft.start, draft.end)
    filmed = [one for one in intervals if one.state == "recorded"]

    def there(moment: datetime) -> bool:
        return any(one.start <= moment < one.end for one in filmed)

    values = {"there": {one: there(draft.at(one)) for one in strip}, "step": STEP, "size": STRIP}
    return page(request, "blur.html", status, draft=draft, number=number, strip=strip, problem=problem, **values)
