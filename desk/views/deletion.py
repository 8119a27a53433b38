"""Deleting one visit because its visitor asks for that: what will happen first, then the answer to give them."""

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from desk.pages import page, see
from desk.parts import Inside, parts
from kiosk.errors import VisitUnknown
from retention.base.clock import from_microseconds
from retention.base.errors import DiskRefused
from retention.base.translations import N_

router = APIRouter()

NOT_ALL = N_("The disk refuses, so not everything is deleted yet. Call facilities, then do it once more.")


@router.get("/visits/{visit}/delete")
def ask(request: Request, staff: Inside, visit: str) -> Response:
    try:
        seen = parts(request).register.visit(visit)
    except VisitUnknown as error:
        raise HTTPException(404) from error
    return page(request, "delete.html", seen=seen, names=True)


@router.post("/visits/{visit}/delete")
def delete(request: Request, staff: Inside, visit: str) -> Response:
    try:
        done = parts(request).register.delete(visit, by=staff.actor)
    except VisitUnknown as error:
        raise HTTPException(404) from error
    except DiskRefused:
        return page(request, "sorry.html", 409, message=NOT_ALL)
    until = int(done.copies_until.timestamp())
    return see(f"/deleted?until={until}&inside={done.inside:d}&frozen={done.frozen:d}&waits={done.waits:d}")


@router.get("/deleted")
def deleted(
    request: Request,
    staff: Inside,
    until: int,
    *,
    inside: bool = False,
    frozen: bool = False,
    waits: bool = False,
) -> Response:
    """What became of it, in words to pass on; no name stands here."""
    return page(
        request, "deleted.html", until=from_microseconds(until * 1_000_000), inside=inside, frozen=frozen, waits=waits
    )
